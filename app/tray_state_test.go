package app

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"tokentray/oauth"
	"tokentray/oauth/keychain"
	"tokentray/oauth/practice"
)

func TestIconTellsHowTheWorstAccountStands(t *testing.T) {
	with := func(state, standing oauth.State, left time.Duration, cause error) oauth.Account {
		return oauth.Account{State: state, Standing: standing, Cause: cause, Expiry: noon.Add(left)}
	}
	const dead, alive = -time.Second, time.Hour
	fine := with(oauth.Ready, oauth.Ready, alive, nil)
	working := with(oauth.Renewing, oauth.Ready, dead, nil)
	offline := with(oauth.Waiting, oauth.Ready, alive, oauth.ErrUnreachable)
	ended := with(oauth.SignInAgain, oauth.SignInAgain, dead, oauth.ErrSignInAgain)
	all := func(accounts ...oauth.Account) view { return view{accounts: accounts} }
	for name, c := range map[string]struct {
		v    view
		want trayState
	}{
		"nobody":                     {all(), trayWell},
		"fine":                       {all(fine), trayWell},
		"nothing known against one":  {all(oauth.Account{}), trayWell},
		"renewing ahead of time":     {all(with(oauth.Renewing, oauth.Ready, alive, nil)), trayWell},
		"renewing with nothing left": {all(working), trayWorking},
		"opening":                    {view{opening: true}, trayWorking},
		"signing in":                 {view{accounts: []oauth.Account{fine}, signingIn: true}, trayWorking},
		"not opened":                 {view{notOpened: keychain.ErrDismissed}, trayNeedsYou},
		"offline":                    {all(offline), trayOffline},
		"provider in trouble":        {all(with(oauth.Waiting, oauth.Ready, alive, oauth.ErrBadAnswer)), trayOffline},
		"offline, tried again":       {all(with(oauth.Renewing, oauth.Ready, dead, oauth.ErrUnreachable)), trayOffline},
		"keychain silent":            {all(with(oauth.Locked, oauth.Ready, alive, keychain.ErrTimeout)), trayOffline},
		"keychain locked":            {all(with(oauth.Locked, oauth.Ready, alive, keychain.ErrLocked)), trayNeedsYou},
		"keychain locked, looked at": {all(with(oauth.Renewing, oauth.Ready, dead, keychain.ErrLocked)), trayNeedsYou},
		"prompt dismissed":           {all(with(oauth.Locked, oauth.Ready, dead, keychain.ErrDismissed)), trayNeedsYou},
		"no keychain":                {all(with(oauth.Locked, oauth.Ready, dead, keychain.ErrNoService)), trayNeedsYou},
		"sign-in ended":              {all(ended), trayNeedsYou},
		"sign-in lost":               {all(oauth.Account{State: oauth.Lost}), trayNeedsYou},
		"lost, its token lasts":      {all(with(oauth.Lost, oauth.Lost, alive, oauth.ErrTokenLost)), trayNeedsYou},
		"client refused":             {all(with(oauth.ClientTrouble, oauth.ClientTrouble, alive, oauth.ErrClientRefused)), trayNeedsYou},
		"client, tried again":        {all(with(oauth.Renewing, oauth.ClientTrouble, dead, oauth.ErrUnreachable)), trayNeedsYou},
		"working before fine":        {all(fine, working, fine), trayWorking},
		"offline before working":     {all(working, offline, fine), trayOffline},
		"needs you before offline":   {all(fine, ended, offline, working), trayNeedsYou},
		"offline before a sign-in":   {view{accounts: []oauth.Account{offline}, signingIn: true}, trayOffline},
	} {
		if got := c.v.state(noon); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

// showsIcon draws the tray with these accounts and returns the icons that the desktop was sent since.
func (s *stage) showsIcon(accounts ...oauth.Account) []trayState {
	before := len(s.tray.icons)
	s.app.show(s.app.session, accounts)
	return s.tray.icons[before:]
}

func TestIconIsSentWhenTheStateChangesAndAtNoOtherTime(t *testing.T) {
	s := newStage(t)
	s.start()
	if !slices.Equal(s.tray.icons, []trayState{trayWell}) {
		t.Fatalf("the start sent %v", s.tray.icons)
	}
	a := people(1)[0]
	a.Expiry = time.Now().Add(time.Hour)
	offline := a
	offline.State, offline.Cause = oauth.Waiting, oauth.ErrUnreachable
	again := offline
	again.State = oauth.Renewing
	if got := s.showsIcon(a); len(got) > 0 {
		t.Errorf("an account: %v", got)
	}
	if got := s.showsIcon(offline); !slices.Equal(got, []trayState{trayOffline}) {
		t.Errorf("offline: %v", got)
	}
	tips := s.tray.tooltips
	for range 3 {
		if got := slices.Concat(s.showsIcon(again), s.showsIcon(offline)); len(got) > 0 {
			t.Errorf("tried again in vain: %v", got)
		}
	}
	if s.tray.tooltips != tips {
		t.Errorf("%d tooltips were sent that say the same", s.tray.tooltips-tips)
	}
	if got := s.showsIcon(a); !slices.Equal(got, []trayState{trayWell}) {
		t.Errorf("back: %v", got)
	}
}

func TestWorkThatIsSoonOverDoesNotShow(t *testing.T) {
	s := newStage(t)
	s.start()
	a := people(1)[0]
	a.Expiry = time.Now().Add(time.Hour)
	renewing := a
	renewing.State, renewing.Expiry = oauth.Renewing, time.Time{}
	s.showsIcon(a)
	words := s.tray.tooltip
	for range 3 {
		if got := s.showsIcon(renewing); len(got) > 0 || s.tray.tooltip != words {
			t.Fatalf("a renewal shows at once: %v, %q", got, s.tray.tooltip)
		}
		if got := s.showsIcon(a); len(got) > 0 {
			t.Fatalf("its end shows: %v", got)
		}
	}
	began := time.Now()
	s.showsIcon(renewing)
	s.until("the renewal shows", func() bool { return s.tray.icons[len(s.tray.icons)-1] == trayWorking })
	if took := time.Since(began); took < workingTime {
		t.Errorf("it shows after %v", took)
	}
	if !strings.Contains(s.tray.tooltip, "renewing") {
		t.Errorf("the tooltip says %q", s.tray.tooltip)
	}
	if got := s.showsIcon(a); !slices.Equal(got, []trayState{trayWell}) {
		t.Errorf("its end: %v", got)
	}
}

func TestSignInShowsInTheTray(t *testing.T) {
	s := newStage(t)
	s.start()
	s.press("Add account…")
	s.link()
	s.until("the icon tells", func() bool { return s.tray.icons[len(s.tray.icons)-1] == trayWorking })
	if !strings.Contains(s.tray.tooltip, "sign-in") {
		t.Errorf("the tooltip says %q", s.tray.tooltip)
	}
	s.press("Cancel")
	if got := s.tray.icons[len(s.tray.icons)-1]; got != trayWell {
		t.Errorf("when it is cancelled the icon tells %d", got)
	}
}

func TestAccountsThatCantBeOpenedShowInTheTray(t *testing.T) {
	s := newStage(t)
	s.app.openSession = func(context.Context, place, string, func(oauth.Account, error) oauth.Page, *slog.Logger) (*session, error) {
		return nil, keychain.ErrDismissed
	}
	s.app.showWindow()
	s.app.open(place{})
	s.awaitWords("The keychain stayed locked")
	if got := s.tray.icons[len(s.tray.icons)-1]; got != trayNeedsYou {
		t.Errorf("the icon tells %d", got)
	}
	if s.tray.tooltip != "Token Tray: The keychain stayed locked" {
		t.Errorf("the tooltip says %q", s.tray.tooltip)
	}
	s.press("Close")
	s.choose("The keychain stayed locked")
	s.wantWords("Your accounts are not open.")
}

// What is wrong is shown where it can be mended.
func TestEntriesThatSayWhatIsWrongLeadToTheWayOut(t *testing.T) {
	for name, c := range map[string]struct {
		breakIt func(*stage, oauth.Account)
		entry   string
		shows   []string
	}{
		"sign-in ended": {refuses(400, `{"error":"invalid_grant"}`), "alice@example.com: Google asks for a new sign-in",
			[]string{"What happened lately", "[Sign in again]"}},
		"client refused": {refuses(401, `{"error":"deleted_client"}`), "Your Google client needs attention",
			[]string{"alice@example.com: The client was deleted", "[Choose the client file…]"}},
		"offline": {func(s *stage, _ oauth.Account) { s.provider.SetFault(practice.Token, practice.Fault{Cut: true}) },
			"Offline: tokens at hand still work", []string{"[Copy token]"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			s.start()
			alice := s.signIn("alice@example.com")
			s.app.trayHostChanged(true)
			s.screen.window.close()
			c.breakIt(s, alice)
			if _, err := s.engine().Token(t.Context(), alice.Key, anew); err == nil || errors.Is(err, oauth.ErrClosed) {
				t.Fatalf("what should be wrong is %v", err)
			}
			s.until("the menu says so", func() bool { return slices.Contains(s.entries(), c.entry) })
			s.choose(c.entry)
			if !s.screen.window.shown {
				t.Error("the window does not show")
			}
			s.wantWords(c.shows...)
		})
	}
}
