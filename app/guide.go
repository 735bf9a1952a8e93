package app

import (
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"tokentray/oauth"
	"tokentray/oauth/google"
)

// guideTitle is the title of the guide among the sheets; each of its pages has a heading of its own.
const guideTitle = "The guide"

// guide leads through Google's console to the client file, a page for each step. It can be left, and begins again at the
// first step that isn't done.
type guide struct {
	app  *App
	step int // the one shown, counted from 0

	steps   []*button // one for each step: whether it is done, and the way to it
	open    *button
	tick    *button // whether the one shown is done
	back    *button
	next    *button
	choose  *button // the client file
	paste   *button // shows the fields for it
	fields  *fyne.Container
	intro   *widget.Label   // on the first page
	picture *fyne.Container // of the step shown
	offer   *fyne.Container // the client file that was just downloaded
	found   string          // its path, or empty
	been    bool            // the person was sent to the page where the client file is
	again   bool            // the file of a client that is known already is welcome too
}

func newGuide(a *App) *guide {
	g := &guide{app: a, offer: container.NewVBox(), intro: text(
		lang.L("Google gives tokens only to programs that it knows. You make Token Tray known to it, once, in five short steps."))}
	g.paste, g.fields = a.pasteClient()
	g.open = newButton(lang.L("Open Google's page"), g.openPage)
	g.tick = newButton(lang.L("Done"), g.toggle)
	g.back = newButton(lang.L("Back"), func() { g.turn(g.step-1, g.back) })
	g.next = newButton(lang.L("Next"), func() { g.turn(g.step+1, g.next) })
	g.choose = newButton(lang.L("Choose the client file…"), a.chooseClient)
	for i := range google.Steps {
		g.steps = append(g.steps, newButton(strconv.Itoa(i+1), func() { g.turn(i, g.steps[i]) }))
	}
	return g
}

// begin shows the first step that isn't done, or the last one.
func (g *guide) begin() {
	first := slices.IndexFunc(google.Steps, func(s google.Step) bool { return !g.done(s) })
	if first < 0 {
		first = len(google.Steps) - 1
	}
	g.turn(first, g.open)
}

// end shows the last step, for someone who has been through all of this with a client that doesn't work any more.
func (g *guide) end() {
	g.been, g.again = true, true
	g.turn(len(google.Steps)-1, g.choose)
}

// turn shows a step. The keyboard stays on what was pressed, if that can be pressed again.
func (g *guide) turn(to int, pressed *button) {
	g.step = to
	g.mark()
	if pressed.Disabled() {
		pressed = g.open
	}
	a := g.app
	title := lang.L("Step {{.Step}} of {{.Steps}}: {{.Title}}",
		with{"Step": to + 1, "Steps": len(google.Steps), "Title": lang.L(google.Steps[to].Title)})
	s := newSheet(title, g.page(), newButton(lang.L("Later"), a.endSetUp), g.back, g.next)
	s.title, s.first, s.escape = guideTitle, pressed, a.endSetUp
	s.Container = container.New(column{}, s.Container)
	a.setup = s
	a.window.present(s)
	g.look()
}

// page is what stands between the heading and the buttons.
func (g *guide) page() []fyne.CanvasObject {
	a, step := g.app, google.Steps[g.step]
	steps := container.NewGridWithColumns(len(g.steps))
	for _, b := range g.steps {
		steps.Add(b)
	}
	g.picture = container.NewPadded(container.NewCenter(newDrawing(step)))
	g.makeRoom()
	body := []fyne.CanvasObject{inset(steps), g.offer, g.picture, text(lang.L(step.Words)), inset(leading(g.open, g.tick))}
	if g.step == 0 {
		body = slices.Insert(body, 1, fyne.CanvasObject(g.intro))
	}
	if g.last() {
		body = append(body, text(lang.L("Then choose the downloaded file, or drop it on this window.")),
			inset(leading(g.choose, g.paste)), inset(g.fields))
	}
	try := newButton(lang.L("Try it with a practice account first"), func() { a.endSetUp(); a.tryPractice() })
	return append(body, layout.NewSpacer(), inset(leading(try)))
}

// inset begins and ends where the words of a paragraph do.
func inset(o fyne.CanvasObject) fyne.CanvasObject {
	side := theme.InnerPadding()
	return container.New(layout.NewCustomPaddedLayout(0, 0, side, side), o)
}

