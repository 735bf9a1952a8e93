package app

import (
	"context"
	"net/http"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"tokentray/app/desktop"
	"tokentray/assets"
	"tokentray/oauth"
	"tokentray/oauth/google"
)

// addAccount signs somebody in who is not there yet. It is the tray's and the window's Add account.
func (a *App) addAccount() { a.beginSignIn(nil, google.Access{}) }

// signInAgain renews an account's sign-in, with the access that it had.
func (a *App) signInAgain(account oauth.Account) {
	account = a.present(account)
	a.beginSignIn(&account, google.Named(account.Scopes))
}

// beginSignIn opens the browser and shows what is awaited. One that is under way comes to the front instead. again is
// who signs in again, nil for somebody new; an access without scopes stands for the one that was chosen last.
func (a *App) beginSignIn(again *oauth.Account, access google.Access) {
	a.showWindow()
	switch {
	case a.signIn != nil:
		a.window.present(a.signIn.sheet)
	case a.session == nil || a.opening:
		a.whenOpen(func() { a.beginSignIn(again, access) })
	case !a.session.engine.HasClient():
		a.setUp()
	default:
		if len(access.Scopes) == 0 {
			access = a.lastAccess()
		}
		a.signIn = newSignInSheet(a, a.session, again, access)
		a.window.present(a.signIn.sheet)
		a.drawTray()
		a.signIn.start()
	}
}

// signInSheet is shown while a sign-in waits for the browser.
type signInSheet struct {
	*sheet
	app     *App
	session *session
	again   *oauth.Account // who signs in again; nil for somebody new
	access  google.Access

	running *oauth.SignIn // nil until the link is there
	cancel  context.CancelFunc
	// attempt counts the starts: what an earlier one still reports is of no interest.
	attempt int

	status  *widget.Label
	meaning *widget.Label // of the access chosen
	link    *button
	paste   *button
	address *field
	finish  *button
	wrong   *widget.Label
}

func newSignInSheet(a *App, s *session, again *oauth.Account, access google.Access) *signInSheet {
	in := &signInSheet{app: a, session: s, again: again, access: access}
	in.status, in.meaning = text(""), text(in.meaningWords())
	in.link = newButton(lang.L("Copy the link"), in.copyLink)
	in.address = newField()
	in.address.SetPlaceHolder("http://127.0.0.1…")
	in.address.OnSubmitted = func(string) { in.submit() }
	in.finish = primary(lang.L("Use this address"), in.submit)
	in.wrong = text("")
	in.wrong.Importance = widget.DangerImportance
	in.paste = newButton(lang.L("Paste the address you ended at"), func() {
		in.showPaste(true)
		a.window.Canvas().Focus(in.address)
	})
	title := lang.L("Add an account")
	if again != nil {
		title = lang.L("Sign in again: {{.Address}}", with{"Address": again.Address})
	}
	body := []fyne.CanvasObject{in.status}
	if len(s.choices) > 0 {
		body = append(body, text(lang.L("What may your tool do with the mail?")), a.accessChoice(access, in.accessChosen), in.meaning)
	}
	body = append(body, widget.NewSeparator(),
		text(lang.L("The wrong browser opened, or none? Copy the link and open it where you want.")), in.link,
		text(lang.L("Did the browser end at a page that it can't show?")), in.paste, in.address, in.wrong, in.finish)
	if len(s.choices) > 0 {
		body = append(body, newButton(lang.L("Google shows an error?"), a.searchErrors))
	}
	cancel := newButton(lang.L("Cancel"), in.abandon)
	in.sheet = newSheet(title, body, cancel)
	in.first = nil // Enter alone must not cancel
	in.escape = in.abandon
	in.showPaste(false)
	return in
}

// accessChosen asks for another access. That needs another link, so the sign-in starts anew.
func (in *signInSheet) accessChosen(access google.Access) {
	if in.app.signIn != in {
		return // it ended while the choice was made
	}
	in.access = access
	in.meaning.SetText(in.meaningWords())
	if in.again == nil { // an account's own access is no wish for the next one
		in.app.rememberAccess(access)
	}
	in.start()
}

// meaningWords say what the access that is asked for is good for, or what it changes.
func (in *signInSheet) meaningWords() string {
	if in.again == nil {
		return purpose(in.access)
	}
	return changeWords(in.again.Scopes, in.access.Scopes)
}

func (in *signInSheet) showPaste(visible bool) {
	setVisible(in.paste, !visible)
	setVisible(in.address, visible)
	setVisible(in.finish, visible)
	setVisible(in.wrong, false)
}

// request is what the provider is asked for.
func (in *signInSheet) request() oauth.Request {
	request := oauth.Request{Scopes: in.access.Scopes}
	if in.again != nil {
		request.Hint, request.Account = in.again.Address, in.again.Key
	}
	return request
}

