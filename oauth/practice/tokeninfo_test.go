package practice_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"tokentray/oauth/practice"
	"tokentray/oauth/practice/practicetest"
)

func TestTokenInfoTellsWhatATokenIsFor(t *testing.T) {
	clock := newClock()
	p := start(t, practice.Options{Now: clock.Now})
	address := p.Issuer() + "/tokeninfo"
	if got := send(t, p.Issuer()+"/.well-known/openid-configuration", nil).json(t)["tokeninfo_endpoint"]; got != address {
		t.Errorf("discovery names %v", got)
	}
	c := newProgram(t, p, "https://www.googleapis.com/auth/gmail.send")
	token := c.signIn(t, practicetest.As("bob@example.com"))
	info := send(t, p.Issuer()+"/userinfo", nil, "Authorization", "Bearer "+token.AccessToken).json(t)
	clock.advance(time.Minute)
	given := url.Values{"access_token": {token.AccessToken}}
	for how, r := range map[string]reply{
		"GET":                        send(t, address+"?"+given.Encode(), nil),
		"POST":                       send(t, address, given),
		"POST, the token in a query": send(t, address+"?"+given.Encode(), url.Values{}),
	} {
		told := r.json(t)
		for name, want := range map[string]any{
			"aud": p.ClientID(), "azp": p.ClientID(), "sub": info["sub"], "email": "bob@example.com", "email_verified": "true",
			"scope": identity + " https://www.googleapis.com/auth/gmail.send",
		} {
			if told[name] != want {
				t.Errorf("%s: %s is %v, want %v", how, name, told[name], want)
			}
		}
		if left, _ := told["expires_in"].(string); r.StatusCode != http.StatusOK || left != "3540" && left != "3539" {
			t.Errorf("%s: %d, expires in %v", how, r.StatusCode, told["expires_in"])
		}
	}

	landing := practicetest.Allow(t, c.address("scope", mail))
	anonymous, err := c.exchange(params(t, landing.URL).Get("code"))
	if err != nil {
		t.Fatal(err)
	}
	told := send(t, address, url.Values{"access_token": {anonymous.AccessToken}}).json(t)
	if told["sub"] != nil || told["email"] != nil || told["scope"] != mail {
		t.Errorf("without openid: %v", told)
	}
}

func TestTokenInfoKnowsOnlyLiveAccessTokens(t *testing.T) {
	clock := newClock()
	p := start(t, practice.Options{Now: clock.Now})
	address := p.Issuer() + "/tokeninfo"
	c := newProgram(t, p)
	old, revoked := c.signIn(t), c.signIn(t)
	idToken, _ := old.Extra("id_token").(string)
	clock.advance(time.Hour)
	live := c.signIn(t)
	revoke(t, p, revoked.AccessToken)
	for name, given := range map[string]string{
		"expired": old.AccessToken, "revoked": revoked.AccessToken, "a refresh token": live.RefreshToken, "an ID token": idToken, "nonsense": "nonsense",
	} {
		if r := send(t, address, url.Values{"access_token": {given}}); r.StatusCode != http.StatusBadRequest || r.json(t)["error"] != "invalid_token" {
			t.Errorf("%s: %d %s", name, r.StatusCode, r.body)
		}
	}
	for name, given := range map[string]url.Values{"nothing": {}, "twice": {"access_token": {live.AccessToken, live.AccessToken}}} {
		if r := send(t, address, given); r.StatusCode != http.StatusBadRequest || r.json(t)["error"] != "invalid_request" {
			t.Errorf("%s: %d %s", name, r.StatusCode, r.body)
		}
	}
	if r := send(t, address, url.Values{"access_token": {live.AccessToken}}); r.StatusCode != http.StatusOK {
		t.Errorf("the live one: %d %s", r.StatusCode, r.body)
	}
	if got := p.Requests(practice.TokenInfo); got != 8 {
		t.Errorf("%d requests counted", got)
	}
}

func TestInspectTellsWhoseATokenIsAndHowLongItWorks(t *testing.T) {
	clock := newClock()
	p := start(t, practice.Options{Now: clock.Now})
	c := newProgram(t, p, "https://www.googleapis.com/auth/gmail.send")
	token := c.signIn(t, practicetest.As("bob@example.com"))
	clock.advance(time.Hour - time.Second)
	address, left := p.Inspect(token.AccessToken)
	if address != "bob@example.com" || left <= 0 || left > time.Second {
		t.Errorf("%s, %v", address, left)
	}
	for what, other := range map[string]string{"a refresh token": token.RefreshToken, "nothing": "", "an ID token": token.Extra("id_token").(string)} {
		if _, left := p.Inspect(other); left != 0 {
			t.Errorf("%s works for %v", what, left)
		}
	}
	clock.advance(time.Second)
	if _, left := p.Inspect(token.AccessToken); left != 0 {
		t.Errorf("a dead token works for %v", left)
	}
}
