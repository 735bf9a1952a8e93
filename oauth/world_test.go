package oauth_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tokentray/oauth"
	"tokentray/oauth/keychain/keychaintest"
	"tokentray/oauth/practice"
	"tokentray/oauth/practice/practicetest"
)

// world is an engine at a real provider, with a keychain in memory.
type world struct {
	*testing.T
	provider *practice.Provider
	secrets  *keychaintest.Memory
	folder   string
	config   oauth.Config
	engine   *oauth.Engine
	log      *lockedBuffer
}

func newWorld(t *testing.T) *world {
	t.Helper()
	provider, err := practice.Start(practice.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { shut(t, provider) })
	w := &world{T: t, provider: provider, secrets: keychaintest.New(), folder: t.TempDir(), log: &lockedBuffer{}}
	found, err := oauth.Discovered(provider.Issuer())
	if err != nil {
		t.Fatal(err)
	}
	w.config = oauth.Config{
		Provider: found,
		Folder:   w.folder,
		Secrets:  w.secrets,
		Client:   oauth.Client{ID: provider.ClientID(), Secret: provider.ClientSecret()},
		Log:      slog.New(slog.NewTextHandler(w.log, nil)),
	}
	w.open()
	t.Cleanup(func() {
		w.close()
		w.noSecretIn("the log", w.log.String())
	})
	return w
}

// open starts the engine, as a start of the program would.
func (w *world) open() {
	w.Helper()
	engine, err := oauth.Open(w.config)
	if err != nil {
		w.Fatal(err)
	}
	w.engine = engine
}

func (w *world) close() {
	w.Helper()
	if w.engine == nil {
		return
	}
	if err := w.engine.Close(); err != nil {
		w.Error(err)
	}
	w.engine = nil
}

func (w *world) restart() {
	w.Helper()
	w.close()
	w.open()
}

const mail = "https://mail.google.com/"

// start begins a sign-in.
func (w *world) start() *oauth.SignIn {
	w.Helper()
	s, err := w.engine.StartSignIn(context.Background(), oauth.Request{Scopes: []string{mail}})
	if err != nil {
		w.Fatal(err)
	}
	return s
}

// signIn signs alice in, or whom the choices say.
func (w *world) signIn(choices ...practicetest.Choice) oauth.Account {
	w.Helper()
	s := w.start()
	practicetest.Allow(w, s.Link(), choices...)
	account, err := s.Wait(context.Background())
	if err != nil {
		w.Fatal(err)
	}
	return account
}

// signInError is what a sign-in ends with that ought not to work.
func (w *world) signInError(choices ...practicetest.Choice) error {
	w.Helper()
	s := w.start()
	practicetest.Allow(w, s.Link(), choices...)
	account, err := s.Wait(context.Background())
	if err == nil {
		w.Fatalf("signed in as %s", account.Address)
	}
	return err
}

// ask sends a request and returns the status of the answer.
func (w *world) ask(request *http.Request, err error) int {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		w.Fatal(err)
	}
	response.Body.Close()
	return response.StatusCode
}

// visit opens an address as a browser does.
func (w *world) visit(address string) int {
	w.Helper()
	return w.ask(http.NewRequestWithContext(w.Context(), http.MethodGet, address, nil))
}

// post sends a form to one of the provider's endpoints.
func (w *world) post(path string, form url.Values) int {
	w.Helper()
	request, err := http.NewRequestWithContext(w.Context(), http.MethodPost, w.provider.Issuer()+path, strings.NewReader(form.Encode()))
	if err == nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return w.ask(request, err)
}

// token asks for a token with so much to live.
func (w *world) token(a oauth.Account, atLeast time.Duration) oauth.Token {
	w.Helper()
	token, err := w.engine.Token(context.Background(), a.Key, atLeast)
	if err != nil {
		w.Fatal(err)
	}
	return token
}

// anew is more than any token here has to live: it asks for a new one.
const anew = 2 * time.Hour

// await waits until a snapshot is as expected.
func (w *world) await(expected func([]oauth.Account) bool) []oauth.Account {
	w.Helper()
	found := make(chan []oauth.Account, 1)
	stop := w.engine.Watch(func(accounts []oauth.Account) {
		if expected(accounts) {
			select {
			case found <- accounts:
			default:
			}
		}
	})
	defer stop()
	select {
	case accounts := <-found:
		return accounts
	case <-time.After(20 * time.Second):
		w.Fatalf("never came to be; now: %+v", w.engine.Accounts())
		return nil
	}
}

func (w *world) refreshToken(a oauth.Account) string {
	w.Helper()
	secret := w.secrets.Entries()["refresh_token:"+a.Key.Subject]
	if secret == "" {
		w.Fatal("no refresh token in the keychain")
	}
	return secret
}

// nothingKept checks that a sign-in that failed left nothing behind.
func (w *world) nothingKept() {
	w.Helper()
	if accounts := w.engine.Accounts(); len(accounts) > 0 {
		w.Errorf("listed all the same: %v", accounts)
	}
	if entries := w.secrets.Entries(); len(entries) > 0 {
		w.Errorf("%d entries are left in the keychain", len(entries))
	}
	if list := w.listFile(); strings.Contains(list, "example.com") {
		w.Errorf("the list still has it: %s", list)
	}
}

func (w *world) listFile() string {
	w.Helper()
	data, err := os.ReadFile(filepath.Join(w.folder, "accounts.json"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		w.Fatal(err)
	}
	return string(data)
}

func (w *world) writeList(content string) {
	w.Helper()
	if err := os.WriteFile(filepath.Join(w.folder, "accounts.json"), []byte(content), 0o600); err != nil {
		w.Fatal(err)
	}
}

// noSecretIn checks a text against everything that the keychain holds.
func (w *world) noSecretIn(where, text string) {
	w.Helper()
	for name, secret := range w.secrets.Entries() {
		if strings.Contains(text, secret) {
			w.Errorf("%s holds %s", where, name)
		}
	}
}

// shut closes what a test opened, which has to go well.
func shut(t testing.TB, opened io.Closer) {
	t.Helper()
	if err := opened.Close(); err != nil {
		t.Errorf("could not be closed: %v", err)
	}
}

func wantError(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error is %v, want %v", err, want)
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
