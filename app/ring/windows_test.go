//go:build linux && desktop

package ring_test

import (
	"bytes"
	"debug/pe"
	"encoding/binary"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"tokentray/app/ring/virtual"
)

// windowsProgram is the program for Windows.
func windowsProgram(t *testing.T) string {
	t.Helper()
	programs, err := filepath.Glob(filepath.Join(virtual.Packages(t), "tokentray-*-windows-amd64.exe"))
	must(t, err)
	if len(programs) != 1 {
		t.Fatalf("there are %d programs for Windows: %q", len(programs), programs)
	}
	return programs[0]
}

func TestWindowsProgramHasNoConsoleButIconAndVersion(t *testing.T) {
	program, err := pe.Open(windowsProgram(t))
	must(t, err)
	defer func() { must(t, program.Close()) }()
	if header := program.OptionalHeader.(*pe.OptionalHeader64); header.Subsystem != pe.IMAGE_SUBSYSTEM_WINDOWS_GUI {
		t.Errorf("it is for subsystem %d, and opens a console", header.Subsystem)
	}
	resources, err := program.Section(".rsrc").Data()
	must(t, err)
	version := strings.TrimSpace(strings.TrimPrefix(sh(t, "/", virtual.Binary(t)+" --version"), "Token Tray"))
	for what, want := range map[string][]byte{
		"its version": utf16le("ProductVersion\x00" + version + "\x00"),
		"its name":    utf16le("Token Tray\x00"),
		"a manifest":  []byte("PerMonitorV2"),
		"an icon":     []byte("\x89PNG"),
	} {
		if !bytes.Contains(resources, want) {
			t.Errorf("it has not got %s", what)
		}
	}
}

// utf16le is how Windows has a text.
func utf16le(text string) (data []byte) {
	for _, unit := range utf16.Encode([]rune(text)) {
		data = binary.LittleEndian.AppendUint16(data, unit)
	}
	return data
}

// The program for Windows from its first start to the removal of everything, on wine: window, browser, Credential Manager,
// and a clipboard whose history is told to look away.
func TestMainJobOnWindows(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	wine, err := d.InstallWine(t.Context())
	must(t, err)
	p, err := wine.Run(windowsProgram(t), "--practice")
	must(t, err)
	w, err := d.WindowNamed(t.Context(), "^Token Tray$")
	must(t, err)
	must(t, w.WaitForText(t.Context(), "No account yet"))
	must(t, w.Key(t.Context(), "ctrl+n"))
	link, err := d.NextURL(t.Context())
	must(t, err)
	_, err = d.Consent(t.Context(), link, virtual.Answer{Person: "alice"})
	must(t, err)
	must(t, w.WaitForText(t.Context(), "Copy token"))
	entries, err := wine.Credentials(t.Context())
	must(t, err)
	for _, want := range []string{"access_token:", "refresh_token:", "signing_key"} {
		if !slices.ContainsFunc(entries, func(name string) bool { return strings.HasPrefix(name, "Token Tray (practice):"+want) }) {
			t.Errorf("the Credential Manager has no %s, but %q", want, entries)
		}
	}

	must(t, w.Key(t.Context(), "ctrl+c"))
	must(t, w.WaitForText(t.Context(), "Clear now"))
	must(t, w.Screenshot(t.Context(), filepath.Join(d.Artifacts, "copied.png")))
	must(t, d.Screenshot(t.Context(), filepath.Join(d.Artifacts, "desktop.png")))
	token, formats, err := wine.Clipboard(t.Context())
	must(t, err)
	if got := status(t, bearer(t, base(t, link)+"/gmail/v1/users/me/profile", token)); got != http.StatusOK {
		t.Errorf("the provider answers the copied token with %d", got)
	}
	for _, want := range []string{"ExcludeClipboardContentFromMonitorProcessing", "CanIncludeInClipboardHistory", "CanUploadToCloudClipboard"} {
		if !slices.Contains(formats, want) {
			t.Errorf("with the token no %s stands on the clipboard, but %q", want, formats)
		}
	}
	noLeak(t, d, p, token)

	must(t, w.ClickText(t.Context(), "Settings"))
	s, err := d.WindowNamed(t.Context(), "^Token Tray: Settings$")
	must(t, err)
	must(t, s.Settle(t.Context()))
	must(t, s.Key(t.Context(), "shift+Tab", "space"))
	must(t, w.WaitForText(t.Context(), "Keep everything"))
	must(t, w.Key(t.Context(), "Tab", "Tab", "space"))
	// Wine 8 can't delete files as Go does (FileDispositionInformationEx): there the program says which are left.
	await(t, "the end of the removal", func() bool {
		text, err := w.Text(t.Context())
		return !p.Running() || err == nil && strings.Contains(text, "Not everything was removed")
	})
	if p.Running() {
		must(t, w.Screenshot(t.Context(), filepath.Join(d.Artifacts, "left.png")))
		must(t, w.Key(t.Context(), "space"))
	}
	code, err := p.Wait(t.Context())
	must(t, err)
	if code != 0 {
		t.Errorf("the program ended with %d: %s", code, p.Output())
	}
	entries, err = wine.Credentials(t.Context())
	must(t, err)
	if slices.ContainsFunc(entries, func(name string) bool { return strings.Contains(name, "Token Tray") }) {
		t.Errorf("left in the Credential Manager are %q", entries)
	}
	if text, _, err := wine.Clipboard(t.Context()); err != nil || text != "" {
		t.Errorf("the clipboard was not cleared (%d characters, %v)", len(text), err)
	}
}
