package desktop

import (
	"os"
	"slices"
	"strings"
)

// IsGNOME tells whether the desktop is GNOME or made of it, as Ubuntu's is.
// https://specifications.freedesktop.org/desktop-entry-spec/latest/recognized-keys.html#key-onlyshowin
func IsGNOME() bool {
	return slices.Contains(strings.Split(os.Getenv("XDG_CURRENT_DESKTOP"), ":"), "GNOME")
}
