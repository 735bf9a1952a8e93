package app

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"

	"tokentray/app/desktop"
	"tokentray/oauth/google"
)

// welcome shows a newcomer how to begin: the guide, where nothing is set up yet and nothing else is being said.
func (a *App) welcome() {
	if a.place != (place{}) || !a.visible.Load() || len(a.window.sheets) > 0 {
		return
	}
	if engine := a.session.engine; !engine.HasClient() && len(engine.Accounts()) == 0 {
		a.setUp()
	}
}

// setUp asks for the client that a sign-in needs; at Google it leads to one.
func (a *App) setUp() {
	a.showWindow()
	switch {
	case a.guide != nil:
		a.window.present(a.setup) // where it is
		return
	case a.place == (place{}):
		a.guide = newGuide(a)
		a.guide.begin()
		return
	}
	leave := a.endSetUp
	a.setup = newSheet(lang.L("Connect to {{.provider}}", providerNames(a.provider())), []fyne.CanvasObject{
		text(lang.L("This provider hands out tokens only to a client that it knows. Choose the client file: it holds the client's ID and, " +
			"if there is one, its secret.")),
	}, newButton(lang.L("Cancel"), leave), primary(lang.L("Choose the client file…"), a.chooseClient))
	a.setup.escape = leave
	a.window.present(a.setup)
}

// setUpAnew asks for a client in the place of one that doesn't work: at Google where the guide ends.
func (a *App) setUpAnew() {
	a.setUp()
	if a.guide != nil {
		a.guide.end()
	}
}

// endSetUp takes the set-up away, whether it led to a client or not.
func (a *App) endSetUp() {
	if a.setup != nil {
		a.window.dismiss(a.setup)
	}
	a.setup, a.guide = nil, nil
}

// pasteClient takes a client ID and secret by hand, for those who have no file any more: a button, and the fields that
// it shows.
func (a *App) pasteClient() (show *button, fields *fyne.Container) {
	id, secret := newField(), newField()
	id.SetPlaceHolder(lang.L("Client ID"))
	secret.SetPlaceHolder(lang.L("Client secret"))
	secret.Password = true
	use := newButton(lang.L("Use these"), func() {
		pastedID, pastedSecret := id.Text, secret.Text
		a.whenOpen(func() {
			a.takeClient(func() (google.Client, error) { return google.ParsePasted(pastedID, pastedSecret) }, nil)
		})
	})
	fields = container.NewVBox(id, secret, use)
	fields.Hide()
	show = newButton(lang.L("Paste the client ID and secret"), func() {
		show.Hide()
		fields.Show()
		a.window.Canvas().Focus(id)
	})
	return show, fields
}

// openPage opens a page of the provider's in the browser.
func (a *App) openPage(address string) {
	a.beside(func() func() {
		if err := a.openBrowser(a.ctx, address); err != nil {
			a.log.Warn("browser not opened", "err", err)
			return func() {
				a.report(explain(err, a.provider()), func() {
					a.copyText(address, func() { a.window.say(lang.L("The link is on the clipboard.")) })
				})
			}
		}
		return nil
	})
}

// copyButton puts something that is no secret on the clipboard, and says so itself: below a sheet nobody would see it.
func (a *App) copyButton(label string, words string) *button {
	var b *button
	b = newButton(label, func() { a.copyText(words, func() { b.SetText(lang.L("Copied")) }) })
	return b
}

// copyText puts something that is no secret on the clipboard; done tells the person so.
func (a *App) copyText(words string, done func()) {
	a.beside(func() func() {
		if err := a.put(a.ctx, desktop.NoSecret, words); err != nil {
			a.log.Warn("text not copied", "err", err)
			return func() { a.report(explain(err, a.provider()), func() { a.copyText(words, done) }) }
		}
		return done
	})
}
