package app

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"tokentray/oauth"
)

// showMore opens the menu of what else can be done with an account, below what was pressed for it.
func (a *App) showMore(account oauth.Account, below fyne.CanvasObject) {
	account = a.present(account)
	widget.ShowPopUpMenuAtRelativePosition(fyne.NewMenu("", a.moreItems(account)...), a.window.Canvas(),
		fyne.NewPos(0, below.Size().Height), below)
}

func (a *App) moreItems(account oauth.Account) []*fyne.MenuItem {
	test := fyne.NewMenuItem(lang.L("Test token"), func() { a.testToken(account, nil) })
	renew := fyne.NewMenuItem(lang.L("Renew now"), func() { a.renewNow(account) })
	test.Disabled, renew.Disabled = account.NeedsSignIn(), account.NeedsSignIn()
	items := []*fyne.MenuItem{
		fyne.NewMenuItem(lang.L("Details"), func() { a.showDetails(account) }),
		test,
		renew,
		fyne.NewMenuItem(lang.L("Sign in again"), func() { a.signInAgain(account) }),
		fyne.NewMenuItem(lang.L("Remove…"), func() { a.confirmRemoval(account) }),
	}
	if a.session == nil || len(a.session.choices) == 0 {
		return append(items[:1], items[2:]...) // nothing is known of where a token could be tried
	}
	return items
}

// renewNow gets a new token for an account although the one at hand may do.
func (a *App) renewNow(account oauth.Account) {
	if a.session == nil {
		return
	}
	s := a.session
	a.window.say(lang.L("Renewing the token of {{.Address}}…", with{"Address": account.Address}))
	a.beside(func() func() {
		ctx, cancel := context.WithTimeout(a.ctx, copyTime)
		defer cancel()
		const longerThanAny = 1000 * time.Hour
		token, err := s.engine.Token(ctx, account.Key, longerThanAny)
		return func() {
			if err != nil {
				a.window.say("")
				a.log.Warn("token not renewed", "account", account.Address, "err", err)
				a.explainTrouble(account, err, func() { a.renewNow(account) })
				return
			}
			a.window.say(lang.L("The token of {{.Address}} is new, good until {{.Until}}.",
				with{"Address": account.Address, "Until": goodUntil(token.Expiry.Add(s.engine.ClockOff()), a.now())}))
		}
	})
}
