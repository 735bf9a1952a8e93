package app

import (
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"tokentray/oauth"
)

// pick chooses in the settings what stands beside a name.
func (s *stage) pick(option string) {
	s.Helper()
	var found *picker
	s.see(func(o fyne.CanvasObject) {
		if p, ok := o.(*picker); ok {
			for _, offered := range p.Options {
				if offered == option {
					found = p
				}
			}
		}
	})
	if found == nil {
		s.Fatalf("%q is not offered:\n%s", option, strings.Join(s.texts(), "\n"))
	}
	found.SetSelected(option)
}

// saved are the settings in the file, once what was changed is in it.
func (s *stage) saved() settings {
	s.Helper()
	s.until("the settings are saved", func() bool {
		s.app.settingsTurn.Lock()
		defer s.app.settingsTurn.Unlock()
		s.app.screen(func() {}) // look again
		return s.app.settingsWritten == s.app.settingsChange
	})
	return loadSettings(s.app.settingsPath(), s.app.log)
}

func TestEachSettingTakesEffectAtOnceAndIsKept(t *testing.T) {
	s := newStage(t)
	s.start()
	alice := s.signIn("alice@example.com")
	s.press("Settings")
	s.pick("Send only")
	s.pick("Authorization header")
	s.pick("5 minutes")
	s.pick("at least 30 minutes")
	s.pick("Dark")
	s.tickBox("Keep running in the tray when the window is closed", false)
	s.tickBox("Show notifications", false)

	if got := s.app.lastAccess().Name; got != "Send only" {
		t.Errorf("new accounts are asked for %q", got)
	}
	if s.app.fyne.Settings().Theme().Color(theme.ColorNameBackground, theme.VariantLight) != color.Color(dark[theme.ColorNameBackground]) {
		t.Error("the windows are not dark")
	}
	got, want := s.saved(), defaults()
	want.Access, want.Format, want.ClearAfter, want.MinutesLeft, want.Theme = "Send only", "bearer", 300, 30, darkTheme
	want.CloseToTray, want.Notifications = false, false
	want.Projects, want.TestOffered = s.app.settings.Projects, s.app.settings.TestOffered
	if !got.equals(want) {
		t.Errorf("kept are %+v, want %+v", got, want)
	}

	s.press("Close")
	s.copyFrom("window", alice.Address)
	s.awaitWords("as an Authorization header")
	s.wantWords("It leaves the clipboard in 5 minutes.")
	s.screen.window.close()
	if s.app.ctx.Err() == nil {
		t.Error("closing the window does not end the program")
	}
}

func TestCopiedTokenHasTheMinutesThatWereChosen(t *testing.T) {
	s := newStage(t)
	s.provider.SetAccessLifetime(20 * time.Minute)
	s.start()
	alice := s.signIn("alice@example.com")
	s.provider.SetAccessLifetime(time.Hour)
	s.copyFrom("window", alice.Address)
	s.awaitWords("Copied for")
	first := s.board.holds()
	s.app.settings.MinutesLeft = 15
	s.copyFrom("window", alice.Address)
	s.awaitWords("Copied for")
	if s.board.holds() != first {
		t.Error("a token that is good for long enough was replaced")
	}
	s.app.settings.MinutesLeft = 30
	s.copyFrom("window", alice.Address)
	s.until("another token is copied", func() bool { return s.board.holds() != first })
	s.until("it is good for half an hour", func() bool { return time.Until(s.account(alice.Address).Expiry) > 30*time.Minute })
}

func TestChoiceThatCantBeKeptIsSaid(t *testing.T) {
	s := newStage(t)
	s.start()
	s.saved()
	if err := os.MkdirAll(filepath.Dir(s.app.settingsPath()), 0o700); err != nil {
		t.Fatal(err)
	}
	_ = os.Remove(s.app.settingsPath())
	if err := os.MkdirAll(filepath.Join(s.app.settingsPath(), "in the way"), 0o700); err != nil { // nobody, not even root, can write over it
		t.Fatal(err)
	}
	s.press("Settings")
	s.oneLine(func() {
		s.pick("Dark")
		s.awaitWords(notSavedWords())
	})
	if err := os.RemoveAll(s.app.settingsPath()); err != nil {
		t.Fatal(err)
	}
	s.pick("Light")
	s.until("it is taken back", func() bool { return !s.says(notSavedWords()) })
}

func TestSettingsLeadToPracticeAndBack(t *testing.T) {
	s := newStage(t)
	s.client = oauth.Client{}
	s.start()
	s.press("Settings")
	s.press("Try it with a practice account")
	s.until("practice is open", func() bool { return s.app.session != nil && s.app.place.practice })
	if s.app.settingsWindow != nil {
		t.Error("the settings are still there")
	}
}
