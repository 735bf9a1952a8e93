package oauth_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tokentray/oauth"
)

// aside returns the content of what was put aside.
func (w *world) aside() []byte {
	w.Helper()
	found, err := filepath.Glob(filepath.Join(w.folder, "accounts.json.damaged-*"))
	if err != nil || len(found) != 1 {
		w.Fatalf("put aside: %v, %v", found, err)
	}
	data, err := os.ReadFile(found[0])
	if err != nil {
		w.Fatal(err)
	}
	return data
}

func TestDamagedListIsPutAsideAndItsGoodRowsAreKept(t *testing.T) {
	row := func(issuer, subject, address string) string {
		return fmt.Sprintf(`{"issuer":%q,"subject":%q,"address":%q,"scopes":[]}`, issuer, subject, address)
	}
	for name, c := range map[string]struct {
		content func(issuer string) string
		kept    int
	}{
		"empty":         {func(string) string { return "" }, 0},
		"cut off":       {func(i string) string { return `{"version":1,"accounts":[` + row(i, "1", "a@example.com") }, 0},
		"not JSON":      {func(string) string { return "\x00\xff\x00" }, 0},
		"other types":   {func(string) string { return `{"version":"one","accounts":{}}` }, 0},
		"of the future": {func(i string) string { return `{"version":99,"accounts":[` + row(i, "1", "a@example.com") + `]}` }, 1},
		"huge":          {func(string) string { return strings.Repeat(" ", 9<<20) }, 0},
		"foreign issuer": {func(i string) string {
			return `{"version":1,"accounts":[` + row("https://evil.example", "1", "a@example.com") + "," + row(i, "2", "b@example.com") + `]}`
		}, 1},
		"twice the same": {func(i string) string {
			return `{"version":1,"accounts":[` + row(i, "1", "a@example.com") + "," + row(i, "1", "b@example.com") + `]}`
		}, 1},
		"no subject":      {func(i string) string { return `{"version":1,"accounts":[` + row(i, "", "a@example.com") + `]}` }, 0},
		"line in address": {func(i string) string { return `{"version":1,"accounts":[` + row(i, "1", "a\nb") + `]}` }, 0},
		"endless address": {func(i string) string {
			return `{"version":1,"accounts":[` + row(i, "1", strings.Repeat("a", 5000)) + `]}`
		}, 0},
		"unknown phase": {func(i string) string {
			return `{"version":1,"accounts":[{"issuer":"` + i + `","subject":"1","address":"a@b","phase":"x"}]}`
		}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.close()
			content := []byte(c.content(w.provider.Issuer()))
			if err := os.WriteFile(filepath.Join(w.folder, "accounts.json"), content, 0o600); err != nil {
				t.Fatal(err)
			}
			engine, err := oauth.Open(w.config)
			wantError(t, err, oauth.ErrListAside)
			if engine == nil {
				t.Fatal("no engine")
			}
			w.engine = engine
			if n := len(engine.Accounts()); n != c.kept {
				t.Errorf("%d rows kept, want %d", n, c.kept)
			}
			if !bytes.Equal(w.aside(), content) {
				t.Error("what was put aside is not what was there")
			}
			w.restart()
			if n := len(w.engine.Accounts()); n != c.kept {
				t.Errorf("%d rows after a restart, want %d", n, c.kept)
			}
			w.signIn()
		})
	}
}

func TestSomethingElseInTheListsPlaceIsPutAside(t *testing.T) {
	w := newWorld(t)
	w.close()
	if err := os.Mkdir(filepath.Join(w.folder, "accounts.json"), 0o700); err != nil {
		t.Fatal(err)
	}
	engine, err := oauth.Open(w.config)
	wantError(t, err, oauth.ErrListAside)
	w.engine = engine
	w.signIn()
}

func TestStartSweepsUpWhatACrashLeftInTheMiddleOfAWrite(t *testing.T) {
	w := newWorld(t)
	a := w.signIn()
	w.close()
	for _, name := range []string{"accounts.json1234567890", "clients.json7"} {
		if err := os.WriteFile(filepath.Join(w.folder, name), []byte(`{"version":1,"acc`), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w.open()
	if left, err := filepath.Glob(filepath.Join(w.folder, "*.json?*")); err != nil || len(left) > 0 {
		t.Errorf("left are %q, %v", left, err)
	}
	if got := w.engine.Accounts(); len(got) != 1 || got[0].Address != a.Address {
		t.Errorf("accounts are %v", got)
	}
}

func TestOneEngineAtATimeUsesAFolder(t *testing.T) {
	w := newWorld(t)
	_, err := oauth.Open(w.config)
	wantError(t, err, oauth.ErrInUse)
	w.restart()
}

func TestFolderThatCanNotBeMade(t *testing.T) {
	w := newWorld(t)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	config := w.config
	config.Folder = filepath.Join(file, "below")
	if _, err := oauth.Open(config); err == nil || errors.Is(err, oauth.ErrListAside) {
		t.Errorf("error is %v", err)
	}
}
