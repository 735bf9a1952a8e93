package app

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"tokentray/oauth"
	"tokentray/oauth/google"
	"tokentray/oauth/keychain"
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
	end := []string{"Add account…", "Open Token Tray", "---", "Quit"}
	practiceEnd := []string{"Add account…", "Open Token Tray", "Practice mode: these are not real accounts", "---", "Quit"}
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
		"nobody":   {view{}, end, nil},
		"practice": {view{practice: true}, practiceEnd, nil},
		"one":      {view{accounts: people(1)}, slices.Concat(accounts(0, 1), []string{"---"}, end), nil},
		"two":      {view{accounts: people(2), practice: true}, slices.Concat(accounts(0, 2), []string{"---"}, practiceEnd), nil},
		"ten":      {view{accounts: people(10)}, slices.Concat(accounts(0, 10), []string{"---"}, end), nil},
		"eleven": {view{accounts: people(11)},
			slices.Concat(accounts(1, 11), []string{"More accounts…", "---"}, end), accounts(0, 1)},
		"ended": {view{accounts: ended},
			slices.Concat(accounts(0, 1), []string{"Sign in again: person1@gmail.com", "---"}, end), nil},
		"lost":    {view{accounts: lost}, slices.Concat([]string{"Sign in again: person0@gmail.com", "---"}, end), nil},
		"lasting": {view{accounts: lasting}, slices.Concat(accounts(0, 1), []string{"---"}, end), nil},
		"waiting": {view{accounts: waiting}, slices.Concat(accounts(0, 1), []string{"---"}, end), nil},
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

// tail are the entries below Open Token Tray, up to the last separator.
func tail(m *fyne.Menu) []*fyne.MenuItem {
	from := slices.IndexFunc(m.Items, func(item *fyne.MenuItem) bool { return item.Label == "Open Token Tray" })
	return m.Items[from+1 : len(m.Items)-2]
}

func TestMenuSaysWhatNeedsThePersonAndLeadsThere(t *testing.T) {
	because := func(subtype string) error {
		return fmt.Errorf("%w: %w", oauth.ErrSignInAgain, &oauth.ServerError{Status: 400, Code: "invalid_grant", Subtype: subtype})
	}
	all := people(16)
	put := func(i int, state, standing oauth.State, cause error) {
		all[i].State, all[i].Standing, all[i].Cause = state, standing, cause
	}
	for i, subtype := range map[int]string{2: "invalid_rapt", 3: "account_deleted", 4: "invalid_rapt", 11: "invalid_rapt"} {
		put(i, oauth.SignInAgain, oauth.SignInAgain, because(subtype))
	}
	put(5, oauth.SignInAgain, oauth.SignInAgain, because(""))
	all[5].SignedIn, all[5].Ended = noon, noon.Add(google.TestingLife)
	put(6, oauth.Lost, oauth.Lost, oauth.ErrTokenLost) // its token lasts a while
	put(7, oauth.ClientTrouble, oauth.ClientTrouble, oauth.ErrClientRefused)
	put(8, oauth.Renewing, oauth.ClientTrouble, oauth.ErrClientRefused) // of the same client
	put(9, oauth.Locked, oauth.Ready, keychain.ErrLocked)
	put(10, oauth.Renewing, oauth.Ready, keychain.ErrDismissed) // tried again
	put(12, oauth.Locked, oauth.Ready, keychain.ErrNoService)
	put(13, oauth.Waiting, oauth.Ready, oauth.ErrUnreachable)
	put(14, oauth.Renewing, oauth.Ready, oauth.ErrUnreachable) // tried again
	put(15, oauth.Locked, oauth.Ready, keychain.ErrTimeout)    // passes as well

	var did []string
	noting := func(what string) func(oauth.Account) {
		return func(a oauth.Account) { did = append(did, what+" "+strings.TrimSuffix(a.Address, "@gmail.com")) }
	}
	items := tail(menu(view{accounts: all, provider: googleName, practice: true}, actions{
		showAccount: noting("details of"), showTrouble: noting("way out for"), openWindow: func() { did = append(did, "window") },
	}))
	var entries, does []string
	for _, item := range items {
		entries = append(entries, item.Label)
		if item.Disabled {
			continue
		}
		item.Action()
		does = append(does, did[len(did)-1])
	}
	want := []string{
		"3 accounts: Your organisation asks for a new sign-in", "person3@gmail.com: The account was deleted",
		"person5@gmail.com: The project is in Testing", "person6@gmail.com: The keychain no longer has this sign-in",
		"Your Google client needs attention", "The keychain is locked: click a token to unlock it", "No keychain is running",
		"Offline: tokens at hand still work", "Practice mode: these are not real accounts",
	}
	if !slices.Equal(entries, want) {
		t.Errorf("it says %q, want %q", entries, want)
	}
	if want := []string{"window", "details of person3", "details of person5", "details of person6", "way out for person7", "window",
		"way out for person12", "window"}; !slices.Equal(does, want) {
		t.Errorf("the entries lead to %q, want %q", does, want)
	}
}

func TestMenuSaysWhyTheAccountsAreNotOpen(t *testing.T) {
	opened := false
	items := tail(menu(view{provider: practiceName, notOpened: keychain.ErrDismissed}, actions{openWindow: func() { opened = true }}))
	if len(items) != 1 || items[0].Label != "The keychain stayed locked" {
		t.Fatalf("it says %q", labels(&fyne.Menu{Items: items}))
	}
	items[0].Action()
	if !opened {
		t.Error("the entry does not open the window")
	}
}

// A renewal that is tried again and again, and what becomes of it, must not change the menu each time.
func TestMenuStandsStillWhileSomethingIsTriedAgain(t *testing.T) {
	for name, c := range map[string]struct {
		state, standing oauth.State
		cause           error
	}{
		"fine":    {oauth.Ready, oauth.Ready, nil},
		"offline": {oauth.Waiting, oauth.Ready, oauth.ErrUnreachable},
		"locked":  {oauth.Locked, oauth.Ready, keychain.ErrLocked},
		"client":  {oauth.ClientTrouble, oauth.ClientTrouble, oauth.ErrClientRefused},
	} {
		all := people(2)
		all[1].State, all[1].Standing, all[1].Cause = c.state, c.standing, c.cause
		before := menu(view{accounts: all, provider: googleName}, actions{})
		all[1].State = oauth.Renewing
		if now := menu(view{accounts: all, provider: googleName}, actions{}); outline(now) != outline(before) {
			t.Errorf("%s: %q becomes %q", name, labels(before), labels(now))
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

func TestOutlineHasTicksAndWhatIsDisabledInIt(t *testing.T) {
	seen := map[string]bool{}
	for _, item := range []*fyne.MenuItem{{Label: "x"}, {Label: "x", Checked: true}, {Label: "x", Disabled: true}} {
		seen[outline(fyne.NewMenu("", item))] = true
		seen[outline(fyne.NewMenu("", &fyne.MenuItem{Label: "below", ChildMenu: fyne.NewMenu("", item)}))] = true
	}
	if len(seen) != 6 {
		t.Errorf("%d of 6 look different", len(seen))
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
