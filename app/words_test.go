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
		{oauth.Ready, nil, "Good for 42 minutes", "Ready"},
		{oauth.Renewing, nil, "Renewing, good for 42 minutes", "Renewing…"},
		{oauth.Waiting, offline, "Offline, good for 42 minutes", "Offline, trying again"},
		{oauth.Waiting, oauth.ErrBadAnswer, "Trouble at the provider, good for 42 minutes", "Trouble at the provider, trying again"},
		{oauth.Locked, keychain.ErrLocked, "Keychain locked, good for 42 minutes", "Keychain locked, waiting"},
		{oauth.Locked, keychain.ErrNoService, "No keychain running, good for 42 minutes", "No keychain running, waiting"},
		{oauth.Locked, keychain.ErrTimeout, "Keychain hangs, good for 42 minutes", "Keychain hangs, waiting"},
		{oauth.Locked, keychain.ErrFault, "Keychain trouble, good for 42 minutes", "Keychain trouble, waiting"},
		{oauth.Lost, oauth.ErrTokenLost, "Sign-in not kept, good for 42 minutes", "The sign-in is no longer kept"},
		{oauth.SignInAgain, oauth.ErrSignInAgain, "The sign-in has ended", "The sign-in has ended"},
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
		if got := copiedWords("alice@gmail.com", formats[0], test.expiry, noon); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}

func TestTooltipSaysWhatNeedsAttentionFirst(t *testing.T) {
	alice, bob := oauth.Account{Address: "alice@gmail.com"}, oauth.Account{Address: "bob@gmail.com"}
	ended, lost := bob, bob
	ended.State, lost.State = oauth.SignInAgain, oauth.Lost
	tests := []struct {
		accounts []oauth.Account
		practice bool
		want     string
	}{
		{nil, false, "Token Tray: no account yet"},
		{nil, true, "Token Tray (practice): no account yet"},
		{[]oauth.Account{alice}, false, "Token Tray: 1 account"},
		{[]oauth.Account{alice, bob}, true, "Token Tray (practice): 2 accounts"},
		{[]oauth.Account{alice, ended}, false, "Token Tray: bob@gmail.com needs a sign-in"},
		{[]oauth.Account{lost, alice}, false, "Token Tray: bob@gmail.com needs a sign-in"},
	}
	for _, test := range tests {
		if got := tooltip(test.accounts, test.practice); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
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
