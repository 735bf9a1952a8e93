package google_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tokentray/oauth/google"
)

var opened = time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)

// save puts a file into a folder, so many seconds after opened.
func save(t *testing.T, folder, name, data string, seconds int) string {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
	at := opened.Add(time.Duration(seconds) * time.Second)
	if err := os.Chtimes(path, at, at); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFreshestClientFileIsFound(t *testing.T) {
	folder := t.TempDir()
	save(t, folder, "client_secret_1.json", file(), 10)
	want := save(t, folder, "client_secret_"+id+" (1).json", file(), 20)
	save(t, folder, "client_secret_old.json", file(), -5)
	save(t, folder, "client_secret_web.json", file("installed", "web"), 30)
	save(t, folder, "client_secret_part.json", file()[:100], 40)
	save(t, folder, "client_secret_big.json", file()+strings.Repeat(" ", 64<<10), 50)
	save(t, folder, "client_secret_3.json.crdownload", file(), 60)
	save(t, folder, "other.json", file(), 70)
	if err := os.Mkdir(filepath.Join(folder, "client_secret_folder.json"), 0o700); err != nil {
		t.Fatal(err)
	}
	if got, ok := google.FindDownloaded(folder, opened); !ok || got != want {
		t.Errorf("%s, %t", got, ok)
	}
	if got, ok := google.FindDownloaded(folder, opened.Add(20*time.Second)); ok {
		t.Errorf("%s is no fresher", got)
	}
}

func TestLinksToClientFilesAreNotFollowed(t *testing.T) {
	folder := t.TempDir()
	target := save(t, t.TempDir(), "client.json", file(), 10)
	if err := os.Symlink(target, filepath.Join(folder, "client_secret_1.json")); err != nil {
		t.Skip(err) // Windows lets only some people make links
	}
	if got, ok := google.FindDownloaded(folder, opened); ok {
		t.Errorf("%s", got)
	}
}

func TestNothingIsFoundWhereNothingIs(t *testing.T) {
	folder := t.TempDir()
	for _, dir := range []string{folder, filepath.Join(folder, "missing"), "", save(t, folder, "plain", "x", 1)} {
		if got, ok := google.FindDownloaded(dir, opened); ok {
			t.Errorf("%q: %s", dir, got)
		}
	}
}

func TestFileIsFoundInACrowdedFolder(t *testing.T) {
	folder := t.TempDir()
	for i := range 1500 {
		save(t, folder, fmt.Sprintf("photo%d.jpg", i), "", 10)
	}
	want := save(t, folder, "client_secret_1.json", file(), 10)
	if got, ok := google.FindDownloaded(folder, opened); !ok || got != want {
		t.Errorf("%s, %t", got, ok)
	}
}

func TestOnlyTheFreshestTwentyAreOpened(t *testing.T) {
	folder := t.TempDir()
	save(t, folder, "client_secret_good.json", file(), 10)
	for i := range 20 {
		save(t, folder, fmt.Sprintf("client_secret_%d.json", i), "{}", 20)
	}
	if got, ok := google.FindDownloaded(folder, opened); ok {
		t.Errorf("%s was opened", got)
	}
	if got, ok := google.FindDownloaded(folder, opened.Add(-time.Hour)); ok {
		t.Errorf("%s was opened", got)
	}
	if err := os.Remove(filepath.Join(folder, "client_secret_0.json")); err != nil {
		t.Fatal(err)
	}
	if _, ok := google.FindDownloaded(folder, opened); !ok {
		t.Error("fewer were opened")
	}
}
