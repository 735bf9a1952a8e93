package oauth_test

import (
	"context"
	"testing"

	"tokentray/oauth"
	"tokentray/oauth/keychain/keychaintest"
	"tokentray/oauth/practice"
	"tokentray/oauth/practice/practicetest"
)

// BenchmarkKeptToken is a click on an account whose token is fresh.
func BenchmarkKeptToken(b *testing.B) {
	provider, err := practice.Start(practice.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer shut(b, provider)
	found, err := oauth.Discovered(provider.Issuer())
	if err != nil {
		b.Fatal(err)
	}
	engine, err := oauth.Open(oauth.Config{
		Provider: found, Folder: b.TempDir(), Secrets: keychaintest.New(),
		Client: oauth.Client{ID: provider.ClientID(), Secret: provider.ClientSecret()},
	})
	if err != nil {
		b.Fatal(err)
	}
	defer shut(b, engine)
	ctx := context.Background()
	s, err := engine.StartSignIn(ctx, oauth.Request{Scopes: []string{mail}})
	if err != nil {
		b.Fatal(err)
	}
	practicetest.Allow(b, s.Link())
	account, err := s.Wait(ctx)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := engine.Token(ctx, account.Key, 0); err != nil {
			b.Fatal(err)
		}
	}
}
