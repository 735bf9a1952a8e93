package practice_test

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"tokentray/oauth/practice"
)

// paths has a GET for each endpoint that takes one.
var paths = map[practice.Endpoint]string{
	practice.Discovery: "/.well-known/openid-configuration",
	practice.Authorize: "/authorize",
	practice.Keys:      "/jwks",
	practice.Profile:   "/gmail/v1/users/me/profile",
	practice.UserInfo:  "/userinfo",
	practice.TokenInfo: "/tokeninfo",
}

func TestEveryEndpointCanFail(t *testing.T) {
	p := start(t, practice.Options{})
	fault := practice.Fault{Status: 503, Body: "<h1>Down</h1>", ContentType: "text/html", Header: http.Header{"Retry-After": {"7"}}}
	check := func(endpoint practice.Endpoint, r reply) {
		t.Helper()
		if r.StatusCode != 503 || r.body != "<h1>Down</h1>" || r.Header.Get("Content-Type") != "text/html" || r.Header.Get("Retry-After") != "7" {
			t.Errorf("%s: %d %q %v", endpoint, r.StatusCode, r.body, r.Header)
		}
	}
	for endpoint, path := range paths {
		well := send(t, p.Issuer()+path, nil)
		p.SetFault(endpoint, fault)
		check(endpoint, send(t, p.Issuer()+path, nil))
		p.SetFault(endpoint, practice.Fault{})
		if mended := send(t, p.Issuer()+path, nil); mended.StatusCode != well.StatusCode {
			t.Errorf("%s after the fault: %d, want %d", endpoint, mended.StatusCode, well.StatusCode)
		}
		if got := p.Requests(endpoint); got != 3 {
			t.Errorf("%s: %d requests counted, want 3", endpoint, got)
		}
	}
	for endpoint, path := range map[practice.Endpoint]string{practice.Token: "/token", practice.Revoke: "/revoke"} {
		p.SetFault(endpoint, fault)
		check(endpoint, send(t, p.Issuer()+path, map[string][]string{}))
		if got := p.Requests(endpoint); got != 1 {
			t.Errorf("%s: %d requests counted, want 1", endpoint, got)
		}
	}
}

func TestFaultStrikesAsOftenAsSaid(t *testing.T) {
	p := start(t, practice.Options{})
	p.SetFault(practice.Keys, practice.Fault{Status: 500, Times: 2})
	for i, want := range []int{500, 500, 200} {
		if r := send(t, p.Issuer()+"/jwks", nil); r.StatusCode != want {
			t.Errorf("request %d: %d, want %d", i+1, r.StatusCode, want)
		}
	}
}

func TestHeaderGoesWithTheTrueAnswerToo(t *testing.T) {
	p := start(t, practice.Options{})
	p.SetFault(practice.Keys, practice.Fault{Header: http.Header{"Warning": {"old"}}})
	if r := send(t, p.Issuer()+"/jwks", nil); r.StatusCode != 200 || r.Header.Get("Warning") != "old" || r.json(t)["keys"] == nil {
		t.Errorf("%d %v %s", r.StatusCode, r.Header, r.body)
	}
}

func TestConnectionCanBeCut(t *testing.T) {
	p := start(t, practice.Options{})
	p.SetFault(practice.Keys, practice.Fault{Cut: true})
	if r, err := try(t, p.Issuer()+"/jwks", nil); err == nil {
		t.Errorf("answered %d", r.StatusCode)
	}
	p.SetFault(practice.Keys, practice.Fault{Cut: true, Body: `{"keys":`})
	r, err := try(t, p.Issuer()+"/jwks", nil)
	if err == nil || r.Response == nil || r.StatusCode != 200 || r.body != `{"keys":` {
		t.Errorf("cut in the middle: %v, %q", err, r.body)
	}
}

