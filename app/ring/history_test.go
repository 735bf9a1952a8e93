//go:build linux && desktop

package ring_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tokentray/app/ring/virtual"
)

// historyFile is the one file that says what happened to accounts, wherever their provider's folder is.
func historyFile(t *testing.T, d *virtual.Desktop) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(d.ConfigHome(), "tokentray", "*", "history.json"))
	if err != nil || len(found) != 1 {
		t.Fatalf("histories: %q, %v", found, err)
	}
	return found[0]
}

// wantHistory checks that what happened is in its file, the oldest first, and that the file is the owner's and has no
// secret in it.
func wantHistory(t *testing.T, d *virtual.Desktop, secrets []string, kinds ...string) {
	t.Helper()
	path := historyFile(t, d)
	info, err := os.Stat(path)
	must(t, err)
	if info.Mode().Perm() != fs.FileMode(0o600) {
		t.Errorf("the history's mode is %v", info.Mode())
	}
	text, err := os.ReadFile(path)
	must(t, err)
	var file struct {
		Accounts []struct{ Events []struct{ Kind string } }
	}
	must(t, json.Unmarshal(text, &file))
	var found []string
	for _, account := range file.Accounts {
		for _, event := range account.Events {
			found = append(found, event.Kind)
		}
	}
	if !slices.Equal(found, kinds) {
		t.Errorf("the history says %q, want %q", found, kinds)
	}
	for _, secret := range secrets {
		if secret == "" || strings.Contains(string(text), secret) {
			t.Errorf("a token of %d characters is in the history", len(secret))
		}
	}
}

// A long history is read in a small window, in light and dark.
func TestDetailsTellWhatHappenedLately(t *testing.T) {
	for _, theme := range []string{"light", "dark"} {
		t.Run(theme, func(t *testing.T) {
			d := virtual.ForTest(t, virtual.Options{Theme: theme})
			p, tray := start(t, d, "--practice")
			addAlice(t, d, tray)
			copied(t, d, tray, copyAlice)
			window := openDetails(t, p, "alice@example.com")
			must(t, window.Press(t.Context(), "What happened lately"))
			must(t, window.WaitForText(t.Context(), "you signed in"))
			shows(t, d, p, "short")
			wantExit(t, p, 0)

			writeLongHistory(t, historyFile(t, d))
			p, tray = start(t, d, "--practice")
			must(t, tray.WaitFor(t.Context(), copyAlice))
			window = openDetails(t, p, "alice@example.com")
			must(t, window.Press(t.Context(), "What happened lately"))
			must(t, window.WaitForText(t.Context(), "could not be refreshed 37 times"))
			shows(t, d, p, "long")
			width, height, err := window.Size(t.Context())
			must(t, err)
			must(t, window.Resize(t.Context(), width*3/4, height*3/4))
			must(t, window.WaitForText(t.Context(), "could not be refreshed 37"))
			shows(t, d, p, "long-in-a-small-window")
			must(t, window.Press(t.Context(), "Hide what happened"))
			must(t, window.WaitForNoText(t.Context(), "could not be refreshed"))
			wantExit(t, p, 0)
		})
	}
}

// writeLongHistory gives the one account of a file a history that is full.
func writeLongHistory(t *testing.T, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	must(t, err)
	var file map[string]any
	must(t, json.Unmarshal(text, &file))
	now := time.Now()
	var events []any
	event := func(kind string, before time.Duration, more map[string]any) {
		e := map[string]any{"at": now.Add(-before).Format(time.RFC3339), "kind": kind}
		for name, value := range more {
			e[name] = value
		}
		events = append(events, e)
	}
	event("signed_in", 30*24*time.Hour, nil)
	for hours := 24 * 16; len(events) < 17; hours -= 23 {
		event("refreshed", time.Duration(hours)*time.Hour, nil)
	}
	event("failed", 14*time.Hour, map[string]any{
		"times": 37, "first": now.Add(-26 * time.Hour).Format(time.RFC3339), "cause": map[string]any{"is": []string{"unreachable"}},
	})
	event("failed", 13*time.Hour, map[string]any{"cause": map[string]any{"is": []string{"keychain_locked"}}})
	event("copied", 12*time.Hour, nil)
	file["accounts"].([]any)[0].(map[string]any)["events"] = events
	text, err = json.Marshal(file)
	must(t, err)
	must(t, os.WriteFile(path, text, 0o600))
}
