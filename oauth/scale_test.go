package oauth

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"tokentray/oauth/keychain"
)

// What many accounts cost. The keychain and the provider remember nothing here, so that the engine is what is measured.

// forgetful is a keychain with a refresh token for everybody.
type forgetful struct{}

func (forgetful) Get(_ context.Context, name string) (string, error) {
	if strings.HasPrefix(name, "refresh_token:") {
		return "r", nil
	}
	return "", keychain.ErrNotFound
}
func (forgetful) Set(context.Context, string, string) error { return nil }
func (forgetful) Delete(context.Context, string) error      { return nil }
func (forgetful) Unlock(context.Context) error              { return nil }

// lavish answers with tokens as long as Google's.
type lavish struct{}

func (lavish) RoundTrip(*http.Request) (*http.Response, error) {
	return answer{body: `{"access_token":"ya29.` + strings.Repeat("x", 220) + `","expires_in":3599,"token_type":"Bearer",` +
		`"scope":"https://mail.google.com/ https://www.googleapis.com/auth/userinfo.email openid"}`}.response(), nil
}

// many is an engine's configuration with so many accounts.
func many(t testing.TB, accounts int) Config {
	t.Helper()
	folder := t.TempDir()
	var rows []row
	for i := range accounts {
		rows = append(rows, row{
			Issuer: "many", Subject: fmt.Sprintf("1%020d", i), Address: fmt.Sprintf("somebody.%d@example.com", i),
			Client: strings.Repeat("c", 72), SignedIn: time.Now(),
			Scopes: []string{"https://mail.google.com/", "https://www.googleapis.com/auth/userinfo.email", "openid"},
		})
	}
	if err := writeList(filepath.Join(folder, "accounts.json"), rows); err != nil {
		t.Fatal(err)
	}
	return Config{
		Provider:  Provider{Name: "many", Issuer: "https://many", Endpoints: &Endpoints{Token: "http://127.0.0.1/token"}},
		Folder:    folder,
		Secrets:   forgetful{},
		Client:    Client{ID: "c"},
		Transport: lavish{},
		Log:       slog.New(slog.DiscardHandler),
	}
}

func open(t testing.TB, config Config) *Engine {
	t.Helper()
	e, err := Open(config)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// awaitTokens waits until every account has its token.
func (e *Engine) awaitTokens() {
	all := make(chan struct{}, 1)
	defer e.Watch(func(accounts []Account) {
		for _, a := range accounts {
			if a.Expiry.IsZero() {
				return
			}
		}
		select {
		case all <- struct{}{}:
		default:
		}
	})()
	<-all
}

func heapInUse() uint64 {
	runtime.GC()
	runtime.GC() // what has a finalizer goes with the second
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

// fillHistories has everything happen to each account that can be kept.
func (e *Engine) fillHistories() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, a := range e.accounts {
		for i := range longestHistory {
			if i%2 == 0 {
				e.note(a, Copied, nil)
			} else {
				e.note(a, Failed, fmt.Errorf("%w: %w", ErrBadAnswer, &ServerError{Status: 500 + i}))
			}
		}
	}
}

// memoryPerAccount is what an account with a token at hand and a full history takes of the engine's memory, in bytes.
func memoryPerAccount(t testing.TB) float64 {
	t.Helper()
	const accounts = 1000
	one, all := many(t, 1), many(t, accounts)
	few := open(t, one) // whatever the first engine of a process allocates is not the accounts'
	few.awaitTokens()
	if err := few.Close(); err != nil {
		t.Fatal(err)
	}
	before := heapInUse()
	e := open(t, all)
	e.awaitTokens()
	e.fillHistories()
	per := (float64(heapInUse()) - float64(before)) / accounts
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	return per
}

func TestAccountTakesNoMoreThanFourKilobytes(t *testing.T) {
	per := memoryPerAccount(t)
	t.Logf("%.0f bytes an account", per)
	if per > 4<<10 {
		t.Errorf("%.0f bytes an account", per)
	}
}

// BenchmarkMemory reports what each of a thousand accounts takes.
func BenchmarkMemory(b *testing.B) {
	var per float64
	for b.Loop() {
		per = memoryPerAccount(b)
	}
	b.ReportMetric(per, "B/account")
}

// BenchmarkOpen is a start of the engine, up to the moment when its accounts, with full histories, can be shown.
func BenchmarkOpen(b *testing.B) {
	for _, accounts := range []int{1, 1000} {
		b.Run(fmt.Sprintf("accounts=%d", accounts), func(b *testing.B) {
			config := many(b, accounts)
			before := open(b, config)
			before.fillHistories()
			if err := before.Close(); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				e := open(b, config)
				if len(e.Accounts()) != accounts {
					b.Fatal("accounts are missing")
				}
				b.StopTimer()
				if err := e.Close(); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
		})
	}
}

// BenchmarkSnapshot is what each change costs besides the drawing, with a thousand accounts.
func BenchmarkSnapshot(b *testing.B) {
	e := open(b, many(b, 1000))
	defer shut(b, e)
	e.awaitTokens()
	b.ReportAllocs()
	for b.Loop() {
		e.Accounts()
	}
}
