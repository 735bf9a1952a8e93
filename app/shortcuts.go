package app

import (
	"fyne.io/fyne/v2"
	fynedesktop "fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"

	"tokentray/oauth"
)

// addShortcuts gives the window its keys. The field to find an account has its own.
func (w *window) addShortcuts() {
	w.Canvas().AddShortcut(&fyne.ShortcutCopy{}, func(fyne.Shortcut) { w.copySelected() })
	w.Canvas().AddShortcut(control(fyne.KeyN), func(fyne.Shortcut) {
		if len(w.sheets) == 0 {
			w.app.addAccount()
		}
	})
	w.Canvas().AddShortcut(control(fyne.KeyComma), func(fyne.Shortcut) { w.app.showSettings() })
	w.app.addQuitShortcut(w.Canvas())
}

func (a *App) addQuitShortcut(c fyne.Canvas) {
	c.AddShortcut(control(fyne.KeyQ), func(fyne.Shortcut) { a.quit() })
}

// control is a key pressed with Control, or with Command on macOS.
func control(key fyne.KeyName) fyne.Shortcut {
	return &fynedesktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierShortcutDefault}
}

// copySelected copies a token of the account that the keyboard is on.
func (w *window) copySelected() {
	if len(w.sheets) > 0 || len(w.found) == 0 {
		return
	}
	account, selected := w.selected()
	switch {
	case !selected:
		w.say(lang.L("Choose an account first: press Tab until one is marked, then the arrow keys."))
	case account.NeedsSignIn():
		w.app.signInAgain(account)
	default:
		w.app.copyToken(account)
	}
}

// selected is the account that the keyboard is on: that of the marked row, or of the row whose button has the focus, or the
// only one.
func (w *window) selected() (oauth.Account, bool) {
	if len(w.found) == 1 {
		return w.found[0], true
	}
	switch focused := w.Canvas().Focused().(type) {
	case *accountList:
		if focused.marked < len(w.found) {
			return w.found[focused.marked], true
		}
	case *cardButton:
		return focused.card.account, true
	}
	return oauth.Account{}, false
}
