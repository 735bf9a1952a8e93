package app

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"tokentray/oauth"
	"tokentray/oauth/google"
	"tokentray/oauth/keychain"
	"tokentray/oauth/practice/practicetest"
)

// scenes are what the window shows to people, each in its usual size and at a fixed time.
var scenes = map[string]func(*stage){
	"empty": func(*stage) {},
	"opening": func(s *stage) {
		s.app.closeSession()
		s.app.opening = true
		s.app.window.draw()
	},
	"two_accounts": func(s *stage) { s.app.show(s.app.session, differing()) },
	"twenty_accounts": func(s *stage) {
		s.app.show(s.app.session, people(20))
		s.app.window.say(sayCopied("person3@gmail.com", formats[0], time.Date(2026, time.March, 4, 14, 32, 0, 0, time.Local), noon))
	},
	"finding": func(s *stage) {
		s.app.show(s.app.session, people(20))
		s.app.window.find.SetText("Person1")
	},
	"found_nothing": func(s *stage) {
		s.app.show(s.app.session, people(20))
		s.app.window.find.SetText("nobody")
	},
	"practice": func(s *stage) {
		s.app.session.place.practice, s.app.session.provider = true, "the practice provider"
		s.app.show(s.app.session, people(2))
	},
	"sign_in": func(s *stage) {
		s.press("Add account…")
		s.link()
	},
	"sign_in_paste": func(s *stage) {
		s.press("Add account…")
		s.link()
		s.press("Paste the address you ended at")
		s.press("Use this address")
		s.app.window.Canvas().Unfocus() // the cursor blinks
	},
	"sign_in_again": func(s *stage) {
		s.app.show(s.app.session, differing())
		s.press("Sign in again")
		s.link()
	},
	"settings": func(s *stage) { s.press("Settings") },
	"own_access": func(s *stage) {
		s.press("Add account…")
		s.link()
		s.chooseAccess(ownAccess)
	},
	"details": func(s *stage) {
		alice := differing()[0]
		alice.SignedIn = noon
		s.app.show(s.app.session, []oauth.Account{alice})
		s.app.showDetails(alice)
	},
	"history": func(s *stage) {
		alice := differing()[0]
		alice.SignedIn = noon.Add(-26 * day)
		s.app.history = func(oauth.Key) []oauth.Event { return eventful() }
		s.app.show(s.app.session, []oauth.Account{alice})
		s.app.showDetails(alice)
		s.press("What happened lately")
	},
	"set_up_1": func(s *stage) { s.app.setUp() },
	"set_up_2": func(s *stage) { s.guideAt(2) },
	"set_up_3": func(s *stage) { s.guideAt(3) },
	"set_up_4": func(s *stage) { s.guideAt(4) },
	"set_up_5": func(s *stage) { s.guideAt(5) },
	"set_up_offer": func(s *stage) {
		s.guideAt(5)
		s.app.guide.show("/home/alice/Downloads/client_secret_1234567890-abcdefghijklmnopqrstuvwxyz012345.apps.googleusercontent.com.json")
	},
	"problem": func(s *stage) { s.app.report(explain(oauth.ErrUnreachable, "Google"), func() {}) },
	"close_asks": func(s *stage) {
		s.minimising(nil)
		s.screen.window.close()
	},
	"close_asks_gnome": func(s *stage) {
		s.Setenv("XDG_CURRENT_DESKTOP", "GNOME")
		s.minimising(nil)
		s.screen.window.close()
	},
	"close_asks_quit": func(s *stage) {
		s.app.hasBus = false
		s.screen.window.close()
	},
	"removal_asks": func(s *stage) { s.app.confirmRemoval(differing()[0]) },
	"removal_done": func(s *stage) {
		s.app.report(removalWords(oauth.Removal{Address: "alice@gmail.com"}, "Google", true, nil), nil)
	},
	"removal_failed": func(s *stage) {
		r := oauth.Removal{Address: "alice@gmail.com", Withdrawn: oauth.ErrUnreachable, Forgotten: errors.New("broken")}
		s.app.report(removalWords(r, "Google", false, errors.New("broken")), nil)
	},
	"everything_asks": func(s *stage) { s.app.confirmRemovingEverything() },
	"everything_left": func(s *stage) {
		s.app.everythingRemoved([]string{notWithdrawnWords(few([]string{differing()[0].Address, differing()[1].Address}), googleName, oauth.ErrUnreachable)})
	},
}

// layOut gives everything the room that it asks for, as a desktop's driver does with each frame: texts that wrap ask
// for their height only when they know their width.
func (s *stage) layOut() {
	for range 3 {
		s.app.window.Resize(fyne.NewSize(441, 561))
		s.app.window.Resize(fyne.NewSize(440, 560))
	}
}

// differing are two accounts in different states, with long addresses.
func differing() []oauth.Account {
	all := people(2)
	all[0].Address = "bartholomew.featherstonehaugh1@gmail.com" // 40 letters
	all[1].Address = "person_with_underscores@gmail.com"
	all[1].State, all[1].Cause = oauth.SignInAgain, oauth.ErrSignInAgain
	return all
}

