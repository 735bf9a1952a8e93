package app

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	fynedesktop "fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"tokentray/oauth"
)

// shortcut presses a key with Control, or Ctrl+C, as a desktop's driver does.
func (s *stage) shortcut(key fyne.KeyName) {
	var pressed fyne.Shortcut = &fynedesktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierShortcutDefault}
	if key == fyne.KeyC {
		pressed = &fyne.ShortcutCopy{}
	}
	if do := s.screen.front.canvas.shortcuts[pressed.ShortcutName()]; do != nil {
		do(pressed)
	}
}

func TestControlCCopiesTheMarkedAccountsToken(t *testing.T) {
	s := newStage(t)
	s.start()
	for _, address := range []string{"alice@example.com", "bob@example.com", "carol@example.com"} {
		s.signIn(address)
	}
	s.shortcut(fyne.KeyC)
	s.wantWords("Choose an account first")
	s.app.window.Canvas().Focus(s.app.window.list)
	for _, address := range []string{"alice@example.com", "bob@example.com", "carol@example.com"} {
		s.shortcut(fyne.KeyC)
		s.awaitWords("Copied for " + address)
		s.key(fyne.KeyDown)
	}
	s.key(fyne.KeyUp)
	s.shortcut(fyne.KeyC)
	s.awaitWords("Copied for bob@example.com")
}

func TestControlCCopiesForTheRowWhoseButtonHasTheKeyboard(t *testing.T) {
	s := newStage(t)
	s.start()
	s.signIn("alice@example.com")
	bob := s.signIn("bob@example.com")
	s.app.window.focusOn(bob)
	if b, ok := s.app.window.Canvas().Focused().(*cardButton); !ok || b.card.account.Key != bob.Key || b.Text != "Copy token" {
		t.Fatalf("the keyboard is on %T", s.app.window.Canvas().Focused())
	}
	s.shortcut(fyne.KeyC)
	s.awaitWords("Copied for bob@example.com")
}

func TestControlCNeedsNoChoiceOfOneAccount(t *testing.T) {
	s := newStage(t)
	s.start()
	s.shortcut(fyne.KeyC) // nobody there: nothing happens
	s.signIn("alice@example.com")
	s.shortcut(fyne.KeyC)
	s.awaitWords("Copied for alice@example.com")
}

func TestControlCSignsInAgainWhereThereIsNoTokenToCopy(t *testing.T) {
	s := newStage(t)
	s.start()
	alice := s.signIn("alice@example.com")
	s.endGrant(alice)
	s.until("the sign-in has ended", func() bool { return s.account(alice.Address).State == oauth.SignInAgain })
	s.shortcut(fyne.KeyC)
	if link := s.link(); !strings.Contains(link, "login_hint=alice") {
		t.Errorf("the browser was opened at %s", link)
	}
}

func TestShortcutsLeaveASheetAlone(t *testing.T) {
	s := newStage(t)
	s.start()
	alice := s.signIn("alice@example.com")
	s.app.confirmRemoval(alice)
	s.shortcut(fyne.KeyC)
	s.shortcut(fyne.KeyN)
	s.wantWords("Remove alice@example.com?")
	if s.app.signIn != nil || s.board.holds() != "" {
		t.Error("something happened beneath it")
	}
}

func TestControlNAddsAnAccount(t *testing.T) {
	s := newStage(t)
	s.start()
	s.shortcut(fyne.KeyN)
	s.link()
}

func TestControlQQuits(t *testing.T) {
	for _, in := range []string{"window", "settings"} {
		s := newStage(t)
		s.start()
		if in == "settings" {
			s.press("Settings")
		}
		s.shortcut(fyne.KeyQ)
		if s.app.ctx.Err() == nil {
			t.Errorf("not from the %s", in)
		}
	}
}

func TestEnterOpensTheMarkedAccount(t *testing.T) {
	for _, key := range []fyne.KeyName{fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace} {
		s := show(t, func(s *stage) { s.app.show(s.app.session, people(3)) })
		s.app.window.Canvas().Focus(s.app.window.list)
		s.key(fyne.KeyDown)
		s.key(key)
		s.wantWords("person1@gmail.com", "What happened lately")
		s.key(fyne.KeyEscape)
		if s.app.window.Canvas().Focused() != s.app.window.list {
			t.Errorf("%s: the keyboard does not come back to the list", key)
		}
	}
}

