package app

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"tokentray/oauth"
)

// facts are what a report tells.
type facts struct {
	now      time.Time
	clockOff time.Duration // see [oauth.Engine.ClockOff]
	system   system
	// opened tells whether the accounts are; without them nothing is known of the client.
	opened, hasClient   bool
	trayHost, hasBus    bool
	keychain, clipboard string // in words
	provider            string
	view                view
	history             map[oauth.Key][]oauth.Event // the newest first
	log                 []string
}

// system is what the program runs on; empty: unknown.
type system struct {
	goVersion, fyne, platform, name, desktop, session string
	// home is the person's own folder, which the report calls ~: it has their name.
	home string
}

// reportText lays a report out so that a person can read what they are about to send. Whatever it is given, no secret
// and no whole address is in what comes out.
func reportText(f facts) string {
	var out strings.Builder
	line := func(format string, values ...any) { fmt.Fprintf(&out, format+"\n", values...) }
	known := func(text string) string { return cmp.Or(oneLine(text), "unknown") }

	line("Token Tray's report of %s", f.now.UTC().Format("2 January 2006, 15:04 UTC"))
	line("")
	line("Token Tray: %s", Version)
	line("Go: %s", known(f.system.goVersion))
	line("Fyne: %s", known(f.system.fyne))
	line("System: %s, %s", known(f.system.platform), known(f.system.name))
	line("Desktop: %s, %s", known(f.system.desktop), known(f.system.session))
	if words := clockWords(f.clockOff); words != "" {
		line("Clock: %s", words)
	}
	line("Tray: %s", choose(f.trayHost, "there", "missing"))
	line("Session bus: %s", choose(f.hasBus, "there", "missing"))
	line("Keychain: %s", known(f.keychain))
	line("Clipboard: %s", known(f.clipboard))
	line("Provider: %s", known(f.provider))
	if !f.opened {
		line("")
		line("The accounts are not open.")
	} else {
		line("Client: %s", choose(f.hasClient, "set up", "none"))
		line("")
		line("Accounts: %d", len(f.view.accounts))
		for i, account := range f.view.accounts {
			line("%d. %s", i+1, accountText(account, f.view.provider, f.now.Add(-f.clockOff)))
			events := f.history[account.Key]
			for _, event := range events[:min(len(events), reportedEvents)] {
				line("   %s", eventText(event))
			}
		}
	}
	line("")
	if len(f.log) == 0 {
		line("The log is empty.")
	} else {
		line("The log's last lines:")
	}
	for _, entry := range f.log {
		line("%s", oneLine(entry))
	}
	return redact(withoutNames(out.String(), f))
}

// accountText says how an account stands: everything but whose it is.
func accountText(a oauth.Account, provider string, now time.Time) string {
	text := shortAddress(a.Address) + ": " + stateWords(a, provider, now)
	left := "no token at hand"
	if a.Expiry.After(now) {
		left = "its token has " + minutes(a.Expiry.Sub(now)) + " left"
	}
	text += "; " + left
	if !a.SignedIn.IsZero() {
		text += "; signed in on " + a.SignedIn.UTC().Format("2 January 2006")
	}
	text += "\n   may: " + oneLine(strings.Join(a.Scopes, " "))
	if a.Cause != nil {
		text += "\n   because: " + oneLine(cut(redact(a.Cause.Error()), maxLine))
	}
	return text
}

// reportedEvents is how many of what happened to an account last are told.
const reportedEvents = 5

// eventText says what happened to an account, and when by the provider's time.
func eventText(e oauth.Event) string {
	const format = "2 January 15:04 UTC"
	text := e.At.UTC().Format(format) + ": " + eventNames[e.Kind]
	if e.Times > 1 {
		text += fmt.Sprintf(" %d times since %s", e.Times, e.First.UTC().Format(format))
	}
	if e.Cause != nil {
		text += ": " + oneLine(cut(redact(e.Cause.Error()), maxLine))
	}
	return text
}

var eventNames = map[oauth.EventKind]string{
	oauth.Refreshed: "refreshed", oauth.Failed: "not refreshed", oauth.Copied: "copied", oauth.SignedIn: "signed in",
}

// withoutNames replaces the person's folder, and what accounts are called where that is no address.
func withoutNames(text string, f facts) string {
	home := strings.TrimRight(f.system.home, `/\`)
	for _, written := range []string{home, strings.Trim(strconv.Quote(home), `"`), (&url.URL{Path: home}).EscapedPath()} {
		if written != "" {
			text = whole(written).ReplaceAllLiteralString(text, "~")
		}
	}
	for _, a := range f.view.accounts {
		for _, name := range []string{a.Address, a.Key.Subject} {
			if name != "" {
				text = whole(name).ReplaceAllLiteralString(text, shortAddress(name))
			}
		}
	}
	return text
}

// whole finds a name where it is not a part of another one.
func whole(name string) *regexp.Regexp {
	pattern := regexp.QuoteMeta(name)
	if isWord.MatchString(name[:1]) {
		pattern = `\b` + pattern
	}
	if isWord.MatchString(name[len(name)-1:]) {
		pattern += `\b`
	}
	return regexp.MustCompile(pattern)
}

var isWord = regexp.MustCompile(`^\w$`)

// oneLine keeps a text from looking like more than one of the report's lines.
func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
}

func choose(holds bool, yes, no string) string {
	if holds {
		return yes
	}
	return no
}
