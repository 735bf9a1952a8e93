package app

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// tick is a box to tick that leaves Escape to the window, and whose words go on in another line where there is no room.
type tick struct {
	widget.Check
	words *widget.Label
}

func newTick(words string, ticked bool, changed func(bool)) *tick {
	t := &tick{widget.Check{Checked: ticked, OnChanged: changed}, text(words)}
	t.ExtendBaseWidget(t)
	return t
}

// Tapped is called by Fyne, on its thread. The words are as good as the box.
func (t *tick) Tapped(*fyne.PointEvent) {
	t.Check.Tapped(&fyne.PointEvent{Position: fyne.NewPos(0, t.Size().Height/2)})
}

// TypedKey is called by Fyne, on its thread.
func (t *tick) TypedKey(key *fyne.KeyEvent) {
	if key.Name == fyne.KeyEscape {
		passOn(t, key)
		return
	}
	t.Check.TypedKey(key)
}

// CreateRenderer is called by Fyne, on its thread.
func (t *tick) CreateRenderer() fyne.WidgetRenderer {
	t.ExtendBaseWidget(t)
	return &tickRenderer{t.Check.CreateRenderer(), t}
}

type tickRenderer struct {
	fyne.WidgetRenderer // the box's
	tick                *tick
}

// Objects is called by Fyne, on its thread.
func (r *tickRenderer) Objects() []fyne.CanvasObject {
	objects := r.WidgetRenderer.Objects()
	return append(objects[:len(objects):len(objects)], r.tick.words)
}

// MinSize is called by Fyne, on its thread.
func (r *tickRenderer) MinSize() fyne.Size {
	words := r.tick.words.MinSize()
	return fyne.NewSize(r.box()+words.Width, max(r.WidgetRenderer.MinSize().Height, words.Height))
}

// box is the width of the box, with the half of a label's padding that lies between it and its words.
func (r *tickRenderer) box() float32 { return theme.IconInlineSize() + theme.InnerPadding() }

// Layout is called by Fyne, on its thread.
func (r *tickRenderer) Layout(size fyne.Size) {
	width := r.box()
	r.WidgetRenderer.Layout(fyne.NewSize(width, size.Height))
	words := r.tick.words
	words.Resize(fyne.NewSize(size.Width-width, size.Height))
	words.Move(fyne.NewPos(width, 0))
}

// Refresh is called by Fyne, on its thread.
func (r *tickRenderer) Refresh() {
	r.WidgetRenderer.Refresh()
	r.tick.words.Importance = widget.MediumImportance
	if r.tick.Disabled() {
		r.tick.words.Importance = widget.LowImportance
	}
	r.tick.words.Refresh()
}
