package practice_test

import (
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"tokentray/oauth/practice"
	"tokentray/oauth/practice/practicetest"
)

func TestSignInGivesTokensThatAnotherLibraryVerifies(t *testing.T) {
	p := start(t, practice.Options{})
	c := newProgram(t, p, mail)

	landing := practicetest.Allow(t, c.address())
	if landing.Status != 200 || landing.Body != "You can close this page." {
		t.Errorf("landed on %d %q", landing.Status, landing.Body)
	}
	back := params(t, landing.URL)
	for name, want := range map[string]string{
		"state": "the state", "iss": p.Issuer(), "authuser": "0", "prompt": "consent",
		"scope": "openid https://www.googleapis.com/auth/userinfo.email https://mail.google.com/",
	} {
		if got := back.Get(name); got != want {
			t.Errorf("redirect has %s=%q, want %q", name, got, want)
		}
	}

	token, err := c.exchange(back.Get("code"))
	if err != nil {
		t.Fatal(err)
	}
	if token.TokenType != "Bearer" || token.RefreshToken == "" || token.Extra("scope") != back.Get("scope") {
		t.Errorf("token answer: type %q, scope %q, refresh token %t", token.TokenType, token.Extra("scope"), token.RefreshToken != "")
	}
	if left := time.Until(token.Expiry); left < 59*time.Minute || left > time.Hour {
		t.Errorf("expires in %v", left)
	}

	raw, _ := token.Extra("id_token").(string)
	id, err := c.provider.Verifier(&oidc.Config{ClientID: p.ClientID()}).Verify(c.ctx, raw)
	if err != nil {
		t.Fatalf("ID token: %v", err)
	}
	if err := id.VerifyAccessToken(token.AccessToken); err != nil {
		t.Errorf("at_hash: %v", err)
	}
	var claims struct {
		Azp, Email string
		Verified   bool `json:"email_verified"`
	}
	if err := id.Claims(&claims); err != nil {
		t.Fatal(err)
	}
	if id.Nonce != "the nonce" || claims.Azp != p.ClientID() || claims.Email != "alice@example.com" || !claims.Verified {
		t.Errorf("ID token says %+v, nonce %q", claims, id.Nonce)
	}
	if len(id.Subject) != 21 || strings.Trim(id.Subject, "0123456789") != "" {
		t.Errorf("sub %q is not 21 digits", id.Subject)
	}

	info, err := c.provider.UserInfo(c.ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		t.Fatal(err)
	}
	if info.Subject != id.Subject || info.Email != "alice@example.com" || !info.EmailVerified {
		t.Errorf("userinfo says %+v", info)
	}

	again, err := c.refresh(token.RefreshToken)
	if err != nil {
		t.Fatal(err)
	}
	if again.AccessToken == token.AccessToken || again.RefreshToken != token.RefreshToken {
		t.Error("a refresh should give a new access token and keep the refresh token")
	}
	raw, _ = again.Extra("id_token").(string)
	if id, err = c.provider.Verifier(&oidc.Config{ClientID: p.ClientID()}).Verify(c.ctx, raw); err != nil || id.Nonce != "" {
		t.Errorf("ID token of the refresh: %v, nonce %q", err, id.Nonce)
	}
}

func TestRefreshTokenOnlyForOfflineAccess(t *testing.T) {
	c := newProgram(t, start(t, practice.Options{}))
	for name, test := range map[string]struct {
		changes []string
		want    bool
	}{
		"access_type=offline":  {nil, true},
		"no access_type":       {[]string{"access_type", ""}, false},
		"access_type=online":   {[]string{"access_type", "online"}, false},
		"scope offline_access": {[]string{"access_type", "", "scope", "openid offline_access"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			token, err := c.exchange(params(t, practicetest.Allow(t, c.address(test.changes...)).URL).Get("code"))
			if err != nil {
				t.Fatal(err)
			}
			if got := token.RefreshToken != ""; got != test.want {
				t.Errorf("refresh token: %t, want %t", got, test.want)
			}
		})
	}
}

func TestSubFollowsTheAddressAlone(t *testing.T) {
	sub := func(p *practice.Provider, address string) string {
		c := newProgram(t, p)
		raw, _ := c.signIn(t, practicetest.As(address)).Extra("id_token").(string)
		id, err := c.provider.Verifier(&oidc.Config{ClientID: p.ClientID()}).Verify(c.ctx, raw)
		if err != nil {
			t.Fatal(err)
		}
		return id.Subject
	}
	one, two := start(t, practice.Options{}), start(t, practice.Options{})
	if sub(one, "carol@example.com") != sub(two, "Carol@Example.com") {
		t.Error("another key and a capital letter made another person")
	}
	if sub(one, "alice@example.com") == sub(one, "bob@example.com") {
		t.Error("Alice and Bob are one person")
	}
}

func TestWhatIsNotTickedIsNotGranted(t *testing.T) {
	c := newProgram(t, start(t, practice.Options{}), mail, "https://www.googleapis.com/auth/gmail.send")
	token := c.signIn(t, practicetest.Without(mail))
	want := "openid https://www.googleapis.com/auth/userinfo.email https://www.googleapis.com/auth/gmail.send"
	if got := token.Extra("scope"); got != want {
		t.Errorf("granted %q, want %q", got, want)
	}

	nothing := practicetest.Allow(t, c.address("scope", mail), practicetest.Without(mail))
	if got := params(t, nothing.URL).Get("error"); got != "access_denied" {
		t.Errorf("with nothing ticked: error %q, want access_denied", got)
	}
}

func TestTokensStayWithinGooglesSizes(t *testing.T) {
	var all []string
	for _, name := range []string{"modify", "readonly", "metadata", "compose", "insert", "settings.basic", "send", "labels"} {
		all = append(all, "https://www.googleapis.com/auth/gmail."+name)
	}
	p := start(t, practice.Options{ClientID: strings.Repeat("c", 300), Rotate: true})
	c := newProgram(t, p, append(all, mail)...)
	for _, filler := range []string{"x", "&"} {
		longest := strings.Repeat(filler, 200-len("@example.com")) + "@example.com"
		token, err := c.refresh(c.signIn(t, practicetest.As(longest), practicetest.Problem("gmail:insufficientPermissions")).RefreshToken)
		if err != nil {
			t.Fatal(err)
		}
		if access, refresh := len(token.AccessToken), len(token.RefreshToken); access > 2048 || refresh > 512 {
			t.Errorf("address of 200 %q: access token %d bytes, refresh token %d bytes", filler, access, refresh)
		}
	}
}
