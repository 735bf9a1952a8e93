package desktop

import "testing"

func TestDatesAndTimesAreWrittenAsTheRegionHasThem(t *testing.T) {
	for locale, want := range map[string]Manner{
		"":            {},
		"C":           {},
		"C.UTF-8":     {},
		"en":          {},
		"en-GB":       {},
		"en_GB.UTF-8": {},
		"en-US":       {TwelveHours: true, MonthFirst: true},
		"en_US.UTF-8": {TwelveHours: true, MonthFirst: true},
		"en-US-Latn":  {TwelveHours: true, MonthFirst: true},
		"en_AU":       {TwelveHours: true},
		"es_US":       {TwelveHours: true},
		"fr_CA":       {},
		"de_DE@euro":  {},
		"ja_JP":       {},
	} {
		if got := mannerOf(locale); got != want {
			t.Errorf("%q: %+v, want %+v", locale, got, want)
		}
	}
}
