package app

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tokentray/oauth"
	"tokentray/oauth/google"
	"tokentray/oauth/keychain"
)

var noon = time.Date(2026, time.March, 4, 12, 0, 0, 0, time.Local) // a Wednesday

func TestStateInWords(t *testing.T) {
	offline := fmt.Errorf("could not: %w", oauth.ErrUnreachable)
	tests := []struct {
		state       oauth.State
		cause       error
		alive, dead string // with a token for 42 minutes and a half, and without
	}{
		{oauth.Ready, nil, "Fresh for 42 minutes", "Ready"},
		{oauth.Renewing, nil, "Renewing, good for 42 minutes", "Renewing…"},
		{oauth.Waiting, offline, "Offline, good for 42 minutes", "Offline, trying again"},
		{oauth.Waiting, oauth.ErrBadAnswer, "Trouble at the provider, good for 42 minutes", "Trouble at the provider, trying again"},
		{oauth.Locked, keychain.ErrLocked, "Keychain locked, good for 42 minutes", "Keychain locked, waiting"},
		{oauth.Locked, keychain.ErrNoService, "No keychain running, good for 42 minutes", "No keychain running, waiting"},
		{oauth.Locked, keychain.ErrTimeout, "Keychain hangs, good for 42 minutes", "Keychain hangs, waiting"},
		{oauth.Locked, keychain.ErrFault, "Keychain trouble, good for 42 minutes", "Keychain trouble, waiting"},
		{oauth.Lost, oauth.ErrTokenLost, "Sign-in not kept, good for 42 minutes", "The sign-in is no longer kept"},
		{oauth.SignInAgain, oauth.ErrSignInAgain, "Sign in again: access was withdrawn", "Sign in again: access was withdrawn"},
		{oauth.ClientTrouble, oauth.ErrClientRefused, "The client needs attention", "The client needs attention"},
	}
	for _, test := range tests {
		a := oauth.Account{State: test.state, Cause: test.cause, Expiry: noon.Add(42*time.Minute + 30*time.Second)}
		if got := stateWords(a, "the provider", noon); got != test.alive {
			t.Errorf("state %d with a token: %q, want %q", test.state, got, test.alive)
		}
		for name, expiry := range map[string]time.Time{"without": {}, "with an ended": noon} {
			a.Expiry = expiry
			if got := stateWords(a, "the provider", noon); got != test.dead {
				t.Errorf("state %d %s token: %q, want %q", test.state, name, got, test.dead)
			}
		}
	}
}

func TestMinutesAreRoundedDown(t *testing.T) {
	for left, want := range map[time.Duration]string{
		time.Nanosecond:                  "less than a minute",
		time.Minute - 1:                  "less than a minute",
		time.Minute:                      "1 minute",
		2*time.Minute - 1:                "1 minute",
		2 * time.Minute:                  "2 minutes",
		2*time.Hour - 1:                  "119 minutes",
		2 * time.Hour:                    "2 hours",
		48*time.Hour - 1:                 "47 hours",
		48 * time.Hour:                   "2 days",
		7*24*time.Hour - time.Nanosecond: "6 days",
	} {
		if got := minutes(left); got != want {
			t.Errorf("%s: %q, want %q", left, got, want)
		}
	}
}

