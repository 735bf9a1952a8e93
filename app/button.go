package app

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// button is a button as people know it: Enter presses it as well, and Escape is for the window.
type button struct{ widget.Button }

func newButton(label string, tapped func()) *button {
	b := &button{widget.Button{Text: label, OnTapped: tapped}}
	b.ExtendBaseWidget(b)
	return b
}

// primary is the button that does the next right thing.
func primary(label string, tapped func()) *button {
	b := newButton(label, tapped)
	b.Importance = widget.HighImportance
	return b
}

// TypedKey is called by Fyne, on its thread.
func (b *button) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		b.Tapped(nil)
	case fyne.KeyEscape:
		passOn(b, key)
	default:
		b.Button.TypedKey(key)
	}
}

// tick is a box to tick that leaves Escape to the window.
type tick struct{ widget.Check }

func newTick(label string, ticked bool, changed func(bool)) *tick {
	t := &tick{widget.Check{Text: label, Checked: ticked, OnChanged: changed}}
	t.ExtendBaseWidget(t)
	return t
}

// TypedKey is called by Fyne, on its thread.
func (t *tick) TypedKey(key *fyne.KeyEvent) {
	if key.Name == fyne.KeyEscape {
		passOn(t, key)
		return
	}
	t.Check.TypedKey(key)
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
