package app

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// sheet is a page that lies over the account list until it is dealt with.
type sheet struct {
	*fyne.Container
	title string
	// first is what the keyboard is on when the sheet appears.
	first fyne.Focusable
	// escape is what the Escape key does; nil: nothing.
	escape func()
}

// newSheet lays out a title, a body and buttons, the one to press first at the right end.
func newSheet(title string, body []fyne.CanvasObject, buttons ...*button) *sheet {
	heading := widget.NewLabel(title)
	heading.TextStyle.Bold = true
	heading.SizeName = theme.SizeNameSubHeadingText
	heading.Wrapping = wrapping()
	s := &sheet{title: title, Container: container.NewPadded(container.NewBorder(heading, trailing(buttons...), nil, nil,
		container.NewVScroll(container.NewVBox(body...))))}
	if len(buttons) > 0 {
		s.first = buttons[len(buttons)-1]
	}
	return s
}

// small is a paragraph for whoever wonders.
func small(words string) *widget.Label {
	l := text(words)
	l.SizeName = theme.SizeNameCaptionText
	return l
}

// text is a paragraph of a sheet.
func text(words string) *widget.Label {
	l := widget.NewLabel(words)
	l.Wrapping = wrapping()
	return l
}

// report shows a problem with the one button that does the next right thing; again is what that button does.
func (a *App) report(p problem, again func()) {
	var s *sheet
	closeIt := func() { a.window.dismiss(s) }
	buttons := []*button{newButton(lang.L("Close"), closeIt)}
	if p.remedy != noRemedy && again != nil {
		buttons = append(buttons, primary(p.remedy.label(), func() {
			closeIt()
			again()
		}))
	}
	body := []fyne.CanvasObject{text(p.detail)}
	if p.remedy == copyForAdmin {
		body = append(body, a.clientID()...)
	}
	if p.unexplained {
		body = append(body, a.reportButton())
	}
	s = newSheet(p.title, body, buttons...)
	s.escape = closeIt
	a.window.present(s)
}
