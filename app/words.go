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
		why := passingWords(a.Cause, provider)
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
		return "Fresh for " + minutes(left)
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

// passingWords say in a few words what stands in the way and passes by itself.
func passingWords(err error, provider string) string {
	switch {
	case keychain.Closed(err):
		return keychainTrouble(err)
	case errors.Is(err, oauth.ErrUnreachable):
		return "Offline"
	default:
		return "Trouble at " + provider
	}
}

// clientWords say that a provider refuses the client.
func clientWords(provider string) string {
	if provider == googleName {
		return "Your Google client needs attention"
	}
	return "Your client needs attention"
}

// keychainLocked tells whether only the keychain's password is missing.
func keychainLocked(err error) bool {
	return errors.Is(err, keychain.ErrLocked) || errors.Is(err, keychain.ErrDismissed)
}

// keychainTrouble says in a few words why the keychain can't be used.
func keychainTrouble(err error) string {
	switch {
	case keychainLocked(err):
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

// noTrayTitle asks what to do where the window can't be left to a tray icon.
const noTrayTitle = "Keep Token Tray running?"

// noTrayWords say why there is no tray icon, and how there would be one.
func noTrayWords(gnome, hasBus bool) string {
	const then = " As soon as there is a place for it, the icon appears by itself."
	switch {
	case !hasBus:
		return "There is no icon that could bring this window back: this desktop was started without a session bus, which tray icons need."
	case gnome:
		return "There is no icon that could bring this window back: GNOME shows tray icons only with the extension " +
			"“AppIndicator and KStatusNotifierItem Support”." + then
	default:
		return "There is no icon that could bring this window back: tray icons show in a panel with a “status tray”, also called " +
			"“notification area”, and none is running." + then
	}
}

// withoutTrayWords say what can be done without a tray icon.
func withoutTrayWords(canMinimise bool) string {
	const quitting = "\n\nIf you quit, your accounts stay, but their tokens are not kept fresh."
	if !canMinimise {
		return "While the window is open, Token Tray keeps your tokens fresh. On this desktop it can't minimise the window itself." + quitting
	}
	return "Minimised, Token Tray keeps your tokens fresh. The window comes back from the task bar, with Alt+Tab, or when you start " +
		"Token Tray again." + quitting
}

// rememberedWords say what becomes of the answer.
func rememberedWords(canMinimise bool) string {
	what := "“Quit”"
	if canMinimise {
		what = "Your answer"
	}
	return what + " is remembered, and can be changed in the settings. Press Escape to leave the window as it is."
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

func sayCopied(address string, f format, expiry, now time.Time) string {
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

// tooltip says how all accounts stand, given the state that the icon tells.
func tooltip(v view, state trayState, now time.Time) string {
	name := "Token Tray"
	if v.practice {
		name += " (practice)"
	}
	fresh := freshWords(v.accounts, now)
	switch state {
	case trayNeedsYou:
		return name + ": " + needWords(v)
	case trayOffline:
		a, _ := first(v.accounts, passes)
		return name + ": " + passingWords(a.Cause, v.provider) + ", " + fresh
	case trayWorking:
		switch {
		case v.signingIn:
			return name + ": a sign-in is under way"
		case v.opening:
			return name + ": opening your accounts"
		}
		return name + ": renewing, " + fresh
	}
	if v.provider == "" {
		return name // nothing is known yet
	}
	return name + ": " + fresh
}

// needWords say what the person is needed for: of several things the one that keeps the most from working.
func needWords(v view) string {
	if v.notOpened != nil {
		return explain(v.notOpened, v.provider).title
	}
	var ended []oauth.Account
	var closed error
	client := false
	for _, a := range v.accounts {
		switch {
		case keychainShut(a.Cause) && (closed == nil || keychainLocked(a.Cause)):
			closed = a.Cause
		case a.Standing == oauth.ClientTrouble:
			client = true
		case a.NeedsSignIn(), a.Standing != oauth.Ready:
			ended = append(ended, a)
		}
	}
	switch {
	case keychainLocked(closed):
		return "Waiting for you to unlock the keychain"
	case closed != nil:
		return keychainTrouble(closed)
	case client:
		return clientWords(v.provider)
	case len(ended) == 1:
		return shortened(ended[0].Address) + " needs a sign-in"
	default:
		return fmt.Sprintf("%d accounts need a sign-in", len(ended))
	}
}

// freshWords say how many accounts have a token that is good now.
func freshWords(accounts []oauth.Account, now time.Time) string {
	fresh := 0
	for _, a := range accounts {
		if a.Expiry.After(now) {
			fresh++
		}
	}
	switch all := len(accounts); {
	case all == 0:
		return "no account yet"
	case fresh == 0:
		return "no fresh token"
	case fresh < all:
		return fmt.Sprintf("%d of %d accounts fresh", fresh, all)
	case all == 1:
		return "1 account fresh"
	default:
		return fmt.Sprintf("%d accounts fresh", all)
	}
}

// shortened is enough of an address to know it by, in a line that must stay short.
func shortened(address string) string {
	const most = 32
	if letters := []rune(address); len(letters) > most {
		return string(letters[:most-1]) + "…"
	}
	return address
}

// capital begins a sentence.
func capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}
