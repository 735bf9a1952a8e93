package app

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"tokentray/oauth"
	"tokentray/oauth/google"
)

const (
	pastedID     = "123-abc.apps.googleusercontent.com"
	pastedSecret = "GOCSPX-0123456789abcdefghijklmnop"
)

// withoutClient is a stage on which no client is known yet.
func withoutClient(t *testing.T) *stage { return newcomer(t) }

// guideAt opens the guide and goes to a step, counted from 1.
func (s *stage) guideAt(step int) {
	s.Helper()
	s.app.setUp()
	for range step - 1 {
		s.press("Next")
	}
	s.wantWords(lang.L("Step {{.Step}} of {{.Steps}}: {{.Title}}",
		with{"Step": step, "Steps": len(google.Steps), "Title": lang.L(google.Steps[step-1].Title)}))
}

// isDone tells whether the guide shows a step, counted from 1, as done. It must be seen without colours.
func (s *stage) isDone(step int) bool {
	return s.find(fmt.Sprint(step)).(*button).Icon != nil
}

// isTicked tells whether the guide's Done is ticked on the page shown.
func (s *stage) isTicked() bool {
	return s.find("Done").(*button).Icon == theme.CheckButtonCheckedIcon()
}

// download puts a client file where browsers do.
func (s *stage) download(name, project string) {
	s.Helper()
	if err := os.MkdirAll(s.app.downloads(), 0o700); err != nil {
		s.Fatal(err)
	}
	file := fmt.Sprintf(`{"installed":{"client_id":%q,"client_secret":%q,"project_id":%q}}`, pastedID, pastedSecret, project)
	if err := os.WriteFile(filepath.Join(s.app.downloads(), name), []byte(file), 0o600); err != nil {
		s.Fatal(err)
	}
}

// enter starts the program with this command line, and waits until what it does by itself is done.
func (s *stage) enter(options Options) {
	s.Helper()
	if !options.Hidden {
		s.app.showWindow()
	}
	s.app.enter(options)
	s.until("the engine is open", func() bool { return !s.app.opening && len(s.app.waiting) == 0 })
}

func TestNewcomerIsShownTheGuide(t *testing.T) {
	s := newStage(t)
	s.client = oauth.Client{}
	s.enter(Options{})
	s.wantWords("Step 1 of 5: "+google.Steps[0].Title, google.Steps[0].Words)
	s.key(fyne.KeyEscape)
	s.wantWords("No account yet.", "[Try it with a practice account]")
}

func TestNobodyElseIsShownTheGuideAtTheStart(t *testing.T) {
	for name, test := range map[string]struct {
		client  oauth.Client
		options Options
	}{
		"with a client":     {client: oauth.Client{ID: clientID, Secret: clientSecret}},
		"hidden":            {options: Options{Hidden: true}},
		"with --client":     {options: Options{Client: goodFile(t, nil)}},
		"in practice":       {options: Options{Practice: true}},
		"at another issuer": {options: Options{Issuer: "https://id.example.com"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			s.client = test.client
			s.enter(test.options)
			if s.says("Step 1 of 5") {
				t.Error("the guide is there")
			}
			if s.screen.window.shown == test.options.Hidden {
				t.Error("the window is not as it was asked for")
			}
		})
	}
}

func TestGuideDoesNotCoverWhatIsWrong(t *testing.T) {
	s := newStage(t)
	s.client = oauth.Client{}
	s.app.showWindow()
	s.app.report(explain(oauth.ErrListAside, googleName), nil)
	s.enter(Options{})
	s.awaitProblem(oauth.ErrListAside)
}

func TestEachStepOpensItsPage(t *testing.T) {
	s := newcomer(t)
	for i, step := range google.Steps {
		s.guideAt(i + 1)
		s.wantWords(step.Words, "[Try it with a practice account first]")
		s.press("Open Google's page")
		if got := s.link(); got != step.Page {
			t.Errorf("step %d leads to %s", i+1, got)
		}
		s.press("Later")
	}
}

