package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"tokentray/assets"
	"tokentray/oauth"
	"tokentray/oauth/google"
	"tokentray/oauth/keychain"
)

// speakMarked has every sentence said between ⟦ and ⟧ until the test ends: what stands outside nobody can translate.
func speakMarked(t *testing.T) {
	t.Helper()
	english, err := assets.Translations.ReadFile("translations/en.json")
	if err != nil {
		t.Fatal(err)
	}
	marked := translation(t, "en")
	for _, forms := range marked {
		for form, words := range forms {
			forms[form] = "⟦" + words + "⟧"
		}
	}
	data, err := json.Marshal(marked)
	if err != nil {
		t.Fatal(err)
	}
	if err := lang.AddTranslationsForLocale(data, "en"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := lang.AddTranslationsForLocale(english, "en"); err != nil {
			t.Error(err)
		}
	})
}

// names are the same in every language.
var names = regexp.MustCompile(`\S+@\S+|https?://\S+|Token Tray|Google`)

// isTranslated tells whether nothing of a text stands outside of the marks but names, numbers and the letter that stands
// for an account.
func isTranslated(text string) bool {
	depth, outside := 0, strings.Builder{}
	for _, r := range text {
		switch {
		case r == '⟦':
			depth++
		case r == '⟧':
			depth--
		case depth == 0:
			outside.WriteRune(r)
		}
	}
	left := names.ReplaceAllString(outside.String(), "")
	return utf8.RuneCountInString(text) == 1 || !strings.ContainsFunc(left, unicode.IsLetter)
}

// untranslated are the texts that can be seen in these objects and are not translated.
func untranslated(objects ...fyne.CanvasObject) (found []string) {
	for _, o := range objects {
		texts, within := said(o)
		found = append(found, slices.DeleteFunc(texts, isTranslated)...)
		found = append(found, untranslated(within...)...)
	}
	return found
}

// said is what an object says itself, and what is within it besides. A text that wraps is taken whole, not by its lines.
func said(o fyne.CanvasObject) (texts []string, within []fyne.CanvasObject) {
	if o == nil || !o.Visible() {
		return nil, nil
	}
	switch o := o.(type) {
	case *canvas.Text:
		return []string{o.Text}, nil
	case *widget.Label:
		return []string{o.Text}, nil
	case *widget.RichText: // also within a button
		return []string{o.String()}, nil
	case *widget.Hyperlink:
		return []string{o.Text}, nil
	case *field:
		return []string{o.PlaceHolder}, nil // what stands in it was typed
	case *widget.Entry:
		return []string{o.PlaceHolder}, nil
	case *picker:
		return append([]string{o.Selected}, o.Options...), nil
	case *widget.RadioGroup:
		return o.Options, nil
	case *drawing:
		return nil, nil // of a page in the browser, as it is there
	case *fyne.Container:
		return nil, o.Objects
	case fyne.Widget:
		return nil, test.WidgetRenderer(o).Objects()
	}
	return nil, nil
}

// untranslatedItems are the entries of a menu that are not translated, and of the menus that it opens.
func untranslatedItems(m *fyne.Menu) (found []string) {
	for _, item := range m.Items {
		if !isTranslated(item.Label) {
			found = append(found, item.Label)
		}
		if item.ChildMenu != nil {
			found = append(found, untranslatedItems(item.ChildMenu)...)
		}
	}
	return found
}

// wantTranslated checks the window in front, and what lies over it.
func (s *stage) wantTranslated() {
	s.Helper()
	c := s.screen.front.Canvas()
	if found := untranslated(append(slices.Clone(c.Overlays().List()), c.Content())...); len(found) > 0 {
		s.Errorf("these are not translated: %q", found)
	}
}

