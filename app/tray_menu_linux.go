package app

import (
	"time"

	"fyne.io/fyne/v2"
	fynedesktop "fyne.io/fyne/v2/driver/desktop"
	"fyne.io/systray"
)

// longNap is long: the tray's menu and its clicks come over the bus and wake Fyne's thread. Each nap costs 15 to 30 wakeups
// of Go's and Fyne's threads, and a whole minute would outlive what Fyne's caches keep.
const longNap = 5 * time.Second

// trayMenu returns what sets the tray's menu. It passes by Fyne, which would run a click on its thread without a word to
// anybody who could wake it.
func (a *App) trayMenu(fynedesktop.App) func(*fyne.Menu) {
	return func(m *fyne.Menu) {
		systray.ResetMenu()
		a.addTrayItems(m, nil)
	}
}

// addTrayItems adds a menu's items below one of the tray's; nil: at its top level.
func (a *App) addTrayItems(m *fyne.Menu, below *systray.MenuItem) {
	add, separate := systray.AddMenuItem, systray.AddSeparator
	if below != nil {
		add, separate = below.AddSubMenuItem, below.AddSeparator
	}
	for _, item := range m.Items {
		if item.IsSeparator {
			separate()
			continue
		}
		entry := add(item.Label, "")
		if item.Disabled {
			entry.Disable()
		}
		if item.ChildMenu != nil {
			a.addTrayItems(item.ChildMenu, entry)
		}
		go func() {
			for range entry.ClickedCh { // closed when the menu is set anew
				if item.Action != nil {
					a.screen(item.Action)
				}
			}
		}()
	}
}
