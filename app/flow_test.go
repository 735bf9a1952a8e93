package app

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func TestButtonsGoOnBelowWhereThereIsNoRoom(t *testing.T) {
	test.NewTempApp(t)
	one, two, hidden, three := newButton("One", nil), newButton("Two", nil), newButton("Hidden", nil), newButton("Three", nil)
	hidden.Hide()
	for name, row := range map[string]*fyne.Container{
		"leading": leading(one, two, hidden, three), "trailing": trailing(one, two, hidden, three),
	} {
		room := one.MinSize().Width + two.MinSize().Width + 10
		row.Resize(fyne.NewSize(1000, 100))
		single := row.MinSize().Height
		row.Resize(fyne.NewSize(room, 100))
		if row.MinSize().Height < 2*single {
			t.Errorf("%s: %v is not room for two rows", name, row.MinSize())
		}
		if one.Position().Y != 0 || two.Position().Y != 0 || three.Position().Y < single {
			t.Errorf("%s: at %v, %v, %v", name, one.Position(), two.Position(), three.Position())
		}
		if end := three.Position().X + three.Size().Width; name == "trailing" && end != room || name == "leading" && three.Position().X != 0 {
			t.Errorf("%s: the last ends at %v of %v", name, end, room)
		}
		if least := row.MinSize().Width; least != three.MinSize().Width {
			t.Errorf("%s: it asks for %v, its widest is %v", name, least, three.MinSize().Width)
		}
	}
}

func TestWordsOfABoxTickItAsWell(t *testing.T) {
	test.NewTempApp(t)
	var said []bool
	box := newTick("Keep running in the tray when the window is closed", false, func(on bool) { said = append(said, on) })
	box.Resize(fyne.NewSize(150, 200))
	if box.MinSize().Height <= newTick("Keep", false, nil).MinSize().Height {
		t.Error("its words do not go on in another line")
	}
	test.TapAt(box, fyne.NewPos(120, 190))
	test.TapAt(box, fyne.NewPos(10, 100))
	box.Disable()
	test.TapAt(box, fyne.NewPos(120, 100))
	if len(said) != 2 || !said[0] || said[1] {
		t.Errorf("it was ticked: %v", said)
	}
}

func TestHeaderGivesUpWhatCanBeSpared(t *testing.T) {
	test.NewTempApp(t)
	name, add, settings := text("Token Tray"), primary("Add account…", nil), newButton("Settings", nil)
	name.Wrapping = fyne.TextWrapOff
	h := newHeader(name, add, settings)
	for _, c := range []struct {
		width float32
		label string
		named bool
	}{{600, "Settings", true}, {h.MinSize().Width + name.MinSize().Width + 8, "", true}, {h.MinSize().Width, "", false}, {600, "Settings", true}} {
		h.Resize(fyne.NewSize(c.width, 40))
		if settings.Text != c.label || name.Visible() != c.named {
			t.Errorf("in %v: settings %q, name %t", c.width, settings.Text, name.Visible())
		}
		if end := add.Position().X + add.Size().Width; end > settings.Position().X {
			t.Errorf("in %v the buttons overlap", c.width)
		}
	}
}
