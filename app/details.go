package app

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"tokentray/oauth"
	"tokentray/oauth/google"
)

// showDetails shows what an account may do, what happened to it, and what else can be done with it.
func (a *App) showDetails(account oauth.Account) {
	account = a.present(account)
	var s *sheet
	leave := func() { a.window.dismiss(s) }
	words := detailWords(account, a.view, a.tokenTime())
	if account.Cause != nil {
		words = a.explainFor(account, account.Cause).line() + "\n\n" + words
	}
	day := a.lastDay(account)
	if !day.IsZero() {
		words += "\n\n" + lang.L("If the project is in “Testing”, this sign-in ends on {{.Moment}}.", with{"Moment": momentWords(day, a.now())})
	}
	if client := a.clientOf(account); client != "" {
		words += "\n\n" + lang.L("It belongs to {{.Client}}.", with{"Client": client})
	}
	body := []fyne.CanvasObject{text(words)}
	if !day.IsZero() {
		body = append(body, newButton(lang.L("Is the project in Testing?"), func() {
			a.questionTesting(account, func() { a.showDetails(account) })
		}))
	}
	body = append(body, a.historyOf(account)...)
	if a.session != nil && len(a.session.choices) > 0 {
		change := text("")
		ask := newButton(lang.L("Sign in again with this access"), nil)
		change.Hide()
		ask.Hide()
		choice := a.accessChoice(google.Named(account.Scopes), func(wanted google.Access) {
			change.SetText(changeWords(account.Scopes, wanted.Scopes))
			ask.OnTapped = func() {
				leave()
				a.beginSignIn(&account, wanted)
			}
			change.Show()
			ask.Show()
		})
		if !account.NeedsSignIn() {
			body = append(body, a.testButton(account))
		}
		body = append(body, widget.NewSeparator(), text(lang.L("Change what it may do:")), choice, change, ask)
	}
	buttons := []*button{newButton(lang.L("Close"), leave)}
	if account.NeedsSignIn() || account.State == oauth.Lost {
		buttons = append(buttons, primary(lang.L("Sign in again"), func() {
			leave()
			a.signInAgain(account)
		}))
	}
	s = newSheet(account.Address, body, buttons...)
	s.escape = leave
	a.window.present(s)
}