func TestLostAnswerWasGivenAllTheSame(t *testing.T) {
	p := start(t, practice.Options{Rotate: true})
	c := newProgram(t, p)
	lose := practice.Fault{Lose: true, Times: 1}

	first := c.signIn(t).RefreshToken
	p.SetFault(practice.Token, lose)
	if _, err := c.refresh(first); err == nil || strings.Contains(err.Error(), "invalid_grant") {
		t.Errorf("a refresh whose answer is lost: %v", err)
	}
	_, err := c.refresh(first)
	wantError(t, err, "invalid_grant") // its successor is live, and nobody has it

	code := c.code(t)
	p.SetFault(practice.Token, lose)
	if _, err := c.exchange(code); err == nil {
		t.Error("an exchange whose answer is lost was answered")
	}
	_, err = c.exchange(code)
	wantError(t, err, "invalid_grant")

	token := c.signIn(t)
	p.SetFault(practice.Revoke, lose)
	if r, err := try(t, p.Issuer()+"/revoke", map[string][]string{"token": {token.AccessToken}}); err == nil {
		t.Errorf("a revocation whose answer is lost: %d", r.StatusCode)
	}
	if r := revoke(t, p, token.AccessToken); r.StatusCode != http.StatusBadRequest {
		t.Errorf("revoked before, revoked again: %d", r.StatusCode)
	}
}

func TestDelayHoldsTheAnswerBack(t *testing.T) {
	p := start(t, practice.Options{})
	p.SetFault(practice.Keys, practice.Fault{Delay: 50 * time.Millisecond})
	began := time.Now()
	if r := send(t, p.Issuer()+"/jwks", nil); r.StatusCode != 200 || time.Since(began) < 50*time.Millisecond {
		t.Errorf("%d after %v", r.StatusCode, time.Since(began))
	}
	p.SetFault(practice.Token, practice.Fault{Delay: time.Millisecond})
	if r := send(t, p.Issuer()+"/token", map[string][]string{"client_id": {"somebody"}}); r.json(t)["error_description"] != "client_secret is missing." {
		t.Errorf("the delayed request lost its body: %s", r.body)
	}
}

func TestEndlessBodyHasNoEnd(t *testing.T) {
	p := start(t, practice.Options{})
	p.SetFault(practice.Keys, practice.Fault{Endless: true, Body: "{"})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	request, _ := http.NewRequestWithContext(ctx, http.MethodGet, p.Issuer()+"/jwks", nil)
	response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body := bufio.NewReader(response.Body)
	if first, _ := body.ReadByte(); first != '{' {
		t.Errorf("begins with %q", first)
	}
	if n, err := body.Discard(3 << 20); err != nil {
		t.Errorf("ended after %d bytes: %v", n, err)
	}
}

func TestAnswersCanBeEdited(t *testing.T) {
	p := start(t, practice.Options{})
	c := newProgram(t, p)
	p.SetFault(practice.Token, practice.Fault{Times: 1, Edit: func(answer map[string]any) {
		delete(answer, "refresh_token")
		answer["token_type"] = "mac"
	}})
	if token := c.signIn(t); token.RefreshToken != "" || token.TokenType != "mac" {
		t.Errorf("refresh token %t, type %s", token.RefreshToken != "", token.TokenType)
	}
	if c.signIn(t).RefreshToken == "" {
		t.Error("the edit outlived its time")
	}
	p.SetFault(practice.Discovery, practice.Fault{Edit: func(answer map[string]any) { answer["issuer"] = "http://127.0.0.1:1" }})
	if _, err := oidc.NewProvider(c.ctx, p.Issuer()); err == nil {
		t.Error("the edited issuer was not noticed")
	}
}

func TestIDTokenCanBeSpoilt(t *testing.T) {
	p := start(t, practice.Options{})
	c := newProgram(t, p)
	verify := func(f practice.Fault) (nonce string, err error) {
		p.SetFault(practice.Token, f)
		raw, _ := c.signIn(t).Extra("id_token").(string)
		id, err := c.provider.Verifier(&oidc.Config{ClientID: p.ClientID()}).Verify(c.ctx, raw)
		if err != nil {
			return "", err
		}
		return id.Nonce, nil
	}
	set := func(name string, value any) practice.Fault {
		return practice.Fault{EditIDToken: func(claims map[string]any) { claims[name] = value }}
	}
	for want, f := range map[string]practice.Fault{
		"expected audience":          set("aud", "somebody"),
		"issued by a different prov": set("iss", "https://accounts.google.com"),
		"expired":                    set("exp", 1),
		"failed to verify signature": {ForeignKey: true},
	} {
		if _, err := verify(f); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	if nonce, err := verify(set("nonce", "another")); err != nil || nonce != "another" {
		t.Errorf("nonce %q, %v", nonce, err)
	}
	if _, err := verify(practice.Fault{}); err != nil {
		t.Errorf("after the faults: %v", err)
	}
}
