package app

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"
)

// settingsWindow is where the person chooses how the program behaves. Each choice takes effect at once, and nothing needs to
// be confirmed.
type settingsWindow struct {
	fyne.Window
	app *App
	// trouble tells of a choice that could not be kept.
	trouble *widget.Label
}

// showSettings shows the settings as they stand, in front of everything.
func (a *App) showSettings() {
	w, behind := a.settingsWindow, true
	if w == nil {
		behind = false
		w = &settingsWindow{Window: a.fyne.NewWindow(lang.L("Token Tray: Settings")), app: a, trouble: text("")}
		w.trouble.Importance = widget.DangerImportance
		w.trouble.Hide()
		w.SetCloseIntercept(w.leave)
		w.Canvas().SetOnTypedKey(func(key *fyne.KeyEvent) {
			if key.Name == fyne.KeyEscape {
				w.leave()
			}
		})
		a.addQuitShortcut(w.Canvas())
		a.settingsWindow = w
	}
	w.fill()
	w.Resize(fyne.NewSize(460, 620))
	bringUp(w.Window, behind)
}

// leave closes the settings.
func (w *settingsWindow) leave() {
	w.app.settingsWindow = nil
	w.Close()
	w.app.idle.begin()
}

// toMain leaves the settings for something that the main window has.
func (w *settingsWindow) toMain() {
	w.leave()
	w.app.showWindow()
}

// fill shows everything that can be set.
func (w *settingsWindow) fill() {
	a := w.app
	var body []fyne.CanvasObject
	part := func(title string, contents ...fyne.CanvasObject) {
		if len(body) > 0 {
			body = append(body, widget.NewSeparator())
		}
		body = append(append(body, heading(title)), contents...)
	}
	part(lang.L("Accounts and tokens"), w.copying()...)
	part(Name, w.manners()...)
	part(lang.L("Google clients"), a.clientSettings(w.toMain)...)
	part(lang.L("Practice"), w.practising()...)
	part(lang.L("If something goes wrong"),
		text(lang.L("A report says how Token Tray and this computer stand and what happened last. It holds no token, no secret and no whole "+
			"address. Send it to whoever helps you.")),
		a.reportButton())
	part(lang.L("Remove everything"),
		text(lang.L("Before you uninstall Token Tray: withdraws its access everywhere, forgets all accounts and settings, and quits.")),
		newButton(lang.L("Remove everything…"), func() { w.toMain(); a.confirmRemovingEverything() }))
	closing := primary(lang.L("Close"), w.leave)
	w.SetContent(container.NewPadded(container.NewBorder(nil,
		container.NewVBox(w.trouble, container.NewBorder(nil, nil, nil, closing)), nil, nil,
		container.NewVScroll(container.NewVBox(body...)))))
	w.Canvas().Focus(closing)
}

// copying is what is copied, and for how long.
func (w *settingsWindow) copying() []fyne.CanvasObject {
	a := w.app
	var access fyne.CanvasObject // none where the provider's kinds of access are not known
	if a.session != nil && len(a.session.choices) > 0 {
		access = a.accessChoice(a.lastAccess(), a.rememberAccess)
	}
	return []fyne.CanvasObject{
		form(
			row{lang.L("New accounts may"), access},
			row{lang.L("Copy a token as"), newChoice(formatNames(), a.settings.Format, formatName.words,
				func(f formatName) { w.change(func(s *settings) { s.Format = f }); a.drawTray() })},
		),
		small(lang.L("“Copy as” in the tray, and the arrow beside “Copy token”, choose another form for a single account. It is remembered.")),
		form(
			row{lang.L("Clear the clipboard after"), newChoice(clearAfters, a.settings.ClearAfter, clearAfter.words,
				func(c clearAfter) { w.change(func(s *settings) { s.ClearAfter = c }) })},
			row{lang.L("A copied token is good for"), newChoice(minutesLefts, a.settings.MinutesLeft, minutesLeft.words,
				func(m minutesLeft) { w.change(func(s *settings) { s.MinutesLeft = m }) })},
		),
	}
}

// manners are how the program behaves on the desktop.
func (w *settingsWindow) manners() []fyne.CanvasObject {
	a := w.app
	return []fyne.CanvasObject{
		a.loginTick(w.say),
		newTick(lang.L("Keep running in the tray when the window is closed"), a.settings.CloseToTray,
			func(on bool) { w.change(func(s *settings) { s.CloseToTray = on }) }),
		newTick(lang.L("Show notifications"), a.settings.Notifications,
			func(on bool) { w.change(func(s *settings) { s.Notifications = on }) }),
		form(
			row{lang.L("Closing without a tray"), w.withoutTray()},
			row{lang.L("Colours"), newChoice(themes, a.settings.Theme, themeName.words, func(t themeName) {
				w.change(func(s *settings) { s.Theme = t })
				a.useTheme()
			})},
			row{lang.L("Size of texts"), newChoice(textSizes, a.settings.TextSize, textSize.words, func(t textSize) {
				w.change(func(s *settings) { s.TextSize = t })
				a.useTheme()
			})},
		),
	}
}

// withoutTray takes back what was answered when the window was closed where there is no tray; nil: nothing was.
func (w *settingsWindow) withoutTray() fyne.CanvasObject {
	answered := w.app.settings.WithoutTray
	if answered == askWithoutTray {
		return nil
	}
	return newChoice([]withoutTray{askWithoutTray, minimise, quitInstead}, answered, withoutTray.words,
		func(answer withoutTray) { w.change(func(s *settings) { s.WithoutTray = answer }) })
}

// practising leads to the practice accounts, and back from them.
func (w *settingsWindow) practising() []fyne.CanvasObject {
	a := w.app
	if a.place.practice {
		return []fyne.CanvasObject{text(lang.L("You are looking at practice accounts. Your own wait where they were.")),
			newButton(lang.L("Leave practice"), func() { w.toMain(); a.leavePractice() })}
	}
	return []fyne.CanvasObject{text(lang.L("Practice accounts behave like real ones and open no mailbox. Your own wait until you come back.")),
		newButton(lang.L("Try it with a practice account"), func() { w.toMain(); a.tryPractice() })}
}

// change takes over a choice.
func (w *settingsWindow) change(do func(*settings)) {
	do(&w.app.settings)
	w.app.saveSettings()
}

// say tells what went wrong with a choice; empty: nothing did.
func (w *settingsWindow) say(words string) {
	w.trouble.SetText(words)
	setVisible(w.trouble, words != "")
	w.Content().Refresh()
}

// settingsSaved tells of a choice that could not be written, and takes that back when one could.
func (a *App) settingsSaved(err error) {
	words := ""
	if err != nil {
		words = notSavedWords()
	}
	if a.settingsWindow != nil {
		a.settingsWindow.say(words)
	} else if words != "" {
		a.window.say(words)
	}
}

// row is what can be chosen, nil for nothing, with its name.
type row struct {
	name   string
	choice fyne.CanvasObject
}

// form lays rows out so that the choices stand below each other.
func form(rows ...row) fyne.CanvasObject {
	c := container.New(layout.NewFormLayout())
	for _, r := range rows {
		if r.choice != nil {
			c.Add(widget.NewLabel(r.name))
			c.Add(r.choice)
		}
	}
	return c
}

// heading stands above a part of a page.
func heading(words string) *widget.Label {
	l := text(words)
	l.TextStyle.Bold = true
	return l
}
