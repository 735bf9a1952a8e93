package app

import (
	"fmt"
	"maps"
	"reflect"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"tokentray/oauth"
	"tokentray/oauth/google"
	"tokentray/oauth/keychain"
)

// area is a rectangle in a window.
type area struct{ left, top, right, bottom float32 }

func areaOf(at fyne.Position, size fyne.Size) area {
	return area{at.X, at.Y, at.X + size.Width, at.Y + size.Height}
}

func (a area) and(b area) area {
	return area{max(a.left, b.left), max(a.top, b.top), min(a.right, b.right), min(a.bottom, b.bottom)}
}

// overlaps tells whether two areas share more than a hair.
func (a area) overlaps(b area) bool {
	both := a.and(b)
	return both.right-both.left > 1 && both.bottom-both.top > 1
}

// line is a line of text in a window.
type line struct {
	text string
	of   string // what its widget was given to show
	at   area
	// room is where it may be seen: within the window, its widget, and what scrolls.
	room    area
	scrolls bool // up and down
}

// lines are all lines of text that are shown in a canvas.
func lines(c fyne.Canvas) (all []line) {
	var look func(o fyne.CanvasObject, of string, at fyne.Position, room area, scrolls bool)
	look = func(o fyne.CanvasObject, of string, at fyne.Position, room area, scrolls bool) {
		if o == nil || !o.Visible() {
			return
		}
		at = at.Add(o.Position())
		switch o := o.(type) {
		case *canvas.Text:
			if strings.TrimSpace(o.Text) != "" {
				size := o.MinSize()
				switch left := o.Size().Width - size.Width; o.Alignment {
				case fyne.TextAlignCenter:
					at.X += left / 2
				case fyne.TextAlignTrailing:
					at.X += left
				}
				all = append(all, line{o.Text, of, areaOf(at, size), room, scrolls})
			}
		case *fyne.Container:
			for _, child := range o.Objects {
				look(child, of, at, room, scrolls)
			}
		case fyne.Widget:
			room = room.and(areaOf(at, o.Size()))
			scrolls = scrolls || strings.HasSuffix(reflect.TypeOf(o).String(), ".Scroll")
			if own := given(o); own != "" {
				of = own
			}
			for _, child := range test.WidgetRenderer(o).Objects() {
				look(child, of, at, room, scrolls)
			}
		}
	}
	shown := c.Overlays().Top()
	if shown == nil {
		shown = c.Content()
	}
	look(shown, "", fyne.Position{}, areaOf(fyne.Position{}, c.Size()), false)
	return all
}

// given is the text that a widget was given to show.
func given(o fyne.Widget) string {
	v := reflect.Indirect(reflect.ValueOf(o))
	for _, name := range []string{"Text", "Selected", "PlaceHolder"} {
		if field := v.FieldByName(name); field.IsValid() && field.Kind() == reflect.String && field.String() != "" {
			return field.String()
		}
	}
	return ""
}

// misplaced says what is wrong with the texts of a canvas: cut off, out of the window, or one over another.
func misplaced(c fyne.Canvas) (wrong []string) {
	all := lines(c)
	for i, a := range all {
		if a.scrolls && (a.at.bottom <= a.room.top || a.at.top >= a.room.bottom) {
			continue // further up or down
		}
		switch {
		case a.at.left < a.room.left-1, a.at.right > a.room.right+1:
			wrong = append(wrong, fmt.Sprintf("%q is cut at the side: from %.0f to %.0f, and there is %.0f to %.0f",
				a.text, a.at.left, a.at.right, a.room.left, a.room.right))
		case !a.scrolls && (a.at.top < a.room.top-1 || a.at.bottom > a.room.bottom+1):
			wrong = append(wrong, fmt.Sprintf("%q is cut above or below: from %.0f to %.0f, and there is %.0f to %.0f",
				a.text, a.at.top, a.at.bottom, a.room.top, a.room.bottom))
		case strings.HasSuffix(a.text, "…") && !strings.Contains(a.of+"\n", a.text+"\n"):
			wrong = append(wrong, fmt.Sprintf("%q was shortened", a.text))
		}
		for _, b := range all[i+1:] {
			if a.at.and(a.room).overlaps(b.at.and(b.room)) {
				wrong = append(wrong, fmt.Sprintf("%q lies over %q", a.text, b.text))
			}
		}
	}
	return wrong
}

// longest is an address of 64 letters, as long as a Gmail address with a long domain gets.
const longest = "maximiliana.featherstonehaugh@a-department.of.a-university.ac.uk"

