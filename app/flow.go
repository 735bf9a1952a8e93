package app

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
)

// flow lays things out beside each other, and goes on below where there is no more room, as words do.
type flow struct {
	trailing bool // at the right end
	// width is what there was room for last: only that tells the height.
	width float32
}

// leading has buttons beside each other from the left, trailing at the right end.
func leading(buttons ...*button) *fyne.Container { return flowing(&flow{}, buttons) }

func trailing(buttons ...*button) *fyne.Container { return flowing(&flow{trailing: true}, buttons) }

func flowing(f *flow, buttons []*button) *fyne.Container {
	c := container.New(f)
	for _, b := range buttons {
		c.Add(b)
	}
	return c
}

// MinSize is called by Fyne, on its thread.
func (f *flow) MinSize(objects []fyne.CanvasObject) (size fyne.Size) {
	for _, row := range f.rows(objects, f.width) {
		if size.Height > 0 {
			size.Height += theme.Padding()
		}
		size.Height += rowHeight(row)
	}
	for _, o := range objects {
		if o.Visible() {
			size.Width = max(size.Width, o.MinSize().Width)
		}
	}
	return size
}

// Layout is called by Fyne, on its thread.
func (f *flow) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	f.width = size.Width
	y := float32(0)
	for _, row := range f.rows(objects, size.Width) {
		x, height := float32(0), rowHeight(row)
		if f.trailing {
			x = max(0, size.Width-rowWidth(row))
		}
		for _, o := range row {
			width := min(o.MinSize().Width, size.Width)
			o.Move(fyne.NewPos(x, y))
			o.Resize(fyne.NewSize(width, height))
			x += width + theme.Padding()
		}
		y += height + theme.Padding()
	}
}

// rows are what stands beside each other; a width of 0 is not known yet.
func (f *flow) rows(objects []fyne.CanvasObject, width float32) (rows [][]fyne.CanvasObject) {
	var row []fyne.CanvasObject
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		if width > 0 && len(row) > 0 && rowWidth(append(row, o)) > width {
			rows, row = append(rows, row), nil
		}
		row = append(row, o)
	}
	if len(row) > 0 {
		rows = append(rows, row)
	}
	return rows
}

func rowWidth(row []fyne.CanvasObject) (width float32) {
	for i, o := range row {
		if i > 0 {
			width += theme.Padding()
		}
		width += o.MinSize().Width
	}
	return width
}

func rowHeight(row []fyne.CanvasObject) (height float32) {
	for _, o := range row {
		height = max(height, o.MinSize().Height)
	}
	return height
}
