package app

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"tokentray/assets"
	"tokentray/oauth"
)

// window is the program's one window: the account list, and the sheets that lie over it.
type window struct {
	fyne.Window
	app    *App
	page   *fyne.Container
	notice *fyne.Container // says that these are practice accounts, and leads back
	find   *find
	found  []oauth.Account // what the list has: all accounts, or those that were looked for
	list   *accountList
	cards  []*accountCard // the list's, used again as it scrolls
	shapes cardShapes
	empty  *fyne.Container
	hello  *widget.Label
	emblem *canvas.Image // within the empty list
	adding *button
	trying *button
	head   *fyne.Container // the notice, and what else must be known before the list
	clock  *widget.Label   // that this computer's clock is wrong
	strip  *fyne.Container // what happened last
	said   *widget.Label   // within it
	next   *button         // within it: what can be done about it
	sheets []*sheet
	// before is what the keyboard was on before sheets lay over the page; nil: nothing.
	before fyne.Focusable
	// came is when the window came up last.
	came time.Time
}

// newWindow fills a frame with the program's window.
func newWindow(a *App, frame fyne.Window) *window {
	w := &window{Window: frame, app: a}
	warning := text(lang.L("Practice mode: these are not real accounts, and nothing here touches a mailbox."))
	warning.Importance = widget.WarningImportance
	w.notice = container.NewBorder(nil, nil, nil,
		container.NewCenter(newButton(lang.L("Leave practice"), a.leavePractice)), warning)
	w.clock = text("")
	w.clock.Importance = widget.WarningImportance
	w.head = container.NewVBox(w.notice, w.clock)
	w.said, w.next = text(""), newButton("", nil)
	w.strip = container.NewBorder(nil, nil, nil, container.NewCenter(w.next), w.said)
	w.strip.Hide()
	w.hello = text("")
	w.hello.Alignment = fyne.TextAlignCenter
	w.emblem = &canvas.Image{FillMode: canvas.ImageFillContain}
	w.emblem.SetMinSize(fyne.NewSize(96, 96))
	w.adding = primary(lang.L("Add your Gmail account…"), a.addAccount)
	w.trying = newButton(lang.L("Try it with a practice account"), a.tryPractice)
	w.empty = container.NewVBox(layout.NewSpacer(), container.NewCenter(w.emblem), w.hello,
		container.NewCenter(container.NewVBox(w.adding, w.trying)), layout.NewSpacer())
	w.find = newFind(w, func() {
		w.draw()
		w.list.ScrollToTop()
	})
	w.list = newAccountList(
		func() int { return len(w.found) },
		func() fyne.CanvasObject {
			card := newAccountCard(a)
			card.shape = w.shapes.usual()
			w.cards = append(w.cards, card)
			return card
		},
		func(i widget.ListItemID, o fyne.CanvasObject) {
			if i < len(w.found) {
				account, card := w.found[i], o.(*accountCard)
				card.show(account, a.view, w.shape(account), a.lastDay(account), a.tokenTime(), a.copiedWords(account))
				card.ring.show(w.list.isOn(i))
			}
		},
		func(i widget.ListItemID) {
			if i < len(w.found) {
				a.showDetails(w.found[i])
			}
		},
	)
	w.list.HideSeparators = true
	w.list.resized = w.fit
	name := text(Name)
	name.SizeName = theme.SizeNameSubHeadingText
	name.TextStyle.Bold = true
	name.Wrapping = fyne.TextWrapOff
	add := primary(lang.L("Add account…"), a.addAccount)
	add.Icon = theme.ContentAddIcon()
	settings := newButton(lang.L("Settings"), a.showSettings)
	settings.Icon = theme.SettingsIcon()
	w.page = container.NewBorder(container.NewVBox(newHeader(name, add, settings), w.head), w.strip, nil, nil,
		// Unlike NewBorder, this has the field before the list for the Tab key.
		container.New(layout.NewBorderLayout(w.find.field, nil, nil, nil), w.find.field, w.list, w.find.none, w.empty))
	w.SetContent(w.page)
	w.SetCloseIntercept(a.closeWindow)
	w.SetOnDropped(func(_ fyne.Position, files []fyne.URI) {
		if len(files) > 0 {
			a.importDropped(files[0].Path(), nil)
		}
	})
	w.Canvas().SetOnTypedKey(func(key *fyne.KeyEvent) {
		if key.Name == fyne.KeyEscape {
			w.escape()
		}
	})
	w.addShortcuts()
	w.Resize(fyne.NewSize(440, 560))
	w.draw()
	return w
}

// draw shows the application's view.
func (w *window) draw() {
	a := w.app
	setVisible(w.notice, a.view.practice)
	w.found = w.find.among(a.view.accounts)
	w.fit()
	setVisible(w.list, len(w.found) > 0)
	setVisible(w.empty, len(a.view.accounts) == 0)
	// To draw the emblem takes time that a start with accounts need not wait for.
	if opened := a.session != nil || a.notOpened != nil; opened && w.empty.Visible() && w.emblem.Resource == nil {
		w.emblem.Resource = fyne.NewStaticResource("icon.svg", assets.IconSVG)
	}
	switch {
	case a.session == nil && !a.opening: // it was tried, and the sheet that said why was closed
		w.hello.SetText(lang.L("Your accounts are not open.") + "\n" + lang.L("Press “Add account…” to try once more."))
	case a.session == nil:
		w.hello.SetText(lang.L("One moment…") + "\n" + lang.L("If your computer asks for it, unlock the keychain."))
	default:
		w.hello.SetText(lang.L("No account yet.") + "\n" +
			lang.L("Add one, say yes in your browser, and from then on one click puts a fresh token on the clipboard."))
	}
	setVisible(w.adding, a.session != nil && !a.place.practice && a.place.issuer == "")
	wrong := clockWords(a.clockOff())
	w.clock.SetText(wrong)
	setVisible(w.clock, wrong != "")
	setVisible(w.head, a.view.practice || wrong != "")
	setVisible(w.trying, a.session != nil && a.place == place{} && !a.session.engine.HasClient())
	w.page.Refresh() // lays out anew what showing and hiding has moved
}

