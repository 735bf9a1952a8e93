package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

const redirect = "http://127.0.0.1:40404/callback" // nothing listens there: the person's browser stops before it

// started returns a provider that ends with the test.
func started(t *testing.T) *Provider {
	t.Helper()
	p, err := Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Errorf("could not be closed: %v", err)
		}
	})
	return p
}

// endpoints is what the tests want of discovery beyond go-oidc's Endpoint.
type endpoints struct {
	Revocation    string   `json:"revocation_endpoint"`
	Introspection string   `json:"introspection_endpoint"`
	Scopes        []string `json:"scopes_supported"`
}

// discover returns the provider as golang.org/x/oauth2 and go-oidc see it.
func discover(t *testing.T, p *Provider) (*oidc.Provider, *oauth2.Config, endpoints) {
	t.Helper()
	provider, err := oidc.NewProvider(t.Context(), p.Issuer)
	if err != nil {
		t.Fatal(err)
	}
	var more endpoints
	if err := provider.Claims(&more); err != nil {
		t.Fatal(err)
	}
	endpoint := provider.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInParams
	return provider, &oauth2.Config{
		ClientID:     p.ClientID,
		ClientSecret: p.ClientSecret,
		Endpoint:     endpoint,
		RedirectURL:  redirect,
		Scopes:       []string{oidc.ScopeOpenID, "email", oidc.ScopeOfflineAccess},
	}, more
}