func TestStepsOfTheGuideAreRememberedAsDone(t *testing.T) {
	s := newcomer(t)
	s.press("Add account…")
	s.press("Done")
	s.press("3")
	s.press("Done")
	s.press("Done")
	want := []string{google.Steps[0].Title}
	s.until("the tick is saved", func() bool {
		s.calls <- func() {} // nothing comes to the screen when it is: look again
		return slices.Equal(loadSettings(s.app.settingsPath(), s.app.log).StepsDone, want)
	})
	s.wantWords("Step 3 of 5")
	s.press("Later")
	s.stop()
	s.build()
	s.start()
	s.press("Add account…")
	s.wantWords("Step 2 of 5") // the first that isn't done
	if s.isTicked() || !s.isDone(1) || s.isDone(2) || s.isDone(3) {
		t.Error("the wrong steps are done")
	}
	s.press("Back")
	if !s.isTicked() {
		t.Error("the tick is forgotten")
	}
}

func TestGuideThatIsOpenStaysWhereItIs(t *testing.T) {
	s := newcomer(t)
	s.guideAt(4)
	s.choose("Add account…")
	s.wantWords("Step 4 of 5")
}

func TestGuideThatIsDoneOpensAtTheClientFile(t *testing.T) {
	s := newcomer(t)
	for _, step := range google.Steps {
		s.app.settings.StepsDone = append(s.app.settings.StepsDone, step.Title)
	}
	s.app.setUp()
	s.wantWords("Step 5 of 5", "[Choose the client file…]")
	if s.find("Choose the client file…").(*button).Importance != widget.HighImportance {
		t.Error("the client file is not what comes next")
	}
}

func TestGuideIsWalkedWithTheKeyboard(t *testing.T) {
	s := newcomer(t)
	s.app.setUp()
	s.key(fyne.KeyReturn)
	if got := s.link(); got != google.Steps[0].Page {
		t.Errorf("Enter leads to %s", got)
	}
	s.key(fyne.KeyReturn)
	s.link() // the keyboard is still on it
	s.press("Next")
	for range len(google.Steps) - 2 {
		s.key(fyne.KeyReturn)
	}
	s.wantWords("Step 5 of 5")
	if s.app.window.Canvas().Focused() != s.app.guide.open {
		t.Error("where Next ends, the keyboard is not on the page's button")
	}
	s.app.window.Canvas().FocusNext()
	s.key(fyne.KeySpace)
	s.key(fyne.KeyReturn)
	s.key(fyne.KeySpace)
	if !s.isTicked() {
		t.Error("the keyboard does not stay on Done")
	}
	s.key(fyne.KeyEscape)
	s.wantWords("No account yet.")
}

func TestClientCanBePasted(t *testing.T) {
	s := newcomer(t)
	s.guideAt(5)
	s.press("Paste the client ID and secret")
	var fields []*field
	s.see(func(o fyne.CanvasObject) {
		if f, ok := o.(*field); ok {
			fields = append(fields, f)
		}
	})
	if len(fields) != 2 {
		t.Fatalf("%d fields", len(fields))
	}
	fields[0].SetText("not an ID")
	fields[1].SetText(pastedSecret)
	s.press("Back") // and forth: what was typed stays
	s.press("Next")
	s.press("Use these")
	s.awaitWords(explain(google.ErrPastedID, googleName).title)
	s.press("Close")
	fields[0].SetText(" " + pastedID + "\n")
	s.press("Use these")
	s.awaitWords("Connected to Google. Press “Add account…” to sign in.")
	if got := s.engine().ClientID(); got != pastedID {
		t.Errorf("the client is %q", got)
	}
}

func TestFreshClientFileInTheDownloadsIsOffered(t *testing.T) {
	s := newcomer(t)
	s.download("client_secret_123.json", "my-mail")
	s.press("Add account…")
	s.awaitWords("This looks like your client file: client_secret_123.json")
	s.press("Use this file")
	s.awaitWords("Connected to the project my-mail. Press “Add account…” to sign in.")
}

