//go:build linux && desktop

package ring_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tokentray/app/ring/virtual"
)

// choose writes the settings that the program starts with.
func choose(t *testing.T, d *virtual.Desktop, settings map[string]any) {
	t.Helper()
	folder := filepath.Join(d.ConfigHome(), "tokentray")
	must(t, os.MkdirAll(folder, 0o700))
	text, err := json.Marshal(settings)
	must(t, err)
	must(t, os.WriteFile(filepath.Join(folder, "settings.json"), text, 0o600))
}

// selection reads one of X11's selections as a target.
func selection(t *testing.T, d *virtual.Desktop, name, target string) string {
	t.Helper()
	text, err := d.Selection(t.Context(), name, target)
	must(t, err)
	return text
}

// The form that was chosen last is the account's: one click copies it from then on, also after a restart.
func TestEachFormatReachesTheClipboardAsToolsWantIt(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	p, tray := start(t, d, "--practice")
	link := addAccount(t, d, tray)
	_, err := d.Consent(t.Context(), link, virtual.Answer{Person: "alice"})
	must(t, err)
	must(t, tray.WaitFor(t.Context(), copyAlice))
	token := copied(t, d, tray, copyAlice)
	shell := func(line string) string {
		out, err := exec.CommandContext(t.Context(), "sh", "-c", line+`; printf %s "$GMAIL_ACCESS_TOKEN"`).CombinedOutput()
		must(t, err)
		return string(out)
	}
	for _, f := range []struct {
		label, begins string
		token         func(text string) string // takes it out as a tool would
	}{
		{"Authorization header", "Authorization: ", func(text string) string { return strings.TrimPrefix(text, "Authorization: Bearer ") }},
		{"XOAUTH2 for IMAP and SMTP", "dXNlcj", func(text string) string {
			said, err := base64.StdEncoding.DecodeString(text)
			must(t, err)
			return strings.TrimSuffix(strings.TrimPrefix(string(said), "user=alice@example.com\x01auth=Bearer "), "\x01\x01")
		}},
		{"Line for a shell (export)", "export ", shell},
		{"curl command", "curl ", func(text string) string {
			if out := shell(text); !strings.Contains(out, `"alice@example.com"`) {
				t.Errorf("the command brings %d characters without the address", len(out))
			}
			return regexp.MustCompile(`Bearer ([^']+)'`).FindStringSubmatch(text)[1]
		}},
		{"Token alone", token[:10], func(text string) string { return text }},
	} {
		must(t, tray.Click(t.Context(), "Copy as", f.label))
		text, err := d.WaitForClipboard(t.Context(), func(text string) bool { return strings.HasPrefix(text, f.begins) })
		must(t, err)
		if f.token(text) != token {
			t.Errorf("%s: another token", f.label)
		}
		if primary := selection(t, d, "primary", "UTF8_STRING"); primary != text {
			t.Errorf("%s: the primary selection holds %d characters", f.label, len(primary))
		}
		entry, err := tray.Find(t.Context(), "Copy as", f.label)
		must(t, err)
		if !entry.Checked {
			t.Errorf("%s is not ticked", f.label)
		}
	}
	if status(t, bearer(t, base(t, link)+"/gmail/v1/users/me/profile", token)) != http.StatusOK {
		t.Error("the token does not work")
	}
	must(t, tray.Click(t.Context(), "Copy as", "Authorization header"))
	_, err = d.WaitForClipboard(t.Context(), func(text string) bool { return strings.HasPrefix(text, "Authorization: Bearer ") })
	must(t, err)
	wantExit(t, p, 0)

	_, tray = start(t, d, "--practice")
	must(t, tray.WaitFor(t.Context(), copyAlice))
	must(t, tray.Click(t.Context(), copyAlice))
	_, err = d.WaitForClipboard(t.Context(), func(text string) bool { return strings.HasPrefix(text, "Authorization: Bearer ") })
	must(t, err)
}

func TestClipboardHistoriesAreAskedToKeepNothing(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	_, tray := start(t, d, "--practice")
	addAlice(t, d, tray)
	copied(t, d, tray, copyAlice)
	for _, name := range []string{"clipboard", "primary"} {
		targets := strings.Fields(selection(t, d, name, "TARGETS"))
		for _, want := range []string{"TARGETS", "UTF8_STRING", "text/plain;charset=utf-8", "x-kde-passwordManagerHint"} {
			if !slices.Contains(targets, want) {
				t.Errorf("%s offers %q, and no %s", name, targets, want)
			}
		}
		if hint := selection(t, d, name, "x-kde-passwordManagerHint"); hint != "secret" {
			t.Errorf("%s: the hint is %q", name, hint)
		}
	}
}

// A second program takes the clipboard before the time is over: it keeps it, and the primary selection, which is ours still,
// is cleared. Then the same with the two exchanged, when the person clears.
func TestOnlyWhatIsOursIsCleared(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	choose(t, d, map[string]any{"clear_after_seconds": 10})
	p, tray := start(t, d, "--practice")
	addAlice(t, d, tray)
	token := copied(t, d, tray, copyAlice)
	window, err := p.Window(t.Context())
	must(t, err)
	must(t, window.WaitForText(t.Context(), "It leaves the clipboard in"))
	shows(t, d, p, "counting")
	must(t, d.SetClipboard(t.Context(), "a shopping list"))
	if selection(t, d, "primary", "UTF8_STRING") != token {
		t.Error("the primary selection is gone with the clipboard")
	}
	await(t, "the primary selection to be cleared", func() bool { return selection(t, d, "primary", "UTF8_STRING") == "" })
	if got := selection(t, d, "clipboard", "STRING"); got != "a shopping list" {
		t.Errorf("the clipboard holds %d characters that are not the other program's", len(got))
	}

	copied(t, d, tray, copyAlice)
	must(t, d.SetSelection(t.Context(), "primary", "marked words"))
	must(t, tray.Click(t.Context(), "Clear the clipboard"))
	_, err = d.WaitForClipboard(t.Context(), func(text string) bool { return text == "" })
	must(t, err)
	if got := selection(t, d, "primary", "STRING"); got != "marked words" {
		t.Errorf("the primary selection holds %d characters that are not the other program's", len(got))
	}
}

func TestQuittingTakesTheTokenOffTheClipboard(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	p, tray := start(t, d, "--practice")
	addAlice(t, d, tray)
	copied(t, d, tray, copyAlice)
	must(t, tray.Click(t.Context(), "Quit"))
	code, err := p.Wait(t.Context())
	must(t, err)
	if code != 0 {
		t.Errorf("the program ended with %d: %s", code, p.Output())
	}
	for _, name := range []string{"clipboard", "primary"} {
		if text := selection(t, d, name, "UTF8_STRING"); text != "" {
			t.Errorf("%s still holds %d characters", name, len(text))
		}
	}
}

func TestLockedScreenTakesTheTokenOffTheClipboard(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	p, tray := start(t, d, "--practice")
	addAlice(t, d, tray)
	copied(t, d, tray, copyAlice)
	window, err := p.Window(t.Context())
	must(t, err)
	must(t, window.WaitForText(t.Context(), "It leaves the clipboard in"))
	must(t, d.SetSelection(t.Context(), "primary", "marked words"))
	must(t, d.LockScreen(t.Context()))
	_, err = d.WaitForClipboard(t.Context(), func(text string) bool { return text == "" })
	must(t, err)
	if got := selection(t, d, "primary", "STRING"); got != "marked words" {
		t.Errorf("the primary selection holds %d characters that are not the other program's", len(got))
	}
	must(t, window.WaitForText(t.Context(), "taken off the clipboard"))
}
