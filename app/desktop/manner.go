package desktop

import (
	"slices"
	"strings"
)

// Manner is how people write dates and times where the computer stands.
type Manner struct {
	TwelveHours bool // 2:32 PM, not 14:32
	MonthFirst  bool // March 4, not 4 March
}

// The regions whose times have twelve hours and whose dates begin with the month, as CLDR knows them of those in which the
// program's languages are spoken (https://github.com/unicode-org/cldr, supplemental timeData, and the "yMMMMd" of each).
var (
	twelveHours = []string{"AU", "CA", "CO", "DO", "GT", "HN", "IN", "MY", "NI", "NZ", "PA", "PH", "PK", "PR", "SG", "SV", "US", "VE"}
	monthFirst  = []string{"PH", "PR", "US"}
)

// mannerOf is how they are written in a locale such as "en-US", "de_DE.UTF-8" or "C". Languages that always count 24 hours
// do so everywhere.
func mannerOf(locale string) Manner {
	locale, _, _ = strings.Cut(locale, ".")
	locale, _, _ = strings.Cut(locale, "@")
	language, region, _ := strings.Cut(strings.ReplaceAll(locale, "_", "-"), "-")
	region, _, _ = strings.Cut(region, "-")
	return Manner{
		TwelveHours: slices.Contains(twelveHours, region) && language != "fr",
		MonthFirst:  slices.Contains(monthFirst, region) && language == "en",
	}
}
