//go:build linux

// Package virtual is a whole desktop for one test: an X server, a session bus, a window manager, a tray host, a
// notification daemon, a keychain and a browser, all of them real programs, none of them seen by the desktop of the
// person who runs the test. The program under test runs on it as it would anywhere, and is driven from outside: by the
// tray's protocol, by keys and clicks, and through the address that it hands to xdg-open.
//
// Every wait is for a condition, with a deadline: the context's, or Patience where the context has none.
package virtual

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/godbus/dbus/v5"
)

// Options leave parts of a desktop out. The zero value is a complete one.
type Options struct {
	// Artifacts is the folder for logs and screenshots. Empty: a temporary one that Close removes.
	Artifacts string

	NoBus           bool // no session bus, and so no panel, keyring or notifications either
	NoPanel         bool // no tray host
	NoKeyring       bool
	NoNotifications bool

	// Hide names programs that can't be found on the PATH, such as "xclip".
	Hide []string
	// Name is what the desktop calls itself in XDG_CURRENT_DESKTOP; empty: XFCE.
	Name string
	// Theme is Fyne's: light or dark; empty: its own choice.
	Theme string
	// Frames is how the frames of windows look, as an Openbox themerc; empty: Openbox's own.
	Frames string
	// Wayland adds a compositor to the X server, for the programs under test; the panel stays on X.
	Wayland bool
	// BrowserFails makes xdg-open end with an error; see [Desktop.FailBrowser].
	BrowserFails bool
}

// Desktop is one running desktop. Its methods are safe for concurrent use unless they start or stop the same part.
type Desktop struct {
	Artifacts string // the folder of logs and screenshots

	dir     string // everything temporary, removed by Close
	display string
	wayland string // the compositor's socket; empty: none
	name    string
	theme   string
	address string     // of the session bus; empty: no bus
	bus     *dbus.Conn // nil: no bus

	panel, notifier, keyring, compositor *process

	addresses     chan string
	notifications notifications
	prompts       atomic.Int32
	spoken        atomic.Value // the locale, a string

	mu       sync.Mutex
	running  []*process // in the order of their start
	browser  *browser
	programs int
	cleanup  []func()
}

// Start starts a desktop and returns when all of its parts are ready.
func Start(ctx context.Context, o Options) (d *Desktop, err error) {
	d = &Desktop{name: cmp.Or(o.Name, "XFCE"), theme: o.Theme, addresses: make(chan string, 16)}
	defer func() {
		if err != nil {
			d.Close()
		}
	}()
	if err := d.makeFolders(o); err != nil {
		return d, err
	}
	if err := d.startDisplay(ctx); err != nil {
		return d, err
	}
	if o.Wayland {
		if err := d.startWayland(ctx); err != nil {
			return d, err
		}
	}
	starts := []func(context.Context) error{func(ctx context.Context) error { return d.startWindowManager(ctx, o.Frames) }}
	if !o.NoBus {
		if err := d.startBus(ctx); err != nil {
			return d, err
		}
		if err := d.countPrompts(); err != nil {
			return d, err
		}
		if !o.NoPanel {
			starts = append(starts, d.StartPanel)
		}
		if !o.NoKeyring {
			starts = append(starts, d.StartKeyring)
		}
		if !o.NoNotifications {
			starts = append(starts, d.startNotifications)
		}
	}
	return d, inParallel(ctx, starts)
}

func inParallel(ctx context.Context, steps []func(context.Context) error) error {
	results := make(chan error, len(steps))
	for _, step := range steps {
		go func() { results <- step(ctx) }()
	}
	var errs []error
	for range steps {
		errs = append(errs, <-results)
	}
	return errors.Join(errs...)
}

// Close ends everything that was started on the desktop, by process id, and removes its temporary files.
// It may be called more than once.
func (d *Desktop) Close() {
	d.closeBrowser()
	d.mu.Lock()
	running, cleanup := d.running, d.cleanup
	d.running, d.cleanup = nil, nil
	d.mu.Unlock()
	for i := len(running) - 1; i >= 0; i-- {
		running[i].end()
	}
	for i := len(cleanup) - 1; i >= 0; i-- {
		cleanup[i]()
	}
	if d.dir == "" {
		return
	}
	d.endStrays()
	_ = os.RemoveAll(d.dir)
}

// makeFolders lays out the desktop's own small world. It stands in /tmp because the path of a socket may have no more
// than 107 bytes.
func (d *Desktop) makeFolders(o Options) (err error) {
	if d.dir, err = os.MkdirTemp("/tmp", "vd"); err != nil {
		return err
	}
	if d.Artifacts = o.Artifacts; d.Artifacts == "" {
		d.Artifacts = filepath.Join(d.dir, "artifacts")
	}
	if d.Artifacts, err = filepath.Abs(d.Artifacts); err != nil {
		return err
	}
	for _, dir := range []string{d.Home(), d.runtimeDir(), d.binDir(), d.servicesDir(), d.profileDir(), d.Artifacts} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	if err := d.linkPrograms(o.Hide); err != nil {
		return fmt.Errorf("could not make the PATH: %w", err)
	}
	if o.BrowserFails {
		d.FailBrowser(true)
	}
	return d.receiveAddresses()
}

// Home is the home folder of the person at this desktop.
func (d *Desktop) Home() string { return filepath.Join(d.dir, "home") }

func (d *Desktop) runtimeDir() string  { return filepath.Join(d.dir, "run") }
func (d *Desktop) binDir() string      { return filepath.Join(d.dir, "bin") }
func (d *Desktop) servicesDir() string { return filepath.Join(d.dir, "services") }
func (d *Desktop) profileDir() string  { return filepath.Join(d.dir, "browser") }
