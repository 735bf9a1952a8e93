package app

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/storage"

	"tokentray/app/desktop"
	"tokentray/oauth"
	"tokentray/oauth/google"
	"tokentray/oauth/keychain"
	"tokentray/oauth/practice"
	"tokentray/oauth/practice/practicetest"
)

// newcomer is the program before any client was imported.
func newcomer(t *testing.T) *stage {
	t.Helper()
	s := newStage(t)
	s.client = oauth.Client{}
	s.start()
	return s
}

// goodFile is what Google's console gives out, changed by change if that is not nil.
func goodFile(t *testing.T, change func(file, client map[string]any)) string {
	t.Helper()
	client := map[string]any{
		"client_id": clientID, "client_secret": clientSecret, "project_id": "my-project",
		"auth_uri": google.AuthURL, "token_uri": google.TokenURL,
	}
	file := map[string]any{"installed": client}
	if change != nil {
		change(file, client)
	}
	data, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	return write(t, string(data))
}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "client_secret_1.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// drop drops a file on the window.
func (s *stage) drop(path string) {
	s.screen.window.dropped(fyne.Position{}, []fyne.URI{storage.NewFileURI(path)})
}

func TestAddAccountWithoutAClientOpensTheGuideInstead(t *testing.T) {
	s := newcomer(t)
	s.choose("Add account…")
	s.wantWords("Step 1 of 5")
	if len(s.browser.opened) != 0 {
		t.Error("a browser was opened")
	}
	s.press("Later")
	s.wantWords("No account yet.")
}

func TestAnotherProviderAsksForItsClientFile(t *testing.T) {
	s := newcomer(t)
	s.app.session.place.issuer, s.app.place.issuer = "http://127.0.0.1:1", "http://127.0.0.1:1"
	s.press("Add account…")
	s.wantWords("Connect to "+s.app.provider(), "[Choose the client file…]", "[Cancel]")
	s.key(fyne.KeyEscape)
	s.wantWords("No account yet.")
}

func TestGoodClientFileLeadsToTheSignIn(t *testing.T) {
	s := newcomer(t)
	s.press("Add account…")
	s.drop(goodFile(t, nil))
	s.awaitWords("Connected to the project my-project.")
	s.signIn("alice@example.com")

	s.stop()
	s.build()
	s.start() // the client was remembered
	s.signIn("bob@example.com")
	if lines := s.stderr.lines(); lines != nil {
		t.Errorf("logged: %q", lines)
	}
}

func TestBadClientFileIsSaidInTheWindowAndOnOneLine(t *testing.T) {
	tests := map[string]struct {
		path string
		want error
	}{
		"missing":         {filepath.Join(t.TempDir(), "gone.json"), google.ErrMissing},
		"a folder":        {t.TempDir(), google.ErrUnreadable},
		"empty":           {write(t, ""), google.ErrEmptyFile},
		"no client file":  {write(t, "hello"), google.ErrNotJSON},
		"a web page":      {write(t, "<!DOCTYPE html><html></html>"), google.ErrHTML},
		"cut off":         {write(t, `{"installed":{"client_id":"x`), google.ErrCutOff},
		"a web client":    {write(t, `{"web":{"client_id":"x","client_secret":"y"}}`), google.ErrWebClient},
		"service account": {write(t, `{"type":"service_account","client_id":"x","private_key":"y"}`), google.ErrServiceAccount},
		"no secret":       {goodFile(t, func(_, c map[string]any) { delete(c, "client_secret") }), google.ErrNoSecret},
		"foreign endpoints": {goodFile(t, func(_, c map[string]any) { c["token_uri"] = "https://oauth2.googleapis.com.evil.example/token" }),
			google.ErrForeignEndpoints},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newcomer(t)
			lines := s.logged(func() {
				s.drop(test.path)
				s.awaitProblem(test.want)
			})
			p := explain(test.want, "Google")
			if len(lines) != 1 || !strings.Contains(lines[0], p.title) {
				t.Errorf("standard error has %q, want one line with %q", lines, p.title)
			}
			s.wantWords("[Choose the client file…]")
			s.press("Close")
			s.drop(goodFile(t, nil))
			s.awaitWords("Connected to the project my-project.")
		})
	}
}

