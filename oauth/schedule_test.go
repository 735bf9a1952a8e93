package oauth

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tokentray/oauth/keychain/keychaintest"
)

// tokens answers every refresh at once, without a network, so that time can be virtual.
type tokens struct {
	given  atomic.Int64
	broken atomic.Bool
}

func (s *tokens) RoundTrip(*http.Request) (*http.Response, error) {
	status, body := http.StatusOK, fmt.Sprintf(`{"access_token":"a%d","expires_in":3600,"token_type":"Bearer"}`, s.given.Add(1))
	if s.broken.Load() {
		status, body = http.StatusServiceUnavailable, "down"
	}
	return &http.Response{
		StatusCode: status,
		Header:     http.Header{"Content-Type": {"application/json"}},
		Body:       io.NopCloser(bytes.NewReader([]byte(body))),
	}, nil
}

// openVirtual opens an engine with one account that has a refresh token, at a provider that lives in the test.
func openVirtual(t *testing.T, provider *tokens) (*Engine, Key) {
	t.Helper()
	key := Key{Issuer: "virtual", Subject: "1"}
	folder := t.TempDir()
	if err := writeList(filepath.Join(folder, "accounts.json"), []row{{Issuer: key.Issuer, Subject: key.Subject, Address: "a@example.com"}}); err != nil {
		t.Fatal(err)
	}
	secrets := keychaintest.New()
	if err := secrets.Set(context.Background(), refreshEntry(key), "r"); err != nil {
		t.Fatal(err)
	}
	e, err := Open(Config{
		Provider:  Provider{Name: key.Issuer, Endpoints: &Endpoints{Token: "http://127.0.0.1/token"}},
		Folder:    folder,
		Secrets:   secrets,
		Client:    Client{ID: "c"},
		Transport: provider,
		Log:       slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	return e, key
}

func TestTokensAreRenewedAheadOfTheirExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		provider := &tokens{}
		e, key := openVirtual(t, provider)
		defer e.Close()
		for range 24 * 60 {
			time.Sleep(time.Minute)
			synctest.Wait()
			if !e.atHand(key).lasts(e.now(), 0) {
				t.Fatalf("no token with five minutes to live at %v", e.now())
			}
		}
		// 50 minutes apart at most, 45 at least.
		if n := provider.given.Load(); n < 28 || n > 33 {
			t.Errorf("%d requests in a day", n)
		}
	})
}

func TestOutageEndsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		provider := &tokens{}
		e, key := openVirtual(t, provider)
		defer e.Close()
		time.Sleep(time.Minute)
		provider.broken.Store(true)
		time.Sleep(10 * time.Hour)
		synctest.Wait()
		if a := e.Accounts()[0]; a.State != Waiting || a.NeedsSignIn() {
			t.Errorf("account is %+v", a)
		}
		if n := provider.given.Load(); n > 200 {
			t.Errorf("%d requests in ten hours of outage", n)
		}
		provider.broken.Store(false)
		time.Sleep(8 * time.Minute)
		synctest.Wait()
		if a := e.Accounts()[0]; a.State != Ready || !e.atHand(key).lasts(e.now(), 0) {
			t.Errorf("account is %+v", a)
		}
	})
}
