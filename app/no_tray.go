package app

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"
	"fyne.io/fyne/v2/lang"

	"tokentray/app/desktop"
)

const (
	// panelTime is what a panel has to come up after a hidden start: at login it often starts after the programs.
	panelTime = 15 * time.Second
	// minimiseTime is what the window manager has to minimise the window.
	minimiseTime = 2 * time.Second
)

// extensionPage is where GNOME's extension for tray icons is installed.
const extensionPage = "https://extensions.gnome.org/extension/615/appindicator-support/"

// trayHostChanged heeds the coming and going of the place where the icon shows. A window that came by itself because there
// was none goes when there is one: GNOME's tray goes with each lock of the screen and comes back with the unlocking.
func (a *App) trayHostChanged(present bool) {
	a.trayHost = present
	if !present {
		a.bringBack()
		return
	}
	a.panelMayCome = false
	a.window.forget(noTrayTitle())
	if a.cameByItself && len(a.window.sheets) == 0 {
		a.hideWindow()
	}
}

// bringBack shows the window where nothing else could: it is never hidden where there is no icon.
func (a *App) bringBack() {
	if a.trayHost || a.panelMayCome || a.visible.Load() || a.minimised {
		return
	}
	a.showWindow()
	a.cameByItself = true
}

// awaitPanel keeps the window hidden for a while although there is no tray yet.
func (a *App) awaitPanel(patience time.Duration) {
	a.panelMayCome = true
	a.work.Go(func() {
		over := time.NewTimer(patience)
		defer over.Stop()
		select {
		case <-over.C:
			a.screen(a.noPanelComes)
		case <-a.ctx.Done():
		}
	})
}

func (a *App) noPanelComes() {
	a.panelMayCome = false
	a.bringBack()
}

// closeWindow is the close button. What it does where there is no tray is asked once.
func (a *App) closeWindow() {
	switch {
	case !a.settings.CloseToTray:
		a.quit()
	case a.trayHost:
		a.hideWindow()
	case a.settings.WithoutTray == quitInstead:
		a.quit()
	case a.settings.WithoutTray == minimise && a.minimise != nil:
		a.minimiseWindow()
	default:
		a.askWithoutTray()
	}
}

// askWithoutTray asks what to do instead of hiding the window, and remembers the answer.
func (a *App) askWithoutTray() {
	var s *sheet
	stay := func() { a.window.dismiss(s) }
	answer := func(what withoutTray, do func()) func() {
		return func() {
			stay()
			a.settings.WithoutTray = what
			a.saveSettings()
			do()
		}
	}
	gnome := desktop.IsGNOME()
	body := []fyne.CanvasObject{text(noTrayWords(gnome, a.hasBus))}
	if gnome {
		body = append(body, inset(leading(newButton(lang.L("Open the extension's page"), func() { a.openPage(extensionPage) }))))
	}
	canMinimise := a.minimise != nil
	body = append(body, text(withoutTrayWords(canMinimise)), small(rememberedWords(canMinimise)))
	quit, keep := newButton(lang.L("Quit"), answer(quitInstead, a.quit)), primary(lang.L("Keep it open"), stay)
	if canMinimise {
		keep = primary(lang.L("Keep running minimised"), answer(minimise, a.minimiseWindow))
	}
	s = newSheet(noTrayTitle(), body, quit, keep)
	s.escape = stay
	a.window.present(s)
}

// minimiseWindow has the window manager minimise the window. One that doesn't is not asked again.
func (a *App) minimiseWindow() {
	do := a.minimise
	a.beside(func() func() {
		ctx, cancel := context.WithTimeout(a.ctx, minimiseTime)
		defer cancel()
		err := do(ctx)
		if err == nil || a.ctx.Err() != nil {
			return nil
		}
		a.log.Warn("window not minimised", "err", err)
		return func() {
			a.minimise = nil
			a.askWithoutTray()
		}
	})
}

// learnToMinimise finds out how the window is minimised. Before it was shown it can't be; without X11 there is no way.
func (a *App) learnToMinimise() {
	native, ok := a.window.Window.(driver.NativeWindow)
	if !ok || a.learnt {
		return
	}
	a.learnt = true
	native.RunNative(func(of any) {
		x11, ok := of.(driver.X11WindowContext)
		if !ok || x11.WindowHandle == 0 {
			return
		}
		id := x11.WindowHandle
		a.minimise = func(ctx context.Context) error { return desktop.Minimise(ctx, id) }
		a.work.Go(func() {
			err := desktop.WatchMinimised(a.ctx, id, func(minimised bool) {
				a.screen(func() { a.minimisedChanged(minimised) })
			})
			if err != nil {
				a.log.Warn("window not watched", "err", err) // minimised it counts as visible
			}
		})
	})
}

// minimisedChanged heeds that the window was minimised or restored, by whomever. A window that is hidden is neither.
func (a *App) minimisedChanged(minimised bool) {
	switch {
	case minimised && a.visible.Load():
		a.minimised = true
		a.visible.Store(false)
		a.idle.begin()
	case !minimised && a.minimised:
		a.minimised = false
		a.visible.Store(true)
		a.window.draw()
	}
}