// eventful is a history that is full, with lines of every length.
func eventful() []oauth.Event {
	events := []oauth.Event{
		once(oauth.Copied, 2*time.Minute, nil),
		once(oauth.Refreshed, 3*time.Minute, nil),
		often(37, 23*time.Hour, 4*time.Minute, oauth.ErrUnreachable),
		once(oauth.Failed, 25*time.Hour, keychain.ErrLocked),
		often(128, 6*day, 2*day, oauth.ErrBadAnswer),
	}
	for len(events) < 19 {
		events = append(events, once(oauth.Refreshed, time.Duration(len(events)+2)*day, nil))
	}
	return append(events, once(oauth.SignedIn, 26*day, nil))
}

// show puts a scene on the stage.
func show(t *testing.T, scene func(*stage)) *stage {
	t.Helper()
	s := newStage(t)
	s.start()
	s.app.now = func() time.Time { return noon }
	s.app.session.choices = []google.Access{{Name: "Everything", Words: google.Presets[0].Words}, {Name: "Send only"}}
	scene(s)
	s.layOut()
	if size := s.app.window.Canvas().Size(); size != fyne.NewSize(440, 560) {
		t.Fatalf("the window's size is %v", size)
	}
	return s
}

func TestWindowLooksAsItDid(t *testing.T) {
	for name, scene := range scenes {
		t.Run(name, func(t *testing.T) {
			wantMarkup(t, name, show(t, scene).screen.front.Canvas())
		})
	}
	t.Run("without_client", func(t *testing.T) {
		wantMarkup(t, "without_client", newcomer(t).app.window.Canvas())
	})
}

// ticked is a text with a mark that Fyne's own font lacks: the font that has it, and so its width, is the computer's.
var ticked = regexp.MustCompile(`size="\d+x\d+">([✓✗])`)

// wantMarkup compares what is drawn with testdata/NAME.xml. What differs is left in testdata/failed, to be looked at and,
// if it is meant, to take the other's place.
func wantMarkup(t *testing.T, name string, canvas fyne.Canvas) {
	t.Helper()
	got := ticked.ReplaceAllString(test.RenderToMarkup(canvas), ">$1")
	want, err := os.ReadFile(filepath.Join("testdata", name+".xml"))
	if err == nil && got == strings.ReplaceAll(string(want), "\r", "") {
		return
	}
	failed := filepath.Join("testdata", "failed", name+".xml")
	if err := errors.Join(os.MkdirAll(filepath.Dir(failed), 0o700), os.WriteFile(failed, []byte(got), 0o600)); err != nil {
		t.Error(err)
	}
	before, now := strings.Split(string(want), "\n"), strings.Split(got, "\n")
	for i := range min(len(before), len(now)) {
		if before[i] != now[i] {
			t.Errorf("line %d was\n%s\nand is\n%s", i+1, before[i], now[i])
			break
		}
	}
	t.Errorf("it does not look as in testdata/%s.xml but as in %s", name, failed)
}

func TestNothingIsCutOff(t *testing.T) {
	for name, scene := range scenes {
		t.Run(name, func(t *testing.T) { show(t, scene).wantRoom() })
	}
	for state := oauth.Ready; state <= oauth.ClientTrouble; state++ {
		for cause, err := range map[string]error{
			"offline": oauth.ErrUnreachable, "trouble": oauth.ErrBadAnswer, "lost": oauth.ErrTokenLost,
			"organisation": fmt.Errorf("%w: %w", oauth.ErrSignInAgain, &oauth.ServerError{Code: "invalid_grant", Subtype: "invalid_rapt"}),
		} {
			for left, expiry := range map[string]time.Time{"alive": noon.Add(time.Hour - time.Second), "dead": {}} {
				t.Run(fmt.Sprintf("state %d %s %s", state, cause, left), func(t *testing.T) {
					show(t, func(s *stage) {
						all := differing()
						for i := range all {
							all[i].State, all[i].Cause, all[i].Expiry = state, err, expiry
						}
						s.app.show(s.app.session, all)
					}).wantRoom()
				})
			}
		}
	}
}

func TestLongHistoryIsWholeInTheSmallestWindow(t *testing.T) {
	s := show(t, scenes["history"])
	for range 5 { // what wraps gets higher as the window gets narrower
		s.app.window.Resize(s.app.window.Canvas().Content().MinSize())
	}
	if size := s.app.window.Canvas().Size(); size.Width > 300 || size.Height > 300 {
		t.Errorf("the smallest window has %v", size)
	}
	s.wantRoom()
	s.wantWords("Today 11:58 – copied\n", "\nFriday, 6 February, 12:00 – you signed in")
}

