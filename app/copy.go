package app

import (
	"context"
	"errors"
	"runtime"
	"time"

	"fyne.io/fyne/v2"

	"tokentray/oauth"
	"tokentray/oauth/keychain"
)

// copyTime bounds a copy: the keychain's prompt and a renewal fit in.
const copyTime = 3 * time.Minute

// copyToken puts a token of the account on the clipboard that lives long enough, and says so.
func (a *App) copyToken(account oauth.Account) {
	if a.session == nil {
		return
	}
	s, account := a.session, a.present(account)
	switch {
	case errors.Is(account.Cause, keychain.ErrLocked):
		a.window.say("Waiting for you to unlock the keychain…")
	case account.Expiry.Before(a.tokenTime()):
		a.window.say("Getting a fresh token for " + account.Address + "…")
	}
	a.beside(func() func() {
		ctx, cancel := context.WithTimeout(a.ctx, copyTime)
		defer cancel()
		token, err := s.engine.Token(ctx, account.Key, 0)
		if token.Access == "" {
			return func() { a.copyFailed(account, err) }
		}
		if failed := a.clipboard.Write(ctx, clipboardOwner(account), token.Access); failed != nil {
			return func() { a.copyFailed(account, failed) }
		}
		s.engine.Used(account.Key)
		said := copiedWords(account.Address, token.Expiry.Add(s.engine.ClockOff()), a.now())
		if err != nil {
			said += ". It could not be renewed: " + explain(err, s.provider).title
		}
		a.notify(said, "A token was copied.")
		return func() { a.window.say(said) }
	})
}

// clipboardOwner is the name under which an account's token stands on the clipboard.
func clipboardOwner(account oauth.Account) string {
	return account.Key.Issuer + " " + account.Key.Subject
}

func (a *App) copyFailed(account oauth.Account, err error) {
	if errors.Is(err, context.Canceled) || errors.Is(err, oauth.ErrClosed) {
		return
	}
	a.log.Warn("token not copied", "account", account.Address, "err", err)
	a.window.say("")
	a.showWindow()
	p := a.explainFor(a.present(account), err)
	p.title = account.Address + ": " + p.title
	a.report(p, func() {
		switch {
		case a.remedied(p):
		case p.remedy == signInAgain:
			a.signInAgain(account)
		default:
			a.copyToken(account)
		}
	})
}

// notify tells the person something while no window shows it. On Windows a notification passes through a script, so
// nothing that came from outside goes into one there: plain is said instead. It may block.
func (a *App) notify(text, plain string) {
	if a.visible.Load() {
		return
	}
	if runtime.GOOS == "windows" {
		text = plain
	}
	a.tell(text)
}

// windowBoard is Fyne's own clipboard. It works while the window has one of the desktop's connections, and is used
// where no helper program is installed.
type windowBoard struct {
	screen  func(func())
	board   fyne.Clipboard
	lending *bool // it holds something that others may ask for; belongs to Fyne's thread
}

func (w windowBoard) Read() (string, error) {
	text := make(chan string, 1)
	w.screen(func() { text <- w.board.Content() })
	return <-text, nil
}

func (w windowBoard) Write(text string) error {
	done := make(chan struct{})
	w.screen(func() {
		w.board.SetContent(text)
		*w.lending = text != ""
		close(done)
	})
	<-done
	return nil
}
