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

	"tokentray/oauth/keychain/keychaintest"
)

// tokens answers every refresh at once, without a network, so that time can be virtual.
type tokens struct {
	asked, given atomic.Int64
	broken       atomic.Bool
	answer       atomic.Pointer[answer] // instead of a token
}

type answer struct {
	status int // zero: 200
	body   string
	header http.Header
}

func (a answer) response() *http.Response {
	header := a.header.Clone()
	if header == nil {
		header = http.Header{}
	}
	if header.Get("Content-Type") == "" {
		header.Set("Content-Type", "application/json")
	}
	if a.status == 0 {
		a.status = http.StatusOK
	}
	return &http.Response{StatusCode: a.status, Header: header, Body: io.NopCloser(bytes.NewReader([]byte(a.body)))}
}

var down = answer{status: http.StatusServiceUnavailable, body: "down"}

// fresh is a token for an hour like no other.
func fresh(n int64) answer {
	return answer{body: fmt.Sprintf(`{"access_token":"a%d","expires_in":3600,"token_type":"Bearer"}`, n)}
}

func (s *tokens) RoundTrip(*http.Request) (*http.Response, error) {
	s.asked.Add(1)
	if instead := s.answer.Load(); instead != nil {
		return instead.response(), nil
	}
	if s.broken.Load() {
		return down.response(), nil
	}
	return fresh(s.given.Add(1)).response(), nil
}

// virtual is an engine at a provider that lives in the test.
type virtual struct {
	*Engine
	keys    []Key
	folder  string
	secrets *keychaintest.Memory
	log     *lines
}

// lines is a log in memory.
type lines struct{ bytes.Buffer }

// elsewhere is where the accounts of a test are when nothing is known of their provider but its address.
var elsewhere = Provider{Name: "virtual", Issuer: "https://virtual"}

// newVirtual opens an engine with so many accounts whose refresh tokens are r0, r1 and so on. prepare, if it is not
// nil, sees the keychain before; through is what the engine uses it through.
func newVirtual(t testing.TB, provider http.RoundTripper, accounts int, prepare func(Secrets, Key), through ...func(Secrets) Secrets) *virtual {
	t.Helper()
	known := elsewhere
	known.Endpoints = &Endpoints{Token: "http://127.0.0.1/token"}
	return openAt(t, Config{Provider: known, Transport: provider}, accounts, prepare, through...)
}

// openAt completes what an engine is made of and opens it.
func openAt(t testing.TB, config Config, accounts int, prepare func(Secrets, Key), through ...func(Secrets) Secrets) *virtual {
	t.Helper()
	v := &virtual{folder: t.TempDir(), secrets: keychaintest.New(), log: &lines{}}
	var rows []row
	for i := range accounts {
		key := Key{Issuer: "virtual", Subject: fmt.Sprint(i)}
		v.keys = append(v.keys, key)
		rows = append(rows, row{
			Issuer: key.Issuer, Subject: key.Subject, Address: fmt.Sprintf("a%d@example.com", i),
			Scopes: []string{"openid", "mail"},
		})
		if err := v.secrets.Set(context.Background(), refreshEntry(key), fmt.Sprintf("r%d", i)); err != nil {
			t.Fatal(err)
		}
		if prepare != nil {
			prepare(v.secrets, key)
		}
	}
	if err := writeList(filepath.Join(v.folder, "accounts.json"), rows); err != nil {
		t.Fatal(err)
	}
	config.Folder, config.Secrets, config.Client = v.folder, v.secrets, Client{ID: "c"}
	for _, wrap := range through {
		config.Secrets = wrap(config.Secrets)
	}
	config.Log = slog.New(slog.NewTextHandler(v.log, nil))
	e, err := Open(config)
	if err != nil {
		t.Fatal(err)
	}
	v.Engine = e
	return v
}

// shut closes what a test opened, which has to go well.
func shut(t testing.TB, opened io.Closer) {
	t.Helper()
	if err := opened.Close(); err != nil {
		t.Errorf("could not be closed: %v", err)
	}
}

// openVirtual opens an engine with one account.
func openVirtual(t *testing.T, provider http.RoundTripper) (*Engine, Key) {
	t.Helper()
	v := newVirtual(t, provider, 1, nil)
	return v.Engine, v.keys[0]
}

// openVirtualAt does so with a token endpoint of the test's choice.
func openVirtualAt(t *testing.T, endpoint string, provider http.RoundTripper) (*Engine, Key) {
	t.Helper()
	known := elsewhere
	known.Endpoints = &Endpoints{Token: endpoint}
	v := openAt(t, Config{Provider: known, Transport: provider}, 1, nil)
	return v.Engine, v.keys[0]
}
