//go:build linux

// Command demo shows Token Tray at work without a screen: on a virtual desktop it signs two practice accounts in, copies
// a token from the tray, and leaves pictures of what a person would have seen.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"tokentray/app/ring/virtual"
)

func main() {
	program := flag.String("program", "build/tokentray", "the program to show")
	to := flag.String("to", "build/demo", "the folder for pictures and logs")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	if err := show(ctx, *program, *to); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

// demo is one showing.
type demo struct {
	*virtual.Desktop
	to      string
	started time.Time
	window  *virtual.Window
	tray    *virtual.Tray
}

func show(ctx context.Context, program, to string) error {
	program, err := filepath.Abs(program)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	d := &demo{to: to, started: time.Now()}
	d.Desktop, err = virtual.Start(ctx, virtual.Options{Artifacts: filepath.Join(to, "logs")})
	if err != nil {
		return err
	}
	defer d.Close()
	d.Wallpaper(ctx, "#46627f")
	d.say("A virtual desktop is ready: X server, session bus, keychain, tray, browser.")

	p, err := d.Run(program, "--practice")
	if err != nil {
		return err
	}
	if d.window, err = p.Window(ctx); err != nil {
		return err
	}
	if d.tray, err = p.Tray(ctx); err != nil {
		return err
	}
	if err := d.photograph(ctx, "1-empty"); err != nil {
		return err
	}
	d.say("Token Tray runs, with no account yet.")

	if err := d.add(ctx, "alice", "2-sign-in", "3-consent", "4-signed-in"); err != nil {
		return err
	}
	if err := d.copyToken(ctx, "alice@example.com"); err != nil {
		return err
	}
	if err := d.add(ctx, "bob", "", "", ""); err != nil {
		return err
	}
	if err := d.photograph(ctx, "5-accounts"); err != nil {
		return err
	}
	if err := d.openMenu(ctx, "6-desktop"); err != nil {
		return err
	}
	d.say("The pictures are in " + to + ".")
	return nil
}

// say prints one line, with the time since the start.
func (d *demo) say(line string) {
	fmt.Printf("%5.1f s  %s\n", time.Since(d.started).Seconds(), line)
}

func (d *demo) picture(name string) string { return filepath.Join(d.to, name+".png") }

// photograph takes a picture of the window once it looks finished.
func (d *demo) photograph(ctx context.Context, name string) error {
	if err := d.window.Settle(ctx); err != nil {
		return err
	}
	return d.window.Screenshot(ctx, d.picture(name))
}

// add signs a person in through the tray and the browser. Pictures with empty names are not taken.
func (d *demo) add(ctx context.Context, person, sheet, consent, done string) error {
	if err := d.tray.Click(ctx, "Add account…"); err != nil {
		return err
	}
	address, err := d.NextURL(ctx)
	if err != nil {
		return err
	}
	if sheet != "" {
		if err := d.photograph(ctx, sheet); err != nil {
			return err
		}
	}
	tab, err := d.Open(ctx, address)
	if err != nil {
		return err
	}
	defer tab.Close()
	page, err := tab.Page(ctx)
	if err != nil {
		return err
	}
	if err := d.keep(page, consent); err != nil {
		return err
	}
	d.say("The browser shows the consent page.")
	if page, err = tab.Answer(ctx, virtual.Answer{Person: person}); err != nil {
		return err
	}
	if err := d.keep(page, done); err != nil {
		return err
	}
	if err := d.tray.WaitFor(ctx, "Copy token: "+person+"@example.com"); err != nil {
		return err
	}
	d.say("Signed in: " + person + "@example.com is in the tray.")
	return nil
}

func (d *demo) keep(page virtual.Page, name string) error {
	if name == "" {
		return nil
	}
	return page.SaveScreenshot(d.picture(name))
}

// copyToken clicks the account in the tray and waits for its token on the clipboard, of which it tells the length alone.
func (d *demo) copyToken(ctx context.Context, address string) error {
	const before = "what was copied before"
	if err := d.SetClipboard(ctx, before); err != nil {
		return err
	}
	if err := d.tray.Click(ctx, "Copy token: "+address); err != nil {
		return err
	}
	token, err := d.WaitForClipboard(ctx, func(text string) bool { return text != before && text != "" })
	if err != nil {
		return err
	}
	d.say(fmt.Sprintf("One click in the tray, and the clipboard holds her token of %d characters.", len(strings.TrimSpace(token))))
	return nil
}

// openMenu photographs the whole desktop with the tray menu open.
func (d *demo) openMenu(ctx context.Context, name string) error {
	if err := d.RightClick(ctx, 942, 14); err != nil {
		return err
	}
	if err := d.window.Settle(ctx); err != nil {
		return err
	}
	return d.Screenshot(ctx, d.picture(name))
}