// standings are accounts in every state, with a token that is good and without one.
func standings() []oauth.Account {
	states := []struct {
		state oauth.State
		cause error
	}{
		{oauth.Ready, nil}, {oauth.Renewing, nil}, {oauth.Waiting, oauth.ErrUnreachable}, {oauth.Waiting, oauth.ErrBadAnswer},
		{oauth.Locked, keychain.ErrLocked}, {oauth.Locked, keychain.ErrNoService}, {oauth.Locked, keychain.ErrFault},
		{oauth.Lost, oauth.ErrTokenLost}, {oauth.SignInAgain, oauth.ErrSignInAgain}, {oauth.ClientTrouble, oauth.ErrClientRefused},
	}
	all := people(2 * len(states))
	for i := range all {
		s := states[i/2]
		all[i].State, all[i].Cause = s.state, s.cause
		if s.state == oauth.SignInAgain || s.state == oauth.Lost || s.state == oauth.ClientTrouble {
			all[i].Standing = s.state
		}
		all[i].Expiry = noon.Add(59*time.Minute + 30*time.Second)
		if i%2 == 1 {
			all[i].Expiry = time.Time{}
		}
		all[i].Address = longest
		if i%3 == 1 {
			all[i].Address = fmt.Sprintf("person%d@gmail.com", i)
		}
	}
	return all
}

func TestNothingIsCutWhateverTheSize(t *testing.T) {
	sizes := []fyne.Size{{Width: 440, Height: 560}, {Width: 1280, Height: 900}}
	for name, scene := range everyScene() {
		t.Run(name, func(t *testing.T) { show(t, scene).wantNothingCut(sizes, 100, 150) })
	}
}

// Where large texts have room in a small window, smaller ones have.
func TestNothingIsCutInAnyLanguage(t *testing.T) {
	for _, language := range languages {
		if language == "en" {
			continue
		}
		t.Run(language, func(t *testing.T) {
			speakAs(t, language)
			for name, scene := range everyScene() {
				t.Run(name, func(t *testing.T) { show(t, scene).wantNothingCut([]fyne.Size{{Width: 440, Height: 560}}, 150) })
			}
		})
	}
}

// everyScene are all scenes, and the account list at its fullest.
func everyScene() map[string]func(*stage) {
	all := maps.Clone(scenes)
	all["one account"] = func(s *stage) { s.app.show(s.app.session, standings()[:1]) }
	all["every state"] = func(s *stage) { s.app.show(s.app.session, standings()) }
	all["every state, others at the top"] = func(s *stage) {
		accounts := standings()
		s.app.show(s.app.session, append(accounts[10:], accounts[:10]...))
	}
	return all
}

// wantNothingCut looks at each line of text in the window in front, in windows and texts of each size.
func (s *stage) wantNothingCut(sizes []fyne.Size, texts ...textSize) {
	s.Helper()
	for _, large := range texts {
		s.app.settings.TextSize = large
		s.app.useTheme()
		for _, size := range sizes {
			frame := s.screen.front
			for range 3 {
				frame.Resize(size.AddWidthHeight(0, 1)) // in the same width: what wraps then knows its height
				frame.Resize(size)
			}
			least := frame.Content().MinSize()
			if frame != s.screen.window {
				frame.Resize(size.Max(least))
			} else if least.Width > size.Width || least.Height > size.Height {
				s.Errorf("at %d %% the window asks for %v where there is %v", large, least, size)
			}
			for _, wrong := range misplaced(frame.Canvas()) {
				s.Errorf("at %d %%, %v: %s", large, size, wrong)
			}
		}
	}
}

// The state of an account can change at any moment, under the pointer of whoever is about to press a button.
func TestNothingJumpsWhenAStateChanges(t *testing.T) {
	for _, language := range languages {
		t.Run(language, func(t *testing.T) {
			test.NewTempApp(t)
			speakAs(t, language)
			for _, provider := range []string{googleName, practiceName} {
				v := view{provider: provider, practice: provider == practiceName}
				for _, width := range []float32{432, 1272} {
					var shapes cardShapes
					shapes.fit(width, v)
					want := shapes.usual().height
					for _, account := range standings() {
						account.Address, account.Scopes = "alice@gmail.com", []string{google.ScopeEverything}
						if got := shapes.of(cardTextOf(account, v, time.Time{})).height; got != want {
							t.Errorf("%s, %v wide: in state %d for %v it is %v high, else %v", provider, width, account.State, account.Cause, got, want)
						}
					}
				}
			}
		})
	}
}
