package desktop

import (
	"os"
	"path/filepath"
	"testing"
)

func TestDownloadsAreWhereTheDesktopHasThem(t *testing.T) {
	home, config := t.TempDir(), t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", config)
	usual := filepath.Join(home, "Downloads")
	if got := Downloads(); got != usual {
		t.Errorf("where nothing is named: %q", got)
	}
	for file, want := range map[string]string{
		"# a comment\nXDG_DESKTOP_DIR=\"$HOME/Bureau\"\nXDG_DOWNLOAD_DIR=\"$HOME/Téléchargements\"\n": filepath.Join(home, "Téléchargements"),
		"XDG_DOWNLOAD_DIR=\"/srv/down loads/\"":                                                       "/srv/down loads",
		"XDG_DOWNLOAD_DIR=\"$HOME/\"":                                                                 home,
		"XDG_DOWNLOAD_DIR=relative\n":                                                                 usual,
		"XDG_DOWNLOAD_DIR=":                                                                           usual,
		"XDG_MUSIC_DIR=\"$HOME/Musik\"\n":                                                             usual,
		"\x00\xff":                                                                                    usual,
	} {
		if err := os.WriteFile(filepath.Join(config, "user-dirs.dirs"), []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := Downloads(); got != want {
			t.Errorf("%q: %q, want %q", file, got, want)
		}
	}
}
