package app

import (
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2/lang"

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
		return lang.L("Sign in again: access was withdrawn")
	case oauth.Lost:
		if alive {
			return lang.L("Sign-in not kept, good for {{.Time}}", with{"Time": minutes(left)})
		}
		return lang.L("The sign-in is no longer kept")
	case oauth.Locked:
		if alive {
			return goodFor(keychainTrouble(a.Cause), left)
		}
		return lang.L("{{.Trouble}}, waiting", with{"Trouble": keychainTrouble(a.Cause)})
	case oauth.ClientTrouble:
		if provider != googleName {
			return lang.L("The client needs attention") // other names are too long for a row
		}
		return lang.L("Google client needs attention")
	case oauth.Waiting:
		why := passingWords(a.Cause, provider)
		if alive {
			return goodFor(why, left)
		}
		return lang.L("{{.Trouble}}, trying again", with{"Trouble": why})
	case oauth.Renewing:
		if alive {
			return lang.L("Renewing, good for {{.Time}}", with{"Time": minutes(left)})
		}
		return lang.L("Renewing…")
	}
	if alive {
		return lang.L("Fresh for {{.Time}}", with{"Time": minutes(left)})
	}
	return lang.L("Ready")
}

// goodFor says what is in the way, and how long the token at hand still works.
func goodFor(trouble string, left time.Duration) string {
	return lang.L("{{.Trouble}}, good for {{.Time}}", with{"Trouble": trouble, "Time": minutes(left)})
}

// providerNames are a provider's name in the person's language, within a sentence and at its beginning.
func providerNames(provider string) with {
	if provider != practiceName {
		return with{"provider": provider, "Provider": provider} // a name or a host, as it is written
	}
	name := lang.L("the practice provider")
	return with{"provider": name, "Provider": capital(name)}
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
		return lang.L("Offline")
	case provider == practiceName:
		return lang.L("Provider trouble") // its name is too long for a card
	default:
		return lang.L("Trouble at {{.provider}}", providerNames(provider))
	}
}

// clientWords say that a provider refuses the client.
func clientWords(provider string) string {
	if provider == googleName {
		return lang.L("Your Google client needs attention")
	}
	return lang.L("Your client needs attention")
}

// keychainLocked tells whether only the keychain's password is missing.
func keychainLocked(err error) bool {
	return errors.Is(err, keychain.ErrLocked) || errors.Is(err, keychain.ErrDismissed)
}

// keychainTrouble says in a few words why the keychain can't be used.
func keychainTrouble(err error) string {
	switch {
	case keychainLocked(err):
		return lang.L("Keychain locked")
	case errors.Is(err, keychain.ErrNoService), errors.Is(err, keychain.ErrNoBus):
		return lang.L("No keychain running")
	case errors.Is(err, keychain.ErrTimeout):
		return lang.L("Keychain hangs")
	default:
		return lang.L("Keychain trouble")
	}
}

// clockWords say that this computer's clock is ahead of the provider's by off (negative: behind); empty: it is right.
func clockWords(off time.Duration) string {
	if off == 0 {
		return ""
	}
	if off < 0 {
		return lang.L("This computer's clock is {{.Time}} slow. Tokens are kept fresh all the same, but set it right: other programs need it.",
			with{"Time": minutes(off.Abs())})
	}
	return lang.L("This computer's clock is {{.Time}} fast. Tokens are kept fresh all the same, but set it right: other programs need it.",
		with{"Time": minutes(off.Abs())})
}

// noTrayTitle asks what to do where the window can't be left to a tray icon.
func noTrayTitle() string { return lang.L("Keep Token Tray running?") }

// noTrayWords say why there is no tray icon, and how there would be one.
func noTrayWords(gnome, hasBus bool) string {
	if !hasBus {
		return lang.L("There is no icon that could bring this window back: this desktop was started without a session bus, which tray icons need.")
	}
	why := lang.L("There is no icon that could bring this window back: tray icons show in a panel with a “status tray”, also called " +
		"“notification area”, and none is running.")
	if gnome {
		why = lang.L("There is no icon that could bring this window back: GNOME shows tray icons only with the extension " +
			"“AppIndicator and KStatusNotifierItem Support”.")
	}
	return sentencesOf(why, lang.L("As soon as there is a place for it, the icon appears by itself."))
}

// withoutTrayWords say what can be done without a tray icon.
func withoutTrayWords(canMinimise bool) string {
	quitting := "\n\n" + lang.L("If you quit, your accounts stay, but their tokens are not kept fresh.")
	if !canMinimise {
		return lang.L("While the window is open, Token Tray keeps your tokens fresh. On this desktop it can't minimise the window itself.") + quitting
	}
	return lang.L("Minimised, Token Tray keeps your tokens fresh. The window comes back from the task bar, with Alt+Tab, or when you start "+
		"Token Tray again.") + quitting
}

// rememberedWords say what becomes of the answer.
func rememberedWords(canMinimise bool) string {
	if canMinimise {
		return lang.L("Your answer is remembered, and can be changed in the settings. Press Escape to leave the window as it is.")
	}
	return lang.L("“Quit” is remembered, and can be changed in the settings. Press Escape to leave the window as it is.")
}

// asSentence ends words as a sentence ends, unless they are open: "Renewing…".
func asSentence(words string) string {
	if strings.HasSuffix(words, "…") {
		return words
	}
	return lang.L("{{.State}}.", with{"State": words})
}

