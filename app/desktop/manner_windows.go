package desktop

import (
	"strings"

	"golang.org/x/sys/windows/registry"
)

// SystemManner is how the person writes dates and times, given the locale of the system's language. What was chosen in
// Windows' settings is in the registry, as patterns: "h:mm tt", "M/d/yyyy".
func SystemManner(locale string) Manner {
	manner := mannerOf(locale)
	key, err := registry.OpenKey(registry.CURRENT_USER, `Control Panel\International`, registry.QUERY_VALUE)
	if err != nil {
		return manner
	}
	defer key.Close()
	if pattern, _, err := key.GetStringValue("sShortTime"); err == nil && pattern != "" {
		manner.TwelveHours = strings.Contains(pattern, "h")
	}
	if pattern, _, err := key.GetStringValue("sShortDate"); err == nil && pattern != "" {
		manner.MonthFirst = strings.HasPrefix(pattern, "M")
	}
	return manner
}
