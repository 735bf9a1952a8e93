package app

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// accountList is the list of accounts. The arrow keys mark a row, Enter and the space bar open it as a click does, and
// Escape is for the window.
type accountList struct {
	widget.List
	// marked is the row that the arrow keys are on.
	marked widget.ListItemID
	// typing tells that a key is being dealt with.
	typing  bool
	focused bool
	// heights are those of the rows that were given one.
	heights map[int]float32
	resized func() // is called when the width has changed
}

func newAccountList(length func() int, create func() fyne.CanvasObject, update func(widget.ListItemID, fyne.CanvasObject),
	open func(widget.ListItemID)) *accountList {
	l := &accountList{List: widget.List{Length: length, CreateItem: create, UpdateItem: update}, heights: map[int]float32{}}
	l.ExtendBaseWidget(l)
	l.OnSelected = func(i widget.ListItemID) {
		l.Unselect(i)
		l.marked = i
		if c := fyne.CurrentApp().Driver().CanvasForObject(l); c != nil && !l.typing {
			c.Unfocus() // the row of a click would stay grey
		}
		open(i)
	}
	return l
}

// fit gives each card the height that it needs, where that is not the usual one.
func (l *accountList) fit(usual float32, heights []float32) {
	var changed []int
	for i, height := range heights {
		if before, given := l.heights[i]; given && before != height || !given && height != usual {
			changed = append(changed, i)
		}
	}
	if len(changed) == 0 {
		return
	}
	// Each call draws the whole list: of nothing, that is soon done.
	length, offset := l.Length, l.GetScrollOffset()
	l.Length = func() int { return 0 }
	for _, i := range changed {
		l.SetItemHeight(i, heights[i])
		l.heights[i] = heights[i]
	}
	l.Length = length
	l.Refresh()
	l.ScrollToOffset(offset)
}

// Resize is called by Fyne, on its thread. In another width cards need another height.
func (l *accountList) Resize(size fyne.Size) {
	before := l.Size().Width
	l.List.Resize(size)
	if size.Width != before && l.resized != nil {
		l.resized()
	}
}

// isOn tells whether the keyboard is on a row.
func (l *accountList) isOn(i widget.ListItemID) bool { return l.focused && l.marked == i }

// FocusGained is called by Fyne, on its thread.
func (l *accountList) FocusGained() {
	l.focused = true
	l.marking(l.List.FocusGained)
}

// FocusLost is called by Fyne, on its thread.
func (l *accountList) FocusLost() {
	l.focused = false
	l.List.FocusLost()
}

// TypedKey is called by Fyne, on its thread.
func (l *accountList) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeyEscape:
		passOn(l, key)
		return
	case fyne.KeyReturn, fyne.KeyEnter:
		key = &fyne.KeyEvent{Name: fyne.KeySpace}
	}
	l.marking(func() { l.List.TypedKey(key) })
}

// marking does what may mark another row. Fyne tells of rows under the pointer in the same way, at other times.
func (l *accountList) marking(do func()) {
	l.typing = true
	l.OnHighlighted = func(i widget.ListItemID) {
		before := l.marked
		l.marked = i
		l.RefreshItem(before)
		l.RefreshItem(i)
	}
	do()
	l.OnHighlighted = nil
	l.typing = false
}
