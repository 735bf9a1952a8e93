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
	"fyne.io/fyne/v2/widget"

	"tokentray/oauth"
	"tokentray/oauth/google"
)

const (
	pastedID     = "123-abc.apps.googleusercontent.com"
	pastedSecret = "GOCSPX-0123456789abcdefghijklmnop"
)

// withoutClient is a stage on which no client is known yet.
func withoutClient(t *testing.T) *stage {
	s := newStage(t)
	s.client = oauth.Client{}
	s.start()
	return s
}

func (s *stage) ticks() (ticks []*widget.Check) {
	s.see(func(o fyne.CanvasObject) {
		if c, ok := o.(*widget.Check); ok {
			ticks = append(ticks, c)
		}
	})
	return ticks
}

func TestStepsOfTheGuideAreRememberedAsDone(t *testing.T) {
	s := withoutClient(t)
	s.press("Add account…")
	ticks := s.ticks()
	if len(ticks) != len(google.Steps) {
		t.Fatalf("%d ticks for %d steps", len(ticks), len(google.Steps))
	}
	ticks[0].SetChecked(true)
	ticks[2].SetChecked(true)
	ticks[2].SetChecked(false)
	want := []string{google.Steps[0].Title}
	s.until("the tick is saved", func() bool {
		s.calls <- func() {} // nothing comes to the screen when it is: look again
		return slices.Equal(loadSettings(s.app.settingsPath(), s.app.log).StepsDone, want)
	})
	s.press("Cancel")
	s.press("Add account…")
	if ticks := s.ticks(); !ticks[0].Checked || ticks[2].Checked {
		t.Error("the ticks are forgotten")
	}
}

func TestClientCanBePasted(t *testing.T) {
	s := withoutClient(t)
	s.press("Add account…")
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
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	folder := filepath.Join(home, "Downloads")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	file := fmt.Sprintf(`{"installed":{"client_id":%q,"client_secret":%q,"project_id":"my-mail"}}`, pastedID, pastedSecret)
	if err := os.WriteFile(filepath.Join(folder, "client_secret_123.json"), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	s := withoutClient(t)
	s.press("Add account…")
	s.awaitWords("This looks like your client file: client_secret_123.json")
	s.press("Use this file")
	s.awaitWords("Connected to my-mail. Press “Add account…” to sign in.")
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
