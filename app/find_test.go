package app

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"tokentray/oauth"
)

func TestAnyPartOfAnAddressIsFound(t *testing.T) {
	var accounts []oauth.Account
	for _, address := range []string{"Alice.Smith@gmail.com", "bob@example.org", "jörg@gmail.com"} {
		accounts = append(accounts, oauth.Account{Address: address})
	}
	for part, want := range map[string][]string{
		"":          {"Alice.Smith@gmail.com", "bob@example.org", "jörg@gmail.com"},
		"  ":        {"Alice.Smith@gmail.com", "bob@example.org", "jörg@gmail.com"},
		"alice":     {"Alice.Smith@gmail.com"},
		"SMITH@":    {"Alice.Smith@gmail.com"},
		" bob ":     {"bob@example.org"},
		"gmail":     {"Alice.Smith@gmail.com", "jörg@gmail.com"},
		"JÖRG":      {"jörg@gmail.com"},
		"org":       {"bob@example.org"},
		"carol":     nil,
		"alice bob": nil,
	} {
		var got []string
		for _, a := range matching(accounts, part) {
			got = append(got, a.Address)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q finds %q, want %q", part, got, want)
		}
	}
}

// listing are the addresses that the window lists.
func (s *stage) listing() (addresses []string) {
	s.see(func(o fyne.CanvasObject) {
		if row, ok := o.(*accountCard); ok {
			addresses = append(addresses, row.account.Address)
		}
	})
	return addresses
}

func (s *stage) typeWords(words string) {
	for _, r := range words {
		s.app.window.Canvas().Focused().TypedRune(r)
	}
}

func TestAccountIsFoundByTheKeyboard(t *testing.T) {
	s := show(t, func(s *stage) { s.app.show(s.app.session, people(20)) })
	const none = "No account has that in its address."
	s.app.window.lookFor()
	s.typeWords("ON17")
	s.layOut()
	if got := s.listing(); !slices.Equal(got, []string{"person17@gmail.com"}) {
		t.Errorf("found %q", got)
	}
	s.press("Copy token") // that of the account shown, not of the first in the list
	s.awaitWords("person17@gmail.com: ")
	s.press("Close")
	s.app.window.lookFor()
	s.typeWords("x") // what was there is selected
	s.wantWords(none)
	if got := s.app.window.find.Text; got != "x" || len(s.listing()) > 0 {
		t.Errorf("%q finds %q", got, s.listing())
	}
	s.key(fyne.KeyEscape)
	s.layOut()
	if got := s.listing(); len(got) < 5 || got[0] != "person0@gmail.com" || s.says(none) {
		t.Errorf("Escape leaves %q", got)
	}
}

func TestFewAccountsNeedNoField(t *testing.T) {
	s := show(t, func(s *stage) { s.app.show(s.app.session, people(findFrom-1)) })
	s.app.window.lookFor()
	if s.app.window.find.Visible() || s.app.window.Canvas().Focused() != nil {
		t.Error("with seven accounts there is a field")
	}
	s.app.show(s.app.session, people(findFrom))
	s.app.window.lookFor()
	s.typeWords("person7")
	if got := s.listing(); !slices.Equal(got, []string{"person7@gmail.com"}) {
		t.Errorf("with eight it finds %q", got)
	}
	s.app.show(s.app.session, people(findFrom-1)) // the one that was found is removed
	s.layOut()
	if got := s.listing(); len(got) < 5 {
		t.Errorf("a field that is gone leaves %q", got)
	}
	if s.app.window.Canvas().Focused() != nil {
		t.Error("the keyboard is on what is not there")
	}
}

func TestSheetKeepsTheKeyboardFromTheField(t *testing.T) {
	s := show(t, func(s *stage) { s.app.show(s.app.session, people(20)) })
	s.app.window.find.SetText("person1")
	s.app.confirmRemoval(people(1)[0])
	before := s.app.window.Canvas().Focused()
	s.app.window.lookFor()
	if s.app.window.Canvas().Focused() != before {
		t.Error("Ctrl+F leaves the sheet")
	}
	s.key(fyne.KeyEscape)
	if s.app.window.find.Text != "person1" {
		t.Error("Escape closes the sheet and clears the field beneath")
	}
}

func TestThousandAccountsCostNoMoreThanThoseThatAreSeen(t *testing.T) {
	s := show(t, func(s *stage) { s.app.show(s.app.session, people(1000)) })
	drawn := 0
	s.app.now = func() time.Time { drawn++; return noon }
	const rows = 40 // the visible ones, a few times over
	for i, do := range []func(){
		s.app.window.draw,
		func() { s.app.show(s.app.session, people(1000)) },
		func() { s.app.window.find.SetText("person") },
		func() { s.app.window.find.SetText("person99") },
		func() { s.app.window.list.ScrollToBottom() },
	} {
		drawn = 0
		if do(); drawn > rows {
			t.Errorf("%d: %d rows are drawn", i, drawn)
		}
	}
	s.app.window.find.SetText("")
	s.app.window.list.ScrollToBottom()
	s.app.window.find.SetText("person99")
	s.layOut()
	if got := s.listing(); len(got) == 0 || got[0] != "person99@gmail.com" {
		t.Errorf("found %q", got)
	}
	for i := range 10 {
		if got, want := s.app.window.found[i+1].Address, fmt.Sprintf("person99%d@gmail.com", i); got != want {
			t.Errorf("found %q, want %q", got, want)
		}
	}
}