func TestWhatIsNotTranslatedIsFound(t *testing.T) {
	newStage(t)
	placeHolder, hidden := newField(), text("A hidden label")
	placeHolder.SetPlaceHolder("A place holder")
	placeHolder.SetText("typed")
	hidden.Hide()
	c := test.NewTempWindow(t, container.NewVBox(
		canvas.NewText("A text", nil), container.NewPadded(text("A label")), newButton("A button", nil), newTick("A tick", false, nil),
		placeHolder, newPicker([]string{"An option"}, "⟦Another⟧", nil), widget.NewRichTextWithText("A rich text"), hidden,
		text("⟦Of ⟦14⟧ sentences⟧ one is not"), text("⟦Token⟧ Tray"), text("Google's"),
		text("⟦Copied for {{.Address}}⟧"), text("alice@gmail.com: ⟦Renewing⟧ · 14:32"), text("Token Tray: ⟦well⟧"), canvas.NewText("A", nil),
	)).Canvas()
	want := []string{"A text", "A label", "A button", "A tick", "A place holder", "An option", "A rich text",
		"⟦Of ⟦14⟧ sentences⟧ one is not", "⟦Token⟧ Tray", "Google's"}
	if found := untranslated(c.Content()); !slices.Equal(found, want) {
		t.Errorf("found %q, want %q", found, want)
	}
	widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", fyne.NewMenuItem("An entry", nil), fyne.NewMenuItem("⟦Another⟧", nil)), c, fyne.Position{})
	if found := untranslated(c.Overlays().Top()); !slices.Equal(found, []string{"An entry"}) {
		t.Errorf("in a menu that is open: %q", found)
	}
	below := fyne.NewMenuItem("⟦A menu⟧", nil)
	below.ChildMenu = fyne.NewMenu("", fyne.NewMenuItem("One below", nil))
	if found := untranslatedItems(fyne.NewMenu("", fyne.NewMenuItem("An entry", nil), below)); !slices.Equal(found, []string{"An entry", "One below"}) {
		t.Errorf("in a menu: %q", found)
	}
}

