//go:build linux && desktop

package ring_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tokentray/app/ring/virtual"
)

// settingsOf opens the settings from the program's window.
func settingsOf(t *testing.T, d *virtual.Desktop, w *virtual.Window) *virtual.Window {
	t.Helper()
	must(t, w.Key(t.Context(), "ctrl+comma"))
	s, err := d.WindowNamed(t.Context(), "Token Tray: Settings")
	must(t, err)
	// It asks for the focus once more after its first picture, and would take it from what is activated before that.
	must(t, s.WaitForText(t.Context(), "Accounts and tokens"))
	must(t, s.Settle(t.Context()))
	return s
}

func keptSettings(t *testing.T, d *virtual.Desktop) (kept map[string]any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(d.ConfigHome(), "tokentray", "settings.json"))
	if os.IsNotExist(err) {
		return nil
	}
	must(t, err)
	must(t, json.Unmarshal(text, &kept))
	return kept
}

// By the keyboard alone: each choice is in the file at once, and a broken one that was there before stays.
func TestSettingsTakeEffectAtOnce(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{Theme: "dark"})
	choose(t, d, map[string]any{"clear_after_seconds": "soon", "from_a_later_version": []int{1}})
	p, tray := start(t, d, "--practice")
	awaitLogLine(t, p, "settings not understood", "clear_after_seconds")
	w := shows(t, d, p, "before")
	s := settingsOf(t, d, w)
	must(t, s.WaitForText(t.Context(), "Clear the clipboard after"))
	must(t, s.Screenshot(t.Context(), filepath.Join(d.Artifacts, "settings.png")))

	must(t, s.Key(t.Context(), "Tab", "Tab", "Return", "Down", "Down", "Return")) // from Close to the second choice
	await(t, "the format to be kept", func() bool { return keptSettings(t, d)["format"] == "bearer" })
	kept := keptSettings(t, d)
	if kept["clear_after_seconds"] != "soon" || kept["from_a_later_version"] == nil {
		t.Errorf("what could not be understood is gone: %v", kept)
	}
	must(t, s.ClickText(t.Context(), "As the system has them"))
	must(t, s.Settle(t.Context()))
	must(t, s.ClickText(t.Context(), "Light"))
	await(t, "the theme to be kept", func() bool { return keptSettings(t, d)["theme"] == "light" })
	must(t, s.Settle(t.Context()))
	must(t, s.Screenshot(t.Context(), filepath.Join(d.Artifacts, "settings-light.png")))
	must(t, s.Key(t.Context(), "Escape"))
	await(t, "the settings to close", func() bool {
		windows, err := p.Windows(t.Context())
		return err == nil && len(windows) == 1
	})
	addAlice(t, d, tray)
	must(t, tray.Click(t.Context(), copyAlice))
	_, err := d.WaitForClipboard(t.Context(), func(text string) bool { return strings.HasPrefix(text, "Authorization: Bearer ") })
	must(t, err)
	shows(t, d, p, "light")
}

// With the window hidden the settings may be all there is. Closing them must not end the program.
func TestClosedSettingsLeaveTheProgramRunning(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	p, tray := start(t, d, "--practice")
	w := shows(t, d, p, "window")
	s := settingsOf(t, d, w)
	must(t, w.Close(t.Context()))
	await(t, "one window", func() bool {
		windows, err := p.Windows(t.Context())
		return err == nil && len(windows) == 1
	})
	must(t, s.Key(t.Context(), "Escape"))
	must(t, p.NoWindow(t.Context()))
	must(t, tray.Click(t.Context(), "Open Token Tray"))
	shows(t, d, p, "again")
}

// The entry that the settings make is one that desktops accept, and starts the program with its icon alone.
func TestStartAtLoginIsASwitchThatWorks(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	p, _ := start(t, d, "--practice")
	w := shows(t, d, p, "window")
	s := settingsOf(t, d, w)
	must(t, s.ClickText(t.Context(), "Start when I log in"))
	entry := filepath.Join(d.ConfigHome(), "autostart", "app.tokentray.TokenTray.desktop")
	await(t, "the entry", func() bool { _, err := os.Stat(entry); return err == nil })
	must(t, s.Settle(t.Context()))
	must(t, s.Screenshot(t.Context(), filepath.Join(d.Artifacts, "on.png")))
	text, err := os.ReadFile(entry)
	must(t, err)
	if want := "Exec=" + virtual.Binary(t) + " --hidden"; !strings.Contains(string(text), want) {
		t.Errorf("the entry is %s, without %q", text, want)
	}
	if out, err := exec.CommandContext(t.Context(), "desktop-file-validate", entry).CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
	must(t, s.ClickText(t.Context(), "Start when I log in"))
	await(t, "the entry to go", func() bool { _, err := os.Stat(entry); return os.IsNotExist(err) })
}
