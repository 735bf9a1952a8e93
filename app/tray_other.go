//go:build !linux

package app

import (
	"runtime"

	"fyne.io/fyne/v2"
	fynedesktop "fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/systray"

	"tokentray/app/desktop"
)

// longNap is short here: the tray's own events, too, are read by Fyne's thread.
const longNap = shortNap

// makeTray puts the icon into the tray, which is Fyne's here. It comes before Fyne's loop.
func (a *App) makeTray(ui fyne.App, frame fyne.Window) {
	a.showTray = desktop.WatchTrayHost
	tray, ok := ui.(fynedesktop.App)
	if !ok {
		return
	}
	a.setTrayIcon = func(s trayState) {
		var icon fyne.Resource = s.icon()
		if runtime.GOOS == "darwin" {
			icon = theme.NewThemedResource(icon) // its shape alone counts, in the menu bar's own colour
		}
		tray.SetSystemTrayIcon(icon)
	}
	// One menu that changes: when the tray gets ready, Fyne sets the first one that it was given once more.
	standing := fyne.NewMenu(Name)
	a.setTray = func(m *fyne.Menu) {
		literal(m)
		standing.Items = m.Items
		tray.SetSystemTrayMenu(standing)
	}
	a.setTooltip = func(text string) {
		if a.window != nil { // before Fyne's loop runs there is no icon to have one
			systray.SetTooltip(text)
		}
	}
	a.drawTray() // Fyne wants the menu before the window
	tray.SetSystemTrayWindow(frame)
	systray.SetOnTapped(func() { a.screen(a.showWindow) }) // Fyne's own would show it behind our back
}

// literal changes a menu's labels so that the desktop shows them as they are.
func literal(m *fyne.Menu) {
	for _, item := range m.Items {
		item.Label = desktop.MenuLabel(item.Label)
		if item.ChildMenu != nil {
			literal(item.ChildMenu)
		}
	}
}
