package practice_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tokentray/oauth/practice"
	"tokentray/oauth/practice/practicetest"
)

func profileStatus(t *testing.T, p *practice.Provider, accessToken string) int {
	t.Helper()
	return send(t, p.Issuer()+"/gmail/v1/users/me/profile", nil, "Authorization", "Bearer "+accessToken).StatusCode
}

func revoke(t *testing.T, p *practice.Provider, token string) reply {
	t.Helper()
	return send(t, p.Issuer()+"/revoke", url.Values{"token": {token}})
}

func TestGrantSurvivesARestartWithTheSameKey(t *testing.T) {
	key, err := practice.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	before := start(t, practice.Options{Key: key})
	token := newProgram(t, before, mail).signIn(t, practicetest.As("bob@example.com"))
	if err := before.Close(); err != nil {
		t.Fatal(err)
	}

	after := start(t, practice.Options{Key: key})
	if status := profileStatus(t, after, token.AccessToken); status != http.StatusOK {
		t.Errorf("access token after the restart: %d", status)
	}
	c := newProgram(t, after)
	again, err := c.refresh(token.RefreshToken)
	if err != nil {
		t.Fatalf("refresh after the restart: %v", err)
	}
	info := send(t, after.Issuer()+"/userinfo", nil, "Authorization", "Bearer "+again.AccessToken).json(t)
	if info["email"] != "bob@example.com" {
		t.Errorf("after the restart the person is %v", info["email"])
	}

	stranger := start(t, practice.Options{})
	if status := profileStatus(t, stranger, token.AccessToken); status != http.StatusUnauthorized {
		t.Errorf("another key takes the access token: %d", status)
	}
	_, err = newProgram(t, stranger).refresh(token.RefreshToken)
	wantError(t, err, "invalid_grant")
	other := start(t, practice.Options{Key: key, ClientID: "another client"})
	_, err = newProgram(t, other).refresh(token.RefreshToken)
	wantError(t, err, "invalid_grant")
}

func TestRotationGoesOnAfterARestart(t *testing.T) {
	key, err := practice.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	c := newProgram(t, start(t, practice.Options{Key: key, Rotate: true}))
	first := c.signIn(t).RefreshToken
	second, err := c.refresh(first)
	if err != nil {
		t.Fatal(err)
	}
	c = newProgram(t, start(t, practice.Options{Key: key, Rotate: true}))
	third, err := c.refresh(second.RefreshToken)
	if err != nil {
		t.Fatalf("the live one: %v", err)
	}
	for _, dead := range []string{first, second.RefreshToken} {
		_, err = c.refresh(dead)
		wantError(t, err, "invalid_grant")
	}
	if _, err = c.refresh(third.RefreshToken); err != nil {
		t.Errorf("the next one: %v", err)
	}
}

func TestRevokingEitherTokenEndsTheGrant(t *testing.T) {
	p := start(t, practice.Options{})
	c := newProgram(t, p, mail)
	other := c.signIn(t)
	for _, kind := range []string{"access", "refresh"} {
		token := c.signIn(t)
		given := map[string]string{"access": token.AccessToken, "refresh": token.RefreshToken}[kind]
		if r := revoke(t, p, given); r.StatusCode != http.StatusOK {
			t.Fatalf("revoking the %s token: %d %s", kind, r.StatusCode, r.body)
		}
		if status := profileStatus(t, p, token.AccessToken); status != http.StatusUnauthorized {
			t.Errorf("%s token revoked, access token: %d", kind, status)
		}
		_, err := c.refresh(token.RefreshToken)
		wantError(t, err, "invalid_grant")
		if r := revoke(t, p, given); r.StatusCode != http.StatusBadRequest || r.json(t)["error"] != "invalid_token" {
			t.Errorf("revoking the %s token again: %d %s", kind, r.StatusCode, r.body)
		}
	}
	if _, err := c.refresh(other.RefreshToken); err != nil {
		t.Errorf("another grant fell too: %v", err)
	}
}

func TestUnknownTokensAreNotRevoked(t *testing.T) {
	p := start(t, practice.Options{})
	token := newProgram(t, p).signIn(t)
	idToken, _ := token.Extra("id_token").(string)
	for name, unknown := range map[string]string{
		"nonsense": "nonsense", "nothing": "", "an ID token": idToken, "a changed token": token.RefreshToken[:len(token.RefreshToken)-8] + "AAAAAAAA",
		"unsigned": "eyJhbGciOiJub25lIn0" + token.RefreshToken[strings.IndexByte(token.RefreshToken, '.'):],
	} {
		if r := revoke(t, p, unknown); r.StatusCode != http.StatusBadRequest || r.json(t)["error"] != "invalid_token" {
			t.Errorf("%s: %d %s", name, r.StatusCode, r.body)
		}
	}
}

func TestTokensAreNotInterchangeable(t *testing.T) {
	p := start(t, practice.Options{})
	c := newProgram(t, p, mail)
	token := c.signIn(t)
	idToken, _ := token.Extra("id_token").(string)
	for name, wrong := range map[string]string{"refresh": token.RefreshToken, "ID": idToken} {
		if status := profileStatus(t, p, wrong); status != http.StatusUnauthorized {
			t.Errorf("%s token as access token: %d", name, status)
		}
	}
	for _, wrong := range []string{token.AccessToken, idToken} {
		_, err := c.refresh(wrong)
		wantError(t, err, "invalid_grant")
	}
}