func TestFileOfAClientThatIsKnownIsOfferedOnlyToMendIt(t *testing.T) {
	const offer = "This looks like your client file: client_secret_123.json"
	s := newcomer(t)
	s.download("client_secret_123.json", "my-mail")
	s.app.setUp()
	s.awaitWords(offer)
	s.press("Use this file")
	s.awaitWords("Connected to the project my-mail.")
	s.app.setUp() // for another client
	s.app.work.Wait()
	for len(s.calls) > 0 {
		(<-s.calls)()
	}
	if s.says(offer) {
		t.Error("it is offered for another client")
	}
	s.app.setUpAnew()
	s.awaitWords(offer)
}

func TestLongNameOfAClientFileKeepsItsEnds(t *testing.T) {
	for name, want := range map[string]string{
		"client_secret_123.json": "client_secret_123.json",
		"client_secret_1234567890-" + strings.Repeat("é", 32) + ".apps.googleusercontent.com.json": "client_secret_1234567890-é…ent.com.json",
	} {
		if got := shortName(name); got != want {
			t.Errorf("%s becomes %s", name, got)
		}
	}
}

func TestClientFileThatIsDownloadedMeanwhileIsOffered(t *testing.T) {
	const offer = "This looks like your client file: client_secret_123.json"
	s := newcomer(t)
	s.guideAt(4)
	s.download("client_secret_123.json", "my-mail")
	s.press("Next")
	s.awaitWords(offer)
	if err := os.Remove(filepath.Join(s.app.downloads(), "client_secret_123.json")); err != nil {
		t.Fatal(err)
	}
	s.app.returned()
	s.until("it is offered no longer", func() bool { return !s.says(offer) })
	s.download("client_secret_123.json", "my-mail")
	s.app.returned()
	s.awaitWords(offer)
	s.press("Later")
	s.app.returned() // with nothing to offer it in
}

func TestProjectInTestingIsAskedForOnce(t *testing.T) {
	s := newStage(t)
	s.app.settings.Projects = nil
	s.start()
	s.signIn("alice@example.com")
	s.awaitWords(google.AskTesting.Title)
	s.press("Not now")
	day := "ends on " + s.app.view.accounts[0].SignedIn.Add(google.TestingLife).Local().Format("Monday, 2 January")
	details := func() string {
		s.app.showDetails(s.app.view.accounts[0])
		shown := strings.Join(s.texts(), "\n")
		s.press("Close")
		return shown
	}
	if shown := details(); !strings.Contains(shown, day) {
		t.Errorf("the day is not shown: %s", shown)
	}
	s.signIn("bob@example.com")
	if s.says(google.AskTesting.Title) {
		t.Error("asked twice")
	}
	s.app.showDetails(s.app.view.accounts[0])
	s.press("Is the project in Testing?")
	s.press("It is published")
	if s.says(day) {
		t.Error("the day is still shown")
	}
	s.press("Close")
	if shown := details(); strings.Contains(shown, day) {
		t.Error("the day is shown although the project is published")
	}
}

func TestEndAfterSevenDaysIsExplainedByTesting(t *testing.T) {
	s := newStage(t)
	s.start()
	ended := errors.Join(oauth.ErrSignInAgain, &oauth.ServerError{Status: 400, Code: "invalid_grant"})
	signedIn := s.app.now().Add(-30 * 24 * time.Hour) // it is seen long after
	account := oauth.Account{Address: "alice@example.com", State: oauth.SignInAgain, SignedIn: signedIn, Ended: signedIn.Add(google.TestingLife)}
	p := s.app.explainFor(account, ended)
	if !strings.Contains(p.title, "Testing") || p.page != google.AudiencePage || p.remedy != openPage {
		t.Errorf("%+v", p)
	}
	account.Ended = signedIn.Add(3 * 24 * time.Hour)
	if p := s.app.explainFor(account, ended); strings.Contains(p.title, "Testing") {
		t.Errorf("after three days: %+v", p)
	}
}

func TestBlockedByTheAdminGivesATextToSend(t *testing.T) {
	s := newStage(t)
	s.start()
	p := explain(fmt.Errorf("%w: %w", oauth.ErrRefused, &oauth.ServerError{Code: "admin_policy_enforced"}), googleName)
	s.app.report(p, func() { s.app.remedied(p) })
	s.press("Copy a text for the admin")
	s.until("the text is copied", func() bool {
		text, err := s.board.Read()
		return err == nil && strings.Contains(text, s.engine().ClientID())
	})
}
