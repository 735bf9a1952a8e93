package app

import (
	"context"
	"errors"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"tokentray/app/desktop"
	"tokentray/oauth"
	"tokentray/oauth/keychain"
)

// copyTime bounds a copy: the keychain's prompt and a renewal fit in.
const copyTime = 3 * time.Minute

// copyToken puts a token of the account on the clipboard that lives long enough, in the account's format, and says so.
func (a *App) copyToken(account oauth.Account) {
	if a.session == nil {
		return
	}
	s, account := a.session, a.present(account)
	f, atLeast := a.formatOf(account), a.atLeast()
	switch {
	case errors.Is(account.Cause, keychain.ErrLocked):
		a.window.say(lang.L("Waiting for you to unlock the keychain…"))
	case account.Expiry.Before(a.tokenTime()):
		a.window.say(lang.L("Getting a fresh token for {{.Address}}…", with{"Address": account.Address}))
	}
	a.beside(func() func() {
		ctx, cancel := context.WithTimeout(a.ctx, copyTime)
		defer cancel()
		token, err := s.engine.Token(ctx, account.Key, atLeast)
		if token.Access == "" {
			return func() { a.copyFailed(account, err) }
		}
		text := f.text(copied{account.Address, token.Access, s.profile})
		switch failed := a.put(ctx, accountName(account), text); {
		case errors.Is(failed, desktop.ErrNoHelper):
			return func() { a.copyInWindow(account) }
		case failed != nil:
			return func() { a.copyFailed(account, failed) }
		}
		s.engine.Used(account.Key)
		expiry := token.Expiry.Add(s.engine.ClockOff())
		said := lang.L("{{.State}}.", with{"State": sayCopied(account.Address, f, expiry, a.now())})
		if err != nil {
			said = sentencesOf(said, lang.L("It could not be renewed: {{.Trouble}}.", with{"Trouble": explain(err, s.provider).title}))
		}
		return func() {
			a.startCountdown(account, said)
			a.notify(copiedNews(expiry, a.now(), err == nil))
		}
	})
}

// put puts a text on the clipboard, through the window where the desktop lets only the program in front copy.
func (a *App) put(ctx context.Context, owner, text string) error {
	// That the focus is gone from a window that hides may be told only after a nap.
	if a.visible.Load() && a.inFront.Load() && a.clipboard.NeedsFocus() {
		return a.clipboard.WriteFocused(ctx, owner, text)
	}
	return a.clipboard.Write(ctx, owner, text)
}

// copyInWindow has the person copy in the window, where the desktop lets nobody else: the keyboard is on the button.
func (a *App) copyInWindow(account oauth.Account) {
	a.showWindow()
	a.window.leaveSheets()
	a.window.focusOn(account)
	button := lang.L("Copy token")
	if a.copiedWords(account) != "" {
		button = lang.L("Copied")
	}
	a.window.say(lang.L("Your desktop lets a program copy only while its window is in front. Press “{{.Button}}” here, or install "+
		"wl-clipboard: then one click in the tray is enough.", with{"Button": button}))
}

// copyAs copies a token in a format, which is the account's from then on.
func (a *App) copyAs(account oauth.Account, f format) {
	a.rememberFormat(account, f)
	a.copyToken(account)
}

// chooseFormat opens the menu of what can be copied for an account, below what was pressed for it.
func (a *App) chooseFormat(account oauth.Account, below fyne.CanvasObject) {
	if a.session == nil {
		return
	}
	m := fyne.NewMenu("", formatItems(account, a.view.formats, a.formatOf(account), a.copyAs)...)
	widget.ShowPopUpMenuAtRelativePosition(m, a.window.Canvas(), fyne.NewPos(0, below.Size().Height), below)
}

// atLeast is what a copied token must have left to live; 0: what the engine gives by itself, which makes allowance for
// providers whose tokens are short-lived.
func (a *App) atLeast() time.Duration {
	if a.settings.MinutesLeft == defaults().MinutesLeft {
		return 0
	}
	return a.settings.MinutesLeft.duration()
}

func (a *App) copyFailed(account oauth.Account, err error) {
	if errors.Is(err, context.Canceled) || errors.Is(err, oauth.ErrClosed) {
		return
	}
	a.log.Warn("token not copied", "account", account.Address, "err", err)
	a.window.say("")
	a.explainTrouble(account, err, func() { a.copyToken(account) })
}

// showTrouble shows what is wrong with an account, and the way out; just the window if it passed meanwhile, or the account
// is gone.
func (a *App) showTrouble(account oauth.Account) {
	now, listed := first(a.view.accounts, func(now oauth.Account) bool { return now.Key == account.Key })
	if !listed || now.Cause == nil {
		a.showWindow()
		return
	}
	a.explainTrouble(now, now.Cause, func() { a.copyToken(now) })
}

// explainTrouble shows why an account's token could not be had, with the button that helps. again is what was tried.
func (a *App) explainTrouble(account oauth.Account, err error, again func()) {
	a.showWindow()
	p := a.explainFor(a.present(account), err)
	p.title = lang.L("{{.Address}}: {{.Why}}", with{"Address": account.Address, "Why": p.title})
	a.report(p, func() {
		switch {
		case a.remedied(p):
		case p.remedy == signInAgain:
			a.signInAgain(account)
		default:
			again()
		}
	})
}

// windowBoard is Fyne's own clipboard, for where nothing else can copy. On Wayland it works while the window has the
// focus, and nobody is told where it does not. What it holds goes with the program: then it is empty.
type windowBoard struct {
	screen  func(func())
	board   fyne.Clipboard
	ended   <-chan struct{} // closed when the application ends, and nothing comes to the screen any more
	lending *bool           // others may ask for what it holds; belongs to Fyne's thread
}

func (w windowBoard) Read() (string, error) { return onScreen(w, w.board.Content), nil }

// Write has the loop answer also for an empty text: Fyne can't give a clipboard back.
func (w windowBoard) Write(text string) error {
	written := onScreen(w, func() bool {
		w.board.SetContent(text)
		*w.lending = true
		return true
	})
	if !written {
		return desktop.ErrClipboard
	}
	return nil
}

// onScreen returns what a function on Fyne's thread does, and nothing where that is over.
func onScreen[T any](w windowBoard, do func() T) (result T) {
	done := make(chan T, 1)
	w.screen(func() { done <- do() })
	select {
	case result = <-done:
	case <-w.ended:
	}
	return result
}