// start begins an attempt in the place of the one before.
func (in *signInSheet) start() {
	if in.running != nil {
		in.running.Cancel()
	}
	if in.cancel != nil {
		in.cancel()
	}
	ctx, cancel := context.WithCancel(in.app.ctx)
	in.running, in.cancel = nil, cancel
	in.attempt++
	attempt, request := in.attempt, in.request()
	in.link.Disable()
	in.paste.Disable()
	in.finish.Disable()
	in.status.SetText(lang.L("Opening your browser… If your computer asks for it, unlock the keychain."))
	in.app.beside(func() func() {
		running, err := in.app.startSignIn(ctx, in.session.engine, request)
		return func() { in.started(attempt, running, err) }
	})
}

// startSignIn starts a sign-in after the one before has ended, which takes a moment when it was cancelled. It runs
// beside Fyne's thread.
func (a *App) startSignIn(ctx context.Context, engine *oauth.Engine, request oauth.Request) (*oauth.SignIn, error) {
	select {
	case a.signInTurn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	running, err := engine.StartSignIn(ctx, request)
	if err != nil {
		<-a.signInTurn
		return nil, err
	}
	a.work.Go(func() {
		_, _ = running.Wait(context.Background()) // it ends by itself, at the latest with its engine
		<-a.signInTurn
	})
	return running, nil
}

func (in *signInSheet) started(attempt int, running *oauth.SignIn, err error) {
	if attempt != in.attempt || in.app.signIn != in {
		if running != nil {
			running.Cancel()
		}
		return
	}
	if err != nil {
		in.end()
		in.failed(err)
		return
	}
	in.running = running
	in.link.Enable()
	in.paste.Enable()
	in.finish.Enable()
	in.status.SetText(lang.L("Go on in your browser: choose your account and say yes. This window notices by itself " +
		"when you are done. It waits for five minutes."))
	in.app.beside(func() func() {
		if err := in.app.openBrowser(in.app.ctx, running.Link()); err != nil {
			in.app.log.Warn("browser not opened", "err", err)
			return func() {
				if attempt == in.attempt {
					in.status.SetText(sentencesOf(explain(err, in.session.provider).line(), lang.L("Token Tray waits for five minutes.")))
				}
			}
		}
		return nil
	})
	in.app.beside(func() func() {
		account, err := running.Wait(in.app.ctx)
		return func() {
			if attempt == in.attempt && in.app.signIn == in {
				in.end()
				in.finished(running, account, err)
			}
		}
	})
}

// abandon is Cancel.
func (in *signInSheet) abandon() {
	if in.running != nil {
		in.running.Cancel()
	}
	in.end()
}

// end takes the sheet away.
func (in *signInSheet) end() {
	in.cancel()
	in.app.signIn = nil
	in.app.window.dismiss(in.sheet)
	in.app.drawTray()
}

func (in *signInSheet) copyLink() {
	link := in.running.Link()
	in.app.beside(func() func() {
		err := in.app.put(in.app.ctx, desktop.NoSecret, link)
		return func() {
			if err != nil {
				in.app.log.Warn("link not copied", "err", err)
				in.status.SetText(explain(err, in.session.provider).line())
				return
			}
			in.status.SetText(lang.L("The link is on the clipboard. Open it in a browser on this computer."))
		}
	})
}

func (in *signInSheet) submit() {
	if in.running == nil { // Enter in the field, before there is a link
		return
	}
	if err := in.running.Paste(in.address.Text); err != nil {
		in.app.log.Warn("pasted address not used", "err", err)
		in.wrong.SetText(explain(err, in.session.provider).line())
		in.wrong.Show()
		return
	}
	in.wrong.Hide()
	in.status.SetText(lang.L("Finishing the sign-in…"))
}

// landing makes the page on which the browser ends. The engine calls it on a goroutine of its own.
func (a *App) landing(p place) func(oauth.Account, error) oauth.Page {
	name := (&App{place: p}).provider()
	return func(account oauth.Account, err error) oauth.Page {
		page := assets.PageText{
			Title: lang.L("{{.Address}} is signed in", with{"Address": account.Address}),
			Text:  lang.L("One click on Token Tray's icon now puts a token for it on the clipboard."),
			Good:  true,
		}
		if err != nil {
			p := explain(err, name)
			page = assets.PageText{Title: p.title, Text: p.detail}
		}
		page.Lang, page.Close = spoken, lang.L("You can close this tab and go back to Token Tray.")
		return oauth.Page{Status: http.StatusOK, Header: assets.PageHeader(), Body: assets.Page(page)}
	}
}
