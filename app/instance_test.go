package app

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"tokentray/app/desktop"
	"tokentray/oauth"
	"tokentray/oauth/google"
	"tokentray/oauth/practice/practicetest"
)

// hidden is a stage whose window was closed, with the tray to bring it back.
func (s *stage) hidden() *stage {
	s.Helper()
	s.app.trayHostChanged(true)
	s.screen.window.close()
	if s.screen.window.shown {
		s.Fatal("the window is not hidden")
	}
	return s
}

func started(t *testing.T) *stage {
	s := newStage(t)
	s.start()
	return s
}

func (s *stage) wantShown(want bool) {
	s.Helper()
	if s.screen.window.shown != want {
		s.Errorf("the window shows: %v, want %v", s.screen.window.shown, want)
	}
}

func (s *stage) wantNoBrowser() {
	s.Helper()
	if len(s.browser.opened) > 0 {
		s.Error("the browser was opened")
	}
}

func TestSecondStartShowsTheWindow(t *testing.T) {
	s := started(t).hidden()
	s.app.heed(desktop.Handover{})
	s.wantShown(true)
	s.wantNoBrowser()
	if s.says("Step 1 of 5") {
		t.Error("the guide is there, although a client is known")
	}
}

func TestSecondStartOfANewcomerShowsTheGuide(t *testing.T) {
	s := newcomer(t).hidden()
	s.app.heed(desktop.Handover{})
	s.wantShown(true)
	s.wantWords("Step 1 of 5")
}

func TestSecondStartThatIsHiddenShowsNothing(t *testing.T) {
	s := newcomer(t).hidden()
	s.app.heed(desktop.Handover{Hidden: true})
	s.wantShown(false)
	if len(s.app.window.sheets) > 0 {
		t.Error("something lies over the list")
	}
}

func TestSecondStartImportsItsClientFile(t *testing.T) {
	for name, hide := range map[string]bool{"shown": false, "hidden": true} {
		t.Run(name, func(t *testing.T) {
			s := newcomer(t).hidden()
			s.app.heed(desktop.Handover{Client: goodFile(t, nil), Hidden: hide})
			s.awaitWords("Connected to the project my-project.")
			s.wantShown(!hide)
			s.wantNoBrowser()
		})
	}
}

func TestBadClientFileOfASecondStartIsSaidInTheWindow(t *testing.T) {
	s := newcomer(t).hidden()
	s.oneLine(func() {
		s.app.heed(desktop.Handover{Client: write(t, "hello"), Add: true, Hidden: true})
		s.awaitProblem(google.ErrNotJSON)
	})
	s.wantShown(true)
	s.wantNoBrowser()
}

func TestClientFileOfASecondStartIsForRealAccounts(t *testing.T) {
	s := newcomer(t)
	s.app.open(place{practice: true})
	s.until("practice is open", func() bool { return s.app.view.practice })
	s.app.heed(desktop.Handover{Client: goodFile(t, nil)})
	s.awaitWords("Connected to the project my-project.")
	if s.app.place != (place{}) || s.engine().ClientID() != clientID {
		t.Errorf("it is at %+v with client %q", s.app.place, s.engine().ClientID())
	}
}

func TestSecondStartAddsAnAccount(t *testing.T) {
	s := started(t).hidden()
	s.app.heed(desktop.Handover{Add: true})
	practicetest.Allow(s, s.link())
	s.awaitAccount("alice@example.com")
	s.wantShown(true)
}

func TestSecondStartAddsAnAccountOnceItsClientFileIsImported(t *testing.T) {
	for name, at := range map[string]place{"at Google": {}, "in practice": {practice: true}} {
		t.Run(name, func(t *testing.T) {
			s := newcomer(t)
			s.app.open(at)
			s.until("it is open", func() bool { return s.app.session != nil && !s.app.opening })
			s.app.heed(desktop.Handover{Client: goodFile(t, nil), Add: true})
			practicetest.Allow(s, s.link())
			s.awaitAccount("alice@example.com")
			if s.app.place != (place{}) {
				t.Errorf("it is at %+v", s.app.place)
			}
		})
	}
}

func TestSecondStartWithoutAClientAddsNobodyAndShowsTheGuide(t *testing.T) {
	s := newcomer(t)
	s.app.heed(desktop.Handover{Add: true})
	s.wantWords("Step 1 of 5")
	s.wantNoBrowser()
}

func TestSecondStartGoesToItsPlace(t *testing.T) {
	for name, test := range map[string]struct {
		h    desktop.Handover
		want place
	}{
		"practice":       {desktop.Handover{Practice: true}, place{practice: true}},
		"another issuer": {desktop.Handover{Issuer: "https://id.example.com"}, place{issuer: "https://id.example.com"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := started(t)
			s.signIn("alice@example.com")
			s.app.showDetails(s.account("alice@example.com"))
			s.app.addAccount()
			s.link()
			s.hidden()
			s.app.heed(test.h)
			s.until("it is there", func() bool { return s.app.place == test.want && s.app.session != nil && !s.app.opening })
			s.wantShown(true)
			if len(s.app.window.sheets) > 0 || s.app.signIn != nil {
				t.Errorf("what lay over the other place's list is there: %q", s.texts())
			}
			there := s.app.session
			s.app.heed(test.h)
			s.app.heed(desktop.Handover{})
			if s.app.session != there || s.app.opening {
				t.Error("it left where it was")
			}
		})
	}
}

