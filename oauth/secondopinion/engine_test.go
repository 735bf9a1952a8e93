package main

import (
	"context"
	"net/http"
	"net/url"
	"testing"
	"time"

	"tokentray/oauth"
	"tokentray/oauth/keychain/keychaintest"
)

// engineAt opens the project's engine at the provider.
func engineAt(t *testing.T, p *Provider, secrets *keychaintest.Memory) *oauth.Engine {
	t.Helper()
	provider, err := oauth.Discovered(p.Issuer)
	if err != nil {
		t.Fatal(err)
	}
	engine, err := oauth.Open(oauth.Config{
		Provider: provider,
		Folder:   t.TempDir(),
		Secrets:  secrets,
		Client:   oauth.Client{ID: p.ClientID, Secret: p.ClientSecret},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	})
	return engine
}

// admit signs a person in through the engine's own listener.
func admit(t *testing.T, engine *oauth.Engine, p *person) oauth.Account {
	t.Helper()
	s, err := engine.StartSignIn(t.Context(), oauth.Request{})
	if err != nil {
		t.Fatal(err)
	}
	answer := p.signIn(t, s.Link())
	link, err := url.Parse(s.Link())
	if err != nil {
		t.Fatal(err)
	}
	ask(t, http.DefaultClient, link.Query().Get("redirect_uri")+"?"+answer.Encode(), nil).Body.Close()
	account, err := s.Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return account
}

func TestEngineSignsInRenewsAndRemovesAtAProviderThatIsNotOurs(t *testing.T) {
	p := started(t)
	provider, _, _ := discover(t, p)
	secrets := keychaintest.New()
	engine := engineAt(t, p, secrets)

	account := admit(t, engine, newPerson(t, p))
	if account.Address != "test-user@zitadel.ch" {
		t.Errorf("address is %q", account.Address)
	}
	first, err := engine.Token(t.Context(), account.Key, 0)
	if err != nil {
		t.Fatal(err)
	}
	if !active(t, provider, first.Access) {
		t.Error("the provider does not know its own token")
	}

	kept := secrets.Entries()["refresh_token:"+account.Key.Subject]
	renewed, err := engine.Token(t.Context(), account.Key, 24*time.Hour) // more than it ever gives: a new one
	if err != nil {
		t.Fatal(err)
	}
	if renewed.Access == first.Access || !active(t, provider, renewed.Access) {
		t.Error("not renewed")
	}
	if secrets.Entries()["refresh_token:"+account.Key.Subject] == kept {
		t.Error("the refresh token that replaced the first one is not in the keychain")
	}

	removal, err := engine.Remove(context.WithoutCancel(t.Context()), account.Key)
	if err != nil || removal.Withdrawn != nil || removal.Forgotten != nil {
		t.Errorf("removal: %+v, %v", removal, err)
	}
	if active(t, provider, renewed.Access) {
		t.Error("the token outlives its account")
	}
	if n := len(secrets.Entries()); n != 0 {
		t.Errorf("%d entries left", n)
	}
}