// spokenScenes are more of what the window says, of which there are no pictures.
var spokenScenes = map[string]func(*stage){
	"accounts that are not open": func(s *stage) {
		s.app.closeSession()
		s.app.window.draw()
	},
	"the menu of everything else": func(s *stage) {
		s.app.show(s.app.session, differing())
		s.app.showMore(differing()[0], s.app.window.cards[0].more)
	},
	"the menu of formats": func(s *stage) {
		s.app.show(s.app.session, differing())
		s.app.chooseFormat(differing()[0], s.app.window.cards[0].formats)
	},
	"a copied token": func(s *stage) {
		s.app.show(s.app.session, differing())
		s.app.startCountdown(differing()[0], lang.L("Copied"))
	},
	"a copied token that stays long": func(s *stage) {
		s.app.settings.ClearAfter = 10 * 60
		s.app.show(s.app.session, differing())
		s.app.startCountdown(differing()[0], lang.L("Copied"))
	},
	"a copied token that stays": func(s *stage) {
		s.app.settings.ClearAfter = neverClear
		s.app.show(s.app.session, differing())
		s.app.startCountdown(differing()[0], lang.L("Copied"))
	},
	"a token that is off the clipboard": func(s *stage) {
		s.copied()
		s.app.clearCopied()
		s.awaitWords("taken off")
	},
	"a token that left the clipboard to something else": func(s *stage) {
		s.copied()
		s.board.put("something else")
		s.app.clearCopied()
		s.awaitWords("Something else")
	},
	"a token that can't be taken off the clipboard": func(s *stage) {
		s.copied()
		s.board.fail(errors.New("broken"))
		s.app.clearCopied()
		s.awaitWords("may still be on the clipboard")
	},
	"a token that the window must copy": func(s *stage) { s.app.copyInWindow(differing()[0]) },
	"a token that is fetched": func(s *stage) {
		alice := differing()[0]
		alice.Expiry = time.Time{}
		s.app.show(s.app.session, []oauth.Account{alice})
		s.app.copyToken(alice)
	},
	"a locked keychain": func(s *stage) {
		alice := differing()[0]
		alice.Cause = keychain.ErrLocked
		s.app.show(s.app.session, []oauth.Account{alice})
		s.app.copyToken(alice)
	},
	"a renewal": func(s *stage) { s.app.renewNow(differing()[0]) },
	"a renewal that is over": func(s *stage) {
		s.app.renewNow(s.signIn("alice@example.com"))
		s.awaitWords("is new")
	},
	"a test": func(s *stage) { s.app.testToken(differing()[0], nil) },
	"a test that is offered": func(s *stage) {
		s.app.offerTest(differing()[0], "")
		s.app.window.strip.Show()
	},
	"no account to copy of": func(s *stage) {
		s.app.show(s.app.session, differing())
		s.app.window.copySelected()
	},
	"a project in Testing": func(s *stage) {
		s.app.settings.Projects = nil
		alice := differing()[0]
		alice.SignedIn = noon
		s.app.show(s.app.session, []oauth.Account{alice})
		s.app.showDetails(alice)
	},
	"details of one that needs a sign-in": func(s *stage) {
		s.app.show(s.app.session, differing())
		s.app.showDetails(differing()[1])
	},
	"the question of Testing": func(s *stage) { s.app.questionTesting(differing()[0], nil) },
	"trouble of an account":   func(s *stage) { s.app.explainTrouble(differing()[0], oauth.ErrUnreachable, func() {}) },
	"trouble for an admin":    func(s *stage) { s.app.report(problem{remedy: copyForAdmin}, func() {}) },
	"trouble that is unheard": func(s *stage) { s.app.report(explain(errors.New("broken"), googleName), func() {}) },
	"a report": func(s *stage) {
		s.app.copyReport(nil)
		s.awaitWords("The report")
	},
	"a text for an admin": func(s *stage) {
		s.app.copyForAdmin()
		s.awaitWords("The text")
	},
	"an error to look for":     func(s *stage) { s.app.searchErrors() },
	"an error that is known":   func(s *stage) { s.searchFor("admin_policy_enforced") },
	"an error with a page":     func(s *stage) { s.searchFor("access_denied") },
	"an error that is unknown": func(s *stage) { s.searchFor("qqqqq") },
}

// copied signs somebody in and copies a token.
func (s *stage) copied() {
	s.app.copyToken(s.signIn("alice@example.com"))
	s.awaitWords("Copied for")
}

// searchFor types an error of Google's page.
func (s *stage) searchFor(words string) {
	s.app.searchErrors()
	s.app.window.sheets[0].first.(*field).SetText(words)
}

func TestEveryWordInTheWindowIsTranslated(t *testing.T) {
	speakMarked(t)
	all := map[string]func(*stage){}
	maps.Copy(all, scenes)
	maps.Copy(all, spokenScenes)
	for name, scene := range all {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			s.start()
			s.app.now = func() time.Time { return noon }
			scene(s)
			s.layOut()
			s.wantTranslated()
		})
	}
	t.Run("a newcomer", func(t *testing.T) { newcomer(t).wantTranslated() })
}

// everyStanding are accounts in every state, for causes of every kind, with a token and without.
func everyStanding() (all []oauth.Account) {
	for state := oauth.Ready; state <= oauth.ClientTrouble; state++ {
		for _, cause := range []error{
			nil, errors.New("broken"), oauth.ErrUnreachable, oauth.ErrBadAnswer, oauth.ErrTokenLost, oauth.ErrClientRefused,
			keychain.ErrLocked, keychain.ErrNoService, keychain.ErrTimeout, keychain.ErrFault,
			fmt.Errorf("%w: %w", oauth.ErrSignInAgain, &oauth.ServerError{Code: "invalid_grant", Subtype: "invalid_rapt"}),
		} {
			for _, expiry := range []time.Time{{}, noon.Add(time.Hour)} {
				a := people(1)[0]
				a.State, a.Standing, a.Cause, a.Expiry, a.SignedIn = state, state, cause, expiry, noon
				all = append(all, a)
			}
		}
	}
	return all
}

