package desktop

import (
	"os"
	"path/filepath"
	"strings"
)

// Downloads is the folder into which browsers save files; it may not be there. Its name is in the language in which the desktop
// was set up (https://www.freedesktop.org/wiki/Software/xdg-user-dirs/). Empty: there is no telling.
func Downloads() string {
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	usual := filepath.Join(home, "Downloads")
	config, err := os.UserConfigDir()
	if err != nil {
		return usual
	}
	dirs, err := os.ReadFile(filepath.Join(config, "user-dirs.dirs")) //nolint:gosec // a fixed name in the person's own folder
	if err != nil {
		return usual // there is none on a desktop that never named them
	}
	for line := range strings.Lines(string(dirs)) {
		value, ok := strings.CutPrefix(strings.TrimSpace(line), "XDG_DOWNLOAD_DIR=")
		if !ok {
			continue
		}
		value = strings.Trim(value, `"`)
		if below, ok := strings.CutPrefix(value, "$HOME"); ok {
			value = filepath.Join(home, below)
		}
		if filepath.IsAbs(value) {
			return filepath.Clean(value)
		}
	}
	return usual
}
