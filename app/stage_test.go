package app

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"tokentray/app/desktop"
	"tokentray/oauth"
	"tokentray/oauth/google"
	"tokentray/oauth/keychain/keychaintest"
	"tokentray/oauth/practice"
	"tokentray/oauth/practice/practicetest"
)

// stage is the application before a test's eyes: the window in memory, a real provider, a keychain, a clipboard and a
// browser that does what the test says.
type stage struct {
	*testing.T
	app      *App
	screen   *screen
	provider *practice.Provider
	secrets  *keychaintest.Memory
	board    *board
	browser  *browser
	tray     *tray
	stderr   *buffer
	login    *loginEntry
	root     string

	calls chan func()
	// client is the engine's from the start; empty: one must be imported.
	client oauth.Client
	// transport carries the engine's requests; nil: the usual one.
	transport http.RoundTripper
	// patience is how long a sign-in waits.
	patience time.Duration
	mu       sync.Mutex
	sessions []*session // as they were opened
}

// Google's shapes, so that a client file can name them.
const (
	clientID     = "1234567890-abc.apps.googleusercontent.com"
	clientSecret = "GOCSPX-0123456789abcdefghijklmnopqr"
)

// newStage sets up everything but opens no engine yet: start does.
func newStage(t *testing.T) *stage {
	t.Helper()
	provider, err := practice.Start(practice.Options{ClientID: clientID, ClientSecret: clientSecret})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := provider.Close(); err != nil {
			t.Errorf("the provider could not be closed: %v", err)
		}
	})
	home := t.TempDir() // nobody's own downloads are looked at
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	s := &stage{
		T:        t,
		screen:   &screen{App: test.NewTempApp(t)},
		provider: provider,
		secrets:  keychaintest.New(),
		board:    &board{},
		browser:  &browser{opened: make(chan string, 16)},
		stderr:   &buffer{},
		login:    &loginEntry{},
		root:     t.TempDir(),
		calls:    make(chan func(), 1000),
		client:   oauth.Client{ID: clientID, Secret: clientSecret},
		patience: 15 * time.Second, // a test that goes wrong must not wait for five minutes
	}
	s.build()
	t.Cleanup(func() {
		s.stop()
		s.noSecretIn("the log", s.stderr.String())
	})
	return s
}

// build makes the application, as a start of the program does.
func (s *stage) build() {
	s.app = newApp(s.screen, s.root, s.stderr)
	s.screen.window = nil
	s.app.window = newWindow(s.app, s.screen.NewWindow(Name))
	s.app.settings.Projects = map[string]project{clientID: published} // else each first sign-in ends with a question
	s.app.screen = func(f func()) { s.calls <- f }
	s.browser.screen = s.app.screen
	s.screen.look = s.app.screen
	s.app.openBrowser = s.browser.open
	s.app.downloads = func() string { return filepath.Join(os.Getenv("HOME"), "Downloads") }
	s.app.openSession = s.openSession
	s.app.login = s.login
	s.app.vault = func(string) vault { return s.secrets }
	s.tray = &tray{}
	s.app.setTray = s.tray.set
	s.app.keychain = func(context.Context) error { return nil }
	s.app.hasBus = true
	s.app.setTooltip = func(text string) {
		s.tray.tooltip = text
		s.tray.tooltips++
	}
	s.app.setTrayIcon = func(state trayState) { s.tray.icons = append(s.tray.icons, state) }
	s.app.clipboard = desktop.ClipboardOver(s.board, 10*time.Second)
}

// openSession is the program's, but for where the provider and the keychain are.
func (s *stage) openSession(_ context.Context, p place, root string, landing func(oauth.Account, error) oauth.Page, log *slog.Logger) (*session, error) {
	opened := &session{place: p, provider: "Google", choices: google.Presets}
	folder := "google"
	config := oauth.Config{Secrets: s.secrets, Client: s.client, Patience: s.patience, Landing: landing, Log: log, Transport: s.transport}
	if p.practice {
		opened.provider, folder = "the practice provider", "practice"
		config.Client = oauth.Client{ID: clientID, Secret: clientSecret}
	}
	found, err := oauth.Discovered(s.provider.Issuer())
	if err != nil {
		return nil, err
	}
	config.Provider, config.Folder = found, filepath.Join(root, folder)
	opened.engine, err = oauth.Open(config)
	if opened.engine == nil {
		return nil, err
	}
	s.mu.Lock()
	s.sessions = append(s.sessions, opened)
	s.mu.Unlock()
	return opened, err
}

// start opens the engine and shows the window.
func (s *stage) start() {
	s.Helper()
	s.app.showWindow()
	s.app.open(place{})
	s.until("the engine is open", func() bool { return s.app.view.provider != "" })
}

// stop ends the application, and runs what was still on its way to the screen.
func (s *stage) stop() {
	s.app.stop()
	for {
		select {
		case f := <-s.calls:
			f()
		default:
			return
		}
	}
}

