package app

import (
	"errors"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"tokentray/oauth"
)

// historyOf shows what happened to an account last, for whom that interests: it takes much room.
func (a *App) historyOf(account oauth.Account) []fyne.CanvasObject {
	happened := text("")
	happened.Hide()
	var b *button
	b = newButton(lang.L("What happened lately"), func() {
		if happened.Visible() {
			happened.Hide()
			b.SetText(lang.L("What happened lately"))
			return
		}
		account := a.present(account)
		happened.SetText(historyWords(a.history(account.Key), account, a.provider(), a.now(), a.clockOff()))
		happened.Show()
		b.SetText(lang.L("Hide what happened"))
	})
	return []fyne.CanvasObject{b, happened}
}

// historyWords are a line for each event, at now; the computer's clock is ahead of the events' times by off.
func historyWords(events []oauth.Event, account oauth.Account, provider string, now time.Time, off time.Duration) string {
	if len(events) == 0 {
		return lang.L("Nothing yet. When a token is refreshed or copied, or something goes wrong, it will stand here.")
	}
	var lines []string
	for _, e := range events {
		at, first := e.At.Add(off), e.First.Add(off)
		what := ""
		switch e.Kind {
		case oauth.Refreshed:
			what = lang.L("refreshed")
		case oauth.Copied:
			what = lang.L("copied")
		case oauth.SignedIn:
			what = lang.L("you signed in")
		case oauth.Failed:
			what = timesFailed(e.Times, first, at, now, failedWords(e, account, provider))
		}
		lines = append(lines, lang.L("{{.When}} – {{.What}}", with{"When": capital(dayWords(first, now)), "What": what}))
	}
	return strings.Join(lines, "\n")
}

// failedWords say why a renewal failed, as was said then.
func failedWords(e oauth.Event, account oauth.Account, provider string) string {
	if errors.Is(e.Cause, oauth.ErrSignInAgain) {
		account.State, account.Ended = oauth.SignInAgain, e.At
	}
	return explainAccount(account, e.Cause, provider).title
}

// timesFailed says why a renewal failed, and if it did so more than once how often, and when last.
func timesFailed(times int, first, last, now time.Time, why string) string {
	if times < 2 {
		return lang.L("could not be refreshed: {{.Why}}", with{"Why": why})
	}
	fill := with{"PluralCount": times, "Why": why, "When": uncapital(dayWords(last, now))}
	switch {
	case sameDay(first, last):
		fill["When"] = timeWords(last)
		return lang.N("could not be refreshed {{.PluralCount}} times, last at {{.When}}: {{.Why}}", times, fill)
	case sameDay(last, now), sameDay(last, yesterday(now)):
		return lang.N("could not be refreshed {{.PluralCount}} times, last {{.When}}: {{.Why}}", times, fill)
	default:
		fill["When"] = dayWords(last, now)
		return lang.N("could not be refreshed {{.PluralCount}} times, last on {{.When}}: {{.Why}}", times, fill)
	}
}
