package app

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// picker is a choice of one among some, that Enter opens as well, and that leaves Escape to the window.
type picker struct{ widget.Select }

func newPicker(options []string, selected string, picked func(string)) *picker {
	p := &picker{widget.Select{Options: options, Selected: selected}}
	p.OnChanged = picked
	p.ExtendBaseWidget(p)
	return p
}

// newChoice is a picker among values, each shown in words of its own.
func newChoice[T comparable](values []T, selected T, words func(T) string, picked func(T)) *picker {
	var options []string
	byWords := map[string]T{}
	for _, v := range values {
		options = append(options, words(v))
		byWords[words(v)] = v
	}
	return newPicker(options, words(selected), func(said string) {
		if v, offered := byWords[said]; offered {
			picked(v)
		}
	})
}

// MinSize is called by Fyne, on its thread. No choice is cut.
func (p *picker) MinSize() fyne.Size {
	size := p.Select.MinSize()
	for _, option := range p.Options {
		words := fyne.MeasureText(option, theme.TextSize(), fyne.TextStyle{})
		size.Width = max(size.Width, words.Width+theme.IconInlineSize()+4*theme.InnerPadding())
	}
	return size
}

// TypedKey is called by Fyne, on its thread.
func (p *picker) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		p.Tapped(nil)
	case fyne.KeyEscape:
		passOn(p, key)
	default:
		p.Select.TypedKey(key)
	}
}
