package app

import (
	"image"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/software"

	"tokentray/app/desktop"
)

// longNap is long: the tray's menu and its clicks come over the bus and wake Fyne's thread. Each nap costs 15 to 30 wakeups
// of Go's and Fyne's threads, and a whole minute would outlive what Fyne's caches keep.
const longNap = 5 * time.Second

// makeTray puts the icon into the tray, which is our own here. It comes before Fyne's loop.
func (a *App) makeTray(fyne.App, fyne.Window) {
	tray := desktop.NewTray(Name, func() { a.screen(a.showWindow) })
	a.setTray = func(m *fyne.Menu) { tray.SetMenu(a.trayEntries(m)) }
	a.setTrayIcon = func(s trayState) { tray.SetIcon(picture(s.icon(), trayIconSize)) }
	a.setTooltip = tray.SetTooltip
	a.showTray = tray.Show
	a.drawTray()
}

// trayEntries are a menu's items as the tray has them. Their clicks go to Fyne's thread.
func (a *App) trayEntries(m *fyne.Menu) (entries []desktop.Entry) {
	for _, item := range m.Items {
		e := desktop.Entry{
			Label:     desktop.MenuLabel(item.Label),
			Disabled:  item.Disabled,
			Checked:   item.Checked,
			Separator: item.IsSeparator,
		}
		if item.Action != nil {
			e.Do = func() { a.screen(item.Action) }
		}
		if item.ChildMenu != nil {
			e.Entries = a.trayEntries(item.ChildMenu)
		}
		entries = append(entries, e)
	}
	return entries
}

// trayIconSize is the icon's width in pixels. Panels show it 16 to 48 wide; it is four times the usual 16, so that most
// scale it without a loss.
const trayIconSize = 64

// picture draws an SVG picture this many pixels wide. It belongs to Fyne's thread.
func picture(svg fyne.Resource, width float32) image.Image {
	c := software.NewTransparentCanvas()
	c.SetPadded(false)
	c.SetContent(canvas.NewImageFromResource(svg))
	c.Resize(fyne.NewSquareSize(width))
	return c.Capture()
}
