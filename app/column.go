package app

import "fyne.io/fyne/v2"

// columnWidest is the width from which on lines get too long to read, in Fyne's units.
const columnWidest = 560

// column keeps what it holds in the middle of a wide window, no wider than reads well.
type column struct{}

// MinSize is called by Fyne, on its thread.
func (column) MinSize(objects []fyne.CanvasObject) (least fyne.Size) {
	for _, o := range objects {
		least = least.Max(o.MinSize())
	}
	return least
}

// Layout is called by Fyne, on its thread.
func (column) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	width := min(size.Width, columnWidest)
	for _, o := range objects {
		o.Move(fyne.NewPos((size.Width-width)/2, 0))
		o.Resize(fyne.NewSize(width, size.Height))
	}
}
