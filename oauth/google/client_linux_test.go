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
		t.Fatal(err)
	}
	if _, err := google.ReadClient(path, google.OnlyGoogle); !errors.Is(err, google.ErrTooBig) {
		t.Fatalf("err = %v", err)
	}
}

// A file that the system refuses to read, whoever asks: root may read what a mode forbids, but nobody reads the
// memory of a process from its start.
func TestFileThatTheSystemRefusesIsUnreadable(t *testing.T) {
	_, err := google.ReadClient("/proc/self/mem", google.OnlyGoogle)
	if !errors.Is(err, google.ErrUnreadable) || !errors.Is(err, syscall.EIO) {
		t.Errorf("err = %v", err)
	}
}