func TestCopiedWordsNameAddressAndTime(t *testing.T) {
	tests := []struct {
		expiry time.Time
		want   string
	}{
		{noon.Add(152 * time.Minute), "Copied for alice@gmail.com, good until 14:32"},
		{noon.Add(12*time.Hour - time.Minute), "Copied for alice@gmail.com, good until 23:59"},
		{noon.Add(12 * time.Hour), "Copied for alice@gmail.com, good until Thursday 00:00"},
		{noon.Add(26*time.Hour + 5*time.Minute).UTC(), "Copied for alice@gmail.com, good until Thursday 14:05"},
	}
	for _, test := range tests {
		if got := sayCopied("alice@gmail.com", formats[0], test.expiry, noon); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}

func TestTooltipSaysInWordsWhatTheIconTells(t *testing.T) {
	person := func(name string, left time.Duration, state oauth.State, why error) oauth.Account {
		a := oauth.Account{Address: name + "@gmail.com", State: state, Cause: why}
		if left != 0 {
			a.Expiry = noon.Add(left)
		}
		if state == oauth.SignInAgain || state == oauth.Lost || state == oauth.ClientTrouble {
			a.Standing = state
		}
		return a
	}
	all := func(accounts ...oauth.Account) view { return view{accounts: accounts, provider: googleName} }
	alice, bob := person("alice", time.Hour, oauth.Ready, nil), person("bob", time.Minute, oauth.Ready, nil)
	dead, renewing := person("dave", -time.Second, oauth.Ready, nil), person("carol", 0, oauth.Renewing, nil)
	ended, lost := person("bob", 0, oauth.SignInAgain, oauth.ErrSignInAgain), person("carol", 0, oauth.Lost, oauth.ErrTokenLost)
	offline := person("bob", 0, oauth.Waiting, oauth.ErrUnreachable)
	trouble := person("bob", time.Hour, oauth.Waiting, oauth.ErrBadAnswer)
	silent := person("bob", 0, oauth.Locked, keychain.ErrTimeout)
	locked, gone := person("bob", 0, oauth.Locked, keychain.ErrLocked), person("eve", 0, oauth.Locked, keychain.ErrNoService)
	refused := person("bob", time.Hour, oauth.ClientTrouble, oauth.ErrClientRefused)
	long := person("somebody-with-a-name-that-takes-much-room", 0, oauth.SignInAgain, oauth.ErrSignInAgain)
	for name, c := range map[string]struct {
		v    view
		want string
	}{
		"nothing known yet":        {view{}, ""},
		"opening":                  {view{opening: true}, ": opening your accounts"},
		"not opened":               {view{notOpened: keychain.ErrDismissed}, ": The keychain stayed locked"},
		"nobody":                   {all(), ": no account yet"},
		"practice":                 {view{practice: true, provider: practiceName}, " (practice): no account yet"},
		"one":                      {all(alice), ": 1 account fresh"},
		"two":                      {all(alice, bob), ": 2 accounts fresh"},
		"one token has just ended": {all(alice, dead), ": 1 of 2 accounts fresh"},
		"renewing":                 {all(alice, renewing), ": renewing, 1 of 2 accounts fresh"},
		"signing in":               {view{accounts: []oauth.Account{alice}, signingIn: true}, ": a sign-in is under way"},
		"offline":                  {all(alice, offline), ": Offline, 1 of 2 accounts fresh"},
		"offline with nothing":     {all(offline), ": Offline, no fresh token"},
		"provider in trouble":      {all(trouble), ": Trouble at Google, 1 account fresh"},
		"keychain silent":          {all(silent, alice), ": Keychain hangs, 1 of 2 accounts fresh"},
		"ended, keychain silent":   {all(silent, ended), ": bob@gmail.com needs a sign-in"},
		"ended":                    {all(alice, ended), ": bob@gmail.com needs a sign-in"},
		"a long name ended":        {all(long), ": somebody-with-a-name-that-takes… needs a sign-in"},
		"two ended":                {all(lost, alice, ended), ": 2 accounts need a sign-in"},
		"client refused":           {all(alice, refused, ended), ": Your Google client needs attention"},
		"another's client":         {view{accounts: []oauth.Account{refused}, provider: "id.example:443"}, ": Your client needs attention"},
		"keychain locked":          {all(alice, ended, locked), ": Waiting for you to unlock the keychain"},
		"no keychain":              {all(gone), ": No keychain running"},
		"no keychain, then locked": {all(gone, locked), ": Waiting for you to unlock the keychain"},
	} {
		if got, want := tooltip(c.v, c.v.state(noon), noon), "Token Tray"+c.want; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestCapitalBeginsASentence(t *testing.T) {
	for text, want := range map[string]string{"the provider": "The provider", "élan": "Élan", "Google": "Google", "127.0.0.1:80": "127.0.0.1:80"} {
		if got := capital(text); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestRowNamesTheAccess(t *testing.T) {
	day := time.Date(2026, time.December, 1, 12, 0, 0, 0, time.Local)
	for name, c := range map[string]struct {
		scopes  []string
		v       view
		lastDay time.Time
		want    string
	}{
		"preset":           {[]string{"openid", google.ScopeEverything}, view{provider: googleName}, time.Time{}, "Access: everything"},
		"practice":         {[]string{google.ScopeSend}, view{provider: practiceName, practice: true}, time.Time{}, "Access: send only"},
		"own":              {[]string{google.ScopeSend, google.ScopeReadOnly}, view{provider: googleName}, time.Time{}, "Access of your own choice"},
		"none":             {[]string{"openid"}, view{provider: googleName}, time.Time{}, "No access to mail"},
		"in Testing":       {[]string{google.ScopeModify}, view{provider: googleName}, day, "Access: read, write and send · until 1 December if in Testing"},
		"another provider": {[]string{"openid"}, view{provider: "id.example:443"}, time.Time{}, ""},
	} {
		if got := accessWords(oauth.Account{Scopes: c.scopes}, c.v, c.lastDay); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestWrongClockIsSaid(t *testing.T) {
	for off, want := range map[time.Duration]string{
		0:                "",
		3 * time.Hour:    "This computer's clock is 3 hours fast.",
		-5 * time.Minute: "This computer's clock is 5 minutes slow.",
	} {
		if got := clockWords(off); !strings.HasPrefix(got, want) || (got == "") != (want == "") {
			t.Errorf("%v: %q", off, got)
		}
	}
}
