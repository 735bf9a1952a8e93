package app

import (
	"bytes"
	"context"
	"errors"
	"image/png"
	"io"
	"log/slog"
	"os"
	"runtime"
	"runtime/debug"
	"time"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/lang"

	"tokentray/app/desktop"
	"tokentray/assets"
	"tokentray/oauth"
	"tokentray/oauth/keychain"
)

// What the program is called; FyneApp.toml says the same to Fyne's packager.
const (
	ID      = "app.tokentray.TokenTray"
	Name    = "Token Tray"
	Version = "0.1.0"
)

// Options are what the command line asks for.
type Options struct {
	// Hidden starts with the tray icon alone, where there is a tray.
	Hidden bool
	// Practice uses the embedded provider.
	Practice bool
	// Issuer is another OpenID provider than Google; empty for Google.
	Issuer string
	// Client is a client file to import first; empty for none.
	Client string
	// Add begins a sign-in of somebody new, as the tray's Add account does.
	Add bool
	// Stderr receives the log and what must be said in a line.
	Stderr io.Writer
}

// Run shows the application and ends the program, with code 0, when the person quits it. It must be called on the
// program's main thread. Where the person's Token Tray runs already, that one does what the options ask for, and Run
// returns at once. The error is one line that says why it could not start.
func Run(options Options) error {
	if err := speakSystemsLanguage(); err != nil {
		return err
	}
	if runtime.GOOS == "linux" && os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return errors.New(lang.L("Token Tray needs a desktop to show itself on, and found no display"))
	}
	root, err := folder()
	if err != nil {
		return err
	}
	hasBus := desktop.SettleBus()
	first, err := alone(options, root)
	if first == nil {
		return err
	}
	fyneapp.SetMetadata(fyne.AppMetadata{
		ID: ID, Name: Name, Version: Version,
		Icon:       fyne.NewStaticResource("icon.png", assets.IconPNG), // Fyne would take a tenth of a second to draw the SVG
		Migrations: map[string]bool{"fyneDo": true},
	})
	ui := fyneapp.NewWithID(ID)
	a := newApp(ui, root, options.Stderr)
	a.hasBus = hasBus
	a.scratch = []string{ui.Storage().RootURI().Path(), ui.Cache().RootURI().Path()}
	slog.SetDefault(a.log) // Fyne's own complaints go the same way
	a.idle.queue = fyne.Do
	a.tell = a.notifier(a.tell)
	a.clipboard = desktop.NewClipboard(windowBoard{a.screen, ui.Clipboard(), a.ctx.Done(), &a.lending})
	frame := ui.NewWindow(Name)
	a.makeTray(ui, frame)
	a.work.Go(a.keepTray)
	ui.Lifecycle().SetOnStarted(func() {
		a.heedSignals()
		if a.ctx.Err() != nil {
			return // a signal came already
		}
		// Only now: a window's content costs a tenth of a second, and the tray should not wait for it. It also takes
		// the close button back, which the tray's window took for itself.
		a.window = newWindow(a, frame)
		if onWayland(frame) {
			a.idle.turning = waylandTurning
			a.work.Go(a.endWithCompositor)
		}
		if options.Hidden {
			a.awaitPanel(panelTime)
		} else {
			a.showWindow()
		}
		a.idle.begin()
		a.start(options)
		a.heedOthers(first)
	})
	ui.Lifecycle().SetOnEnteredForeground(func() {
		a.inFront.Store(true)
		a.returned()
	})
	ui.Lifecycle().SetOnExitedForeground(func() { a.inFront.Store(false) })
	a.heedSignals()
	go a.endWith(func(code int) {
		a.leave(first)
		os.Exit(code)
	})
	ui.Run()
	a.loopLeft.Store(true)
	a.stop() // Fyne left its loop by itself, as macOS has it do
	a.leave(first)
	return nil
}

