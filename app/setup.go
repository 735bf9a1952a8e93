package app

import (
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

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
		try := newButton("Practice first", func() { leave(); a.tryPractice() })
		s = newSheet("Connect Token Tray to Google", a.guide(), newButton("Cancel", leave), try, choose)
	}
	s.escape = leave
	a.setup = s
	a.window.present(s)
}

// guide leads through Google's console to the client file.
func (a *App) guide() []fyne.CanvasObject {
	found := container.NewVBox()
	body := []fyne.CanvasObject{found,
		text("Google gives tokens only to programs that it knows. You make Token Tray known to it with a “client” of your own. That takes about five minutes, once. Tick off what is done, and come back whenever you like.")}
	for i := range google.Steps {
		body = append(body, a.consoleStep(i))
	}
	body = append(body,
		text("Then choose the file that you downloaded, or drop it on this window. Not sure yet? Practice first, with an account that is not real."),
		a.pasteClient())
	a.beside(func() func() {
		path, ok := google.FindDownloaded(downloads(), a.now().Add(-24*time.Hour))
		if !ok {
			return nil
		}
		return func() {
			found.Add(text("This looks like your client file: " + filepath.Base(path)))
			found.Add(primary("Use this file", func() { a.whenOpen(func() { a.importClient(path, nil) }) }))
		}
	})
	return body
}

// consoleStep is one thing to do in Google's console: a tick that is remembered, the way to its page, and how.
func (a *App) consoleStep(i int) fyne.CanvasObject {
	step := google.Steps[i]
	done := widget.NewCheck("", nil)
	done.Checked = slices.Contains(a.settings.StepsDone, step.Title)
	done.OnChanged = func(ticked bool) {
		rest := slices.DeleteFunc(slices.Clone(a.settings.StepsDone), func(title string) bool { return title == step.Title })
		if ticked {
			rest = append(rest, step.Title)
		}
		a.settings.StepsDone = rest
		a.saveSettings()
	}
	link := widget.NewHyperlink(fmt.Sprintf("%d. %s", i+1, step.Title), nil)
	link.OnTapped = func() { a.openPage(step.Page) }
	return container.NewBorder(nil, nil, container.NewVBox(done), nil,
		container.New(layout.NewCustomPaddedVBoxLayout(-theme.InnerPadding()), link, text(step.Words)))
}

// pasteClient takes a client ID and secret by hand, for those who have no file any more.
func (a *App) pasteClient() fyne.CanvasObject {
	id, secret := newField(), newField()
	id.SetPlaceHolder("Client ID")
	secret.SetPlaceHolder("Client secret")
	secret.Password = true
	use := newButton("Use these", func() {
		pastedID, pastedSecret := id.Text, secret.Text
		a.whenOpen(func() {
			a.takeClient(func() (google.Client, error) { return google.ParsePasted(pastedID, pastedSecret) }, nil)
		})
	})
	fields := container.NewVBox(id, secret, use)
	fields.Hide()
	var show *button
	show = newButton("Paste the client ID and secret", func() {
		show.Hide()
		fields.Show()
		a.window.Canvas().Focus(id)
	})
	return container.NewVBox(show, fields)
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

// copyButton puts something that is no secret on the clipboard, and says so itself: below a sheet nobody would see it.
func (a *App) copyButton(label string, words string) *button {
	var b *button
	b = newButton(label, func() {
		a.beside(func() func() {
			err := a.clipboard.Write(a.ctx, "", words)
			return func() {
				if err != nil {
					a.log.Warn("text not copied", "err", err)
					a.report(explain(err, a.provider()), b.OnTapped)
					return
				}
				b.SetText("Copied")
			}
		})
	})
	return b
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
