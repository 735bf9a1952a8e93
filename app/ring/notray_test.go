//go:build linux && desktop

package ring_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tokentray/app/ring/virtual"
)

const (
	keepRunning = "Keep Token Tray running?"
	// noKeychain is what the window says first where there is no session bus.
	noKeychain = "No keychain can be reached"
)

// wantAnswer waits until the settings remember this answer.
func wantAnswer(t *testing.T, d *virtual.Desktop, want string) {
	t.Helper()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for limit := time.After(virtual.Patience); ; {
		text, err := os.ReadFile(filepath.Join(d.ConfigHome(), "tokentray", "settings.json"))
		if err == nil && strings.Contains(string(text), `"without_tray": "`+want+`"`) {
			return
		}
		select {
		case <-look.C:
		case <-limit:
			t.Fatalf("the answer is not kept: %s, %v", text, err)
		}
	}
}

// open runs the program and waits for its window and its practice accounts.
func open(t *testing.T, d *virtual.Desktop, flags ...string) (*virtual.Program, *virtual.Window) {
	t.Helper()
	p, err := d.Run(virtual.Binary(t), append([]string{"--practice"}, flags...)...)
	must(t, err)
	w, err := p.Window(t.Context())
	must(t, err)
	must(t, w.WaitForText(t.Context(), "No account yet"))
	return p, w
}

func TestWithoutATrayTheWindowIsMinimisedAndComesBack(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{NoPanel: true, Theme: "light"})
	ctx := t.Context()
	p, w := open(t, d)
	must(t, w.Close(ctx))
	must(t, w.WaitForText(ctx, "status tray"))
	shows(t, d, p, "question")
	must(t, w.Key(ctx, "Escape"))
	must(t, w.WaitForText(ctx, "No account yet"))
	must(t, w.Close(ctx))
	must(t, w.WaitForText(ctx, keepRunning))
	must(t, w.Key(ctx, "Return"))
	must(t, w.Minimised(ctx, true))
	wantAnswer(t, d, "minimise")
	rest(t, time.Second)
	before, err := p.Effort()
	must(t, err)
	const watched = 5 * time.Second
	rest(t, watched)
	after, err := p.Effort()
	must(t, err)
	cpu, wakeups := after.CPU-before.CPU, after.Wakeups-before.Wakeups
	t.Logf("minimised, in %v: %v on a processor, woken %d times", watched, cpu, wakeups)
	if wakeups > 1000 { // Fyne alone wakes two thousand times
		t.Error("it does not sleep")
	}

	// The person picks it in a list of windows, and it draws and works.
	must(t, w.Activate(ctx))
	must(t, w.Minimised(ctx, false))
	must(t, w.WaitForText(ctx, "No account yet"))
	must(t, w.Press(ctx, "Add account…"))
	_, err = d.NextURL(ctx)
	must(t, err)
	must(t, w.Key(ctx, "Escape"))
	must(t, w.WaitForText(ctx, "No account yet"))
	must(t, w.Close(ctx))
	must(t, w.Minimised(ctx, true)) // without a question

	must(t, d.StartPanel(ctx))
	tray, err := p.Tray(ctx)
	must(t, err)
	must(t, tray.Activate(ctx))
	must(t, w.Minimised(ctx, false))
	must(t, w.WaitForText(ctx, "No account yet"))
	shows(t, d, p, "with a tray")
	must(t, w.Close(ctx))
	must(t, p.NoWindow(ctx))
	must(t, d.StopPanel(ctx))
	_, err = p.Window(ctx) // by itself
	must(t, err)
	must(t, w.WaitForText(ctx, "No account yet"))
	must(t, w.Close(ctx))
	must(t, w.Minimised(ctx, true))
	again, err := d.Run(virtual.Binary(t), "--practice")
	must(t, err)
	code, err := again.Wait(ctx)
	must(t, err)
	if code != 0 {
		t.Errorf("the second start ended with %d: %s", code, again.Output())
	}
	must(t, w.Minimised(ctx, false))
	must(t, w.WaitForText(ctx, "No account yet"))
	wantExit(t, p, 0)
}

