package app

import (
	"context"
	"errors"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"tokentray/oauth"
	"tokentray/oauth/google"
)

// finished says how a sign-in ended.
func (in *signInSheet) finished(running *oauth.SignIn, account oauth.Account, err error) {
	switch {
	case errors.Is(err, oauth.ErrOtherPerson):
		in.stranger(running)
	case err != nil:
		in.failed(err)
	default:
		in.app.signedIn(in.session, account, running.Request().Scopes)
	}
}

// signedIn says that an account is there, and at once if a box was left empty on the consent page: the account would
// look well, and the tool be refused.
func (a *App) signedIn(s *session, account oauth.Account, wanted []string) {
	if a.session != s {
		return // the person went to another provider meanwhile
	}
	a.showWindow()
	a.window.forget(account.Address) // its details, as they were before
	said := lang.L("{{.Address}} is signed in. “Copy token” puts a token on the clipboard.", with{"Address": account.Address})
	if more := google.Unticked(account.Scopes, wanted); len(more) > 0 && len(s.choices) > 0 {
		said = lang.L("{{.Address}} is signed in, and was given more than was asked for: it may also {{.Access}}.",
			with{"Address": account.Address, "Access": listed(more)})
	}
	a.window.say(said)
	unticked := google.Unticked(wanted, account.Scopes)
	if len(unticked) == 0 {
		a.offerTest(account, said)
		a.askTesting(account)
		return
	}
	var asked *sheet
	keep := func() { a.window.dismiss(asked) }
	asked = newSheet(lang.L("Something was left unticked"), []fyne.CanvasObject{text(untickedWords(account.Address, unticked))},
		newButton(lang.L("Keep it anyway"), keep),
		primary(lang.L("Try again"), func() {
			keep()
			a.beginSignIn(&account, google.Named(wanted))
		}))
	asked.escape = keep
	a.window.present(asked)
}

func untickedWords(address string, unticked []google.Scope) string {
	words := ""
	for i, scope := range unticked {
		box := lang.L("“{{.Name}}”", with{"Name": capital(scopeWords(scope))})
		if i > 0 {
			box = lang.L("{{.Names}} and {{.Name}}", with{"Names": words, "Name": box})
		}
		words = box
	}
	return lang.L("For {{.Address}} you left {{.Access}} unticked in the browser. A tool that needs it will be refused.",
		with{"Address": address, "Access": words})
}

// stranger asks what to do with the sign-in of somebody else than the account was for. Nothing was changed by it.
func (in *signInSheet) stranger(running *oauth.SignIn) {
	a, who := in.app, running.Stranger()
	a.showWindow()
	var s *sheet
	leave := func() { a.window.dismiss(s) }
	s = newSheet(lang.L("Somebody else signed in"), []fyne.CanvasObject{
		text(lang.L("You signed in as {{.Stranger}}; this is {{.Address}}'s account. Nothing was changed.",
			with{"Stranger": who, "Address": in.again.Address})),
	},
		newButton(lang.L("Close"), leave),
		newButton(lang.L("Try again"), func() {
			leave()
			a.beginSignIn(in.again, in.access)
		}),
		primary(admitLabel(who), func() {
			leave()
			a.beside(func() func() {
				account, err := running.Admit(a.ctx)
				return func() {
					if err != nil {
						a.log.Warn("account not added", "err", err)
						in.failed(err)
						return
					}
					a.signedIn(in.session, account, running.Request().Scopes)
				}
			})
		}))
	s.escape = leave
	a.window.present(s)
}

// admitLabel names who is added, where that leaves room for the other buttons.
func admitLabel(address string) string {
	const most = 20
	if name, _, _ := strings.Cut(address, "@"); name != "" && len([]rune(name)) <= most {
		return lang.L("Add {{.Name}} as a new account", with{"Name": name})
	}
	return lang.L("Add as a new account")
}

func (in *signInSheet) failed(err error) {
	if errors.Is(err, oauth.ErrCancelled) || errors.Is(err, context.Canceled) {
		return
	}
	in.app.showWindow()
	p := explain(err, in.session.provider)
	in.app.report(p, func() {
		if !in.app.remedied(p) {
			in.app.beginSignIn(in.again, in.access)
		}
	})
}
