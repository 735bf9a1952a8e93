package app

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"tokentray/app/desktop"
	"tokentray/oauth"
	"tokentray/oauth/google"
)

// people are n accounts; the later ones were used later.
func people(n int) []oauth.Account {
	var all []oauth.Account
	for i := range n {
		all = append(all, oauth.Account{
			Key:      oauth.Key{Issuer: "https://issuer", Subject: fmt.Sprint(i)},
			Address:  fmt.Sprintf("person%d@gmail.com", i),
			LastUsed: noon.Add(time.Duration(i) * time.Hour),
			Expiry:   noon.Add(time.Hour),
		})
	}
	return all
}

func TestMenuHoldsTheEntriesInOrder(t *testing.T) {
	tail := []string{"Add account…", "Open Token Tray", "---", "Quit"}
	practiceTail := []string{"Add account…", "Open Token Tray", "Practice mode: these are not real accounts", "---", "Quit"}
	accounts := func(from, to int) (entries []string) {
		for i := from; i < to; i++ {
			entries = append(entries, fmt.Sprintf("Copy token: person%d@gmail.com", i))
		}
		return entries
	}
	ended := people(2)
	ended[1].State = oauth.SignInAgain
	lost, lasting := people(1), people(1)
	lost[0].State, lost[0].Expiry = oauth.Lost, time.Time{}
	lasting[0].State, lasting[0].Expiry = oauth.Lost, noon
	waiting := people(1)
	waiting[0].State = oauth.Waiting
	tests := map[string]struct {
		view view
		want []string
		more []string
	}{
		"nobody":   {view{}, tail, nil},
		"practice": {view{practice: true}, practiceTail, nil},
		"one":      {view{accounts: people(1)}, slices.Concat(accounts(0, 1), []string{"---"}, tail), nil},
		"two":      {view{accounts: people(2), practice: true}, slices.Concat(accounts(0, 2), []string{"---"}, practiceTail), nil},
		"ten":      {view{accounts: people(10)}, slices.Concat(accounts(0, 10), []string{"---"}, tail), nil},
		"eleven": {view{accounts: people(11)},
			slices.Concat(accounts(1, 11), []string{"More accounts…", "---"}, tail), accounts(0, 1)},
		"ended": {view{accounts: ended},
			slices.Concat(accounts(0, 1), []string{"Sign in again: person1@gmail.com", "---"}, tail), nil},
		"lost":    {view{accounts: lost}, slices.Concat([]string{"Sign in again: person0@gmail.com", "---"}, tail), nil},
		"lasting": {view{accounts: lasting}, slices.Concat(accounts(0, 1), []string{"---"}, tail), nil},
		"waiting": {view{accounts: waiting}, slices.Concat(accounts(0, 1), []string{"---"}, tail), nil},
	}
	for name, test := range tests {
		m := menu(test.view, actions{})
		if got := labels(m); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
		var more []string
		for _, item := range m.Items {
			if item.ChildMenu != nil {
				more = labels(item.ChildMenu)
			}
			if note := item.Label == "Practice mode: these are not real accounts"; note != item.Disabled {
				t.Errorf("%s: %q: disabled is %t", name, item.Label, item.Disabled)
			}
		}
		if !slices.Equal(more, test.more) {
			t.Errorf("%s: the submenu has %q, want %q", name, more, test.more)
		}
	}
}

func TestMenuSaysWhyAccountsNeedASignIn(t *testing.T) {
	because := func(subtype string) error {
		return fmt.Errorf("%w: %w", oauth.ErrSignInAgain, &oauth.ServerError{Status: 400, Code: "invalid_grant", Subtype: subtype})
	}
	all := people(12)
	for i, subtype := range map[int]string{2: "invalid_rapt", 3: "account_deleted", 4: "invalid_rapt", 11: "invalid_rapt"} {
		all[i].State, all[i].Cause = oauth.SignInAgain, because(subtype)
	}
	all[5].State, all[5].Cause = oauth.SignInAgain, because("")
	all[5].SignedIn, all[5].Ended = noon, noon.Add(google.TestingLife)
	all[6].State, all[6].Cause = oauth.Waiting, oauth.ErrUnreachable
	v := view{accounts: all, provider: googleName, practice: true}
	items := menu(v, actions{}).Items
	want := []string{"Open Token Tray", "3 accounts: Your organisation asks for a new sign-in", "person3@gmail.com: The account was deleted",
		"person5@gmail.com: The project is in Testing", "Practice mode: these are not real accounts", "---", "Quit"}
	if got := labels(&fyne.Menu{Items: items[len(items)-len(want):]}); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for _, item := range items {
		if strings.Contains(item.Label, ": The ") && !item.Disabled {
			t.Errorf("%q looks as if it could be pressed", item.Label)
		}
	}
}

