package google_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"tokentray/oauth/google"
)

func TestPlaceholderOfACloudIsNamed(t *testing.T) {
	for name, data := range map[string]string{
		".client.json.icloud":   "bplist00\xd4\x01\x02",
		"client.json":           "bplist00\xd4\x01\x02", // renamed
		"zeros.json":            "\x00\x00\x00\x00",
		".other.json.icloud":    "{}",
		"client.json.nextcloud": " ",
		"client.json.owncloud":  " ",
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := google.ReadClient(path, google.OnlyGoogle); !errors.Is(err, google.ErrPlaceholder) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFileThatICloudTookAwayIsNotMissing(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, ".client.json.icloud"), []byte("bplist00"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := google.ReadClient(filepath.Join(folder, "client.json"), google.OnlyGoogle); !errors.Is(err, google.ErrPlaceholder) {
		t.Errorf("%v", err)
	}
	if _, err := google.ReadClient(filepath.Join(folder, "other.json"), google.OnlyGoogle); !errors.Is(err, google.ErrMissing) {
		t.Errorf("%v", err)
	}
}

// Windows calls a file irregular that OneDrive has not fetched yet.
func TestFileThatOneDriveKeepsBackIsAPlaceholder(t *testing.T) {
	for mode, want := range map[fs.FileMode]bool{0o600: true, fs.ModeIrregular | 0o600: true, fs.ModeNamedPipe: false, fs.ModeDir: false, fs.ModeDevice: false, fs.ModeSymlink: false} {
		if got := google.Readable(mode); got != want {
			t.Errorf("%v: %t", mode, got)
		}
	}
	if err := google.NotHere(fs.ModeIrregular|0o600, google.ErrEmptyFile); !errors.Is(err, google.ErrPlaceholder) {
		t.Errorf("%v", err)
	}
	if err := google.NotHere(0o600, google.ErrEmptyFile); !errors.Is(err, google.ErrEmptyFile) {
		t.Errorf("%v", err)
	}
}
