package app

import (
	"image/color"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"tokentray/oauth/google"
)

// drawing is a picture of a page in the browser: its address, and of the page only what matters for one step. It is
// always as large as it is drawn.
type drawing struct {
	widget.BaseWidget
	step google.Step
}

func newDrawing(step google.Step) *drawing {
	d := &drawing{step: step}
	d.ExtendBaseWidget(d)
	return d
}

// CreateRenderer is called by Fyne, on its thread.
func (d *drawing) CreateRenderer() fyne.WidgetRenderer {
	return &drawingRenderer{drawing: d, objects: draw(d.step)}
}

type drawingRenderer struct {
	drawing *drawing
	objects []fyne.CanvasObject
}

func (r *drawingRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *drawingRenderer) MinSize() fyne.Size           { return drawingSize }
func (r *drawingRenderer) Layout(fyne.Size)             {}
func (r *drawingRenderer) Destroy()                     {}

// Refresh draws anew: the theme may have other colours now.
func (r *drawingRenderer) Refresh() {
	r.objects = draw(r.drawing.step)
	canvas.Refresh(r.drawing)
}

// Measures of the picture, in Fyne's units.
var drawingSize = fyne.NewSize(408, 152)

const (
	barHeight   = 24
	pageMargin  = 8
	cardPadding = 8
	cardGap     = 20 // holds the arrow between two cards
	wordMargin  = 6  // beside the word between two cards, both sides together
	cardWidest  = 300
	partGap     = 8
	drawnText   = 11 // what is drawn keeps its size, however large texts are
	menuLeast   = 60 // room beside the cards from which on the page has a menu
)

// partHeight is how high each kind of part is drawn.
var partHeight = map[google.Kind]float32{
	google.Heading: 16,
	google.Text:    14,
	google.Field:   20,
	google.Choice:  16,
	google.Tick:    16,
	google.Press:   22,
	google.Rest:    8,
}

// draw makes the picture of a step: the browser, and in it one card for each column of the page.
func draw(step google.Step) []fyne.CanvasObject {
	p := &pen{}
	p.browser(step.Page)
	columns, between := columnsOf(step.Shows)
	n := float32(len(columns))
	room := drawingSize.Width - 2*pageMargin
	gap := float32(cardGap)
	if slices.Contains(between, google.Or) {
		gap = max(gap, orSize().Width+wordMargin)
	}
	card := fyne.NewSize(min(cardWidest, (room-gap*(n-1))/n), drawingSize.Height-barHeight-2*pageMargin)
	left := pageMargin + room - n*card.Width - (n-1)*gap
	p.menu(left)
	for i, column := range columns {
		at := fyne.NewPos(left, barHeight+pageMargin)
		p.card(at, card, column)
		if i < len(between) {
			p.link(between[i], fyne.NewPos(at.X+card.Width+gap/2, at.Y+card.Height/2))
		}
		left += card.Width + gap
	}
	return p.objects
}

// columnsOf takes the parts of a page apart into columns, and what stands between each and the next.
func columnsOf(parts []google.Part) (columns [][]google.Part, between []google.Kind) {
	columns = [][]google.Part{nil}
	for _, part := range parts {
		if part.Kind == google.Then || part.Kind == google.Or {
			columns, between = append(columns, nil), append(between, part.Kind)
			continue
		}
		last := len(columns) - 1
		columns[last] = append(columns[last], part)
	}
	return columns, between
}

// pen draws one object after the other, the later ones above.
type pen struct{ objects []fyne.CanvasObject }

func (p *pen) add(o fyne.CanvasObject, at fyne.Position, size fyne.Size) {
	o.Move(at)
	o.Resize(size)
	p.objects = append(p.objects, o)
}

// box is a rounded rectangle; without a line when the colour of its line is nil.
func (p *pen) box(at fyne.Position, size fyne.Size, round float32, fill, line color.Color) {
	r := canvas.NewRectangle(fill)
	r.CornerRadius = round
	if line != nil {
		r.StrokeColor, r.StrokeWidth = line, 1
	}
	p.add(r, at, size)
}

// bar stands for something that doesn't matter.
func (p *pen) bar(at fyne.Position, width float32) {
	p.box(at, fyne.NewSize(width, 6), 3, theme.Color(theme.ColorNameInputBorder), nil)
}

// words are centred in the height of a line, and begin at its left end.
func (p *pen) words(at fyne.Position, height float32, words string, c color.Color, bold bool) {
	t := canvas.NewText(words, c)
	t.TextSize = drawnText
	t.TextStyle.Bold = bold
	size := t.MinSize()
	p.add(t, at.AddXY(0, (height-size.Height)/2), size)
}

// browser is the frame around the page, with the address where people look for it.
func (p *pen) browser(page string) {
	line := theme.Color(theme.ColorNameInputBorder)
	p.box(fyne.Position{}, drawingSize, 8, theme.Color(theme.ColorNameInputBackground), line)
	for i := range 3 {
		p.add(canvas.NewCircle(line), fyne.NewPos(10+float32(i)*11, barHeight/2-3), fyne.NewSquareSize(7))
	}
	const left = 48
	field := fyne.NewSize(drawingSize.Width-left-pageMargin, barHeight-6)
	p.box(fyne.NewPos(left, 4), field, field.Height/2, theme.Color(theme.ColorNameBackground), line)
	p.words(fyne.NewPos(left+10, 4), field.Height, strings.TrimPrefix(page, "https://"),
		theme.Color(theme.ColorNameForeground), false)
}

// menu fills the room beside the cards, as the console's own menu does.
func (p *pen) menu(right float32) {
	if right < menuLeast {
		return
	}
	for i, part := range []float32{0.6, 0.9, 0.7, 0.8, 0.5} {
		p.bar(fyne.NewPos(pageMargin+2, barHeight+pageMargin+8+float32(i)*20), part*(right-2*pageMargin-4))
	}
}

