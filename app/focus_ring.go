package app

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// focusRing is drawn around what the keyboard is on. Fyne's own tint can't be told from the colour of a strong button.
type focusRing struct{ *canvas.Rectangle }

func newFocusRing(radius fyne.ThemeSizeName) focusRing {
	r := focusRing{canvas.NewRectangle(nil)}
	r.StrokeWidth = 2
	r.CornerRadius = theme.Size(radius)
	r.Hide()
	return r
}

// show draws the ring or takes it away, in the colours of the theme as it is now.
func (r focusRing) show(on bool) {
	r.StrokeColor = theme.Color(theme.ColorNameForeground)
	setVisible(r.Rectangle, on)
	r.Refresh()
}

// ringed is a widget's renderer that draws a focus ring as well.
type ringed struct {
	fyne.WidgetRenderer
	ring    focusRing
	focused func() bool
}

// Layout is called by Fyne, on its thread.
func (r ringed) Layout(size fyne.Size) {
	r.WidgetRenderer.Layout(size)
	r.ring.Resize(size)
}

// Objects is called by Fyne, on its thread.
func (r ringed) Objects() []fyne.CanvasObject {
	objects := r.WidgetRenderer.Objects()
	return append(objects[:len(objects):len(objects)], r.ring.Rectangle)
}

// Refresh is called by Fyne, on its thread.
func (r ringed) Refresh() {
	r.WidgetRenderer.Refresh()
	r.ring.show(r.focused())
}