func TestClickLeavesNoRowMarked(t *testing.T) {
	s := show(t, func(s *stage) { s.app.show(s.app.session, people(3)) })
	s.app.window.list.Select(1)
	s.key(fyne.KeyEscape)
	if s.app.window.Canvas().Focused() != nil {
		t.Error("the row that was clicked stays marked")
	}
}

func TestKeyboardStaysOnAButtonThatItPresses(t *testing.T) {
	for _, key := range []fyne.KeyName{fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace} {
		s := newStage(t)
		s.start()
		alice := s.signIn("alice@example.com")
		s.app.window.focusOn(alice)
		before := s.app.window.Canvas().Focused()
		s.key(key)
		s.awaitWords("Copied for alice@example.com")
		if s.app.window.Canvas().Focused() != before {
			t.Errorf("%s takes it away", key)
		}
	}
}

// Each thing that the keyboard can be on says so by a ring, which a tint of a strong button's own colour would not.
func TestKeyboardsPlaceIsSeen(t *testing.T) {
	s := show(t, func(s *stage) { s.app.show(s.app.session, people(3)) })
	canvas := s.app.window.Canvas()
	rings := func() (n int) {
		for _, row := range s.app.window.cards {
			if row.ring.Visible() && row.Visible() {
				n++
			}
		}
		return n
	}
	if n := rings(); n != 0 {
		t.Errorf("%d rows are marked before a key was pressed", n)
	}
	canvas.Focus(s.app.window.list)
	if n := rings(); n != 1 {
		t.Errorf("%d rows are marked, want one", n)
	}
	canvas.Unfocus()
	if n := rings(); n != 0 {
		t.Errorf("%d rows are marked although the keyboard is elsewhere", n)
	}
	b := newButton("Press", func() {})
	r := test.WidgetRenderer(b)
	ring := r.Objects()[len(r.Objects())-1]
	if ring.Visible() {
		t.Error("a button has a ring before the keyboard is on it")
	}
	b.FocusGained()
	if !ring.Visible() {
		t.Error("a button that the keyboard is on has none")
	}
	b.FocusLost()
	if ring.Visible() {
		t.Error("it stays")
	}
}

// The Tab key reaches everything that can be pressed.
func TestTabReachesEverything(t *testing.T) {
	for name, scene := range scenes {
		t.Run(name, func(t *testing.T) {
			s := show(t, scene)
			canvas := s.screen.front.Canvas()
			canvas.Unfocus()
			reached := map[fyne.Focusable]bool{}
			for range 500 {
				canvas.FocusNext()
				f := canvas.Focused()
				if f == nil || reached[f] {
					break
				}
				reached[f] = true
			}
			s.see(func(o fyne.CanvasObject) {
				f, focusable := o.(fyne.Focusable)
				if _, pressable := o.(fyne.Tappable); !pressable || !focusable || reached[f] {
					return
				}
				if d, ok := o.(fyne.Disableable); ok && d.Disabled() {
					return
				}
				t.Errorf("%T %q can't be reached", o, label(o))
			})
		})
	}
}

func label(o fyne.CanvasObject) string {
	switch o := o.(type) {
	case *button:
		return o.Text
	case *cardButton:
		return o.Text
	case *tick:
		return o.words.Text
	case *widget.Hyperlink:
		return o.Text
	default:
		return ""
	}
}

func TestPickerOpensByEnterAndLeavesEscapeToTheWindow(t *testing.T) {
	s := newStage(t)
	s.start()
	s.press("Settings")
	var choices []*picker
	s.see(func(o fyne.CanvasObject) {
		if p, ok := o.(*picker); ok {
			choices = append(choices, p)
		}
	})
	canvas := s.screen.front.Canvas()
	canvas.Focus(choices[1])
	s.key(fyne.KeyReturn)
	if canvas.Overlays().Top() == nil {
		t.Fatal("Enter does not open it")
	}
	s.key(fyne.KeyDown)
	s.key(fyne.KeyDown)
	s.key(fyne.KeyReturn)
	if got := s.app.settings.Format; got != "bearer" {
		t.Errorf("chosen is %s", got)
	}
	canvas.Focus(choices[1])
	s.key(fyne.KeyEscape)
	if s.app.settingsWindow != nil {
		t.Error("Escape does not leave the settings")
	}
	if !slices.Contains(formatNames(), s.app.settings.Format) {
		t.Error("nothing is chosen any more")
	}
}
