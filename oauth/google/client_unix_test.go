//go:build unix

package google_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"tokentray/oauth/google"
)

func TestReadingNeverHangs(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "fifo") // opening it would wait for a writer
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{fifo, "/dev/zero", "/dev/tty"} {
		if _, err := google.ReadClient(path, google.OnlyGoogle); !errors.Is(err, google.ErrUnreadable) {
			t.Errorf("%s: err = %v", path, err)
		}
	}
}

func TestHugeFileIsNotRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "huge")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 1<<40); err != nil {
		t.Skip("no sparse files here")
	}
	if _, err := google.ReadClient(path, google.OnlyGoogle); !errors.Is(err, google.ErrTooBig) {
		t.Fatalf("err = %v", err)
	}
}

func TestForbiddenFileIsUnreadable(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may read everything")
	}
	path := filepath.Join(t.TempDir(), "client.json")
	if err := os.WriteFile(path, []byte(file()), 0); err != nil {
		t.Fatal(err)
	}
	if _, err := google.ReadClient(path, google.OnlyGoogle); !errors.Is(err, google.ErrUnreadable) || !errors.Is(err, os.ErrPermission) {
		t.Fatalf("err = %v", err)
	}
}