// signedIn runs the authorization code flow with PKCE to its end.
func signedIn(t *testing.T, p *Provider, config *oauth2.Config) *oauth2.Token {
	t.Helper()
	verifier := oauth2.GenerateVerifier()
	answer := newPerson(t, p).signIn(t, config.AuthCodeURL("a state", oauth2.S256ChallengeOption(verifier), oidc.Nonce("a nonce")))
	if answer.Get("state") != "a state" {
		t.Fatalf("the redirect has state %q", answer.Get("state"))
	}
	token, err := config.Exchange(t.Context(), answer.Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// active asks the userinfo endpoint whether a token is good.
func active(t *testing.T, provider *oidc.Provider, accessToken string) bool {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, provider.UserInfoEndpoint(), nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+accessToken)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	text := body(t, response)
	switch response.StatusCode {
	case http.StatusOK:
		return true
	case http.StatusForbidden:
		return false
	}
	t.Fatalf("userinfo answers %s: %s", response.Status, text)
	return false
}

func post(t *testing.T, address string, form url.Values) (int, string) {
	t.Helper()
	response := ask(t, http.DefaultClient, address, form)
	return response.StatusCode, body(t, response)
}

func body(t *testing.T, response *http.Response) string {
	t.Helper()
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// wantRefused checks that a refresh ended with the error code.
func wantRefused(t *testing.T, config *oauth2.Config, refreshToken, code string) {
	t.Helper()
	_, err := refresh(t.Context(), config, refreshToken)
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); !ok || refused.ErrorCode != code {
		t.Errorf("refresh: %v, want %s", err, code)
	}
}

func refresh(ctx context.Context, config *oauth2.Config, refreshToken string) (*oauth2.Token, error) {
	return config.TokenSource(ctx, &oauth2.Token{RefreshToken: refreshToken}).Token()
}

func TestSignInGivesTokensForThePerson(t *testing.T) {
	p := started(t)
	provider, config, _ := discover(t, p)
	token := signedIn(t, p, config)

	if left := time.Until(token.Expiry); left < 4*time.Minute || left > 5*time.Minute {
		t.Errorf("the access token has %v to live, want about 5 minutes", left)
	}
	if token.RefreshToken == "" {
		t.Error("no refresh token")
	}
	if got := token.Extra("scope"); got != "openid email offline_access" {
		t.Errorf("granted scope = %q", got)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := provider.Verifier(&oidc.Config{ClientID: p.ClientID}).Verify(t.Context(), raw)
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := id.Claims(&claims); err != nil {
		t.Fatal(err)
	}
	if id.Subject != "id1" || id.Nonce != "a nonce" || claims["email"] != nil {
		t.Errorf("the ID token's claims are %v, want sub id1, the nonce and no email", claims)
	}
	info, err := provider.UserInfo(t.Context(), oauth2.StaticTokenSource(token))
	if err != nil {
		t.Fatal(err)
	}
	if info.Subject != "id1" || info.Email != "test-user@zitadel.ch" {
		t.Errorf("userinfo = %q, %q", info.Subject, info.Email)
	}
}

func TestRefreshReplacesBothTokens(t *testing.T) {
	p := started(t)
	provider, config, _ := discover(t, p)
	first := signedIn(t, p, config)
	second, err := refresh(t.Context(), config, first.RefreshToken)
	if err != nil {
		t.Fatal(err)
	}
	if second.RefreshToken == "" || second.RefreshToken == first.RefreshToken {
		t.Error("the refresh token was not replaced")
	}
	if !active(t, provider, second.AccessToken) {
		t.Error("the new access token is not active")
	}
	if active(t, provider, first.AccessToken) {
		t.Error("the access token before is still active")
	}
	wantRefused(t, config, first.RefreshToken, "invalid_grant")
}

func TestRevokedRefreshTokenEndsTheGrant(t *testing.T) {
	p := started(t)
	provider, config, more := discover(t, p)
	token := signedIn(t, p, config)

	status, text := post(t, more.Revocation, url.Values{"token": {token.RefreshToken}})
	if status != http.StatusUnauthorized || !active(t, provider, token.AccessToken) {
		t.Errorf("revocation without the client: %d %s, want 401", status, text)
	}
	withClient := url.Values{"token": {token.RefreshToken}, "client_id": {p.ClientID}, "client_secret": {p.ClientSecret}}
	if status, text := post(t, more.Revocation, withClient); status != http.StatusOK {
		t.Fatalf("revocation: %d %s", status, text)
	}
	if active(t, provider, token.AccessToken) {
		t.Error("the access token is still active")
	}
	wantRefused(t, config, token.RefreshToken, "invalid_grant")
	if status, text := post(t, more.Revocation, withClient); status != http.StatusOK {
		t.Errorf("revocation of a token that is gone: %d %s, want 200", status, text)
	}
}

func TestIntrospectionTellsWhetherATokenIsActive(t *testing.T) {
	p := started(t)
	_, config, more := discover(t, p)
	token := signedIn(t, p, config)
	for accessToken, want := range map[string]bool{token.AccessToken: true, "rubbish": false} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, more.Introspection,
			strings.NewReader(url.Values{"token": {accessToken}}.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.SetBasicAuth(p.ClientID, p.ClientSecret)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		var answer struct{ Active bool }
		if text := body(t, response); json.Unmarshal([]byte(text), &answer) != nil || answer.Active != want {
			t.Errorf("introspection: %s %s, want active = %v", response.Status, text, want)
		}
	}
}

func TestRefreshTokenOnlyForOfflineAccess(t *testing.T) {
	p := started(t)
	_, config, more := discover(t, p)
	if !slices.Contains(more.Scopes, oidc.ScopeOfflineAccess) {
		t.Errorf("discovery lists %v, without offline_access", more.Scopes)
	}
	config.Scopes = []string{oidc.ScopeOpenID, "email", "https://mail.google.com/"}
	token := signedIn(t, p, config)
	if token.RefreshToken != "" {
		t.Error("a refresh token without offline_access")
	}
	if got := token.Extra("scope"); got != "openid email" {
		t.Errorf("granted scope = %q, want the unknown one dropped", got)
	}
}

func TestAnyLoopbackPortButNoOtherPath(t *testing.T) {
	p := started(t)
	_, config, _ := discover(t, p)
	for address, want := range map[string]bool{
		"http://127.0.0.1:1/callback":     true,
		"http://127.0.0.1:65535/callback": true,
		"http://[::1]:8080/callback":      true,
		"http://127.0.0.1:1/other":        false,
		"http://example.com/callback":     false,
	} {
		config.RedirectURL = address
		offer := config.AuthCodeURL("state", oauth2.S256ChallengeOption("verifier"))
		response := ask(t, newPerson(t, p).browser, offer, nil)
		if got := strings.Contains(body(t, response), `id="username"`); got != want {
			t.Errorf("redirect %s: sign-in offered = %v (%s), want %v", address, got, response.Status, want)
		}
	}
}

func TestWrongClientIsRefused(t *testing.T) {
	p := started(t)
	_, config, _ := discover(t, p)
	token := signedIn(t, p, config)
	config.ClientSecret = "wrong"
	wantRefused(t, config, token.RefreshToken, "invalid_client")
}

func TestWrongVerifierIsRefused(t *testing.T) {
	p := started(t)
	_, config, _ := discover(t, p)
	code := newPerson(t, p).signIn(t, config.AuthCodeURL("state", oauth2.S256ChallengeOption(oauth2.GenerateVerifier()))).Get("code")
	_, err := config.Exchange(t.Context(), code, oauth2.VerifierOption(oauth2.GenerateVerifier()))
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); !ok || refused.ErrorCode != "invalid_grant" {
		t.Errorf("exchange: %v, want invalid_grant", err)
	}
}

func TestClientFileHasGooglesForm(t *testing.T) {
	p := started(t)
	_, config, _ := discover(t, p)
	path := filepath.Join(t.TempDir(), "client.json")
	if err := p.WriteClientFile(path); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Installed struct {
			ClientID     string `json:"client_id"`
			ClientSecret string `json:"client_secret"`
			AuthURI      string `json:"auth_uri"`
			TokenURI     string `json:"token_uri"`
		}
	}
	if err := json.Unmarshal(file, &got); err != nil {
		t.Fatal(err)
	}
	if got.Installed.ClientID != p.ClientID || got.Installed.ClientSecret != p.ClientSecret ||
		got.Installed.AuthURI != config.Endpoint.AuthURL || got.Installed.TokenURI != config.Endpoint.TokenURL {
		t.Errorf("the client file %s does not agree with discovery: %+v", file, config.Endpoint)
	}
}
