package oauth_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tokentray/oauth"
	"tokentray/oauth/keychain/keychaintest"
	"tokentray/oauth/practice"
	"tokentray/oauth/practice/practicetest"
)

// moments is what a crash would have left at each step of what an engine does: before and after each call of the
// keychain and each request. The list of accounts only changes in between, and as a whole.
type moments struct {
	*keychaintest.Memory
	folder string
	on     atomic.Bool // the act has begun

	mu   sync.Mutex
	left []moment
}

// moment is what is on disk and in the keychain at one step.
type moment struct {
	step    string
	files   map[string]string
	entries map[string]string
}

func (m *moments) note(step string) {
	if !m.on.Load() {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	now := moment{step: fmt.Sprintf("%d %s", len(m.left), step), files: map[string]string{}, entries: m.Entries()}
	found, err := filepath.Glob(filepath.Join(m.folder, "*.json"))
	if err != nil {
		panic(err)
	}
	for _, path := range found {
		text, err := os.ReadFile(path)
		if err != nil {
			panic(err)
		}
		now.files[filepath.Base(path)] = string(text)
	}
	m.left = append(m.left, now)
}

func (m *moments) around(step string, do func()) {
	m.note("before " + step)
	do()
	m.note("after " + step)
}

func (m *moments) Get(ctx context.Context, name string) (secret string, err error) {
	m.around("get "+kind(name), func() { secret, err = m.Memory.Get(ctx, name) })
	return secret, err
}

func (m *moments) Set(ctx context.Context, name, secret string) (err error) {
	m.around("set "+kind(name), func() { err = m.Memory.Set(ctx, name, secret) })
	return err
}

func (m *moments) Delete(ctx context.Context, name string) (err error) {
	m.around("delete "+kind(name), func() { err = m.Memory.Delete(ctx, name) })
	return err
}

func (m *moments) RoundTrip(request *http.Request) (response *http.Response, err error) {
	m.around(request.Method+" "+request.URL.Path, func() { response, err = http.DefaultTransport.RoundTrip(request) })
	return response, err
}

func kind(name string) string {
	kind, _, _ := strings.Cut(name, ":")
	return kind
}

// crashes lives through an act and then, once for each of its moments, through a start after a crash at that moment.
// The provider rotates, and forgives an answer that was lost.
func crashes(t *testing.T, prepare, act func(*world), after func(*world, moment)) {
	w := newWorld(t)
	provider, err := practice.Start(practice.Options{Rotate: true, Leeway: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shut(t, provider) })
	w.close()
	w.provider = provider
	if w.config.Provider, err = oauth.Discovered(provider.Issuer()); err != nil {
		t.Fatal(err)
	}
	w.config.Client = oauth.Client{}
	w.open()
	client := oauth.Client{ID: provider.ClientID(), Secret: provider.ClientSecret()}
	if err := w.engine.SetClient(context.Background(), client); err != nil {
		t.Fatal(err)
	}
	prepare(w)
	w.close()
	seen := &moments{Memory: w.secrets, folder: w.folder}
	w.config.Secrets, w.config.Transport = seen, seen
	w.open()
	w.await(func(accounts []oauth.Account) bool {
		return !slices.ContainsFunc(accounts, func(a oauth.Account) bool { return a.Expiry.IsZero() && !a.NeedsSignIn() })
	})
	seen.on.Store(true)
	act(w)
	w.close()
	seen.note("at the end")
	w.config.Transport = nil
	for _, crash := range seen.left {
		t.Run(crash.step, func(t *testing.T) {
			w := &world{T: t, provider: provider, secrets: keychaintest.New(), folder: t.TempDir(), config: w.config, log: &lockedBuffer{}}
			for name, text := range crash.files {
				if err := os.WriteFile(filepath.Join(w.folder, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			for name, secret := range crash.entries {
				if err := w.secrets.Set(context.Background(), name, secret); err != nil {
					t.Fatal(err)
				}
			}
			w.config.Folder, w.config.Secrets = w.folder, w.secrets
			w.open()
			defer w.close()
			w.settled()
			w.inOrder()
			after(w, crash)
		})
	}
}

// settled waits until no change is half done.
func (w *world) settled() {
	w.Helper()
	limit := time.Now().Add(20 * time.Second)
	for strings.Contains(w.listFile()+w.clientsFile(), `"phase"`) {
		if time.Now().After(limit) {
			w.Fatalf("half done still: %s %s", w.listFile(), w.clientsFile())
		}
	}
}

func (w *world) clientsFile() string {
	w.Helper()
	data, err := os.ReadFile(filepath.Join(w.folder, "clients.json"))
	if err != nil && !os.IsNotExist(err) {
		w.Fatal(err)
	}
	return string(data)
}

// inOrder wants a token of everybody whose grant has not ended, and in the keychain what the accounts and clients need
// and nothing else.
func (w *world) inOrder() {
	w.Helper()
	left := maps.Clone(w.secrets.Entries())
	for _, a := range w.engine.Accounts() {
		token, err := w.engine.Token(context.Background(), a.Key, 0)
		if !errors.Is(err, oauth.ErrSignInAgain) && (err != nil || !w.alive(token)) {
			w.Errorf("the token of %s does not work: %v", a.Address, err)
		}
		if left["refresh_token:"+a.Key.Subject] == "" {
			w.Errorf("%s has no refresh token", a.Address)
		}
		delete(left, "refresh_token:"+a.Key.Subject)
		delete(left, "access_token:"+a.Key.Subject)
	}
	for _, c := range w.engine.Clients() {
		if left["client_secret:"+c.ID] == "" {
			w.Errorf("the secret of client %s is gone", c.ID)
		}
		delete(left, "client_secret:"+c.ID)
	}
	for name := range left {
		w.Errorf("the keychain has an orphan: %s", name)
	}
}

// endGrant ends an account's grant at the provider, and has the program learn of it.
func (w *world) endGrant(a oauth.Account) {
	w.Helper()
	w.post("/revoke", url.Values{"token": {w.refreshToken(a)}})
	_, err := w.engine.Token(context.Background(), a.Key, anew)
	wantError(w, err, oauth.ErrSignInAgain)
}

func (w *world) wantAccounts(most int, always ...string) {
	w.Helper()
	there := map[string]bool{}
	for _, a := range w.engine.Accounts() {
		there[a.Address] = true
		if a.NeedsSignIn() {
			w.Errorf("%s has to sign in again", a.Address)
		}
	}
	for _, address := range always {
		if !there[address] {
			w.Errorf("%s is gone", address)
		}
	}
	if len(there) > most {
		w.Errorf("there are %v", there)
	}
}

func TestCrashAtAnyStepOfASignInAddsTheAccountOrLeavesNothing(t *testing.T) {
	crashes(t, func(w *world) { w.signIn(practicetest.As("bob@example.com")) }, func(w *world) { w.signIn() },
		func(w *world, _ moment) { w.wantAccounts(2, "bob@example.com") })
}

// The person has signed in again by the time that the keychain has the new refresh token, whatever the list says.
func TestCrashAtAnyStepOfSigningInAgainCostsNothing(t *testing.T) {
	var newest string
	crashes(t, func(w *world) {
		a := w.signIn()
		w.endGrant(a)
	}, func(w *world) {
		a := w.signIn()
		newest = w.refreshToken(a)
	}, func(w *world, crash moment) {
		accounts := w.engine.Accounts()
		if len(accounts) != 1 {
			w.Fatalf("accounts are %v", accounts)
		}
		if crash.entries["refresh_token:"+accounts[0].Key.Subject] == newest && accounts[0].NeedsSignIn() {
			w.Error("has to sign in once more")
		}
	})
}

func TestSigningInAgainThatTheKeychainRefusesLeavesTheEndInTheList(t *testing.T) {
	w := newWorld(t)
	a := w.signIn()
	w.endGrant(a)
	w.secrets.FailSet(errors.New("full"))
	_ = w.signInError()
	w.secrets.FailSet(nil)
	w.restart()
	if got := w.engine.Accounts(); len(got) != 1 || !got[0].NeedsSignIn() || got[0].Ended.IsZero() {
		t.Errorf("accounts are %+v", got)
	}
}

func TestCrashAtAnyStepOfARenewalLosesNobody(t *testing.T) {
	crashes(t, func(w *world) { w.signIn() }, func(w *world) { w.token(w.engine.Accounts()[0], anew) },
		func(w *world, _ moment) { w.wantAccounts(1, "alice@example.com") })
}

// Where refresh tokens rotate, the answer that is under way holds the only one that is left.
func TestEndInTheMiddleOfARenewalWaitsForTheAnswer(t *testing.T) {
	w := newWorld(t)
	w.provider.SetRotate(true)
	a := w.signIn()
	before := w.refreshToken(a)
	rotated := make(chan struct{})
	w.provider.SetFault(practice.Token, practice.Fault{Times: 1, Edit: func(map[string]any) {
		close(rotated)
		<-time.After(200 * time.Millisecond)
	}})
	go func() { _, _ = w.engine.Token(context.Background(), a.Key, anew) }()
	<-rotated
	w.restart()
	if w.refreshToken(a) == before {
		t.Error("the new refresh token is lost, and the one before is dead")
	}
	w.token(a, anew/4)
}

func TestCrashAtAnyStepOfARemovalIsFinishedAtTheNextStart(t *testing.T) {
	var gone string
	crashes(t, func(w *world) {
		w.signIn(practicetest.As("bob@example.com"))
		gone = w.refreshToken(w.signIn())
	}, func(w *world) { w.remove(w.engine.Accounts()[1]) }, func(w *world, _ moment) {
		w.wantAccounts(1, "bob@example.com")
		if !w.dead(gone) {
			w.Error("the grant lives on")
		}
	})
}

func TestCrashAtAnyStepOfAnImportLeavesNoSecretBehind(t *testing.T) {
	crashes(t, func(*world) {}, func(w *world) {
		if err := w.engine.SetClient(context.Background(), oauth.Client{ID: "another", Secret: "another secret"}); err != nil {
			w.Fatal(err)
		}
	}, func(w *world, _ moment) { w.wantClients(1) })
}

func TestCrashAtAnyStepOfForgettingAClientLeavesNoSecretBehind(t *testing.T) {
	crashes(t, func(w *world) {
		if err := w.engine.SetClient(context.Background(), oauth.Client{ID: "another", Secret: "another secret"}); err != nil {
			w.Fatal(err)
		}
	}, func(w *world) {
		if err := w.engine.ForgetClient(context.Background(), "another"); err != nil {
			w.Fatal(err)
		}
	}, func(w *world, _ moment) { w.wantClients(1) })
}

// wantClients wants the practice provider's client and at most one more.
func (w *world) wantClients(more int) {
	w.Helper()
	known := w.engine.Clients()
	if len(known) < 1 || len(known) > 1+more || known[0].ID != w.provider.ClientID() {
		w.Errorf("clients are %v", known)
	}
}
