package app

import (
	"os"
	"os/signal"
	"syscall"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/systray"

	"tokentray/app/desktop"
)

// The program ends from within Fyne's loop and never leaves it. Fyne can't be left safely: what is sent to its thread
// while it closes the way there (Fyne 2.8.1, runGL and WaitForEvents; Fyne itself sends something) hangs, or panics with
// "send on closed channel". Both were seen, once in a few hundred ends on a busy computer.

// endTime is how long Fyne's thread may take to begin the end.
const endTime = 2 * time.Second

// heedSignals makes the signals that ask a program to end ours alone: Fyne would leave its loop at them. It can take
// them back only once Fyne listens, so it is called again when Fyne's loop has started.
func (a *App) heedSignals() {
	signal.Reset(os.Interrupt, syscall.SIGTERM)
	signal.Notify(a.signals, os.Interrupt, syscall.SIGTERM)
}

// endWith ends the program once it was asked to. It runs beside Fyne's thread.
func (a *App) endWith(exit func(code int)) {
	select {
	case <-a.signals:
		a.cancel()
	case <-a.ctx.Done():
	}
	begun := make(chan struct{})
	fyne.Do(func() {
		close(begun)
		if a.loopLeft.Load() {
			return // Run ends the program; there are no windows to hide any more, and Fyne would panic
		}
		for _, w := range a.fyne.Driver().AllWindows() {
			w.Hide()
		}
		a.stop()
		systray.Quit() // Windows would go on showing the icon
		exit(0)
	})
	a.idle.interrupt()
	overdue(begun, func() {
		a.log.Warn("the screen's loop hangs")
		a.stop()
		exit(0)
	})
}

// leave is the last thing that the program does.
func (a *App) leave(first *desktop.Instance) {
	if !a.removed.Load() {
		a.note(first.Close())
		return
	}
	a.note(first.Remove())
	a.vanish()
}

// endWithCompositor ends the program when the Wayland compositor ends, as it does when the person logs out. Fyne would go on
// without a screen, and the next start would take this one for one that runs.
func (a *App) endWithCompositor() {
	switch err := desktop.WaitForCompositor(a.ctx); {
	case err == nil:
		a.cancel()
	case a.ctx.Err() == nil:
		a.log.Warn("compositor not watched", "err", err)
	}
}

// overdue calls end if nothing has begun after a while.
func overdue(begun <-chan struct{}, end func()) {
	late := time.NewTimer(endTime)
	defer late.Stop()
	select {
	case <-begun:
	case <-late.C:
		end()
	}
}
