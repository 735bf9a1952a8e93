package desktop

import (
	"fmt"
	"os"
	"path/filepath"
)

// path is where launchd looks for a person's jobs at login. That somebody switched the job off in the system's settings is
// not in the file, and can't be seen.
func (a Autostart) path() (string, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("could not find the home folder: %w", err)
	}
	return filepath.Join(home, "Library", "LaunchAgents", a.ID+".plist"), nil
}

func (a Autostart) encodeEntry(command []string) []byte { return encodePlist(a.ID, command) }

func decodeEntry(text []byte) []string { return decodePlist(text) }
