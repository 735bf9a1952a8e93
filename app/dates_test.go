package app

import (
	"testing"
	"time"

	"tokentray/app/desktop"
)

func TestDatesAndTimesAreInTheSystemsManner(t *testing.T) {
	at := time.Date(2026, time.March, 4, 14, 32, 0, 0, time.Local)
	early := time.Date(2026, time.March, 4, 0, 5, 0, 0, time.Local)
	nextYear := at.AddDate(1, 0, 0)
	words := func() []string {
		return []string{
			timeWords(at), timeWords(early), dateWords(at), shortDateWords(at), dayWords(at, at), dayWords(at, at.AddDate(0, 0, 1)),
			momentWords(at, nextYear.AddDate(-1, 0, 0)), momentWords(at, nextYear),
		}
	}
	t.Cleanup(func() { manner = desktop.Manner{} })
	for wanted, want := range map[desktop.Manner][]string{
		{}: {
			"14:32", "00:05", "4 March 2026", "4 March", "Today 14:32", "Yesterday 14:32",
			"Wednesday, 4 March, 14:32", "Wednesday, 4 March 2026, 14:32",
		},
		{TwelveHours: true}: {
			"2:32 PM", "12:05 AM", "4 March 2026", "4 March", "Today 2:32 PM", "Yesterday 2:32 PM",
			"Wednesday, 4 March, 2:32 PM", "Wednesday, 4 March 2026, 2:32 PM",
		},
		{TwelveHours: true, MonthFirst: true}: {
			"2:32 PM", "12:05 AM", "March 4, 2026", "March 4", "Today 2:32 PM", "Yesterday 2:32 PM",
			"Wednesday, March 4, 2:32 PM", "Wednesday, March 4, 2026, 2:32 PM",
		},
	} {
		manner = wanted
		for i, got := range words() {
			if got != want[i] {
				t.Errorf("%+v: %q, want %q", wanted, got, want[i])
			}
		}
	}
}
