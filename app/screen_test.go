package app

import (
	"slices"
	"strings"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// screen is Fyne's application in memory, with windows that can be hidden and closed.
type screen struct {
	fyne.App
	window  *shownWindow // the first one
	front   *shownWindow // the one that was brought to the front last
	wayland bool         // only a window that was hidden comes to the front

	mu   sync.Mutex
	said []string     // in notifications
	look func(func()) // has whoever waits look again
}

func (s *screen) NewWindow(title string) fyne.Window {
	w := &shownWindow{Window: s.App.NewWindow(title), screen: s}
	w.canvas = &keyedCanvas{w.Window.Canvas().(software.WindowlessCanvas), map[string]func(fyne.Shortcut){}}
	if s.window == nil {
		s.window, s.front = w, w
	}
	return w
}

func (s *screen) SendNotification(n *fyne.Notification) {
	s.mu.Lock()
	s.said = append(s.said, n.Title+": "+n.Content)
	s.mu.Unlock()
	if s.look != nil {
		s.look(func() {})
	}
}

func (s *screen) notifications() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.said)
}

type shownWindow struct {
	fyne.Window
	screen  *screen
	canvas  *keyedCanvas
	shown   bool
	hidden  int // how often
	close   func()
	dropped func(fyne.Position, []fyne.URI)
}

func (w *shownWindow) Canvas() fyne.Canvas                            { return w.canvas }
func (w *shownWindow) Hide()                                          { w.shown = false; w.hidden++; w.Window.Hide() }
func (w *shownWindow) Close()                                         { w.screen.front = w.screen.window; w.Window.Close() }
func (w *shownWindow) SetCloseIntercept(f func())                     { w.close = f }
func (w *shownWindow) SetOnDropped(f func(fyne.Position, []fyne.URI)) { w.dropped = f }

func (w *shownWindow) Show() {
	if w.screen.wayland && !w.shown {
		w.screen.front = w
	}
	w.shown = true
	w.Window.Show()
}

func (w *shownWindow) RequestFocus() {
	if !w.screen.wayland {
		w.screen.front = w
	}
	w.Window.RequestFocus()
}

func (w *shownWindow) RunNative(do func(context any)) {
	if w.screen.wayland {
		do(driver.WaylandWindowContext{})
	} else {
		do(driver.X11WindowContext{})
	}
}

// keyedCanvas remembers shortcuts, which the canvas in memory forgets.
type keyedCanvas struct {
	test.WindowlessCanvas
	shortcuts map[string]func(fyne.Shortcut)
}

func (c *keyedCanvas) AddShortcut(pressed fyne.Shortcut, do func(fyne.Shortcut)) {
	c.shortcuts[pressed.ShortcutName()] = do
}

// walk visits what can be seen, outermost first.
func walk(o fyne.CanvasObject, visit func(fyne.CanvasObject)) {
	if o == nil || !o.Visible() {
		return
	}
	visit(o)
	switch o := o.(type) {
	case *fyne.Container:
		for _, child := range o.Objects {
			walk(child, visit)
		}
	case fyne.Widget:
		for _, child := range test.WidgetRenderer(o).Objects() {
			walk(child, visit)
		}
	}
}

// see visits everything in the window in front and, where there is a dialog, in that alone.
func (s *stage) see(visit func(fyne.CanvasObject)) {
	canvas := s.screen.front.Canvas()
	if top := canvas.Overlays().Top(); top != nil {
		walk(top, visit)
		return
	}
	walk(canvas.Content(), visit)
}

// texts are the words in the window.
func (s *stage) texts() (texts []string) {
	s.see(func(o fyne.CanvasObject) {
		switch o := o.(type) {
		case *widget.Label:
			texts = append(texts, o.Text)
		case *button:
			texts = append(texts, "["+o.Text+"]")
		case *cardButton:
			texts = append(texts, "["+o.Text+"]")
		case *widget.Button:
			texts = append(texts, "["+o.Text+"]")
		case *widget.Hyperlink:
			texts = append(texts, "["+o.Text+"]")
		}
	})
	return texts
}