// fit gives each card the height that it needs.
func (w *window) fit() {
	if w.shapes.fit(w.list.Size().Width, w.app.view) {
		w.list.Refresh() // it has the usual height from a new card
	}
	heights := make([]float32, len(w.found))
	for i, account := range w.found {
		heights[i] = w.shape(account).height
	}
	w.list.fit(w.shapes.usual().height, heights)
}

func (w *window) shape(account oauth.Account) cardShape {
	return w.shapes.of(cardTextOf(account, w.app.view, w.app.lastDay(account)))
}

func setVisible(o fyne.CanvasObject, visible bool) {
	if visible {
		o.Show()
	} else {
		o.Hide()
	}
}

// say tells what just happened, below the list; empty: nothing did.
func (w *window) say(words string) { w.offer(words, "", nil) }

// offer tells what just happened and has a button for what comes next; without a label it has none.
func (w *window) offer(words, label string, next func()) {
	w.said.SetText(words)
	w.next.SetText(label)
	w.next.OnTapped = next
	setVisible(w.next, label != "")
	setVisible(w.strip, words != "")
	w.page.Refresh()
}

// present lays a sheet over what is shown, or brings it back to the top. It takes the place of one with its title: no
// question is asked twice.
func (w *window) present(s *sheet) {
	w.sheets = append(slices.DeleteFunc(w.sheets, func(x *sheet) bool { return x.title == s.title }), s)
	w.top()
}

// dismiss takes a sheet away.
func (w *window) dismiss(s *sheet) {
	w.sheets = slices.DeleteFunc(w.sheets, func(x *sheet) bool { return x == s })
	w.top()
}

// forget takes the sheet of a title away, if it is there.
func (w *window) forget(title string) {
	if i := slices.IndexFunc(w.sheets, func(x *sheet) bool { return x.title == title }); i >= 0 {
		w.dismiss(w.sheets[i])
	}
}

// clear takes all sheets away.
func (w *window) clear() {
	w.sheets = nil
	w.top()
}

// top shows what lies uppermost, alone: what is beneath must not be reached with the Tab key.
func (w *window) top() {
	c := w.Canvas()
	if c.Content() == w.page {
		w.before = c.Focused()
	}
	c.Unfocus()
	if len(w.sheets) == 0 {
		w.SetContent(w.page)
		if w.before != nil && w.before.(fyne.CanvasObject).Visible() {
			c.Focus(w.before)
		}
		return
	}
	s := w.sheets[len(w.sheets)-1]
	w.SetContent(s.Container)
	if s.first != nil {
		c.Focus(s.first)
	}
}

// leaveSheets takes all sheets away that can be left.
func (w *window) leaveSheets() {
	for len(w.sheets) > 0 {
		before := len(w.sheets)
		w.escape()
		if len(w.sheets) >= before {
			return
		}
	}
}

// focusOn puts the keyboard on the first button of an account's row.
func (w *window) focusOn(account oauth.Account) {
	if len(w.sheets) > 0 {
		return
	}
	w.find.clear()
	for i, found := range w.found {
		if found.Key == account.Key {
			w.list.ScrollTo(i)
		}
	}
	for _, card := range w.cards {
		if card.account.Key == account.Key && card.Visible() {
			w.Canvas().Focus(card.act)
		}
	}
}

func (w *window) escape() {
	if len(w.sheets) > 0 {
		if leave := w.sheets[len(w.sheets)-1].escape; leave != nil {
			leave()
		}
		return
	}
	w.find.clear()
}

// settling is how long the desktop may take to give the focus to a window that has just come up.
const settling = time.Second

// showWindow brings the window to the front.
func (a *App) showWindow() {
	a.cameByItself, a.minimised = false, false
	shows := a.visible.Swap(true)
	behind := shows && !a.inFront.Load() && a.now().Sub(a.window.came) >= settling
	if behind || !shows {
		a.window.came = a.now()
	}
	a.window.draw()
	bringUp(a.window.Window, behind)
	a.learnToMinimise()
}

// bringUp shows a window in front of everything. Wayland lets no program do that with one that is behind others: there it
// goes away for a moment and comes as a new one does.
func bringUp(w fyne.Window, behind bool) {
	if behind && onWayland(w) {
		w.Hide()
	}
	w.Show()
	w.RequestFocus()
}

// onWayland tells whether a window is Wayland's own: there are also those that Wayland shows for X11.
func onWayland(w fyne.Window) (is bool) {
	if native, ok := w.(driver.NativeWindow); ok {
		native.RunNative(func(context any) { _, is = context.(driver.WaylandWindowContext) })
	}
	return is
}

// hideWindow leaves the program to its tray icon.
func (a *App) hideWindow() {
	a.cameByItself, a.minimised = false, false
	a.visible.Store(false)
	a.window.Hide()
	a.idle.begin()
	a.work.Go(a.tidyUp)
}
