package app

import (
	"errors"

	"fyne.io/fyne/v2/lang"

	"tokentray/app/desktop"
)

// autostart is what has the system start the program when the person logs in.
type autostart interface {
	Enabled() (bool, error)
	Enable(arguments ...string) error
	Disable() error
	Refresh() error
}

func loginNotKnownWords() string {
	return lang.L("Your system does not tell which programs start when you log in.")
}

func loginNotChangedWords() string {
	return lang.L("This could not be changed: Token Tray may not write where your system keeps the programs that start when you log in, " +
		"or the disk is full.")
}

// newAutostart is the system's own.
func newAutostart() autostart { return desktop.Autostart{ID: ID, Name: Name} }

// refreshLogin has the entry for the start at login name the program where it is now.
func (a *App) refreshLogin() {
	a.loginTurn.Lock()
	defer a.loginTurn.Unlock()
	if err := a.login.Refresh(); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		a.log.Warn("start at login not refreshed", "err", err)
	}
}

// loginTick is whether the program starts when the person logs in. It can be pressed as soon as the system has said how
// that stands. What goes wrong is told, empty where nothing did.
func (a *App) loginTick(tell func(words string)) *tick {
	t := newTick(lang.L("Start when I log in"), false, nil)
	t.Disable()
	a.beside(func() func() {
		a.loginTurn.Lock()
		defer a.loginTurn.Unlock()
		on, err := a.login.Enabled()
		if err != nil {
			a.log.Warn("start at login not known", "err", err)
		}
		return func() {
			t.SetChecked(on)
			t.OnChanged = func(on bool) { a.changeLogin(t, on, tell) }
			t.Enable()
			if err != nil {
				tell(loginNotKnownWords())
			}
		}
	})
	return t
}

// changeLogin switches the start at login on or off, in the tray alone; where that fails, the tick goes back.
func (a *App) changeLogin(t *tick, on bool, tell func(words string)) {
	a.beside(func() func() {
		a.loginTurn.Lock()
		defer a.loginTurn.Unlock()
		change := a.login.Disable
		if on {
			change = func() error { return a.login.Enable("--hidden") }
		}
		err := change()
		if err != nil {
			a.log.Warn("start at login not changed", "err", err)
		}
		return func() {
			if err == nil {
				tell("")
				return
			}
			changed := t.OnChanged
			t.OnChanged = nil
			t.SetChecked(!on)
			t.OnChanged = changed
			tell(loginNotChangedWords())
		}
	})
}