// until runs what was sent to Fyne's thread until a condition holds.
func (s *stage) until(what string, holds func() bool) {
	s.Helper()
	limit := time.After(30 * time.Second)
	for !holds() {
		select {
		case f := <-s.calls:
			f()
		case <-limit:
			s.Fatalf("%s: not within 30 s. The window says:\n%s\nThe log says:\n%s", what, strings.Join(s.texts(), "\n"), s.stderr)
		}
	}
}

// link is what the browser was opened with.
func (s *stage) link() string {
	s.Helper()
	var link string
	s.until("a browser was opened", func() bool {
		select {
		case link = <-s.browser.opened:
			return true
		default:
			return false
		}
	})
	return link
}

// signIn signs somebody in through the window and the browser.
func (s *stage) signIn(address string) oauth.Account {
	s.Helper()
	s.press("Add account…")
	practicetest.Allow(s, s.link(), practicetest.As(address))
	return s.awaitAccount(address)
}

// awaitAccount waits until a sign-in is over and its account is listed.
func (s *stage) awaitAccount(address string) oauth.Account {
	s.Helper()
	s.until(address+" is signed in", func() bool { return s.app.signIn == nil && s.listed(address) })
	return s.account(address)
}

func (s *stage) listed(address string) bool {
	for _, a := range s.app.view.accounts {
		if a.Address == address {
			return true
		}
	}
	return false
}

// account is an account as the window has it.
func (s *stage) account(address string) oauth.Account {
	s.Helper()
	for _, a := range s.app.view.accounts {
		if a.Address == address {
			return a
		}
	}
	s.Fatalf("%s is not listed", address)
	return oauth.Account{}
}

// engine is that of the session opened last.
func (s *stage) engine() *oauth.Engine { return s.app.session.engine }

// logged runs something and returns the lines that it wrote to standard error.
func (s *stage) logged(do func()) []string {
	before := len(s.stderr.lines())
	do()
	return s.stderr.lines()[before:]
}

// oneLine runs something and checks that it wrote one line to standard error.
func (s *stage) oneLine(do func()) {
	s.Helper()
	if lines := s.logged(do); len(lines) != 1 {
		s.Errorf("%d lines were logged, want one:\n%s", len(lines), strings.Join(lines, "\n"))
	}
}

func (s *stage) noSecretIn(where, text string) {
	s.Helper()
	for name, secret := range s.secrets.Entries() {
		if strings.Contains(text, secret) {
			s.Errorf("%s holds %s", where, name)
		}
	}
	if written := s.board.tokens(); written != nil {
		for _, token := range written {
			if strings.Contains(text, token) {
				s.Errorf("%s holds a token", where)
			}
		}
	}
}

// buffer is standard error.
type buffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func (b *buffer) lines() []string {
	text := strings.TrimSuffix(b.String(), "\n")
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// browser keeps what it is opened with.
type browser struct {
	opened chan string
	screen func(func())
	mu     sync.Mutex
	err    error
}

func (b *browser) open(_ context.Context, address string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err != nil {
		return b.err
	}
	b.opened <- address
	b.screen(func() {}) // whoever waits looks again
	return nil
}

func (b *browser) fail(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.err = err
}

// board is a clipboard.
type board struct {
	mu      sync.Mutex
	text    string
	written []string
	err     error
	hang    chan struct{} // not nil: every operation waits for it to be closed
}

func (b *board) Read() (string, error) {
	if err := b.wait(); err != nil {
		return "", err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text, nil
}

func (b *board) Write(text string) error {
	if err := b.wait(); err != nil {
		return fmt.Errorf("%w: %q", err, text)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text = text
	b.written = append(b.written, text)
	return nil
}

func (b *board) wait() error {
	b.mu.Lock()
	hang, err := b.hang, b.err
	b.mu.Unlock()
	if hang != nil {
		<-hang
	}
	return err
}

func (b *board) fail(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.err = err
}

// hangUp makes every operation wait for release.
func (b *board) hangUp() (release func()) {
	hang := make(chan struct{})
	b.mu.Lock()
	defer b.mu.Unlock()
	b.hang = hang
	return func() { close(hang) }
}

// holds is what stands on the clipboard.
func (b *board) holds() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text
}

func (b *board) put(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text = text
}

// tokens are the texts written that look like tokens rather than links.
func (b *board) tokens() (tokens []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, text := range b.written {
		if text != "" && !strings.Contains(text, "://") {
			tokens = append(tokens, text)
		}
	}
	return tokens
}

// tray is what the desktop was sent.
type tray struct {
	menu    *fyne.Menu
	times   int
	tooltip string
	// tooltips counts those that were sent; icons are all that were.
	tooltips int
	icons    []trayState
}

func (t *tray) set(m *fyne.Menu) {
	t.menu = m
	t.times++
}
