//go:build linux && desktop

package ring_test

import (
	"context"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"tokentray/app/ring/virtual"
)

// secondStart starts the program where it runs already, waits until that start is over, and returns it.
func secondStart(t *testing.T, d *virtual.Desktop, want int, flags ...string) *virtual.Program {
	t.Helper()
	begun := time.Now()
	p, err := d.Run(virtual.Binary(t), flags...)
	must(t, err)
	code, err := p.Wait(t.Context())
	must(t, err)
	t.Logf("a second start with %q took %v", flags, time.Since(begun).Round(time.Millisecond))
	if code != want {
		t.Errorf("a second start with %q ended with %d, want %d: %s", flags, code, want, p.Output())
	}
	return p
}

func wantSilence(t *testing.T, p *virtual.Program) {
	t.Helper()
	if said := p.Output(); said != "" {
		t.Errorf("a second start said %q", said)
	}
}

// wantOne checks that no second program is left.
func wantOne(t *testing.T, d *virtual.Desktop) {
	t.Helper()
	if n := d.Running(filepath.Base(virtual.Binary(t))); n != 1 {
		t.Errorf("%d programs run", n)
	}
}

func TestSecondStartRaisesTheFirst(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	ctx := t.Context()
	p, _ := start(t, d, "--practice")
	window, err := p.Window(ctx)
	must(t, err)
	bare, err := d.Run(virtual.Bare(t))
	must(t, err)
	other, err := bare.Window(ctx)
	must(t, err)
	must(t, other.Resize(ctx, 900, 600)) // it covers the first's
	for name, put := range map[string]func(){
		"hidden":    func() { must(t, window.Close(ctx)); must(t, p.NoWindow(ctx)) },
		"minimised": func() { must(t, window.Minimize(ctx)); must(t, p.NoWindow(ctx)) },
		"behind another window": func() {
			must(t, window.Activate(ctx))
			must(t, other.Activate(ctx))
			if above, err := window.Above(ctx, other); above || err != nil {
				t.Errorf("it lies in front from the start (%v)", err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			put()
			must(t, other.Activate(ctx))
			wantSilence(t, secondStart(t, d, 0))
			window, err := p.Window(ctx)
			must(t, err)
			must(t, window.WaitForFocus(ctx))
			if above, err := window.Above(ctx, other); !above || err != nil {
				t.Errorf("it lies behind the other window (%v)", err)
			}
			must(t, d.Screenshot(ctx, filepath.Join(d.Artifacts, name+".png")))
			wantOne(t, d)
		})
	}
	must(t, window.Close(ctx))
	must(t, p.NoWindow(ctx))
	wantSilence(t, secondStart(t, d, 0, "--hidden"))
	if windows, err := p.Windows(ctx); len(windows) > 0 || err != nil {
		t.Errorf("a hidden start shows %d windows (%v)", len(windows), err)
	}
	wantExit(t, p, 0)
}

func TestOfTwoStartsAtOnceOneRemains(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	ctx := t.Context()
	for round := range 50 {
		var two [2]*virtual.Program
		for i := range two {
			var err error
			two[i], err = d.Run(virtual.Binary(t), "--hidden", "--practice")
			must(t, err)
		}
		await(t, "one of them to hand over", func() bool { return !two[0].Running() || !two[1].Running() })
		remains, gone := two[0], two[1]
		if gone.Running() {
			remains, gone = gone, remains
		}
		if code, err := gone.Wait(ctx); code != 0 || err != nil {
			t.Fatalf("round %d: one ended with %d (%v): %s", round, code, err, gone.Output())
		}
		if round%10 == 0 { // long enough to have failed, had it not been alone
			tray, err := remains.Tray(ctx)
			must(t, err)
			must(t, tray.WaitFor(ctx, practiceEntry))
		}
		if !remains.Running() {
			t.Fatalf("round %d: none remains: %s", round, remains.Output())
		}
		if round%3 == 0 {
			code, err := remains.Stop(ctx)
			must(t, err)
			if code != 0 && code != -1 { // before it listens for signals, one ends it by itself
				t.Errorf("round %d: ended with %d: %s", round, code, remains.Output())
			}
			continue
		}
		remains.Kill() // whose leftovers the next ones find
	}
}

// clientFiles writes a client file of Google's and one that is none.
func clientFiles(t *testing.T, d *virtual.Desktop) (good, bad string) {
	t.Helper()
	good, bad = filepath.Join(d.Home(), "good.json"), filepath.Join(d.Home(), "bad.json")
	must(t, os.WriteFile(good, []byte(guideClient), 0o600))
	must(t, os.WriteFile(bad, []byte("hello"), 0o600))
	return good, bad
}

func TestSecondStartHasItsFlagsDoneByTheFirst(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	ctx := t.Context()
	good, bad := clientFiles(t, d)
	p, tray := start(t, d, "--hidden")
	must(t, tray.WaitFor(ctx, "Add account…"))

	second := secondStart(t, d, 0, "--client", bad)
	said := second.Output()
	if strings.Count(said, "\n") != 1 || !strings.Contains(said, "This is not a client file") {
		t.Errorf("a bad client file is said as %q", said)
	}
	window, err := p.Window(ctx)
	must(t, err)
	must(t, window.WaitForText(ctx, "This is not a client file"))
	must(t, window.Screenshot(ctx, filepath.Join(d.Artifacts, "bad-client.png")))
	must(t, window.Key(ctx, "Escape"))

	wantSilence(t, secondStart(t, d, 0, "--client", filepath.Base(good))) // both start in the home folder
	awaitFile(t, filepath.Join(d.ConfigHome(), "tokentray", "google", "clients.json"), guideClientID)
	must(t, window.WaitForText(ctx, "Connected to the project my-project"))
	must(t, window.Screenshot(ctx, filepath.Join(d.Artifacts, "connected.png")))

	must(t, window.Close(ctx))
	must(t, p.NoWindow(ctx))
	wantSilence(t, secondStart(t, d, 0, "--add"))
	link, err := d.NextURL(ctx)
	must(t, err)
	if !strings.Contains(link, guideClientID) {
		t.Error("the browser was opened at another sign-in")
	}
	window, err = p.Window(ctx)
	must(t, err)
	must(t, window.WaitForText(ctx, "Add an account"))

	wantSilence(t, secondStart(t, d, 0, "--practice")) // in the middle of the sign-in
	must(t, tray.WaitFor(ctx, practiceEntry))
	must(t, window.WaitForText(ctx, "Practice mode"))
	must(t, window.WaitForNoText(ctx, "Add an account"))
	must(t, window.Screenshot(ctx, filepath.Join(d.Artifacts, "practice.png")))

	wantSilence(t, secondStart(t, d, 0, "--issuer", "ftp://nowhere.example"))
	must(t, window.WaitForText(ctx, "This provider's address can't be used"))
	must(t, window.Screenshot(ctx, filepath.Join(d.Artifacts, "bad-issuer.png")))
	wantOne(t, d)
	wantExit(t, p, 0)
}

func TestFirstThatHangsIsSaid(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	p, _ := start(t, d, "--practice", "--hidden")
	must(t, p.Signal(syscall.SIGSTOP))
	begun := time.Now()
	said := secondStart(t, d, 1).Output()
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("it was waited for for %v", took)
	}
	const words = "Token Tray is already running, but does not answer."
	if strings.Count(said, "\n") != 1 || !strings.HasPrefix(said, "tokentray: "+words) {
		t.Errorf("a second start said %q", said)
	}
	await(t, "the notification", func() bool {
		all := d.Notifications()
		return len(all) == 1 && strings.HasPrefix(all[0].Body, words)
	})
	must(t, p.Signal(syscall.SIGCONT))
	wantSilence(t, secondStart(t, d, 0))
	wantExit(t, p, 0)
}