// Fyne adds a Quit of its own to a menu without one, and that one passes the program's by.
func TestMenuEndsWithItsOwnQuit(t *testing.T) {
	for _, n := range []int{0, 1, 11} {
		items := menu(view{accounts: people(n)}, actions{}).Items
		for i, item := range items {
			if item.IsQuit != (i == len(items)-1) {
				t.Errorf("%d accounts: %q: IsQuit is %t", n, item.Label, item.IsQuit)
			}
		}
	}
}

func TestEachEntryActsForItsAccount(t *testing.T) {
	all := people(11)
	all[4].State = oauth.SignInAgain
	var did []string
	m := menu(view{accounts: all}, actions{
		copyToken:   func(a oauth.Account) { did = append(did, "Copy token: "+a.Address) },
		signInAgain: func(a oauth.Account) { did = append(did, "Sign in again: "+a.Address) },
		addAccount:  func() { did = append(did, "Add account…") },
		openWindow:  func() { did = append(did, "Open Token Tray") },
		quit:        func() { did = append(did, "Quit") },
	})
	var want []string
	var press func(*fyne.Menu)
	press = func(m *fyne.Menu) {
		for _, item := range m.Items {
			switch {
			case item.ChildMenu != nil:
				press(item.ChildMenu)
			case item.IsSeparator:
			case item.Action == nil:
				t.Errorf("%q does nothing", item.Label)
			default:
				want = append(want, item.Label)
				item.Action()
			}
		}
	}
	press(m)
	if !slices.Equal(did, want) || len(want) != 14 {
		t.Errorf("did %q, want %q", did, want)
	}
}

// The desktop is sent the whole menu each time, so it is sent only what looks different.
func TestTrayIsSentOnlyWhatLooksDifferent(t *testing.T) {
	s := newStage(t)
	s.start()
	if s.tray.times != 1 {
		t.Fatalf("the start sent %d menus, want 1", s.tray.times)
	}
	accounts := people(2)
	s.app.show(s.app.session, accounts)
	if s.tray.times != 2 {
		t.Errorf("new accounts sent %d menus, want 1", s.tray.times-1)
	}
	for range 3 {
		accounts = slices.Clone(accounts)
		accounts[0].Expiry = accounts[0].Expiry.Add(time.Minute)
		accounts[1].LastUsed = accounts[1].LastUsed.Add(time.Minute)
		s.app.show(s.app.session, accounts)
	}
	accounts[0].State = oauth.Renewing
	s.app.show(s.app.session, accounts)
	if s.tray.times != 2 {
		t.Errorf("the passing of time sent %d menus, want none", s.tray.times-2)
	}
	accounts[0].State = oauth.SignInAgain
	s.app.show(s.app.session, accounts)
	if s.tray.times != 3 || s.entries()[0] != "Sign in again: person0@gmail.com" {
		t.Errorf("a state that shows sent %d menus: %q", s.tray.times-2, s.entries())
	}
}

func TestOutlineHasTheSubmenuInIt(t *testing.T) {
	all := people(11)
	before := outline(menu(view{accounts: all}, actions{}))
	all[0].State = oauth.SignInAgain // the least used: it stands in the submenu
	if outline(menu(view{accounts: all}, actions{})) == before {
		t.Error("a change in the submenu goes unnoticed")
	}
}

func TestNewsOfAnEngineThatIsGoneIsNotShown(t *testing.T) {
	s := newStage(t)
	s.start()
	s.app.show(&session{provider: "somebody else"}, people(3))
	if len(s.app.view.accounts) != 0 {
		t.Error("it is shown")
	}
}

func TestUnderscoresInAddressesShow(t *testing.T) {
	a := oauth.Account{Address: "first_last@gmail.com"}
	m := menu(view{accounts: []oauth.Account{a}}, actions{})
	literal(m)
	if got, want := m.Items[0].Label, desktop.MenuLabel("Copy token: first_last@gmail.com"); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
