package app

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"

	"tokentray/app/desktop"
	"tokentray/oauth"
)

// App is the running application. Its methods belong to Fyne's thread unless they say otherwise.
type App struct {
	fyne fyne.App
	log  *slog.Logger
	// lastLines are what log wrote, for the report.
	lastLines *lastLines
	// screen carries a function over to Fyne's thread; it does not wait. Any goroutine may call it.
	screen      func(func())
	now         func() time.Time // any goroutine may call it
	clipboard   *desktop.Clipboard
	openBrowser func(ctx context.Context, address string) error
	downloads   func() string // the folder into which browsers save files; any goroutine may call it
	openSession func(context.Context, place, string, func(oauth.Account, error) oauth.Page, *slog.Logger) (*session, error)
	setTray     func(*fyne.Menu)
	setTrayIcon func(trayState)
	setTooltip  func(string)
	// showTray shows the icon until its context ends, and tells whether the desktop has a tray; it blocks.
	showTray func(ctx context.Context, tell func(present bool)) error
	history  func(oauth.Key) []oauth.Event // what happened to an account, the newest first
	keychain func(context.Context) error   // tells whether the keychain is open; asks nobody, and any goroutine may call it
	tell     func(notice)                  // in a notification; any goroutine may call it, and it may block
	root     string
	vault    func(service string) vault // a service's entries in the keychain; any goroutine may call it
	// scratch are the folders that Fyne makes for the program alone.
	scratch []string

	ctx     context.Context // ends when the application does
	cancel  context.CancelFunc
	signals chan os.Signal // those that ask it to end
	work    sync.WaitGroup
	// stopping is what stop does.
	stopping sync.Once

	login     autostart
	loginTurn sync.Mutex // held while login is asked or changed

	settingsTurn    sync.Mutex // held while the settings are written
	settingsWritten int        // which change was written last; guarded by settingsTurn
	settingsChange  int
	settings        settings
	session         *session // nil until the engine is open
	opening         bool
	notOpened       error    // why there is no session; nil while nobody knows
	waiting         []func() // what is done when the engine is open
	// firstClient is a client file to import before anything else; empty: none.
	firstClient string
	unwatch     func()
	closing     <-chan struct{} // closed when the session before has ended; nil: there was none
	place       place
	view        view
	tray        shownTray
	window      *window
	signIn      *signInSheet  // the one under way, or nil
	signInTurn  chan struct{} // holds one: the sign-in that the engine is busy with
	setup       *sheet        // the set-up sheet, or nil
	guide       *guide        // which the set-up sheet is a page of, or nil
	countdown   *countdown    // of the token on the clipboard, or nil
	// settingsWindow is the settings' window, or nil.
	settingsWindow *settingsWindow
	trayHost       bool
	hasBus         bool // a session bus was found at the start
	// visible tells whether the window shows; any goroutine may read it. It is not while the window is minimised.
	visible atomic.Bool
	// inFront tells whether one of the program's windows has the focus; any goroutine may read it.
	inFront   atomic.Bool
	minimised bool // the window is
	// minimise has the window minimised and waits until it is; any goroutine may call it. nil: this desktop has no way.
	minimise func(context.Context) error
	learnt   bool // whether there is a way to minimise the window
	// panelMayCome tells that the program was started hidden just now, perhaps before the tray.
	panelMayCome bool
	// cameByItself tells that the window shows because the tray was gone, and nobody asked for it.
	cameByItself bool
	// lending tells that Fyne's own clipboard was used: its loop answers whoever pastes.
	lending bool
	idle    *idle
	// loopLeft tells that Fyne's loop has ended; any goroutine may read it.
	loopLeft atomic.Bool
	// removed tells that everything was removed: what is made anew until the program ends is, too. Any goroutine may read it.
	removed atomic.Bool
}

// beside runs something slow off Fyne's thread, and then, on Fyne's thread, what it returns.
func (a *App) beside(slow func() (then func())) {
	a.work.Go(func() {
		if then := slow(); then != nil {
			a.screen(then)
		}
	})
}

// open opens the engine of a place in the place of the one before.
func (a *App) open(p place) {
	if a.opening {
		return
	}
	if a.signIn != nil {
		a.signIn.abandon()
	}
	a.opening, a.notOpened = true, nil
	a.place = p
	a.closeSession()
	a.window.say("")
	a.window.draw()
	a.drawTray()
	before := a.closing
	a.beside(func() func() {
		if before != nil {
			<-before // it may be the same place, whose folder is one engine's at a time
		}
		s, err := a.openSession(a.ctx, p, a.root, a.landing(p), a.log)
		return func() { a.opened(s, err) }
	})
}

