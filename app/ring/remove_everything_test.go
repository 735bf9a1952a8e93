//go:build linux && desktop

package ring_test

import (
	"os"
	"path/filepath"
	"testing"

	"tokentray/app/ring/virtual"
)

// removeEverything presses Remove everything in the settings, says yes, and waits for the program to end.
func removeEverything(t *testing.T, d *virtual.Desktop, p *virtual.Program) {
	t.Helper()
	s := settingsOf(t, d, shows(t, d, p, "before-removal"))
	must(t, s.Key(t.Context(), "shift+Tab", "space")) // from Close back to the last button
	await(t, "the settings to close", func() bool {
		windows, err := p.Windows(t.Context())
		return err == nil && len(windows) == 1
	})
	w := shows(t, d, p, "question")
	must(t, w.Key(t.Context(), "Tab", "Tab", "space"))
	code, err := p.Wait(t.Context())
	must(t, err)
	if code != 0 {
		t.Errorf("the program ended with %d: %s", code, p.Output())
	}
}

// wantNothingLeft checks that nothing of the program is left in the person's folders, the keyring and the clipboard.
func wantNothingLeft(t *testing.T, d *virtual.Desktop) {
	t.Helper()
	if files := ours(t, d.Home()); len(files) > 0 {
		t.Errorf("left at home are %q", files)
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(d.Home()), "run", "tokentray")); !os.IsNotExist(err) {
		t.Errorf("the place where starts meet is left (%v)", err)
	}
	for _, service := range []string{"Token Tray", "Token Tray (practice)"} {
		entries, err := d.Secrets(t.Context(), service)
		must(t, err)
		if len(entries) > 0 {
			t.Errorf("%d entries of %s are left in the keyring", len(entries), service)
		}
	}
	if text, err := d.Clipboard(t.Context()); err != nil || text != "" {
		t.Errorf("the clipboard was not cleared (%d characters, %v)", len(text), err)
	}
}

func TestRemoveEverythingLeavesNothingBehind(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	p, tray := start(t, d, "--practice")
	addAlice(t, d, tray)
	token := copied(t, d, tray, copyAlice)
	s := settingsOf(t, d, shows(t, d, p, "window"))
	must(t, s.ClickText(t.Context(), "Start when I log in"))
	await(t, "the start at login", func() bool { return len(ours(t, filepath.Join(d.ConfigHome(), "autostart"))) == 1 })
	must(t, s.Key(t.Context(), "Escape"))
	if files := ours(t, d.Home()); len(files) < 5 {
		t.Fatalf("there is little to remove: %q", files)
	}
	removeEverything(t, d, p)
	wantNothingLeft(t, d)
	noLeak(t, d, p, token)
	await(t, "the words", func() bool {
		for _, n := range d.Notifications() {
			if n.Body == "Everything was removed. You can uninstall Token Tray now." {
				return true
			}
		}
		return false
	})
}