func TestClientSecretThatTheKeychainRefusesIsSaid(t *testing.T) {
	s := newcomer(t)
	s.secrets.Lock(keychain.ErrDismissed)
	s.oneLine(func() {
		s.drop(goodFile(t, nil))
		s.awaitProblem(keychain.ErrDismissed)
	})
	s.press("Try again")
	if s.engine().HasClient() {
		t.Error("there is a client without its secret")
	}
}

func TestClientFileOfTheCommandLineIsImportedFirst(t *testing.T) {
	s := newStage(t)
	s.client = oauth.Client{}
	s.app.firstClient = goodFile(t, nil)
	s.app.showWindow()
	s.app.open(place{})
	s.app.addAccount() // pressed meanwhile
	practicetest.Allow(s, s.link())
	s.awaitAccount("alice@example.com")
}

func TestBadClientFileOfTheCommandLineLeavesTheProgramUp(t *testing.T) {
	s := newStage(t)
	s.client = oauth.Client{}
	s.app.firstClient = write(t, "hello")
	s.oneLine(func() {
		s.start()
		s.awaitProblem(google.ErrNotJSON)
	})
	s.press("Close")
	s.press("Add account…")
	s.wantWords("Step 1 of 5")
}

func TestPageThatCantBeOpenedCanBeCopied(t *testing.T) {
	s := newcomer(t)
	s.press("Add account…")
	s.browser.fail(desktop.ErrBrowser)
	s.oneLine(func() {
		s.press("Open Google's page")
		s.awaitProblem(desktop.ErrBrowser)
	})
	s.press("Copy the link")
	s.until("the link is copied", func() bool { return s.board.holds() == google.Steps[0].Page })
}

func TestPracticeFirstLeavesTheGuide(t *testing.T) {
	s := newcomer(t)
	s.guideAt(4)
	s.press("Try it with a practice account first")
	practicetest.Allow(s, s.link())
	s.awaitAccount("alice@example.com")
	if s.provider.Requests(practice.Token) != 1 {
		t.Error("more than one token was asked for")
	}
	if got := s.entries(); !slices.Contains(got, "Practice mode: these are not real accounts") {
		t.Errorf("the tray has %q", got)
	}
	s.wantWords("Practice mode")
}

func TestEngineThatCantOpenCanBeTriedAgain(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a file in the place of a folder is another error there")
	}
	s := newStage(t)
	in := filepath.Join(s.root, "google")
	if err := os.WriteFile(in, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s.oneLine(func() {
		s.app.open(place{})
		s.app.addAccount() // pressed meanwhile
		s.awaitWords("Something went wrong")
	})
	if err := os.Remove(in); err != nil {
		t.Fatal(err)
	}
	s.press("Try again")
	practicetest.Allow(s, s.link())
	s.awaitAccount("alice@example.com")
}

func TestSecondProgramIsToldOfTheFirst(t *testing.T) {
	s := newStage(t)
	s.start()
	other := newApp(s.screen, s.root, s.stderr)
	other.window = newWindow(other, s.screen.NewWindow(Name))
	first := s.app
	defer func() { s.app = first }()
	other.screen, other.openSession, other.clipboard = first.screen, s.openSession, first.clipboard
	s.app = other
	defer other.stop()
	s.oneLine(func() {
		other.open(place{})
		s.awaitWords(explain(oauth.ErrInUse, "Google").title)
	})
}

func TestDamagedAccountListIsSaidAndTheProgramWorks(t *testing.T) {
	s := newStage(t)
	folder := filepath.Join(s.root, "google")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "accounts.json"), []byte(`{"version":1,"acc`), 0o600); err != nil {
		t.Fatal(err)
	}
	s.oneLine(func() {
		s.start()
		s.awaitProblem(oauth.ErrListAside)
	})
	aside, err := filepath.Glob(filepath.Join(folder, "accounts.json.damaged-*"))
	if err != nil || len(aside) != 1 {
		t.Errorf("put aside: %q (%v)", aside, err)
	}
	s.press("Close")
	s.signIn("alice@example.com")
}