// listOf is several words or phrases in a row.
func listOf(phrases []string) string {
	list := ""
	for i, phrase := range phrases {
		if i == 0 {
			list = phrase
			continue
		}
		list = lang.L("{{.List}}; {{.Next}}", with{"List": list, "Next": phrase})
	}
	return list
}

// sentencesOf puts whole sentences one after another, but for empty ones; Japanese has no space between them.
func sentencesOf(sentences ...string) string {
	sentences = slices.DeleteFunc(sentences, func(sentence string) bool { return sentence == "" })
	space := " "
	if spoken == "ja" {
		space = ""
	}
	return strings.Join(sentences, space)
}

// minutes says a duration as people do, rounded down: a promise of time must hold.
func minutes(left time.Duration) string {
	switch m := int(left / time.Minute); {
	case m < 1:
		return lang.L("less than a minute")
	case m < 120:
		return lang.N("{{.PluralCount}} minutes", m)
	case m < 48*60:
		return lang.N("{{.PluralCount}} hours", m/60)
	default:
		return lang.N("{{.PluralCount}} days", m/60/24)
	}
}

// goodUntil says until when a token works: the time, with its day when that is not today.
func goodUntil(expiry, now time.Time) string {
	expiry = expiry.Local()
	if y, m, d := expiry.Date(); time.Date(y, m, d, 0, 0, 0, 0, time.Local).After(now.Local()) {
		return lang.L("{{.Weekday}} {{.Time}}", with{"Weekday": weekdayWords(expiry), "Time": timeWords(expiry)})
	}
	return timeWords(expiry)
}

func sayCopied(address string, f format, expiry, now time.Time) string {
	fill := with{"Address": address, "Until": goodUntil(expiry, now)}
	if f.said == "" {
		return lang.L("Copied for {{.Address}}, good until {{.Until}}", fill)
	}
	fill["Form"] = lang.L(f.said)
	return lang.L("Copied for {{.Address}} {{.Form}}, good until {{.Until}}", fill)
}

// detailWords says how an account stands and what it may do.
func detailWords(a oauth.Account, v view, now time.Time) string {
	words := asSentence(stateWords(a, v.provider, now))
	if v.provider == googleName || v.practice {
		may := with{"Access": mayWords(a.Scopes)}
		if a.NeedsSignIn() {
			words += "\n\n" + lang.L("Until then it could {{.Access}}.", may)
		} else {
			words += "\n\n" + lang.L("It may {{.Access}}.", may)
		}
	}
	if !a.SignedIn.IsZero() {
		words += "\n\n" + lang.L("Signed in on {{.Date}}, {{.Time}}.", with{"Date": dateWords(a.SignedIn), "Time": timeWords(a.SignedIn)})
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
	words := ""
	switch {
	case access.Name != google.CustomName:
		words = lang.L("Access: {{.Access}}", with{"Access": uncapital(lang.L(access.Name))})
	case len(access.Scopes) == 0:
		words = lang.L("No access to mail")
	default:
		words = lang.L("Access of your own choice")
	}
	if !lastDay.IsZero() {
		words += " · " + lang.L("until {{.Date}} if in Testing", with{"Date": shortDateWords(lastDay)})
	}
	return words
}

// tooltip says how all accounts stand, given the state that the icon tells.
func tooltip(v view, state trayState, now time.Time) string {
	name := Name
	if v.practice {
		name = lang.L("Token Tray (practice)")
	}
	if v.provider == "" && state == trayWell {
		return name // nothing is known yet
	}
	return lang.L("{{.Program}}: {{.State}}", with{"Program": name, "State": standing(v, state, now)})
}

// standing is what the tooltip says of the accounts.
func standing(v view, state trayState, now time.Time) string {
	fresh := freshWords(v.accounts, now)
	switch state {
	case trayNeedsYou:
		return needWords(v)
	case trayOffline:
		a, _ := first(v.accounts, passes)
		return lang.L("{{.Trouble}}, {{.Fresh}}", with{"Trouble": passingWords(a.Cause, v.provider), "Fresh": fresh})
	case trayWorking:
		switch {
		case v.signingIn:
			return lang.L("a sign-in is under way")
		case v.opening:
			return lang.L("opening your accounts")
		}
		return lang.L("renewing, {{.Fresh}}", with{"Fresh": fresh})
	}
	return fresh
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
		return lang.L("Waiting for you to unlock the keychain")
	case closed != nil:
		return keychainTrouble(closed)
	case client:
		return clientWords(v.provider)
	case len(ended) == 1:
		return lang.L("{{.Address}} needs a sign-in", with{"Address": shortened(ended[0].Address)})
	default:
		return lang.N("{{.PluralCount}} accounts need a sign-in", len(ended))
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
		return lang.L("no account yet")
	case fresh == 0:
		return lang.L("no fresh token")
	case fresh < all:
		return lang.N("{{.Fresh}} of {{.PluralCount}} accounts fresh", all, with{"Fresh": fresh, "PluralCount": all})
	default:
		return lang.N("{{.PluralCount}} accounts fresh", all)
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

// uncapital goes on with a sentence: a name that stands by itself elsewhere.
func uncapital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToLower(first)) + text[size:]
}
