package app

import (
	"time"

	"fyne.io/fyne/v2/lang"

	"tokentray/app/desktop"
)

// manner is how the person writes dates and times. It is set before anything is said, as the language is.
var manner desktop.Manner

// timeWords are a time of day: "14:32", or "2:32 PM".
func timeWords(at time.Time) string {
	at = at.Local()
	if !manner.TwelveHours {
		return at.Format("15:04")
	}
	clock := with{"Time": at.Format("3:04")}
	if at.Hour() < 12 {
		return lang.L("{{.Time}} AM", clock)
	}
	return lang.L("{{.Time}} PM", clock)
}

// dateWords are a day of a year: "4 March 2026".
func dateWords(at time.Time) string {
	parts := dateParts(at)
	if manner.MonthFirst {
		return lang.L("{{.Month}} {{.Day}}, {{.Year}}", parts)
	}
	return lang.L("{{.Day}} {{.Month}} {{.Year}}", parts)
}

// shortDateWords are a day where the year is no question: "4 March".
func shortDateWords(at time.Time) string {
	parts := dateParts(at)
	if manner.MonthFirst {
		return lang.L("{{.Month}} {{.Day}}", parts)
	}
	return lang.L("{{.Day}} {{.Month}}", parts)
}

func dateParts(at time.Time) with {
	at = at.Local()
	return with{"Year": at.Year(), "Month": monthWords(at.Month()), "Day": at.Day()}
}

// momentWords are a day and a time of day: "Wednesday, 4 March, 14:32", with the year where it is another one than now's.
func momentWords(at, now time.Time) string {
	date := shortDateWords(at)
	if at.Local().Year() != now.Local().Year() {
		date = dateWords(at)
	}
	return lang.L("{{.Weekday}}, {{.Date}}, {{.Time}}", with{"Weekday": weekdayWords(at), "Date": date, "Time": timeWords(at)})
}

// dayWords are a day and a time as people say them at now: "Today 14:32".
func dayWords(at, now time.Time) string {
	switch {
	case sameDay(at, now):
		return lang.L("Today {{.Time}}", with{"Time": timeWords(at)})
	case sameDay(at, yesterday(now)):
		return lang.L("Yesterday {{.Time}}", with{"Time": timeWords(at)})
	default:
		return momentWords(at, now)
	}
}

func sameDay(a, b time.Time) bool {
	return a.Local().Format(time.DateOnly) == b.Local().Format(time.DateOnly)
}

func yesterday(now time.Time) time.Time { return now.Local().AddDate(0, 0, -1) }

func weekdayWords(at time.Time) string { return lang.L(weekdays[at.Local().Weekday()]) }

func monthWords(month time.Month) string { return lang.L(months[month-time.January]) }

var (
	weekdays = [...]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}
	months   = [...]string{
		"January", "February", "March", "April", "May", "June",
		"July", "August", "September", "October", "November", "December",
	}
)
