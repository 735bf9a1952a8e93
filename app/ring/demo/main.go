//go:build linux

// Command demo shows Token Tray at work without a screen: on a virtual desktop it signs practice accounts in, copies a
// token from the tray, meets each kind of problem, and leaves pictures of what a person would have seen.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"tokentray/app/ring/virtual"
)

func main() {
	program := flag.String("program", "build/tokentray", "the program to show")
	to := flag.String("to", "build/demo", "the folder for pictures and logs")
	pictures := flag.String("pictures", "", "take the README's pictures alone, into this folder")
	theme := flag.String("theme", "", "light or dark, for the pictures of problems; empty: both")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	themes := []string{"light", "dark"}
	if *theme != "" {
		themes = []string{*theme}
	}
	if err := run(ctx, *program, *to, *pictures, themes); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, program, to, pictures string, themes []string) error {
	program, err := filepath.Abs(program)
	if err != nil {
		return err
	}
	if pictures != "" {
		return takePictures(ctx, program, filepath.Join(to, "logs"), pictures)
	}
	return show(ctx, program, to, themes)
}

// show is the tour, then the README's pictures, and then the problems once for each theme.
func show(ctx context.Context, program, to string, themes []string) error {
	d, err := start(ctx, program, to, virtual.Options{})
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.tour(ctx); err != nil {
		_ = d.Screenshot(ctx, d.picture("failed"))
		return err
	}
	errs := []error{takePictures(ctx, program, filepath.Join(to, "logs"), filepath.Join(to, "pictures"))}
	for _, theme := range themes {
		errs = append(errs, showProblems(ctx, program, filepath.Join(to, "problems", theme), theme))
	}
	d.say("The pictures are in " + to + ".")
	return errors.Join(errs...)
}

func showProblems(ctx context.Context, program, to, theme string) error {
	if err := os.RemoveAll(to); err != nil { // what was not met the last time may be now
		return err
	}
	d, err := start(ctx, program, to, virtual.Options{Theme: theme})
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.run(ctx, "--practice"); err != nil {
		return err
	}
	return errors.Join(
		d.walk(ctx, atPractice),
		d.walk(ctx, inPlace),
		d.walk(ctx, withKeychainLocked),
		d.walk(ctx, withWrongFiles()),
		d.walk(ctx, setUp()))
}

// demo is one desktop with the program on it.
type demo struct {
	*virtual.Desktop
	program string
	to      string
	running *virtual.Program
	window  *virtual.Window
	tray    *virtual.Tray
}

// begun is when the whole demo began.
var begun = time.Now()

// start makes a desktop for pictures in a folder, with its logs below that unless the options say where.
func start(ctx context.Context, program, to string, o virtual.Options) (*demo, error) {
	if err := os.MkdirAll(to, 0o755); err != nil {
		return nil, err
	}
	o.Artifacts = cmp.Or(o.Artifacts, filepath.Join(to, "logs"))
	desktop, err := virtual.Start(ctx, o)
	if err != nil {
		return nil, err
	}
	d := &demo{Desktop: desktop, program: program, to: to}
	d.Wallpaper(ctx, "#46627f")
	line := "A virtual desktop is ready: X server, session bus, keychain, tray, browser."
	if o.Theme != "" {
		line = "Another is ready, in Fyne's " + o.Theme + " theme."
	}
	d.say(line)
	return d, nil
}

// run starts the program and waits for its icon and its window.
func (d *demo) run(ctx context.Context, flags ...string) error {
	return d.runAs(ctx, d.program, flags...)
}

func (d *demo) runAs(ctx context.Context, program string, arguments ...string) (err error) {
	if d.running, err = d.Run(program, arguments...); err != nil {
		return err
	}
	if d.window, err = d.running.Window(ctx); err != nil {
		return err
	}
	d.tray, err = d.running.Tray(ctx)
	return err
}

// say prints one line, with the time since the start.
func (d *demo) say(line string) {
	fmt.Printf("%5.1f s  %s\n", time.Since(begun).Seconds(), line)
}

func (d *demo) picture(name string) string { return filepath.Join(d.to, name+".png") }

// photograph takes a picture of the window once these words stand in it and nothing moves any more.
func (d *demo) photograph(ctx context.Context, name, words string) error {
	if err := d.still(ctx, words); err != nil {
		return err
	}
	return d.window.Screenshot(ctx, d.picture(name))
}

// still waits until these words stand in the window and nothing moves any more.
func (d *demo) still(ctx context.Context, words string) error {
	if err := d.window.WaitForText(ctx, words); err != nil {
		return err
	}
	if err := d.RestPointer(ctx); err != nil {
		return err
	}
	return d.window.Settle(ctx)
}
