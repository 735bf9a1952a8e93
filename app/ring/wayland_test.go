//go:build linux && desktop

package ring_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tokentray/app/ring/virtual"
)

// On Wayland the program's windows are Wayland's own, and copying goes through wl-copy: there a program whose window has no
// focus can't copy by itself.

// copiedOnWayland clicks an entry and returns the token that it puts on Wayland's clipboard.
func copiedOnWayland(t *testing.T, d *virtual.Desktop, tray *virtual.Tray, entry ...string) string {
	t.Helper()
	const before = "what was there before"
	must(t, d.SetWaylandSelection(t.Context(), "clipboard", before))
	must(t, tray.Click(t.Context(), entry...))
	return awaitCopy(t, d, before)
}

// awaitCopy waits until something else stands on Wayland's clipboard than before.
func awaitCopy(t *testing.T, d *virtual.Desktop, before string) string {
	t.Helper()
	text, err := d.WaitForWaylandSelection(t.Context(), "clipboard", func(text string) bool { return text != "" && text != before })
	must(t, err)
	return text
}

// onWayland reads the "clipboard" or the "primary" selection.
func onWayland(t *testing.T, d *virtual.Desktop, name string) string {
	t.Helper()
	text, err := d.WaylandSelection(t.Context(), name)
	must(t, err)
	return text
}

// photograph keeps a picture of what the compositor shows.
func photograph(t *testing.T, d *virtual.Desktop, name string) {
	t.Helper()
	must(t, d.WaylandScreenshot(t.Context(), filepath.Join(d.Artifacts, name+".png")))
}

// frontWindow waits for the program's window, with the focus and with words in it.
func frontWindow(t *testing.T, p *virtual.Program, words string) *virtual.Surface {
	t.Helper()
	s, err := p.FocusedSurface(t.Context())
	must(t, err)
	must(t, s.WaitForText(t.Context(), words))
	return s
}

// hide closes the window to the tray.
func hide(t *testing.T, p *virtual.Program) {
	t.Helper()
	s, err := p.Surface(t.Context())
	must(t, err)
	must(t, s.Close(t.Context()))
	must(t, p.NoSurface(t.Context()))
}

// A second program takes the clipboard before the time is over: it keeps it, and the primary selection, which is ours still,
// is cleared.
func TestOnWaylandOneClickCopiesAndOnlyOursIsCleared(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{Wayland: true})
	choose(t, d, map[string]any{"clear_after_seconds": 10})
	p, tray := start(t, d, "--practice", "--hidden")
	link := addAccount(t, d, tray)
	_, err := d.Consent(t.Context(), link, virtual.Answer{Person: "alice"})
	must(t, err)
	must(t, tray.WaitFor(t.Context(), copyAlice))
	_, err = p.FocusedSurface(t.Context())
	must(t, err)
	token := copiedOnWayland(t, d, tray, copyAlice)
	frontWindow(t, p, "It leaves the clipboard in")
	photograph(t, d, "copied")
	if status(t, bearer(t, base(t, link)+"/gmail/v1/users/me/profile", token)) != http.StatusOK {
		t.Error("the token does not work")
	}

	hide(t, p)
	header := copiedOnWayland(t, d, tray, "Copy as", "Authorization header")
	if token = strings.TrimPrefix(header, "Authorization: Bearer "); token == header ||
		status(t, bearer(t, base(t, link)+"/gmail/v1/users/me/profile", token)) != http.StatusOK {
		t.Error("the header does not work")
	}
	if types, err := d.WaylandTypes(t.Context(), "clipboard"); err != nil || !slices.Contains(types, "text/plain;charset=utf-8") {
		t.Errorf("it is offered as %q (%v)", types, err)
	}
	await(t, "the primary selection", func() bool { return onWayland(t, d, "primary") == header })
	must(t, d.SetWaylandSelection(t.Context(), "clipboard", "a shopping list"))
	must(t, tray.Click(t.Context(), "Open Token Tray"))
	frontWindow(t, p, "Copied for alice@example.com as")
	photograph(t, d, "header")
	if onWayland(t, d, "primary") != header {
		t.Error("the primary selection is gone with the clipboard")
	}
	await(t, "the primary selection to be cleared", func() bool { return onWayland(t, d, "primary") == "" })
	if got := onWayland(t, d, "clipboard"); got != "a shopping list" {
		t.Errorf("the clipboard holds %d characters that are not the other program's", len(got))
	}
	frontWindow(t, p, "The token was taken off the clipboard")
	photograph(t, d, "cleared")

	copiedOnWayland(t, d, tray, copyAlice)
	must(t, tray.Click(t.Context(), "Quit"))
	code, err := p.Wait(t.Context())
	must(t, err)
	if code != 0 {
		t.Errorf("the program ended with %d: %s", code, p.Output())
	}
	for _, name := range []string{"clipboard", "primary"} {
		if text := onWayland(t, d, name); text != "" {
			t.Errorf("%s still holds %d characters", name, len(text))
		}
	}
	noLeak(t, d, p, token)
}

