package app

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"tokentray/oauth/google"
	"tokentray/oauth/practice/practicetest"
)

// tickBox ticks or clears the box with this label.
func (s *stage) tickBox(label string, ticked bool) {
	s.Helper()
	found := s.box(label)
	if found == nil {
		s.Fatalf("there is no box %q:\n%s", label, strings.Join(s.texts(), "\n"))
	}
	found.SetChecked(ticked)
}

// box is the box with this label; nil: there is none.
func (s *stage) box(label string) (found *tick) {
	s.see(func(o fyne.CanvasObject) {
		if box, ok := o.(*tick); ok && box.words.Text == label {
			found = box
		}
	})
	return found
}

// chosenAccess is what the choice of access shows.
func (s *stage) chosenAccess() (chosen string) {
	s.see(func(o fyne.CanvasObject) {
		if choice, ok := o.(*picker); ok {
			chosen = choice.Selected
		}
	})
	return chosen
}

// ownAccess is the entry below the presets.
const ownAccess = "Custom…"

const (
	readonly = "https://www.googleapis.com/auth/gmail.readonly"
	labelled = "https://www.googleapis.com/auth/gmail.labels"
	calendar = "https://www.googleapis.com/auth/calendar.readonly"
)

func TestSingleKindsOfAccessCanBePickedAndAreRemembered(t *testing.T) {
	s := newStage(t)
	s.start()
	s.press("Add account…")
	s.link()
	s.chooseAccess(ownAccess)
	s.wantWords("What may your tool do?", "restricted", "sensitive")
	s.tickBox("Read, write, send and delete all mail", false)
	s.tickBox("Read all mail and settings", true)
	s.tickBox("See and change labels", true)
	s.press("Use this access")
	link := s.link()
	if got := scopes(t, link); !slices.Contains(got, readonly) || !slices.Contains(got, labelled) || slices.Contains(got, google.ScopeEverything) {
		t.Errorf("asked for %q", got)
	}
	s.wantWords("Lets the tool read all mail and settings; see and change labels.")
	practicetest.Allow(s, link)
	s.awaitAccount("alice@example.com")

	s.stop()
	s.build()
	s.start()
	s.press("Add account…")
	if got := scopes(t, s.link()); !slices.Contains(got, readonly) || !slices.Contains(got, labelled) {
		t.Errorf("after a restart asked for %q", got)
	}
	if got := s.chosenAccess(); got != ownAccess {
		t.Errorf("the choice shows %q", got)
	}
	// What is a preset's is called by its name.
	s.chooseAccess(ownAccess)
	s.tickBox("See and change labels", false)
	s.press("Use this access")
	s.link()
	if got := s.chosenAccess(); got != "Read only" {
		t.Errorf("the choice shows %q", got)
	}
}

func TestOtherAccessIsTakenHoweverItWasPasted(t *testing.T) {
	for name, pasted := range map[string]string{
		"bare":        calendar + " gmail.labels",
		"quotes":      `"` + calendar + `", 'gmail.labels'`,
		"line breaks": calendar + "\r\n\n" + labelled + "\n",
		"twice":       calendar + "," + calendar + "," + labelled,
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			s.start()
			s.press("Add account…")
			s.link()
			s.chooseAccess(ownAccess)
			s.tickBox("Read, write, send and delete all mail", false)
			s.typeText(pasted)
			s.press("Use this access")
			link := s.link()
			got := slices.DeleteFunc(scopes(t, link), google.IsIdentity)
			if want := []string{calendar, labelled}; !slices.Equal(got, want) {
				t.Errorf("asked for %q", got)
			}
			if s.app.signIn.request().Scopes[0] != calendar {
				t.Errorf("the request is %q", s.app.signIn.request().Scopes)
			}
		})
	}
}

func TestAccessThatCantBeAskedForIsSaid(t *testing.T) {
	s := newStage(t)
	s.start()
	s.press("Add account…")
	link := s.link()
	s.chooseAccess(ownAccess)
	s.tickBox("Read, write, send and delete all mail", false)
	s.press("Use this access")
	s.wantWords("Nothing is ticked yet.")
	s.typeText("GOCSPX-0123456789abcdefghijklmnop") // the secret, in the wrong field
	s.oneLine(func() { s.press("Use this access") })
	s.wantWords(explain(google.ErrScope, googleName).line())
	if strings.Contains(s.stderr.String(), "GOCSPX") {
		t.Error("the log has the secret")
	}
	s.key(fyne.KeyEscape)
	if got := s.chosenAccess(); got != "Everything" {
		t.Errorf("the choice shows %q", got)
	}
	practicetest.Allow(s, link) // the sign-in before goes on
	s.awaitAccount("alice@example.com")
	if got := s.app.settings; got.Access != "" || got.Scopes != nil {
		t.Errorf("remembered: %q, %q", got.Access, got.Scopes)
	}
}

func TestAccessOfAnAccountIsChangedInItsSignInSheet(t *testing.T) {
	s := newStage(t)
	s.start()
	alice := s.signIn("alice@example.com")
	s.app.signInAgain(alice)
	s.link()
	s.wantWords("That is what it may do already.")
	s.chooseAccess("Send only")
	link := s.link()
	s.wantWords("It may no longer read, write, send and delete all mail.")
	if got := query(t, link).Get("login_hint"); got != alice.Address {
		t.Errorf("the hint is %q", got)
	}
	practicetest.Allow(s, link)
	s.until("the access is another", func() bool {
		return google.Named(s.account(alice.Address).Scopes).Name == "Send only"
	})
	if s.app.settings.Access != "" {
		t.Error("an account's own access is what the next one is asked for")
	}
}

func TestAccountThatWasGivenNothingIsAskedForWhatWasChosenLast(t *testing.T) {
	s := newStage(t)
	s.start()
	s.press("Add account…")
	practicetest.Allow(s, s.link(), practicetest.Problem("grant:no_access"))
	s.awaitWords("Something was left unticked")
	s.press("Keep it anyway")
	s.app.signInAgain(s.awaitAccount("alice@example.com"))
	if got := scopes(t, s.link()); !slices.Contains(got, google.ScopeEverything) {
		t.Errorf("asked for %q", got)
	}
}

func TestAccessIsRememberedByOneNameInEveryLanguage(t *testing.T) {
	speak(t, map[string]string{"Send only": "Nur senden", ownAccess: "Eigener…"})
	s := newStage(t)
	s.start()
	s.press("Add account…")
	s.link()
	s.chooseAccess("Nur senden")
	if got := scopes(t, s.link()); !slices.Contains(got, google.ScopeSend) {
		t.Errorf("asked for %q", got)
	}
	if got := s.app.settings.Access; got != "Send only" {
		t.Errorf("remembered: %q", got)
	}
	s.chooseAccess("Eigener…")
	s.wantWords("What may your tool do?")
	s.key(fyne.KeyEscape)
	if got := s.chosenAccess(); got != "Nur senden" {
		t.Errorf("the choice shows %q", got)
	}
}
