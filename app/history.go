package app

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"tokentray/oauth"
)

const (
	showHistory = "What happened lately"
	hideHistory = "Hide what happened"
)

// historyOf shows what happened to an account last, for whom that interests: it takes much room.
func (a *App) historyOf(account oauth.Account) []fyne.CanvasObject {
	happened := text("")
	happened.Hide()
	var b *button
	b = newButton(showHistory, func() {
		if happened.Visible() {
			happened.Hide()
			b.SetText(showHistory)
			return
		}
		account := a.present(account)
		happened.SetText(historyWords(a.history(account.Key), account, a.provider(), a.now(), a.clockOff()))
		happened.Show()
		b.SetText(hideHistory)
	})
	return []fyne.CanvasObject{b, happened}
}

// historyWords are a line for each event, at now; the computer's clock is ahead of the events' times by off.
func historyWords(events []oauth.Event, account oauth.Account, provider string, now time.Time, off time.Duration) string {
	if len(events) == 0 {
		return "Nothing yet. When a token is refreshed or copied, or something goes wrong, it will stand here."
	}
	var lines []string
	for _, e := range events {
		at, first := e.At.Add(off), e.First.Add(off)
		what := ""
		switch e.Kind {
		case oauth.Refreshed:
			what = "refreshed"
		case oauth.Copied:
			what = "copied"
		case oauth.SignedIn:
			what = "you signed in"
		case oauth.Failed:
			what = "could not be refreshed" + timesWords(e.Times, first, at, now) + ": " + failedWords(e, account, provider)
		}
		lines = append(lines, dayWords(first, now)+" – "+what)
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

// timesWords say how often something happened, and when last; nothing if it was once.
func timesWords(times int, first, last, now time.Time) string {
	if times < 2 {
		return ""
	}
	when := "at " + last.Local().Format("15:04")
	switch {
	case sameDay(first, last):
	case sameDay(last, now), sameDay(last, yesterday(now)):
		when = strings.ToLower(dayWords(last, now))
	default:
		when = "on " + dayWords(last, now)
	}
	return fmt.Sprintf(" %d times, last %s", times, when)
}

// dayWords are a day and a time as people say them at now.
func dayWords(at, now time.Time) string {
	at = at.Local()
	switch {
	case sameDay(at, now):
		return at.Format("Today 15:04")
	case sameDay(at, yesterday(now)):
		return at.Format("Yesterday 15:04")
	case at.Year() == now.Local().Year():
		return at.Format("Monday, 2 January, 15:04")
	default:
		return at.Format("Monday, 2 January 2006, 15:04")
	}
}

func sameDay(a, b time.Time) bool {
	return a.Local().Format(time.DateOnly) == b.Local().Format(time.DateOnly)
}

func yesterday(now time.Time) time.Time { return now.Local().AddDate(0, 0, -1) }