// newApp makes the application without tray and window; nothing runs yet.
func newApp(ui fyne.App, root string, stderr io.Writer) *App {
	ctx, cancel := context.WithCancel(context.Background())
	kept := &lastLines{}
	log := newLog(io.MultiWriter(kept, stderr)) // in this order: where no standard error is, lines are kept all the same
	a := &App{
		fyne:        ui,
		log:         log,
		lastLines:   kept,
		now:         time.Now,
		openBrowser: desktop.OpenBrowser,
		downloads:   desktop.Downloads,
		openSession: openSession,
		setTray:     func(*fyne.Menu) {},
		setTrayIcon: func(trayState) {},
		setTooltip:  func(string) {},
		tell:        func(n notice) { ui.SendNotification(fyne.NewNotification(Name, n.text)) },
		keychain:    keychain.New(place{}.service()).State,
		vault:       func(service string) vault { return keychain.New(service) },
		signInTurn:  make(chan struct{}, 1),
		login:       newAutostart(),
		root:        root,
		signals:     make(chan os.Signal, 1),
		ctx:         ctx,
		cancel:      cancel,
	}
	a.history = func(key oauth.Key) []oauth.Event {
		if a.session == nil {
			return nil
		}
		return a.session.engine.History(key)
	}
	a.idle = newIdle(ctx, func() time.Duration {
		return nap(a.visible.Load() || a.settingsWindow != nil, a.lending || a.minimised)
	})
	a.screen = func(do func()) {
		fyne.Do(func() {
			// After its loop has ended Fyne runs this on the caller's goroutine, with no screen to work on.
			if ctx.Err() == nil {
				do()
			}
		})
		a.idle.interrupt()
	}
	a.settings = loadSettings(a.settingsPath(), log)
	a.useTheme()
	return a
}

// notifier returns what shows notifications in the desktop's way, or in Fyne's where that has to do.
func (a *App) notifier(fynes func(notice)) func(notice) {
	icon, err := png.Decode(bytes.NewReader(assets.IconPNG))
	if err != nil {
		return fynes
	}
	notifier := desktop.NewNotifier(Name, ID, icon)
	return func(n notice) {
		err := notifier.Notify(a.ctx, desktop.Notice{Title: Name, Text: n.text, Category: n.category, Passing: n.passing})
		switch {
		case errors.Is(err, errors.ErrUnsupported):
			fynes(n)
		case err != nil && a.ctx.Err() == nil:
			a.log.Warn("notification not shown", "err", err)
		}
	}
}

// start begins what runs beside the screen.
func (a *App) start(options Options) {
	a.work.Go(func() {
		err := desktop.WatchNetwork(a.ctx, func() { a.screen(a.retry) })
		if err != nil {
			a.log.Warn("network not watched", "err", err) // accounts are tried again as their back-off has it
		}
	})
	a.work.Go(func() {
		err := keychain.Watch(a.ctx, func() { a.screen(a.keychainOpened) })
		if err != nil {
			a.log.Warn("keychain not watched", "err", err) // accounts are tried again every half a minute
		}
	})
	a.work.Go(func() {
		err := desktop.WatchLock(a.ctx, func() { a.screen(a.clearCopied) })
		if err != nil && !errors.Is(err, errors.ErrUnsupported) && a.ctx.Err() == nil {
			a.log.Warn("screen lock not watched", "err", err) // what was copied leaves the clipboard when its time is over
		}
	})
	a.work.Go(a.refreshLogin)
	a.work.Go(func() { a.tick(20 * time.Second) })
	a.work.Go(a.tidyUp)
	a.enter(options)
}

// enter opens the place that the command line names, and does what it asks for there.
func (a *App) enter(options Options) {
	a.firstClient = options.Client
	a.open(place{practice: options.Practice, issuer: options.Issuer})
	switch {
	case options.Add:
		a.whenOpen(func() { a.addAfter(options.Client) })
	case !options.Hidden && options.Client == "":
		a.whenOpen(a.welcome)
	}
}

// keepTray shows the icon for as long as the application runs. It runs beside Fyne's thread.
func (a *App) keepTray() {
	err := a.showTray(a.ctx, func(present bool) {
		a.screen(func() { a.trayHostChanged(present) })
	})
	if err != nil && a.ctx.Err() == nil {
		a.log.Warn("no tray", "err", err)
		a.screen(a.noPanelComes)
	}
}

// keychainOpened goes on with what the keychain stood in the way of.
func (a *App) keychainOpened() {
	if a.session == nil && !a.opening && keychain.Closed(a.notOpened) {
		a.window.forget(explain(a.notOpened, a.provider()).title)
		a.open(a.place)
		return
	}
	a.retry()
}

// retry has the accounts that wait for the network or the keychain tried again.
func (a *App) retry() {
	if a.session == nil {
		return
	}
	engine := a.session.engine
	a.beside(func() func() {
		engine.Retry()
		return nil
	})
}

// tidyUp gives back the memory that only the start needed, or the window that shows no more (fonts and pictures that were
// read, layouts), once all of that is over. The runtime would keep most of it for as long as the program runs. Any goroutine
// may call it.
func (a *App) tidyUp() {
	over := time.NewTimer(time.Second)
	defer over.Stop()
	select {
	case <-over.C:
		debug.FreeOSMemory()
	case <-a.ctx.Done():
	}
}