// newWlCopy is a wl-copy as it is from version 2.3.0 on, for desktops that have an older one: it writes down what it was told.
func newWlCopy(real string) string {
	return `if [ "$1" = --help ]; then
	printf 'Usage:\n\t-s, --sensitive\tHint that the content is sensitive.\n'
	exit
fi
printf '%s\n' "$*" >>"$HOME/told"
for option do
	shift
	[ "$option" = --sensitive ] || set -- "$@" "$option"
done
exec '` + real + `' "$@"
`
}

func TestOnWaylandHistoriesAreAskedToKeepNothingAndWlCopyMayHang(t *testing.T) {
	real, err := exec.LookPath("wl-copy")
	must(t, err)
	d := virtual.ForTest(t, virtual.Options{Wayland: true})
	must(t, d.Install("wl-copy", newWlCopy(real)))
	p, tray := start(t, d, "--practice", "--hidden")
	addAlice(t, d, tray)
	token := copiedOnWayland(t, d, tray, copyAlice)
	frontWindow(t, p, "It leaves the clipboard in") // both places were written
	told, err := os.ReadFile(filepath.Join(d.Home(), "told"))
	must(t, err)
	if want := "--type text/plain --sensitive\n--type text/plain --sensitive --primary\n"; string(told) != want {
		t.Errorf("wl-copy was told\n%s, want\n%s", told, want)
	}
	hide(t, p)

	must(t, d.Install("wl-copy", "exec sleep 1000\n"))
	must(t, d.SetWaylandSelection(t.Context(), "clipboard", "a shopping list"))
	begin := time.Now()
	must(t, tray.Click(t.Context(), copyAlice))
	must(t, tray.Click(t.Context(), "Open Token Tray"))
	_, err = p.FocusedSurface(t.Context())
	must(t, err)
	if strings.Contains(p.Output(), "not copied") {
		t.Error("it was given up before the window came: nothing is proved about what goes on meanwhile")
	}
	awaitLogLine(t, p, "token not copied", "the clipboard does not answer")
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("it was given up after %v", took)
	}
	s := frontWindow(t, p, "The clipboard does not answer")
	photograph(t, d, "hangs")
	if lines := strings.Count(p.Output(), "\n"); lines != 1 {
		t.Errorf("%d lines were logged, want one:\n%s", lines, p.Output())
	}
	must(t, d.Install("wl-copy", newWlCopy(real)))
	must(t, s.Key(t.Context(), "Return")) // Try again has the keyboard
	if again := awaitCopy(t, d, "a shopping list"); again != token {
		t.Error("it is another token")
	}

	d.StopWayland() // as when somebody logs out
	code, err := p.Wait(t.Context())
	must(t, err)
	if code != 0 || strings.Contains(p.Output(), "panic") {
		t.Errorf("without a compositor it ended with %d: %s", code, p.Output())
	}
}

func TestOnWaylandWithoutWlClipboardTheWindowCopies(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{Wayland: true, Hide: []string{"wl-copy", "wl-paste"}})
	p, tray := start(t, d, "--practice")
	addAlice(t, d, tray)
	other, err := d.Run(virtual.Bare(t))
	must(t, err)
	_, err = other.FocusedSurface(t.Context())
	must(t, err)
	for _, how := range []string{"behind", "hidden"} {
		const before = "what was there before"
		must(t, d.SetWaylandSelection(t.Context(), "clipboard", before))
		if how == "hidden" {
			hide(t, p)
		}
		must(t, tray.Click(t.Context(), copyAlice))
		s := frontWindow(t, p, "Your desktop lets a program copy only while its window is in front")
		photograph(t, d, how)
		if got := onWayland(t, d, "clipboard"); got != before {
			t.Errorf("the clipboard holds %d characters already", len(got))
		}
		must(t, s.Key(t.Context(), "Return")) // Copy token has the keyboard
		must(t, s.WaitForText(t.Context(), "Copied for alice@example.com"))
		photograph(t, d, how+"-copied")
		awaitCopy(t, d, before)
	}

	hide(t, p)
	token := onWayland(t, d, "clipboard")
	begin := time.Now()
	if again := onWayland(t, d, "clipboard"); again != token || token == "" {
		t.Error("what was copied is gone with the window")
	}
	must(t, tray.Click(t.Context(), "Clear the clipboard"))
	_, err = d.WaitForWaylandSelection(t.Context(), "clipboard", func(text string) bool { return text == "" })
	must(t, err)
	onWayland(t, d, "clipboard")
	if took := time.Since(begin); took > 2*time.Second {
		t.Errorf("another program waits for the sleeping one: %v", took)
	}
	must(t, tray.Click(t.Context(), copyAlice))
	s := frontWindow(t, p, "Your desktop lets a program copy only while its window is in front")
	must(t, s.Key(t.Context(), "Return"))
	awaitCopy(t, d, "")
	must(t, s.Key(t.Context(), "ctrl+q"))
	code, err := p.Wait(t.Context())
	must(t, err)
	if text := onWayland(t, d, "clipboard"); code != 0 || text != "" {
		t.Errorf("it ended with %d, and %d characters are left on the clipboard: %s", code, len(text), p.Output())
	}
}
