package app

import (
	"context"
	"errors"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"tokentray/oauth"
)

// clientSettings are the clients that are known, which of them new accounts are added through, and the way to another,
// for which leave takes the settings away.
func (a *App) clientSettings(leave func()) []fyne.CanvasObject {
	s := a.session
	setUp := func() { leave(); a.setUp() }
	switch {
	case a.place.practice:
		return []fyne.CanvasObject{text(lang.L("Practice accounts need no client. Leave practice to set up your own Gmail account."))}
	case s == nil:
		return []fyne.CanvasObject{text(lang.L("One moment: the accounts are not open yet."))}
	}
	known := s.engine.Clients()
	switch len(known) {
	case 0:
		return []fyne.CanvasObject{text(lang.L("No client is set up yet.")), newButton(lang.L("Set up a client…"), setUp)}
	case 1:
		return append([]fyne.CanvasObject{text(connectedWords(projectName(known[0]), a.accountsOf(known[0].ID)))}, a.moreClients(known, setUp)...)
	}
	names, byName, current := []string{}, map[string]string{}, ""
	for _, client := range known {
		name := projectName(client)
		if slices.ContainsFunc(known, func(c oauth.Client) bool { return c.ID != client.ID && projectName(c) == name }) {
			name = lang.L("{{.Client}} ({{.ID}})", with{"Client": name, "ID": shortID(client.ID)})
		}
		name = clientChoice(name, a.accountsOf(client.ID))
		names, byName[name] = append(names, name), client.ID
		if client.ID == s.engine.ClientID() {
			current = name
		}
	}
	choice := widget.NewRadioGroup(names, nil)
	choice.Required = true
	choice.Selected = current
	choice.OnChanged = func(name string) {
		a.changeClients(func(context.Context) error { return s.engine.UseClient(byName[name]) })
	}
	return append([]fyne.CanvasObject{text(lang.L("New accounts are added through:")), choice}, a.moreClients(known, setUp)...)
}

// moreClients leads to another client, and lets one be forgotten that has no account.
func (a *App) moreClients(known []oauth.Client, setUp func()) []fyne.CanvasObject {
	buttons := []fyne.CanvasObject{newButton(lang.L("Set up another client…"), setUp)}
	for _, client := range known {
		if a.accountsOf(client.ID) == 0 {
			buttons = append(buttons, newButton(lang.L("Forget the client of {{.Client}}", with{"Client": projectName(client)}), func() {
				engine := a.session.engine
				a.changeClients(func(ctx context.Context) error { return engine.ForgetClient(ctx, client.ID) })
			}))
		}
	}
	return buttons
}

// changeClients changes something about the clients beside Fyne's thread, and shows the settings anew.
func (a *App) changeClients(change func(context.Context) error) {
	a.beside(func() func() {
		ctx, cancel := context.WithTimeout(a.ctx, copyTime)
		defer cancel()
		err := change(ctx)
		return func() {
			a.window.draw()
			a.showSettings()
			if err != nil {
				a.log.Warn("clients not changed", "err", err)
				a.report(explain(err, a.provider()), func() { a.changeClients(change) })
			}
		}
	})
}

// accountsOf is how many accounts were signed in through a client.
func (a *App) accountsOf(client string) (n int) {
	for _, account := range a.view.accounts {
		if account.Client == client {
			n++
		}
	}
	return n
}

// connectedWords say which client there is, and how many accounts it has.
func connectedWords(client string, accounts int) string {
	fill := with{"Client": client, "PluralCount": accounts}
	if accounts == 0 {
		return lang.L("Connected to {{.Client}}, with no account yet.", fill)
	}
	return lang.N("Connected to {{.Client}}, with {{.PluralCount}} accounts.", accounts, fill)
}

// clientChoice is one client among several, with how many accounts it has.
func clientChoice(client string, accounts int) string {
	fill := with{"Client": client, "PluralCount": accounts}
	if accounts == 0 {
		return lang.L("{{.Client}}, with no account yet", fill)
	}
	return lang.N("{{.Client}}, with {{.PluralCount}} accounts", accounts, fill)
}

// projectName is what a client is called within a sentence: by the project that it belongs to.
func projectName(client oauth.Client) string {
	if client.Project != "" {
		return lang.L("the project {{.Project}}", with{"Project": client.Project})
	}
	return lang.L("client {{.ID}}", with{"ID": shortID(client.ID)})
}

// shortID is enough of a client's ID to know it by.
func shortID(id string) string {
	id = strings.TrimSuffix(id, ".apps.googleusercontent.com")
	if letters := []rune(id); len(letters) > 20 {
		return string(letters[:20]) + "…"
	}
	return id
}

// clientOf names an account's client where there are several to tell apart; else empty.
func (a *App) clientOf(account oauth.Account) string {
	if a.session == nil {
		return ""
	}
	known := a.session.engine.Clients()
	for _, client := range known {
		if client.ID == account.Client && len(known) > 1 {
			return projectName(client)
		}
	}
	return ""
}

// explainMove is the way out for an account whose client is no longer taken, where another one is there by now.
func (a *App) explainMove(account oauth.Account, err error) (problem, bool) {
	refused := errors.Is(err, oauth.ErrClientRefused) || errors.Is(err, oauth.ErrNoClient) || errors.Is(err, oauth.ErrClientLost)
	if !refused || a.session == nil || account.Client == "" || a.session.engine.ClientID() == account.Client {
		return problem{}, false
	}
	for _, client := range a.session.engine.Clients() {
		if client.ID == a.session.engine.ClientID() {
			return problem{
				title: lang.L("Its client is no longer accepted"),
				detail: lang.L("This account was signed in through another client than you use now. Sign in again to go on with {{.Client}}.",
					with{"Client": projectName(client)}),
				remedy: signInAgain,
			}, true
		}
	}
	return problem{}, false
}
