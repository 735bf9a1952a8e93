package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"tokentray/oauth"
	"tokentray/oauth/google"
)

// setUp asks for the client that a sign-in needs.
func (a *App) setUp() {
	a.showWindow()
	var s *sheet
	leave := func() { a.window.dismiss(s) }
	choose := primary("Choose the client file…", a.chooseClient)
	if a.place != (place{}) {
		s = newSheet("Connect to "+a.provider(), []fyne.CanvasObject{
			text("This provider hands out tokens only to a client that it knows. Choose the client file: it holds the client's ID and, if there is one, its secret."),
		}, newButton("Cancel", leave), choose)
	} else {
		body := []fyne.CanvasObject{text("Google gives tokens only to programs that it knows. You make Token Tray known to it with a “client” of your own. That takes about five minutes, once:")}
		for i, step := range google.Steps {
			body = append(body, a.consoleStep(i+1, step))
		}
		body = append(body, text("Then choose the file that you downloaded, or drop it on this window. Not sure yet? Practice first, with an account that is not real."))
		try := newButton("Practice first", func() { leave(); a.tryPractice() })
		s = newSheet("Connect Token Tray to Google", body, newButton("Cancel", leave), try, choose)
	}
	s.escape = leave
	a.setup = s
	a.window.present(s)
}

// consoleStep is one thing to do in Google's console, with the way to its page.
func (a *App) consoleStep(number int, step google.Step) fyne.CanvasObject {
	link := widget.NewHyperlink(fmt.Sprintf("%d. %s", number, step.Title), nil)
	link.OnTapped = func() { a.openPage(step.Page) }
	return container.New(layout.NewCustomPaddedVBoxLayout(-theme.InnerPadding()), link, text(step.Words))
}

// openPage opens a page of the provider's in the browser.
func (a *App) openPage(address string) {
	a.beside(func() func() {
		if err := a.openBrowser(a.ctx, address); err != nil {
			a.log.Warn("browser not opened", "err", err)
			return func() {
				a.report(explain(err, a.provider()), func() { a.copyText(address, "The link is on the clipboard.") })
			}
		}
		return nil
	})
}

// copyText puts something that is no secret on the clipboard, and says so.
func (a *App) copyText(words, said string) {
	a.beside(func() func() {
		if err := a.clipboard.Write(a.ctx, "", words); err != nil {
			a.log.Warn("text not copied", "err", err)
			return func() { a.report(explain(err, a.provider()), func() { a.copyText(words, said) }) }
		}
		return func() { a.window.say(said) }
	})
}

// chooseClient lets the person pick the client file.
func (a *App) chooseClient() {
	pick := dialog.NewFileOpen(func(file fyne.URIReadCloser, err error) {
		if err != nil {
			a.log.Warn("file dialog failed", "err", err)
			a.report(explain(google.ErrUnreadable, a.provider()), a.chooseClient)
			return
		}
		if file == nil {
			return // Cancel
		}
		a.note(file.Close())
		a.whenOpen(func() { a.importClient(file.URI().Path(), nil) })
	}, a.window)
	pick.SetFilter(storage.NewExtensionFileFilter([]string{".json"}))
	pick.SetTitleText("Choose the client file")
	if home, err := os.UserHomeDir(); err == nil {
		// A folder that is not there leaves the dialog where it opens by itself.
		if downloads, err := storage.ListerForURI(storage.NewFileURI(filepath.Join(home, "Downloads"))); err == nil {
			pick.SetLocation(downloads)
		}
	}
	pick.Show()
	pick.Resize(a.window.Canvas().Size()) // it must be shown before it has a size
}

// importClient reads a client file, remembers its client, and then does done, which may be nil, however that went.
func (a *App) importClient(path string, done func()) {
	s := a.session
	rule := google.OnlyGoogle
	if s.place != (place{}) {
		rule = google.AnyEndpoints
	}
	a.beside(func() func() {
		client, err := google.ReadClient(path, rule)
		if err == nil {
			ctx, cancel := context.WithTimeout(a.ctx, 2*time.Minute)
			defer cancel()
			err = s.engine.SetClient(ctx, oauth.Client{ID: client.ID, Secret: client.Secret})
		}
		return func() {
			if err == nil {
				a.clientImported(client)
			} else {
				a.clientRefused(err)
			}
			if done != nil {
				done()
			}
		}
	})
}

func (a *App) clientRefused(err error) {
	p := explain(err, a.provider())
	a.log.Warn(p.line(), "err", err) // whoever started the program with --client looks at its standard error
	a.showWindow()
	a.report(p, a.chooseClient)
}

func (a *App) clientImported(client google.Client) {
	if a.setup != nil {
		a.window.dismiss(a.setup)
		a.setup = nil
	}
	to := client.Project
	if to == "" {
		to = a.provider()
	}
	a.window.say("Connected to " + to + ". Press “Add account…” to sign in.")
	a.window.draw()
}

// tryPractice goes over to the practice provider, whose accounts never mix with real ones.
func (a *App) tryPractice() {
	a.open(place{practice: true})
	a.whenOpen(a.addAccount)
}