func TestSecondStartWithABadIssuerIsToldSoInTheWindow(t *testing.T) {
	s := started(t)
	s.signIn("alice@example.com")
	s.hidden()
	before := s.app.session
	s.oneLine(func() { s.app.heed(desktop.Handover{Issuer: "ftp://nowhere", Hidden: true}) })
	s.awaitProblem(oauth.ErrIssuer)
	s.wantShown(true)
	if s.app.session != before || !s.listed("alice@example.com") {
		t.Error("the accounts were given up for it")
	}
}

func TestSecondStartDuringTheFirstIsHeededInOrder(t *testing.T) {
	s := newStage(t)
	s.client = oauth.Client{}
	s.app.enter(Options{Hidden: true})
	s.app.heed(desktop.Handover{Practice: true, Hidden: true})
	var between place
	s.app.whenOpen(func() { between = s.app.place })
	s.app.heed(desktop.Handover{Client: goodFile(t, nil), Add: true})
	practicetest.Allow(s, s.link())
	s.awaitAccount("alice@example.com")
	if !between.practice || s.app.place != (place{}) {
		t.Errorf("it is at %+v, and was at %+v", s.app.place, between)
	}
}

func TestFirstStartAddsAnAccount(t *testing.T) {
	t.Run("with a client", func(t *testing.T) {
		s := newStage(t)
		s.app.enter(Options{Add: true, Hidden: true})
		practicetest.Allow(s, s.link())
		s.awaitAccount("alice@example.com")
		s.wantShown(true)
	})
	t.Run("with a client file", func(t *testing.T) {
		s := newStage(t)
		s.client = oauth.Client{}
		s.app.enter(Options{Add: true, Client: goodFile(t, nil)})
		practicetest.Allow(s, s.link())
		s.awaitAccount("alice@example.com")
	})
	t.Run("with a bad one", func(t *testing.T) {
		s := newStage(t)
		s.client = oauth.Client{}
		s.app.enter(Options{Add: true, Client: write(t, "hello")})
		s.awaitProblem(google.ErrNotJSON)
		s.wantNoBrowser()
	})
}

// startAlone is what a start of the program does before anything shows.
func startAlone(t *testing.T, options Options) (first *desktop.Instance, said string, err error) {
	t.Helper()
	var stderr buffer
	options.Stderr = &stderr
	first, err = alone(options, filepath.Join(t.TempDir(), "tokentray"))
	return first, stderr.String(), err
}

func TestOnlyTheFirstStartGoesOn(t *testing.T) {
	if runtime.GOOS == "linux" {
		run, err := os.MkdirTemp("/tmp", "run") // short: a socket's path holds about a hundred bytes
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.RemoveAll(run) })
		t.Setenv("XDG_RUNTIME_DIR", run)
	}
	first, said, err := startAlone(t, Options{})
	if first == nil || err != nil || said != "" {
		t.Fatalf("the first start ends with %v and %q", err, said)
	}
	defer func() {
		if err := first.Close(); err != nil {
			t.Errorf("could not be closed: %v", err)
		}
	}()
	s := started(t)
	var heeded []func()
	s.app.screen = func(do func()) { s.calls <- func() { heeded = append(heeded, do); do() } }
	s.app.heedOthers(first)

	t.Chdir(t.TempDir())
	if err := os.WriteFile("client.json", []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		options Options
		line    string
	}{
		{Options{}, ""},
		{Options{Client: goodFile(t, nil)}, ""},
		{Options{Client: "client.json"}, explain(google.ErrNotJSON, googleName).line()},
		{Options{Client: "gone.json"}, explain(google.ErrMissing, googleName).line()},
	} {
		type end struct {
			first *desktop.Instance
			said  string
			err   error
		}
		ended := make(chan end, 1)
		go func() {
			first, said, err := startAlone(t, test.options)
			ended <- end{first, said, err}
			s.calls <- func() {}
		}()
		var got end
		s.until("the second start ends", func() bool {
			select {
			case got = <-ended:
				return true
			default:
				return false
			}
		})
		if got.first != nil || got.err != nil {
			t.Errorf("%+v goes on, or fails: %v", test.options, got.err)
		}
		lines := slices.Collect(strings.Lines(got.said))
		if test.line == "" && len(lines) > 0 || test.line != "" && (len(lines) != 1 || !strings.Contains(got.said, test.line)) {
			t.Errorf("%+v says %q, want one line with %q", test.options, got.said, test.line)
		}
	}
	if len(heeded) < 4 {
		t.Errorf("the first heeded %d of them", len(heeded))
	}
	s.awaitProblem(google.ErrMissing) // the path reached it whole
}

func TestClientFileIsCheckedByTheRuleOfItsPlace(t *testing.T) {
	foreign := goodFile(t, func(_, c map[string]any) { c["token_uri"] = "https://id.example.com/token" })
	for name, test := range map[string]struct {
		options Options
		good    bool
	}{
		"none":              {Options{}, true},
		"Google's":          {Options{Client: goodFile(t, nil)}, true},
		"another's":         {Options{Client: foreign}, false},
		"another's, for it": {Options{Client: foreign, Issuer: "https://id.example.com"}, true},
	} {
		if err := test.options.checkClient(); (err == nil) != test.good {
			t.Errorf("%s: %v", name, err)
		}
	}
}
