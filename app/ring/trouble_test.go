//go:build linux && desktop

package ring_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tokentray/app/ring/virtual"
)

// clipboardPrograms are those that many programs copy with.
var clipboardPrograms = []string{"xclip", "xsel", "wl-copy", "wl-paste"}

// addAlice signs alice in at the practice provider.
func addAlice(t *testing.T, d *virtual.Desktop, tray *virtual.Tray) {
	t.Helper()
	_, err := d.Consent(t.Context(), addAccount(t, d, tray), virtual.Answer{Person: "alice"})
	must(t, err)
	must(t, tray.WaitFor(t.Context(), copyAlice))
}

const copyAlice = "Copy token: alice@example.com"

// awaitLog waits for a line in the program's log.
func awaitLog(t *testing.T, p *virtual.Program, words string) {
	t.Helper()
	limit := time.After(30 * time.Second)
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for !strings.Contains(p.Output(), words) {
		select {
		case <-look.C:
		case <-limit:
			t.Fatalf("the log never said %q:\n%s", words, p.Output())
		}
	}
}

// shows takes a picture of what the window says now.
func shows(t *testing.T, d *virtual.Desktop, p *virtual.Program, name string) *virtual.Window {
	t.Helper()
	window, err := p.Window(t.Context())
	must(t, err)
	must(t, window.Settle(t.Context()))
	must(t, window.Screenshot(t.Context(), filepath.Join(d.Artifacts, name+".png")))
	return window
}

func wantExit(t *testing.T, p *virtual.Program, want int) {
	t.Helper()
	code, err := p.Stop(t.Context())
	must(t, err)
	if code != want {
		t.Errorf("ended with %d, want %d: %s", code, want, p.Output())
	}
}

func TestWithoutSessionBusTheWindowStaysAndSaysWhatIsMissing(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{NoBus: true})
	p, err := d.Run(virtual.Binary(t), "--practice", "--hidden")
	must(t, err)
	awaitLog(t, p, "no session bus")
	window := shows(t, d, p, "no-bus") // although it was to start hidden: there is no tray
	must(t, window.Close(t.Context()))
	shows(t, d, p, "closing") // the question whether to quit: the window is still there
	wantExit(t, p, 0)
}

func TestWithoutKeychainNoSignInStarts(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{NoKeyring: true})
	s, err := d.StartSecondOpinion(t.Context(), virtual.SecondOpinionBinary(t))
	must(t, err)
	p, tray := start(t, d, "--issuer", s.Issuer, "--client", s.ClientFile)
	awaitLog(t, p, "no keychain service")
	shows(t, d, p, "no-keychain")
	must(t, tray.Click(t.Context(), "Add account…"))
	soon, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if address, err := d.NextURL(soon); err == nil {
		t.Errorf("the browser was sent to %s", address)
	}
	wantExit(t, p, 0)
}

func TestWithoutClipboardProgramTokensAreCopied(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{Hide: clipboardPrograms})
	_, tray := start(t, d, "--practice")
	addAlice(t, d, tray)
	must(t, tray.Click(t.Context(), copyAlice))
	_, accessToken := kept(t, d, "Token Tray (practice)")
	_, err := d.WaitForClipboard(t.Context(), func(text string) bool { return text == accessToken })
	must(t, err)
}

func TestBrowserThatDoesNotOpenIsSaid(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{BrowserFails: true})
	p, tray := start(t, d, "--practice")
	must(t, tray.Click(t.Context(), "Add account…"))
	awaitLog(t, p, "browser could not be opened")
	shows(t, d, p, "no-browser")
}

func TestBadClientFileIsSaidInOneLineAndInTheWindow(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	p, _ := start(t, d, "--client", filepath.Join(d.Home(), "not-there.json"))
	awaitLog(t, p, "The client file is not there.")
	shows(t, d, p, "no-client-file")
	if lines := strings.Count(p.Output(), "client file"); lines != 2 { // the words and the error, on one line
		t.Errorf("not said once:\n%s", p.Output())
	}
	wantExit(t, p, 0)
}