func TestEveryWordOfAnAccountIsTranslated(t *testing.T) {
	speakMarked(t)
	card := newAccountCard(newStage(t).app)
	test.NewTempWindow(t, card).Resize(fyne.NewSize(440, 200))
	var found []string
	add := func(texts ...string) { found = append(found, slices.DeleteFunc(texts, isTranslated)...) }
	for i, a := range everyStanding() {
		for _, provider := range []string{googleName, practiceName} {
			a.Scopes = [][]string{nil, {google.ScopeEverything}, {"https://www.googleapis.com/auth/gmail.modify", "email"}, {"openid"}}[i%4]
			v := view{accounts: []oauth.Account{a}, provider: provider, practice: provider == practiceName, formats: formats,
				formatOf: func(oauth.Account) format { return formats[1] }, onClipboard: i%2 == 0}
			card.show(a, v, cardShape{}, noon.Add(day), noon, "")
			add(untranslated(card)...)
			add(untranslatedItems(menu(v, actions{}))...)
			add(detailWords(a, v, noon))
			for state := trayWell; state <= trayNeedsYou; state++ {
				add(tooltip(v, state, noon))
			}
			v.accounts = people(trayAccounts + 1)
			for j := range v.accounts {
				a.Key = v.accounts[j].Key
				v.accounts[j] = a
			}
			add(untranslatedItems(menu(v, actions{}))...)
			for state := trayWell; state <= trayNeedsYou; state++ {
				add(tooltip(v, state, noon))
			}
			if a.Cause != nil {
				v.notOpened = a.Cause
				add(untranslatedItems(menu(v, actions{}))...)
				add(explainAccount(a, a.Cause, provider).line(), tooltip(v, trayNeedsYou, noon))
			}
		}
	}
	slices.Sort(found)
	for _, text := range slices.Compact(found) {
		t.Errorf("%q is not translated", text)
	}
}

func TestEveryWordThatIsSaidInPassingIsTranslated(t *testing.T) {
	speakMarked(t)
	asked, alice := session{provider: googleName}, people(1)[0]
	words := []string{
		endedNews().text, clientNews().text, removedNews().text,
		copiedNews(noon, noon, true).text, copiedNews(noon.Add(day), noon, false).text,
		clockWords(time.Hour), clockWords(-time.Hour), tooltip(view{opening: true, provider: googleName}, trayWorking, noon),
		tooltip(view{signingIn: true, provider: googleName}, trayWorking, noon), tooltip(view{practice: true}, trayWell, noon),
		asked.works([]byte(`{"messagesTotal": 1}`), alice).line(), asked.works([]byte(`{"messagesTotal": 1234567}`), alice).line(),
		asked.alive([]byte(`{"scope": "openid"}`), alice).line(),
		historyWords(nil, alice, googleName, noon, 0), historyWords(eventful(), alice, googleName, noon, 0),
	}
	for _, f := range formats {
		words = append(words, sayCopied(alice.Address, f, noon.Add(day), noon), f.name.words())
	}
	for _, p := range problems {
		words = append(words, explain(p.err, googleName).line(), explain(p.err, practiceName).line())
	}
	for _, left := range []time.Duration{time.Second, time.Minute, time.Hour, 50 * time.Hour} {
		words = append(words, minutes(left), clearWords(noon.Add(left), noon))
	}
	for r := tryAgain; r <= addAnother; r++ {
		words = append(words, r.label())
	}
	for _, trouble := range google.Troubles {
		words = append(words, troubled(trouble).line())
	}
	for _, text := range words {
		if text == "" || !isTranslated(text) {
			t.Errorf("%q is not translated", text)
		}
	}
}
