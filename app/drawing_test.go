package app

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"tokentray/oauth/google"
)

// drawings are the pictures of the guide, and what their texts say.
func drawings(t *testing.T, look func(t *testing.T, step google.Step, objects []fyne.CanvasObject, words []string)) {
	test.NewTempApp(t)
	for _, step := range google.Steps {
		t.Run(step.Title, func(t *testing.T) {
			objects := draw(step)
			var words []string
			for _, o := range objects {
				if text, ok := o.(*canvas.Text); ok {
					words = append(words, text.Text)
				}
			}
			look(t, step, objects, words)
		})
	}
}

func TestPictureShowsEveryPartOfItsStep(t *testing.T) {
	drawings(t, func(t *testing.T, step google.Step, _ []fyne.CanvasObject, words []string) {
		want := []string{strings.TrimPrefix(step.Page, "https://")}
		for _, part := range step.Shows {
			if part.Label != "" {
				want = append(want, part.Label)
			}
		}
		for _, label := range want {
			found := 0
			for _, word := range words {
				if word == label {
					found++
				}
			}
			if found != 1 {
				t.Errorf("%q stands there %d times: %q", label, found, words)
			}
		}
	})
}

func TestNothingOfAPictureLiesOutsideIt(t *testing.T) {
	drawings(t, func(t *testing.T, _ google.Step, objects []fyne.CanvasObject, _ []string) {
		for _, o := range objects {
			from, to := o.Position(), o.Position().Add(o.Size())
			if from.X < 0 || from.Y < 0 || to.X > drawingSize.Width || to.Y > drawingSize.Height {
				t.Errorf("%T from %v to %v", o, from, to)
			}
		}
	})
}

// A text lies within the smallest box that it begins in: the field, the button, the card or the bar.
func TestNoTextOfAPictureIsWiderThanItsBox(t *testing.T) {
	drawings(t, func(t *testing.T, _ google.Step, objects []fyne.CanvasObject, _ []string) {
		for _, o := range objects {
			text, ok := o.(*canvas.Text)
			if !ok {
				continue
			}
			var within *canvas.Rectangle
			for _, other := range objects {
				box, ok := other.(*canvas.Rectangle)
				if ok && holds(box, text.Position()) && (within == nil || box.Size().Width < within.Size().Width) {
					within = box
				}
			}
			if end := text.Position().AddXY(text.MinSize().Width, text.MinSize().Height); within == nil || !holds(within, end) {
				t.Errorf("%q ends at %v, outside its box", text.Text, end)
			}
		}
	})
}

func holds(o fyne.CanvasObject, at fyne.Position) bool {
	from, to := o.Position(), o.Position().Add(o.Size())
	return at.X >= from.X && at.Y >= from.Y && at.X <= to.X && at.Y <= to.Y
}

func TestPictureTakesTheColoursOfTheTheme(t *testing.T) {
	app := test.NewTempApp(t)
	d := newDrawing(google.Steps[0])
	paper := func() any { return test.WidgetRenderer(d).Objects()[0].(*canvas.Rectangle).FillColor }
	before := paper()
	app.Settings().SetTheme(test.NewTheme())
	d.Refresh()
	if now := paper(); now == before || now != theme.Color(theme.ColorNameInputBackground) {
		t.Errorf("the paper was %v and is %v", before, now)
	}
}
func TestPictureStandsInTheMiddleOfALargeWindow(t *testing.T) {
	s := newStage(t)
	s.start()
	s.app.setUp()
	for range 3 { // see layOut
		s.app.window.Resize(fyne.NewSize(1281, 901))
		s.app.window.Resize(fyne.NewSize(1280, 900))
	}
	s.see(func(o fyne.CanvasObject) {
		d, ok := o.(*drawing)
		if !ok {
			return
		}
		left := s.app.fyne.Driver().AbsolutePositionForObject(d).X
		if middle := left + d.Size().Width/2; d.Size() != drawingSize || middle < 639 || middle > 641 {
			t.Errorf("it is %v large, its middle is at %v", d.Size(), middle)
		}
	})
}
