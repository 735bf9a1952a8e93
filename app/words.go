package app

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"tokentray/oauth"
	"tokentray/oauth/google"
	"tokentray/oauth/keychain"
)

// stateWords says in a few words how an account stands at now.
func stateWords(a oauth.Account, provider string, now time.Time) string {
	left := a.Expiry.Sub(now)
	alive := left > 0
	switch a.State {
	case oauth.SignInAgain:
		return "The sign-in has ended"
	case oauth.Lost:
		if alive {
			return "Sign-in not kept, good for " + minutes(left)
		}
		return "The sign-in is no longer kept"
	case oauth.Locked:
		if alive {
			return keychainTrouble(a.Cause) + ", good for " + minutes(left)
		}
		return keychainTrouble(a.Cause) + ", waiting"
	case oauth.ClientTrouble:
		if provider != googleName {
			return "The client needs attention" // other names are too long for a row
		}
		return "Google client needs attention"
	case oauth.Waiting:
		why := "Offline"
		if !errors.Is(a.Cause, oauth.ErrUnreachable) {
			why = "Trouble at " + provider
		}
		if alive {
			return why + ", good for " + minutes(left)
		}
		return why + ", trying again"
	case oauth.Renewing:
		if alive {
			return "Renewing, good for " + minutes(left)
		}
		return "Renewing…"
	}
	if alive {
		return "Good for " + minutes(left)
	}
	return "Ready"
}

// whyWords say why an account needs a sign-in; empty: it needs none.
func whyWords(a oauth.Account, provider string) string {
	if !a.NeedsSignIn() || a.Cause == nil {
		return ""
	}
	return explainAccount(a, a.Cause, provider).title
}

// keychainTrouble says in a few words why the keychain can't be used.
func keychainTrouble(err error) string {
	switch {
	case errors.Is(err, keychain.ErrLocked), errors.Is(err, keychain.ErrDismissed):
		return "Keychain locked"
	case errors.Is(err, keychain.ErrNoService), errors.Is(err, keychain.ErrNoBus):
		return "No keychain running"
	case errors.Is(err, keychain.ErrTimeout):
		return "Keychain hangs"
	default:
		return "Keychain trouble"
	}
}

// clockWords say that this computer's clock is ahead of the provider's by off (negative: behind); empty: it is right.
func clockWords(off time.Duration) string {
	if off == 0 {
		return ""
	}
	which := "fast"
	if off < 0 {
		which = "slow"
	}
	return "This computer's clock is " + minutes(off.Abs()) + " " + which + ". Tokens are kept fresh all the same, but set it right: other programs need it."
}

// minutes says a duration as people do, rounded down: a promise of time must hold.
func minutes(left time.Duration) string {
	switch m := int(left / time.Minute); {
	case m < 1:
		return "less than a minute"
	case m == 1:
		return "1 minute"
	case m < 120:
		return fmt.Sprintf("%d minutes", m)
	case m < 48*60:
		return fmt.Sprintf("%d hours", m/60)
	default:
		return fmt.Sprintf("%d days", m/60/24)
	}
}

// goodUntil says until when a token works: the time, with its day when that is not today.
func goodUntil(expiry, now time.Time) string {
	expiry = expiry.Local()
	if y, m, d := expiry.Date(); time.Date(y, m, d, 0, 0, 0, 0, time.Local).After(now.Local()) {
		return "good until " + expiry.Format("Monday 15:04")
	}
	return "good until " + expiry.Format("15:04")
}

func copiedWords(address string, f format, expiry, now time.Time) string {
	return "Copied for " + address + f.said + ", " + goodUntil(expiry, now)
}

// detailWords says how an account stands and what it may do.
func detailWords(a oauth.Account, v view, now time.Time) string {
	words := stateWords(a, v.provider, now) + "."
	if v.provider == googleName || v.practice {
		may := "It may "
		if a.NeedsSignIn() {
			may = "Until then it could "
		}
		words += "\n\n" + may + google.Describe(a.Scopes) + "."
	}
	if !a.SignedIn.IsZero() {
		words += "\n\nSigned in on " + a.SignedIn.Local().Format("2 January 2006, 15:04") + "."
	}
	return words
}

// accessWords say in a few words what an account may do, and until when its sign-in lasts if its project is in Testing.
// Of one that may do nothing until it is signed in again they say why.
func accessWords(a oauth.Account, v view, lastDay time.Time) string {
	if why := whyWords(a, v.provider); why != "" {
		return why
	}
	if v.provider != googleName && !v.practice {
		return ""
	}
	access := google.Named(a.Scopes)
	words := "Access: " + strings.ToLower(access.Name)
	switch {
	case access.Name != google.CustomName:
	case len(access.Scopes) == 0:
		words = "No access to mail"
	default:
		words = "Access of your own choice"
	}
	if !lastDay.IsZero() {
		words += " · until " + lastDay.Local().Format("2 January") + " if in Testing"
	}
	return words
}

// tooltip says how all accounts stand.
func tooltip(accounts []oauth.Account, practice bool) string {
	text := "Token Tray"
	if practice {
		text += " (practice)"
	}
	for _, a := range accounts {
		if a.NeedsSignIn() {
			return text + ": " + a.Address + " needs a sign-in"
		}
	}
	switch len(accounts) {
	case 0:
		return text + ": no account yet"
	case 1:
		return text + ": 1 account"
	default:
		return fmt.Sprintf("%s: %d accounts", text, len(accounts))
	}
}

// capital begins a sentence.
func capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}
