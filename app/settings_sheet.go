package app

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// showSettings shows what can be set, and what helps where something goes wrong.
func (a *App) showSettings() {
	var s *sheet
	leave := func() { a.window.dismiss(s) }
	body := []fyne.CanvasObject{heading("Client")}
	body = append(body, a.clientSettings(leave)...)
	body = append(body, widget.NewSeparator(), heading("If something goes wrong"),
		text("A report says how Token Tray and this computer stand and what happened last. It holds no token, no secret and no whole address. Send it to whoever helps you."),
		a.reportButton())
	s = newSheet("Settings", body, newButton("Close", leave))
	s.escape = leave
	a.window.present(s)
}

// heading stands above a part of a sheet.
func heading(words string) *widget.Label {
	l := text(words)
	l.TextStyle.Bold = true
	return l
}