// card is one column, its parts in the middle of the height.
func (p *pen) card(at fyne.Position, size fyne.Size, parts []google.Part) {
	p.box(at, size, 6, theme.Color(theme.ColorNameBackground), theme.Color(theme.ColorNameInputBorder))
	height := -float32(partGap)
	for _, part := range parts {
		height += partHeight[part.Kind] + partGap
	}
	at = at.AddXY(cardPadding, (size.Height-height)/2)
	for _, part := range parts {
		p.part(at, fyne.NewSize(size.Width-2*cardPadding, partHeight[part.Kind]), part)
		at = at.AddXY(0, partHeight[part.Kind]+partGap)
	}
}

// part draws one part into its line.
func (p *pen) part(at fyne.Position, line fyne.Size, part google.Part) {
	ink, accent := theme.Color(theme.ColorNameForeground), theme.Color(theme.ColorNamePrimary)
	mark := fyne.NewSquareSize(11)
	marked := at.AddXY(0, (line.Height-mark.Height)/2)
	switch part.Kind {
	case google.Heading, google.Text:
		p.words(at, line.Height, part.Label, ink, part.Kind == google.Heading)
	case google.Field:
		p.box(at, line, 3, theme.Color(theme.ColorNameBackground), theme.Color(theme.ColorNamePlaceHolder))
		p.words(at.AddXY(7, 0), line.Height, part.Label, ink, false)
	case google.Choice:
		p.ring(marked, mark, mark.Height/2, accent)
		p.add(canvas.NewCircle(accent), marked.AddXY(3, 3), fyne.NewSquareSize(5))
		p.words(at.AddXY(17, 0), line.Height, part.Label, ink, false)
	case google.Tick:
		p.box(marked, mark, 2, accent, nil)
		on := theme.Color(theme.ColorNameForegroundOnPrimary)
		p.stroke(marked.AddXY(2.5, 5.5), marked.AddXY(4.5, 8), on)
		p.stroke(marked.AddXY(4.5, 8), marked.AddXY(8.5, 3), on)
		p.words(at.AddXY(17, 0), line.Height, part.Label, ink, false)
	case google.Press:
		p.press(at, line.Height, part.Label)
	case google.Rest:
		p.bar(at.AddXY(0, 1), 0.7*line.Width)
	}
}

// press is a button in the accent colour, with a ring around it and the pointer on it.
func (p *pen) press(at fyne.Position, height float32, label string) {
	accent := theme.Color(theme.ColorNamePrimary)
	size := fyne.NewSize(buttonWidth(label), height)
	p.ring(at.SubtractXY(3, 3), size.AddWidthHeight(6, 6), 7, accent)
	p.box(at, size, 4, accent, nil)
	p.words(at.AddXY(buttonMargin, 0), height, label, theme.Color(theme.ColorNameForegroundOnPrimary), true)
	p.pointer(at.AddXY(size.Width-buttonMargin, height-7))
}

// buttonMargin is beside the label of a button.
const buttonMargin = 7

func buttonWidth(label string) float32 {
	return fyne.MeasureText(label, drawnText, fyne.TextStyle{Bold: true}).Width + 2*buttonMargin
}

// ring is a line around something.
func (p *pen) ring(at fyne.Position, size fyne.Size, round float32, c color.Color) {
	r := canvas.NewRectangle(color.Transparent)
	r.CornerRadius, r.StrokeColor, r.StrokeWidth = round, c, 1.5
	p.add(r, at, size)
}

func (p *pen) stroke(from, to fyne.Position, c color.Color) {
	l := canvas.NewLine(c)
	l.StrokeWidth = 1.5
	l.Position1, l.Position2 = from, to
	p.objects = append(p.objects, l)
}

// pointer is the mouse's, with its tip at a place.
func (p *pen) pointer(tip fyne.Position) {
	points := []fyne.Position{{X: 0, Y: 0}, {X: 11, Y: 11}, {X: 6.5, Y: 11.5}, {X: 9, Y: 16.5}, {X: 6.5, Y: 17.5}, {X: 4, Y: 12.5}, {X: 0, Y: 15.5}}
	p.polygon(tip, fyne.NewSize(11, 17.5), points, theme.Color(theme.ColorNameForeground), theme.Color(theme.ColorNameBackground))
}

// link is what stands between two cards, around a place.
func (p *pen) link(kind google.Kind, middle fyne.Position) {
	if kind == google.Or {
		p.words(middle.SubtractXY(orSize().Width/2, 0), 0, lang.L("or"), theme.Color(theme.ColorNameForeground), false)
		return
	}
	points := []fyne.Position{{X: 0, Y: 4}, {X: 7, Y: 4}, {X: 7, Y: 0}, {X: 14, Y: 5.5}, {X: 7, Y: 11}, {X: 7, Y: 7}, {X: 0, Y: 7}}
	p.polygon(middle.SubtractXY(7, 5.5), fyne.NewSize(14, 11), points, theme.Color(theme.ColorNamePlaceHolder), nil)
}

// orSize is that of the word between two cards, of which either is enough.
func orSize() fyne.Size {
	return fyne.MeasureText(lang.L("or"), drawnText, fyne.TextStyle{})
}

// polygon has its points relative to a place; without a line when the colour of its line is nil.
func (p *pen) polygon(at fyne.Position, size fyne.Size, points []fyne.Position, fill, line color.Color) {
	shape := canvas.NewArbitraryPolygon(points, fill)
	if line != nil {
		shape.StrokeColor, shape.StrokeWidth = line, 1
	}
	p.add(shape, at, size)
}
