package app

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// button is a button as people know it: Enter presses it as well, Escape is for the window, and it shows when the keyboard
// is on it.
type button struct {
	widget.Button
	focused bool
}

func newButton(label string, tapped func()) *button {
	b := &button{Button: widget.Button{Text: label, OnTapped: tapped}}
	b.ExtendBaseWidget(b)
	return b
}

// primary is the button that does the next right thing.
func primary(label string, tapped func()) *button {
	b := newButton(label, tapped)
	b.Importance = widget.HighImportance
	return b
}

// CreateRenderer is called by Fyne, on its thread.
func (b *button) CreateRenderer() fyne.WidgetRenderer {
	return ringed{b.Button.CreateRenderer(), newFocusRing(theme.SizeNameButtonRadius), func() bool { return b.focused }}
}

// FocusGained is called by Fyne, on its thread.
func (b *button) FocusGained() {
	b.focused = true
	b.Button.FocusGained()
}

// FocusLost is called by Fyne, on its thread.
func (b *button) FocusLost() {
	b.focused = false
	b.Button.FocusLost()
}

// TypedKey is called by Fyne, on its thread.
func (b *button) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		if b.OnTapped != nil && !b.Disabled() {
			b.OnTapped() // a tap would take the keyboard away from it
		}
	case fyne.KeyEscape:
		passOn(b, key)
	default:
		b.Button.TypedKey(key)
	}
}

// field is a line to type in that leaves Escape to the window.
type field struct{ widget.Entry }

func newField() *field {
	f := &field{}
	f.ExtendBaseWidget(f)
	return f
}

// TypedKey is called by Fyne, on its thread.
func (f *field) TypedKey(key *fyne.KeyEvent) {
	if key.Name == fyne.KeyEscape {
		passOn(f, key)
		return
	}
	f.Entry.TypedKey(key)
}

// passOn gives the window a key that what has the focus got: Fyne gives it to one of them only.
func passOn(from fyne.CanvasObject, key *fyne.KeyEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(from); c != nil && c.OnTypedKey() != nil {
		c.OnTypedKey()(key)
	}
}
