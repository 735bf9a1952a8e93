package app

import (
	"context"
	"time"

	"fyne.io/fyne/v2/lang"

	"tokentray/oauth"
)

// A copied token is taken off the clipboard again: after a while, when the screen is locked, when the program ends, and
// when the person says so. Whatever else stands there by then is left alone.

// countdown is the time that a copied token has on the clipboard.
type countdown struct {
	account oauth.Key
	// said is what was said of the copy, and shown what stands in the window with the time beside it.
	said, shown string
	// until is when the token goes; zero: when something else is copied.
	until time.Time
	stop  context.CancelFunc
}

// clearTime bounds a clearing: another program may have to be asked for what it put there.
const clearTime = 5 * time.Second

// lastClearTime bounds it when the program ends.
const lastClearTime = time.Second

// startCountdown says that a token was copied, and counts down to its end on the clipboard.
func (a *App) startCountdown(account oauth.Account, said string) {
	a.endCountdown()
	ctx, cancel := context.WithCancel(a.ctx)
	c := &countdown{account: account.Key, said: said, stop: cancel}
	if after := a.settings.ClearAfter; after != neverClear {
		c.until = a.now().Add(after.duration()).Round(0) // by the wall clock: a computer that slept does not find it there
	}
	a.countdown = c
	a.drawTray()
	a.showCountdown()
	gone := a.clipboard.Gone()
	a.work.Go(func() {
		for {
			next := time.NewTimer(a.untilNext(c))
			select {
			case <-next.C:
			case <-gone: // something else was copied
				if ctx.Err() == nil {
					a.screen(func() { a.countedDown(c, sentencesOf(c.said, lang.L("It is no longer on the clipboard."))) })
				}
				return
			case <-ctx.Done():
				next.Stop()
				return
			}
			switch over := !c.until.IsZero() && !a.now().Before(c.until); {
			case over:
				a.screen(func() {
					if a.countdown == c {
						a.clearCopied()
					}
				})
				return
			case a.visible.Load():
				a.screen(a.showCountdown)
			}
		}
	})
}

// untilNext is when a countdown has something to do next: each second while somebody sees it, else at its end, but seldom
// later than a while, so that the clock of a computer that slept is looked at.
func (a *App) untilNext(c *countdown) time.Duration {
	const glance, hidden = time.Second, 10 * time.Second
	if a.visible.Load() {
		return glance
	}
	if c.until.IsZero() {
		return hidden
	}
	return max(min(c.until.Sub(a.now()), hidden), 0)
}

// showCountdown shows the time that is left: on the account's button, and below the list unless something else was said
// there meanwhile.
func (a *App) showCountdown() {
	c := a.countdown
	if c == nil {
		return
	}
	a.window.list.Refresh()
	if c.shown != "" && a.window.said.Text != c.shown {
		return
	}
	c.shown = sentencesOf(c.said, clearWords(c.until, a.now()))
	a.window.offer(c.shown, lang.L("Clear now"), a.clearCopied)
}

// copiedWords are on the button of an account whose token was copied, for as long as it is known to be on the clipboard.
func (a *App) copiedWords(account oauth.Account) string {
	c := a.countdown
	if c == nil || c.account != account.Key {
		return ""
	}
	if c.until.IsZero() {
		return lang.L("Copied")
	}
	switch left := c.until.Sub(a.now()).Round(time.Second); {
	case left < 2*time.Minute:
		return lang.L("Copied · {{.Seconds}} s", with{"Seconds": max(1, int(left/time.Second))})
	default:
		return lang.L("Copied · {{.Minutes}} min", with{"Minutes": int(left / time.Minute)})
	}
}

// clearWords say when a token is taken off the clipboard; nothing where it is not.
func clearWords(until, now time.Time) string {
	if until.IsZero() {
		return ""
	}
	switch left := until.Sub(now).Round(time.Second); {
	case left < 2*time.Minute:
		return lang.N("It leaves the clipboard in {{.PluralCount}} seconds.", max(1, int(left/time.Second)))
	default:
		return lang.L("It leaves the clipboard in {{.Time}}.", with{"Time": minutes(left)})
	}
}

// endCountdown stops counting; what was copied stays where it is.
func (a *App) endCountdown() {
	if a.countdown != nil {
		a.countdown.stop()
		a.countdown = nil
		a.window.list.Refresh()
		a.drawTray()
	}
}

// countedDown ends a countdown with what there is to say of it, where the window still shows it.
func (a *App) countedDown(c *countdown, words string) {
	if a.countdown != c {
		return
	}
	shown := a.window.said.Text == c.shown
	a.endCountdown()
	if shown {
		a.window.say(words)
	}
}

// clearCopied takes what was copied last off the clipboard, if it still stands there.
func (a *App) clearCopied() {
	c := a.countdown
	if c != nil {
		c.stop() // what comes of it is said here
	}
	a.beside(func() func() {
		ctx, cancel := context.WithTimeout(a.ctx, clearTime)
		defer cancel()
		cleared, err := a.clipboard.ClearLast(ctx)
		if a.ctx.Err() != nil {
			return nil
		}
		if err != nil {
			a.log.Warn("clipboard not cleared", "err", err)
			return func() {
				a.window.say(sentencesOf(lang.L("The token may still be on the clipboard."), explain(err, a.provider()).line()))
				a.endCountdown()
			}
		}
		words := lang.L("The token was taken off the clipboard.")
		if !cleared {
			words = lang.L("Something else is on the clipboard by now. It was left alone.")
		}
		return func() {
			if c != nil {
				a.countedDown(c, words)
			}
		}
	})
}

// clearAtEnd takes what was copied off the clipboard when the program ends.
func (a *App) clearAtEnd() {
	ctx, cancel := context.WithTimeout(context.Background(), lastClearTime)
	defer cancel()
	if _, err := a.clipboard.ClearLast(ctx); err != nil {
		a.log.Warn("clipboard not cleared", "err", err)
	}
}