func TestDoorOfTheFirstGivesNothingAway(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	p, tray := start(t, d, "--practice")
	addAlice(t, d, tray)
	refreshToken, accessToken := kept(t, d, "Token Tray (practice)")
	door := doorOf(t, p)
	for message, want := range map[string]string{
		"{}\n":                              "ok\n",
		`{"hidden":true,"token":true}`:      "",
		"\n":                                "",
		"copy\n":                            "",
		strings.Repeat("x", 1<<20):          "",
		`{"client":"relative.json"}` + "\n": "",
	} {
		if got := answer(t, door, message); got != want {
			t.Errorf("a message of %d bytes is answered with %q, want %q", len(message), got, want)
		}
	}
	if n := strings.Count(p.Output(), "was not heeded"); n != 1 {
		t.Errorf("%d lines were logged about noise, want one", n)
	}
	noLeak(t, d, p, refreshToken, accessToken)
	wantExit(t, p, 0)
	if _, err := os.Lstat(door); !os.IsNotExist(err) {
		t.Errorf("the end leaves the door (%v)", err)
	}
}

// doorOf is where a program listens for other starts.
func doorOf(t *testing.T, p *virtual.Program) string {
	t.Helper()
	variables, err := p.Environment()
	must(t, err)
	for _, v := range variables {
		if run, ok := strings.CutPrefix(v, "XDG_RUNTIME_DIR="); ok {
			return filepath.Join(run, "tokentray", "instance.sock")
		}
	}
	t.Fatal("the program has no session")
	return ""
}

// answer sends a message and returns all that comes back.
func answer(t *testing.T, door, message string) string {
	t.Helper()
	var dialer net.Dialer
	conn, err := dialer.DialContext(t.Context(), "unix", door)
	must(t, err)
	defer conn.Close()
	must(t, conn.SetDeadline(time.Now().Add(virtual.Patience)))
	go func() { _, _ = io.WriteString(conn, message) }() // which is not read to its end
	text, _ := io.ReadAll(conn)                          // it may hang up in the middle of the message
	return string(text)
}

func TestThousandConnectionsStopNoStart(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	p, _ := start(t, d, "--practice", "--hidden")
	before, err := p.Holding()
	must(t, err)
	door := doorOf(t, p)
	ctx, stop := context.WithCancel(t.Context())
	for range 1000 {
		var dialer net.Dialer
		conn, err := dialer.DialContext(ctx, "unix", door)
		must(t, err)
		defer conn.Close()
		context.AfterFunc(ctx, func() { conn.Close() })
	}
	wantSilence(t, secondStart(t, d, 0))
	_, err = p.Window(t.Context())
	must(t, err)
	stop()
	await(t, "the connections to go", func() bool {
		after, err := p.Holding()
		return err == nil && after.Descriptors <= before.Descriptors+fewMore && after.Goroutines <= before.Goroutines+fewMore
	})
	wantExit(t, p, 0)
}

// fewMore descriptors and goroutines come with a window that shows.
const fewMore = 10
