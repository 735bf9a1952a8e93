package app

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// header is above the list: the program's name, and at the right end what begins an account and what opens the settings.
// Where there is little room, the settings go without their label, and then the name goes: the window's title has it, too.
type header struct {
	name     *widget.Label
	add      *button
	settings *button
	label    string // of the settings
}

func newHeader(name *widget.Label, add, settings *button) *fyne.Container {
	return container.New(&header{name, add, settings, settings.Text}, name, add, settings)
}

// MinSize is called by Fyne, on its thread.
func (h *header) MinSize([]fyne.CanvasObject) fyne.Size {
	add := h.add.MinSize()
	return fyne.NewSize(add.Width+theme.Padding()+iconButton(), max(add.Height, h.name.MinSize().Height))
}

// Layout is called by Fyne, on its thread.
func (h *header) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	gap := theme.Padding()
	add, name := h.add.MinSize().Width, h.name.MinSize().Width
	labelled := iconButton() + theme.Padding() + fyne.MeasureText(h.label, theme.TextSize(), fyne.TextStyle{Bold: true}).Width
	settings, label := labelled, h.label
	if name+add+labelled+2*gap > size.Width {
		settings, label = iconButton(), ""
	}
	if h.settings.Text != label {
		h.settings.SetText(label)
	}
	setVisible(h.name, name+add+settings+2*gap <= size.Width)
	put(h.name, 0, 0, name, size.Height)
	put(h.settings, size.Width-settings, 0, settings, size.Height)
	put(h.add, size.Width-settings-gap-add, 0, add, size.Height)
}

// put moves something to where a layout has it.
func put(o fyne.CanvasObject, x, y, width, height float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(width, height))
}
