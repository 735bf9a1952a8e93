package app

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"tokentray/oauth"
)

// confirmRemoval asks once before an account is removed.
func (a *App) confirmRemoval(account oauth.Account) {
	var s *sheet
	keep := func() { a.window.dismiss(s) }
	remove := newButton(lang.L("Remove"), func() {
		keep()
		a.remove(account)
	})
	remove.Importance = widget.DangerImportance
	words := lang.L("Token Tray withdraws its access at {{.provider}} and forgets the account. Tools that still use a token of it stop working.",
		providerNames(a.provider()))
	if a.place == (place{}) {
		words += "\n\n" + lang.L("Google ends everything that this person allowed to the same Google project with it.")
	}
	s = newSheet(lang.L("Remove {{.Address}}?", with{"Address": account.Address}), []fyne.CanvasObject{text(words)},
		newButton(lang.L("Keep it"), keep), remove)
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
	a.window.say(lang.L("Removing {{.Address}}…", with{"Address": account.Address}))
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

func googlePermissionsWords() string {
	return lang.L("You can do it yourself at myaccount.google.com/permissions.")
}

// removalWords says what a removal did, step by step.
func removalWords(r oauth.Removal, provider string, cleared bool, clipboard error) problem {
	names := providerNames(provider)
	withdrawn := lang.L("✓ Access withdrawn at {{.provider}}.", names)
	if r.Withdrawn != nil {
		withdrawn = sentencesOf(lang.L("✗ Access not withdrawn at {{.provider}}.", names), causeWords(r.Withdrawn, provider))
		if provider == googleName {
			withdrawn = sentencesOf(withdrawn, googlePermissionsWords())
		}
	}
	forgotten := lang.L("✓ Taken out of the keychain.")
	if r.Forgotten != nil {
		forgotten = sentencesOf(lang.L("✗ Still in the keychain."), causeWords(r.Forgotten, provider),
			lang.L("Token Tray takes it out when it starts next."))
	}
	board := lang.L("✓ No token of it is on the clipboard.")
	switch {
	case clipboard != nil:
		board = sentencesOf(lang.L("✗ Clipboard not checked."), causeWords(clipboard, provider))
	case cleared:
		board = lang.L("✓ Clipboard cleared.")
	}
	return problem{
		title:  lang.L("{{.Address}} was removed", with{"Address": r.Address}),
		detail: withdrawn + "\n\n" + forgotten + "\n\n" + board,
	}
}

// causeWords name an error in a sentence.
func causeWords(err error, provider string) string {
	return lang.L("{{.State}}.", with{"State": explain(err, provider).title})
}