// says tells whether the window shows these words.
func (s *stage) says(words string) bool {
	return slices.ContainsFunc(s.texts(), func(text string) bool { return strings.Contains(text, words) })
}

// wantWords checks that the window shows each of these.
func (s *stage) wantWords(all ...string) {
	s.Helper()
	for _, words := range all {
		if !s.says(words) {
			s.Errorf("the window does not say %q, but:\n%s", words, strings.Join(s.texts(), "\n"))
		}
	}
}

// awaitWords waits until the window shows them.
func (s *stage) awaitWords(words string) {
	s.Helper()
	s.until("the window says “"+words+"”", func() bool { return s.says(words) })
}

// awaitProblem waits until the window explains an error.
func (s *stage) awaitProblem(err error) {
	s.Helper()
	p := explain(err, "Google")
	s.awaitWords(p.title)
	s.wantWords(p.title, p.detail)
}

// find returns the one thing to press with this label, in whatever language it stands there.
func (s *stage) find(label string) fyne.Tappable {
	s.Helper()
	label = lang.L(label)
	var found []fyne.Tappable
	s.see(func(o fyne.CanvasObject) {
		switch o := o.(type) {
		case *button:
			if o.Text == label {
				found = append(found, o)
			}
		case *cardButton:
			if o.Text == label {
				found = append(found, o)
			}
		case *widget.Button:
			if o.Text == label {
				found = append(found, o)
			}
		case *widget.Hyperlink:
			if o.Text == label {
				found = append(found, o)
			}
		}
	})
	if len(found) != 1 {
		s.Fatalf("%d times %q to press, want one:\n%s", len(found), label, strings.Join(s.texts(), "\n"))
	}
	return found[0]
}

// press presses what has this label.
func (s *stage) press(label string) {
	s.Helper()
	o := s.find(label)
	if d, ok := o.(fyne.Disableable); ok && d.Disabled() {
		s.Fatalf("%q can't be pressed now", label)
	}
	if link, ok := o.(*widget.Hyperlink); ok { // it must be hit where its text is
		test.TapAt(link, fyne.NewPos(theme.InnerPadding()+2, link.Size().Height/2))
		return
	}
	test.Tap(o)
}

// pressFor presses the button of an account's card, or an entry of its menu.
func (s *stage) pressFor(address, label string) {
	s.Helper()
	var found *accountCard
	s.see(func(o fyne.CanvasObject) {
		if card, ok := o.(*accountCard); ok && card.account.Address == address {
			found = card
		}
	})
	if found == nil {
		s.Fatalf("there is no card of %s:\n%s", address, strings.Join(s.texts(), "\n"))
	}
	if text := found.act.Text; text == label || label == "Copy token" && strings.HasPrefix(text, "Copied") {
		test.Tap(found.act)
		return
	}
	for _, item := range s.app.moreItems(found.account) {
		if item.Label == label && !item.Disabled {
			item.Action()
			return
		}
	}
	s.Fatalf("%s has no %q:\n%s", address, label, strings.Join(s.texts(), "\n"))
}

// key presses a key as a desktop's driver does: what has the focus gets it, else the window.
func (s *stage) key(name fyne.KeyName) {
	canvas := s.screen.front.Canvas()
	event := &fyne.KeyEvent{Name: name}
	if focused := canvas.Focused(); focused != nil {
		focused.TypedKey(event)
	} else if typed := canvas.OnTypedKey(); typed != nil {
		typed(event)
	}
}

// entries are the labels of the tray's menu; a line of dashes is a separator.
func (s *stage) entries() []string {
	s.Helper()
	if s.tray.menu == nil {
		return nil
	}
	return labels(s.tray.menu)
}

// choose picks an entry of the tray's menu.
func (s *stage) choose(label string) {
	s.Helper()
	for _, item := range s.tray.menu.Items {
		if item.Label == label {
			item.Action()
			return
		}
	}
	s.Fatalf("the tray has no %q: %q", label, s.entries())
}

func labels(m *fyne.Menu) (labels []string) {
	for _, item := range m.Items {
		if item.IsSeparator {
			labels = append(labels, "---")
		} else {
			labels = append(labels, item.Label)
		}
	}
	return labels
}
