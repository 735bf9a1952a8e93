package app

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/storage"

	"tokentray/oauth"
	"tokentray/oauth/google"
)

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
	pick.SetTitleText(lang.L("Choose the client file"))
	// A folder that is not there leaves the dialog where it opens by itself.
	if folder, err := storage.ListerForURI(storage.NewFileURI(a.downloads())); err == nil {
		pick.SetLocation(folder)
	}
	pick.Show()
	pick.Resize(a.window.Canvas().Size()) // it must be shown before it has a size
}

// importDropped reads a client file that was dropped on the window. In practice mode, which needs none, it is meant for
// real accounts. Then it does done, which may be nil, however that went.
func (a *App) importDropped(path string, done func()) {
	a.whenOpen(func() {
		if a.place.practice {
			a.open(place{})
		}
		a.whenOpen(func() { a.importClient(path, done) })
	})
}

// importClient reads a client file, remembers its client, and then does done, which may be nil, however that went.
func (a *App) importClient(path string, done func()) {
	rule := google.OnlyGoogle
	if a.session.place != (place{}) {
		rule = google.AnyEndpoints
	}
	a.takeClient(func() (google.Client, error) { return google.ReadClient(path, rule) }, done)
}

// takeClient remembers the client that read finds.
func (a *App) takeClient(read func() (google.Client, error), done func()) {
	s := a.session
	a.beside(func() func() {
		client, err := read()
		if err == nil {
			ctx, cancel := context.WithTimeout(a.ctx, 2*time.Minute)
			defer cancel()
			err = s.engine.SetClient(ctx, oauth.Client(client))
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
	a.endSetUp()
	to := lang.L("Connected to {{.provider}}.", providerNames(a.provider()))
	if client.Project != "" {
		to = lang.L("Connected to the project {{.Project}}.", with{"Project": client.Project})
	}
	a.window.say(sentencesOf(to, lang.L("Press “Add account…” to sign in.")))
	a.window.draw()
}
