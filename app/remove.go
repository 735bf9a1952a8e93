package app

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"tokentray/oauth"
)

// confirmRemoval asks once before an account is removed.
func (a *App) confirmRemoval(account oauth.Account) {
	var s *sheet
	keep := func() { a.window.dismiss(s) }
	remove := newButton("Remove", func() {
		keep()
		a.remove(account)
	})
	remove.Importance = widget.DangerImportance
	words := "Token Tray withdraws its access at " + a.provider() + " and forgets the account. Tools that still use a token of it stop working."
	if a.place == (place{}) {
		words += "\n\nGoogle ends everything that this person allowed to the same Google project with it."
	}
	s = newSheet("Remove "+account.Address+"?", []fyne.CanvasObject{text(words)},
		newButton("Keep it", keep), remove)
	s.first = nil // Enter alone must not remove anything
	s.escape = keep
	a.window.present(s)
}

// remove removes an account and says which steps worked.
func (a *App) remove(account oauth.Account) {
	s := a.session
	if s == nil {
		return
	}
	a.window.say("Removing " + account.Address + "…")
	a.beside(func() func() {
		ctx, cancel := context.WithTimeout(a.ctx, copyTime)
		defer cancel()
		owns := func(text string) bool { return s.carries(account, text) }
		cleared, clipboard := a.clipboard.Clear(ctx, accountName(account), owns)
		if clipboard != nil {
			a.log.Warn("clipboard not cleared", "err", clipboard)
		}
		removal, err := s.engine.Remove(ctx, account.Key)
		return func() {
			a.window.say("")
			if err != nil {
				a.report(explain(err, s.provider), func() { a.remove(account) })
				return
			}
			a.forgetFormat(account)
			a.report(removalWords(removal, s.provider, cleared, clipboard), nil)
		}
	})
}

const googlePermissionsWords = "You can do it yourself at myaccount.google.com/permissions."

// removalWords says what a removal did, step by step.
func removalWords(r oauth.Removal, provider string, cleared bool, clipboard error) problem {
	withdrawn := "✓ Access withdrawn at " + provider + "."
	if r.Withdrawn != nil {
		withdrawn = "✗ Access not withdrawn at " + provider + ". " + explain(r.Withdrawn, provider).title + "."
		if provider == googleName {
			withdrawn += " " + googlePermissionsWords
		}
	}
	forgotten := "✓ Taken out of the keychain."
	if r.Forgotten != nil {
		forgotten = "✗ Still in the keychain. " + explain(r.Forgotten, provider).title + ". Token Tray takes it out when it starts next."
	}
	board := "✓ No token of it is on the clipboard."
	switch {
	case clipboard != nil:
		board = "✗ Clipboard not checked. " + explain(clipboard, provider).title + "."
	case cleared:
		board = "✓ Clipboard cleared."
	}
	return problem{title: r.Address + " was removed", detail: withdrawn + "\n\n" + forgotten + "\n\n" + board}
}