// whenOpen does something as soon as the engine is there: nothing that a person presses meanwhile is lost.
func (a *App) whenOpen(do func()) {
	if a.session != nil && !a.opening {
		do()
		return
	}
	a.waiting = append(a.waiting, do)
	a.open(a.place)
}

func (a *App) opened(s *session, err error) {
	if a.ctx.Err() != nil {
		if s != nil {
			a.note(s.close())
		}
		return
	}
	if err != nil && !errors.Is(err, oauth.ErrListAside) {
		a.log.Warn("accounts not opened", "err", err)
	}
	if s == nil {
		waiting := a.waiting
		a.opening, a.waiting, a.notOpened = false, nil, err
		a.drawTray()
		a.showWindow()
		p := explain(err, a.provider())
		a.report(p, func() {
			if !a.remedied(p) {
				a.waiting = waiting
				a.open(a.place)
			}
		})
		return
	}
	a.session = s
	a.unwatch = s.engine.Watch(func(accounts []oauth.Account) {
		a.screen(func() { a.show(s, accounts) })
	})
	if err != nil {
		a.report(explain(err, s.provider), nil)
	}
	if path := a.firstClient; path != "" {
		a.firstClient = ""
		a.importClient(path, a.settled)
		return
	}
	a.settled()
}

// settled ends an opening and does what waited for it. What comes after a move to another place waits for that one.
func (a *App) settled() {
	a.opening = false
	a.drawTray()
	for len(a.waiting) > 0 && !a.opening {
		do := a.waiting[0]
		a.waiting = a.waiting[1:]
		do()
	}
}

// show draws a snapshot. It is the one place where the engine's news reaches the screen.
func (a *App) show(s *session, accounts []oauth.Account) {
	if a.session != s {
		return
	}
	told := news(a.view.accounts, accounts)
	a.view = view{accounts: accounts, provider: s.provider, practice: s.place.practice, formats: s.formats(), formatOf: a.formatOf}
	for _, n := range told {
		a.notify(n)
	}
	a.window.draw()
	a.drawTray()
}

// present is the newest snapshot of an account: what a menu entry was made with may be old, since the menu is made
// anew only when it looks different.
func (a *App) present(account oauth.Account) oauth.Account {
	for _, now := range a.view.accounts {
		if now.Key == account.Key {
			return now
		}
	}
	return account
}

// clockOff is how far this computer's clock is ahead of the provider's; zero where that is nothing or not known.
func (a *App) clockOff() time.Duration {
	if a.session == nil {
		return 0
	}
	return a.session.engine.ClockOff()
}

// tokenTime is the time by which tokens live.
func (a *App) tokenTime() time.Time { return a.now().Add(-a.clockOff()) }

// provider is the provider's name within a sentence, also while its engine is not open.
func (a *App) provider() string {
	if a.session != nil {
		return a.session.provider
	}
	return a.place.provider()
}

func (a *App) closeSession() {
	if a.session == nil {
		return
	}
	a.unwatch()
	s := a.session
	a.session, a.view = nil, view{}
	closed := make(chan struct{})
	a.closing = closed
	a.work.Go(func() {
		defer close(closed)
		a.note(s.close())
	})
}

// quit has the application end.
func (a *App) quit() { a.cancel() }

// stop ends everything that was started, once, however many call it: the program can end from two sides.
func (a *App) stop() {
	a.stopping.Do(func() {
		a.cancel()
		a.clearAtEnd()
		a.closeSession()
		a.work.Wait()
	})
}

// note logs an error that nobody needs to be told of.
func (a *App) note(err error) {
	if err != nil {
		a.log.Warn("not closed cleanly", "err", err)
	}
}

func (a *App) settingsPath() string { return filepath.Join(a.root, "settings.json") }

// tick redraws what depends on the time, for as long as the application runs: once a minute, when an account's minutes
// change, and with several accounts once in least at the most. It runs beside Fyne's thread.
func (a *App) tick(least time.Duration) {
	wait, next := least, make(chan time.Duration, 1)
	for {
		timer := time.NewTimer(wait)
		select {
		case <-a.ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
		a.screen(func() {
			if a.visible.Load() {
				a.window.draw()
			}
			a.drawTray() // it says how many tokens are good
			next <- max(least, untilMinutesChange(a.view.accounts, a.tokenTime()))
		})
		select {
		case wait = <-next:
		case <-a.ctx.Done():
			return
		}
	}
}

// untilMinutesChange is how long the minutes that accounts' tokens are good for are said as they are said at now.
func untilMinutesChange(accounts []oauth.Account, now time.Time) time.Duration {
	soonest := time.Minute
	for _, account := range accounts {
		if left := account.Expiry.Sub(now); left > 0 {
			soonest = min(soonest, left%time.Minute+time.Millisecond)
		}
	}
	return soonest
}