func (g *guide) last() bool { return g.step == len(google.Steps)-1 }

func (g *guide) done(step google.Step) bool {
	return slices.Contains(g.app.settings.StepsDone, step.Title)
}

// toggle remembers that the step shown is done, or isn't after all. It stays: what comes next is the person's to press.
func (g *guide) toggle() {
	a, step := g.app, google.Steps[g.step]
	rest := slices.DeleteFunc(slices.Clone(a.settings.StepsDone), func(title string) bool { return title == step.Title })
	if !g.done(step) {
		rest = append(rest, step.Title)
	}
	a.settings.StepsDone = rest
	a.saveSettings()
	g.mark()
	g.keep(g.tick)
}

// keep leaves the keyboard on a button that was pressed, from which Fyne takes it.
func (g *guide) keep(pressed *button) { g.app.window.Canvas().Focus(pressed) }

// mark shows in the buttons which steps are done, and which button does the next right thing.
func (g *guide) mark() {
	for i, b := range g.steps {
		b.Icon = nil
		if g.done(google.Steps[i]) {
			b.Icon = theme.ConfirmIcon()
		}
		b.Importance = widget.MediumImportance
		if i == g.step {
			b.Importance = widget.HighImportance
		}
		b.Refresh()
	}
	g.tick.Icon = theme.CheckButtonIcon()
	if g.done(google.Steps[g.step]) {
		g.tick.Icon = theme.CheckButtonCheckedIcon()
	}
	g.tick.Refresh()
	setEnabled(g.back, g.step > 0)
	setEnabled(g.next, !g.last())
	right := g.open
	switch {
	case g.found != "":
		right = nil // the offered file has the button
	case g.last() && (g.been || g.done(google.Steps[g.step])):
		right = g.choose
	case g.done(google.Steps[g.step]):
		right = g.next
	}
	for _, b := range []*button{g.open, g.next, g.choose} {
		b.Importance = widget.MediumImportance
		if b == right {
			b.Importance = widget.HighImportance
		}
		b.Refresh()
	}
}

func setEnabled(b *button, enabled bool) {
	if enabled {
		b.Enable()
	} else {
		b.Disable()
	}
}

func (g *guide) openPage() {
	g.app.openPage(google.Steps[g.step].Page)
	if g.last() {
		g.been = true
		g.mark()
	}
	g.keep(g.open)
}

// returned is called when the person comes back to the window, maybe from the browser: it may have saved the file by now.
func (a *App) returned() {
	if a.guide != nil {
		a.guide.look()
	}
}

// look looks for a client file in the downloads, and offers it.
func (g *guide) look() {
	a, s, again := g.app, g.app.session, g.again
	a.beside(func() func() {
		path, ok := google.FindDownloaded(a.downloads(), a.now().Add(-24*time.Hour))
		if ok && !again && s.knows(path) {
			path = ""
		}
		return func() { g.show(path) }
	})
}

// knows tells whether a client file is that of a client which was imported before. Any goroutine may call it.
func (s *session) knows(path string) bool {
	if s == nil {
		return false
	}
	client, err := google.ReadClient(path, google.OnlyGoogle)
	return err == nil && slices.ContainsFunc(s.engine.Clients(), func(c oauth.Client) bool { return c.ID == client.ID })
}

// show offers a client file, or takes the offer back when there is none any more.
func (g *guide) show(path string) {
	if path == g.found {
		return
	}
	g.found = path
	g.offer.RemoveAll()
	if path != "" {
		g.offer.Add(text(lang.L("This looks like your client file: {{.File}}", with{"File": shortName(filepath.Base(path))})))
		use := primary(lang.L("Use this file"), func() { g.app.whenOpen(func() { g.app.importClient(path, nil) }) })
		g.offer.Add(inset(leading(use)))
	}
	g.makeRoom()
	g.mark()
}

// makeRoom hides what explains where a file is offered, the introduction and the last step's picture: who has the file was
// there already, and what else there is to press needs the room.
func (g *guide) makeRoom() {
	setVisible(g.intro, g.found == "")
	setVisible(g.picture, !g.last() || g.found == "")
}

// shortName is a file's name with what can be spared in its middle left out: Google's have about 90 letters.
func shortName(name string) string {
	const head, tail = 26, 12
	letters := []rune(name)
	if len(letters) <= head+tail+1 {
		return name
	}
	return string(letters[:head]) + "…" + string(letters[len(letters)-tail:])
}
