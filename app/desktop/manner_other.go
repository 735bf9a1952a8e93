//go:build !windows

package desktop

import (
	"cmp"
	"os"
)

// SystemManner is how the person writes dates and times, given the locale of the system's language. LC_TIME can tell
// otherwise (POSIX, "Internationalization Variables").
func SystemManner(locale string) Manner {
	return mannerOf(cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_TIME"), os.Getenv("LANG"), locale))
}