// wantRoom checks that every text that can be seen has the room that it needs.
func (s *stage) wantRoom() {
	s.Helper()
	canvas := s.app.window.Canvas()
	if least, size := canvas.Content().MinSize(), canvas.Size(); least.Width > size.Width || least.Height > size.Height {
		s.Errorf("the window needs %v and has %v", least, size)
	}
	s.see(func(o fyne.CanvasObject) {
		switch o := o.(type) {
		case *widget.Label:
			if o.Truncation == fyne.TextTruncateOff {
				s.wantSize(o.Text, o)
				break
			}
			whole := widget.NewLabelWithStyle(o.Text, o.Alignment, o.TextStyle)
			whole.SizeName = o.SizeName
			if needed := whole.MinSize().Width; o.Size().Width < needed {
				s.Errorf("%q needs a width of %v and has %v", o.Text, needed, o.Size().Width)
			}
		case *button:
			s.wantSize(o.Text, o)
		case *widget.Button:
			s.wantSize(o.Text, o)
		}
	})
}

func (s *stage) wantSize(text string, o fyne.CanvasObject) {
	s.Helper()
	if least, size := o.MinSize(), o.Size(); size.Width < least.Width || size.Height < least.Height {
		s.Errorf("%q needs %v and has %v", text, least, size)
	}
}

func TestCardLooksAsItDidInEachState(t *testing.T) {
	for _, practice := range []bool{false, true} {
		name := map[bool]string{false: "cards", true: "cards_practice"}[practice]
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			s.start()
			v := view{provider: googleName, practice: practice}
			s.app.window.shapes.fit(432, v)
			all := container.NewVBox()
			for i, account := range standings() {
				copied := ""
				if i == 0 {
					copied = "Copied · 42 s"
				}
				shape := s.app.window.shapes.of(cardTextOf(account, v, noon))
				card := newAccountCard(s.app)
				card.show(account, v, shape, noon, noon, copied)
				all.Add(card)
			}
			w := s.screen.NewWindow("cards")
			w.SetContent(all)
			w.Resize(fyne.NewSize(440, all.MinSize().Height))
			wantMarkup(t, name, w.Canvas())
		})
	}
}

func TestMinutesGoDownAsTimePasses(t *testing.T) {
	s := show(t, func(s *stage) { s.app.show(s.app.session, people(1)) })
	s.wantWords("Fresh for 60 minutes")
	s.app.now = func() time.Time { return noon.Add(time.Second) }
	go s.app.tick(time.Millisecond)
	s.awaitWords("Fresh for 59 minutes")
}

func TestMinutesAreSaidAnewWhenTheyChange(t *testing.T) {
	for name, c := range map[string]struct {
		left []time.Duration
		want time.Duration
	}{
		"nobody":            {nil, time.Minute},
		"no token":          {[]time.Duration{-time.Second}, time.Minute},
		"one":               {[]time.Duration{42*time.Minute + 17*time.Second}, 17*time.Second + time.Millisecond},
		"the soonest":       {[]time.Duration{time.Hour + 50*time.Second, 3*time.Minute + 20*time.Second}, 20*time.Second + time.Millisecond},
		"in the last one":   {[]time.Duration{5 * time.Second}, 5*time.Second + time.Millisecond},
		"just now, and one": {[]time.Duration{time.Hour}, time.Millisecond},
	} {
		var accounts []oauth.Account
		for _, left := range c.left {
			accounts = append(accounts, oauth.Account{Expiry: noon.Add(left)})
		}
		got := untilMinutesChange(accounts, noon)
		if got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		if len(accounts) == 1 && c.left[0] > 0 {
			a := accounts[0]
			if before, after := stateWords(a, "", noon.Add(got-2*time.Millisecond)), stateWords(a, "", noon.Add(got)); got > 2*time.Millisecond && before == after {
				t.Errorf("%s: nothing has changed: %q", name, after)
			}
		}
	}
}

func TestHiddenWindowIsNotDrawn(t *testing.T) {
	s := show(t, func(s *stage) { s.app.show(s.app.session, people(1)) })
	s.app.trayHostChanged(true)
	s.screen.window.close()
	s.app.now = func() time.Time { return noon.Add(time.Minute) }
	go s.app.tick(time.Millisecond)
	for range 5 {
		(<-s.calls)()
	}
	if !s.says("Fresh for 60 minutes") {
		t.Errorf("it is drawn: %q", s.texts())
	}
}

func TestRowIsUsedAgainForAnotherAccount(t *testing.T) {
	s := newStage(t)
	row := newAccountCard(s.app)
	all := differing()
	row.show(all[1], view{provider: "Google"}, cardShape{}, time.Time{}, noon, "")
	row.show(all[0], view{provider: "Google"}, cardShape{}, time.Time{}, noon, "")
	if row.address.Text != all[0].Address || row.act.Text != "Copy token" || row.act.Importance != widget.HighImportance ||
		row.state.Importance != widget.MediumImportance {
		t.Errorf("%q, %q: something of the account before is left", row.address.Text, row.act.Text)
	}
}

func TestWindowStaysWhatItWasWhileASignInIsUnderWay(t *testing.T) {
	s := newStage(t)
	s.start()
	s.signIn("alice@example.com")
	s.press("Add account…")
	link := s.link()
	s.app.show(s.app.session, s.engine().Accounts())
	s.wantWords("Add an account")
	practicetest.Allow(s, link, practicetest.As("bob@example.com"))
	s.awaitAccount("bob@example.com")
}