func TestWithoutASessionBusTheWindowIsMinimised(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{NoBus: true})
	ctx := t.Context()
	p, err := d.Run(virtual.Binary(t), "--practice", "--hidden")
	must(t, err)
	w, err := p.Window(ctx)
	must(t, err)
	must(t, w.WaitForText(ctx, noKeychain))
	must(t, w.Close(ctx))
	must(t, w.WaitForText(ctx, "started without a session bus"))
	must(t, w.Key(ctx, "Return"))
	for range 2 {
		must(t, w.Minimised(ctx, true))
		must(t, w.Activate(ctx))
		must(t, w.Minimised(ctx, false))
		must(t, w.Close(ctx)) // without a question
	}
	must(t, w.Minimised(ctx, true))
	wantExit(t, p, 0)
}

func TestWithoutATrayQuittingIsRemembered(t *testing.T) {
	for name, o := range map[string]virtual.Options{
		"GNOME":  {NoPanel: true, Name: "GNOME", Theme: "dark"},
		"no bus": {NoBus: true, Theme: "dark"},
	} {
		t.Run(name, func(t *testing.T) {
			d := virtual.ForTest(t, o)
			ctx := t.Context()
			p, err := d.Run(virtual.Binary(t), "--practice")
			must(t, err)
			w, err := p.Window(ctx)
			must(t, err)
			if o.NoBus {
				must(t, w.WaitForText(ctx, noKeychain))
			}
			must(t, w.Close(ctx))
			must(t, w.WaitForText(ctx, keepRunning))
			shows(t, d, p, "question")
			must(t, w.Key(ctx, "shift+Tab")) // to Quit
			if o.Name == "GNOME" {
				must(t, w.Key(ctx, "shift+Tab", "Return")) // the extension's page
				address, err := d.NextURL(ctx)
				must(t, err)
				if !strings.HasPrefix(address, "https://extensions.gnome.org/") {
					t.Errorf("the browser was sent to %s", address)
				}
				must(t, w.Key(ctx, "Tab"))
			}
			must(t, w.Key(ctx, "Return"))
			for range 2 {
				code, err := p.Wait(ctx)
				must(t, err)
				if code != 0 {
					t.Errorf("ended with %d: %s", code, p.Output())
				}
				wantAnswer(t, d, "quit")
				p, err = d.Run(virtual.Binary(t), "--practice")
				must(t, err)
				w, err = p.Window(ctx)
				must(t, err)
				must(t, w.Close(ctx)) // without a question
			}
			_, err = p.Wait(ctx)
			must(t, err)
		})
	}
}

// At login the panel often comes after the programs.
func TestHiddenStartWaitsForThePanel(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{NoPanel: true})
	ctx := t.Context()
	p, err := d.Run(virtual.Binary(t), "--practice", "--hidden")
	must(t, err)
	watching, stop := context.WithTimeout(ctx, 3*time.Second)
	defer stop()
	if _, err := p.Window(watching); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a window shows before the panel had time to come: %v", err)
	}
	must(t, d.StartPanel(ctx))
	tray, err := p.Tray(ctx)
	must(t, err)
	must(t, tray.WaitFor(ctx, practiceEntry))
	longer, stop := context.WithTimeout(ctx, 15*time.Second)
	defer stop()
	if _, err := p.Window(longer); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a window shows, although there is an icon: %v", err)
	}
	wantExit(t, p, 0)

	must(t, d.StopPanel(ctx))
	begin := time.Now()
	p, err = d.Run(virtual.Binary(t), "--practice", "--hidden")
	must(t, err)
	w, err := p.Window(ctx)
	must(t, err)
	if took := time.Since(begin); took < 15*time.Second {
		t.Errorf("without a panel the window shows after %v", took)
	}
	must(t, w.WaitForText(ctx, "No account yet"))
	must(t, d.StartPanel(ctx))
	must(t, p.NoWindow(ctx)) // nobody asked for it, and the icon is there
	wantExit(t, p, 0)
}
