//go:build !linux && !windows

package desktop

import (
	"os"
	"path/filepath"
)

// Downloads is the folder into which browsers save files; it may not be there. On macOS it has this name whatever the language in
// which the Finder shows it. Empty: there is no telling.
func Downloads() string {
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return filepath.Join(home, "Downloads")
}
