//go:build !linux

package app

import (
	"fyne.io/fyne/v2"
	fynedesktop "fyne.io/fyne/v2/driver/desktop"
)

// longNap is short here: the tray's own events, too, are read by Fyne's thread.
const longNap = shortNap

// trayMenu returns what sets the tray's menu.
func (a *App) trayMenu(tray fynedesktop.App) func(*fyne.Menu) {
	// One menu that changes: when the tray gets ready, Fyne sets the first one that it was given once more.
	standing := fyne.NewMenu(Name)
	return func(m *fyne.Menu) {
		standing.Items = m.Items
		tray.SetSystemTrayMenu(standing)
	}
}
