package app

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"tokentray/oauth/google"
)

// searchShown is how many explanations are shown at a time.
const searchShown = 3

// searchErrors explains what Google's own page shows: of such an error the program sees only that nobody comes back.
func (a *App) searchErrors() {
	found := container.NewVBox()
	words := newField()
	words.SetPlaceHolder(lang.L("Error 403: access_denied"))
	words.OnChanged = func(said string) {
		found.RemoveAll()
		troubles := google.Search(said)
		for _, t := range troubles[:min(len(troubles), searchShown)] {
			found.Add(a.explained(t))
		}
		if said != "" && len(troubles) == 0 {
			found.Add(text(lang.L("Nothing is known of this. Try the code alone: the words after “Error”.")))
		}
	}
	var s *sheet
	leave := func() { a.window.dismiss(s) }
	s = newSheet(lang.L("What does Google's page say?"), []fyne.CanvasObject{
		text(lang.L("Type or paste the error that it shows.")), words, found,
	}, newButton(lang.L("Close"), leave))
	s.first = words
	s.escape = leave
	a.window.present(s)
}

// explained is one trouble with what helps: the page to go to, or what to send to an admin.
func (a *App) explained(t google.Trouble) fyne.CanvasObject {
	p := troubled(t)
	title := text(p.title)
	title.TextStyle.Bold = true
	shown := container.NewVBox(title, text(p.detail))
	switch p.remedy {
	case openPage:
		shown.Add(newButton(p.remedy.label(), func() { a.remedied(p) }))
	case copyForAdmin:
		for _, o := range a.clientID() {
			shown.Add(o)
		}
		if a.session != nil {
			shown.Add(a.copyButton(p.remedy.label(), adminText(a.session.engine.ClientID())))
		}
	}
	shown.Add(widget.NewSeparator())
	return shown
}