func TestDamagedListIsPutAsideAndSaid(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	folder := filepath.Join(d.ConfigHome(), "tokentray", "practice")
	must(t, os.MkdirAll(folder, 0o700))
	must(t, os.WriteFile(filepath.Join(folder, "accounts.json"), []byte(`{"version":1,"accounts":[{`), 0o600))
	p, tray := start(t, d, "--practice")
	awaitLog(t, p, "account list damaged")
	shows(t, d, p, "damaged")
	aside, err := filepath.Glob(filepath.Join(folder, "accounts.json.damaged-*"))
	if err != nil || len(aside) != 1 {
		t.Errorf("put aside: %q, %v", aside, err)
	}
	addAlice(t, d, tray)
}

func TestPowerCutLosesNothing(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	p, tray := start(t, d, "--practice")
	addAlice(t, d, tray)
	p.Kill()
	_, tray = start(t, d, "--practice", "--hidden")
	must(t, tray.WaitFor(t.Context(), copyAlice))
	copied(t, d, tray, copyAlice)
	awaitNotification(t, d, "A token was copied. It is good until ") // no window says it
}

// awaitNotification waits until the desktop was told something.
func awaitNotification(t *testing.T, d *virtual.Desktop, words string) {
	t.Helper()
	limit := time.After(20 * time.Second)
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	told := func(n virtual.Notification) bool { return strings.Contains(n.Body, words) }
	for !slices.ContainsFunc(d.Notifications(), told) {
		select {
		case <-look.C:
		case <-limit:
			t.Fatalf("never told %q, but %v", words, d.Notifications())
		}
	}
}

func TestHiddenStartShowsTheIconAlone(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	p, tray := start(t, d, "--practice", "--hidden")
	must(t, tray.WaitFor(t.Context(), "Open Token Tray"))
	if windows, err := p.Windows(t.Context()); err != nil || len(windows) > 0 {
		t.Errorf("%d windows, %v", len(windows), err)
	}
	must(t, tray.Click(t.Context(), "Open Token Tray"))
	window := shows(t, d, p, "opened")
	must(t, window.Close(t.Context()))
	must(t, p.NoWindow(t.Context()))
	if !p.Running() {
		t.Fatal("closing the window ended the program")
	}
	// Nothing is hidden where there is no icon to bring it back.
	must(t, d.StopPanel(t.Context()))
	shows(t, d, p, "no-tray")
	must(t, d.StartPanel(t.Context()))
	tray, err := p.Tray(t.Context())
	must(t, err)
	must(t, tray.Click(t.Context(), "Quit"))
	code, err := p.Wait(t.Context())
	must(t, err)
	if code != 0 {
		t.Errorf("ended with %d: %s", code, p.Output())
	}
}

func TestStartInAnotherSessionSaysThatOneIsRunning(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	start(t, d, "--practice")
	second, err := d.Run("env", "XDG_RUNTIME_DIR="+t.TempDir(), virtual.Binary(t), "--practice")
	must(t, err)
	awaitLog(t, second, "another Token Tray is running")
	shows(t, d, second, "second")
	wantExit(t, second, 0)
}

func TestWithoutDisplayOneLineSaysSo(t *testing.T) {
	command := exec.CommandContext(t.Context(), virtual.Binary(t))
	command.Env = []string{"HOME=" + t.TempDir()}
	said, err := command.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Errorf("ended with %v", err)
	}
	if strings.Count(string(said), "\n") != 1 || !strings.Contains(string(said), "no display") {
		t.Errorf("said %q", said)
	}
}

func TestEndedAtAnyMomentItEndsCleanly(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	for name, reach := range map[string]func(*virtual.Program){
		"at once":         func(*virtual.Program) {},
		"with the tray":   func(p *virtual.Program) { _, err := p.Tray(t.Context()); must(t, err) },
		"with the window": func(p *virtual.Program) { _, err := p.Window(t.Context()); must(t, err) },
		"in a sign-in": func(p *virtual.Program) {
			tray, err := p.Tray(t.Context())
			must(t, err)
			must(t, tray.WaitFor(t.Context(), practiceEntry))
			addAccount(t, d, tray)
		},
	} {
		for range 3 {
			p, err := d.Run(virtual.Binary(t), "--practice")
			must(t, err)
			reach(p)
			code, err := p.Stop(t.Context())
			must(t, err)
			// Before the program listens for signals, one ends it by itself.
			if code != 0 && (name != "at once" || code != -1) {
				t.Errorf("%s: ended with %d: %s", name, code, p.Output())
			}
		}
	}
}
