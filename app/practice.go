package app

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
)

// tryPractice goes over to the practice provider, whose accounts never mix with real ones.
func (a *App) tryPractice() {
	a.open(place{practice: true})
	a.whenOpen(a.addAccount)
}

// leavePractice goes back to real accounts, and asks what to do with the practice accounts.
func (a *App) leavePractice() {
	if a.opening || a.session == nil {
		return
	}
	if len(a.view.accounts) == 0 {
		a.open(place{})
		return
	}
	var s *sheet
	stay := func() { a.window.dismiss(s) }
	s = newSheet(lang.L("Leave practice?"), []fyne.CanvasObject{
		text(lang.L("Your practice accounts can wait for the next time, or be thrown away now. Nothing real hangs on them.")),
	},
		newButton(lang.L("Cancel"), stay),
		newButton(lang.L("Throw them away"), func() {
			stay()
			a.throwAway()
		}),
		primary(lang.L("Keep them"), func() {
			stay()
			a.open(place{})
		}))
	s.escape = stay
	a.window.present(s)
}

// throwAway removes every practice account and goes back to real ones.
func (a *App) throwAway() {
	s, accounts := a.session, a.view.accounts
	a.window.say(lang.L("Throwing the practice accounts away…"))
	a.beside(func() func() {
		ctx, cancel := context.WithTimeout(a.ctx, copyTime)
		defer cancel()
		for _, account := range accounts {
			owns := func(text string) bool { return s.carries(account, text) }
			if _, err := a.clipboard.Clear(ctx, accountName(account), owns); err != nil {
				a.log.Warn("clipboard not cleared", "err", err)
			}
			removal, err := s.engine.Remove(ctx, account.Key)
			if err == nil {
				err = removal.Forgotten
			}
			if err != nil {
				a.log.Warn("practice account not thrown away", "err", err)
				return func() {
					a.window.say("")
					a.report(explain(err, s.provider), a.throwAway)
				}
			}
		}
		return func() {
			for _, account := range accounts {
				a.forgetFormat(account)
			}
			a.open(place{})
		}
	})
}
