package app

import (
	"image/color"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"tokentray/oauth"
)

// accountCard is one account in the window: who, how it stands, and what can be done with it.
type accountCard struct {
	widget.BaseWidget
	account oauth.Account
	initial *canvas.Text
	address *widget.Label
	state   *widget.Label
	access  *widget.Label // what it may do, or why it may not
	mood    fyne.ThemeColorName
	act     *cardButton // Copy token, or Sign in again
	formats *cardButton // opens the menu of what can be copied
	more    *cardButton // opens the menu of everything else
	shape   cardShape
	ring    focusRing // around the card that the arrow keys are on
}

// cardButton is a button that knows the card it stands in.
type cardButton struct {
	button
	card *accountCard
}

func (c *accountCard) newButton(label string, tapped func()) *cardButton {
	b := &cardButton{button{Button: widget.Button{Text: label, OnTapped: tapped}}, c}
	b.ExtendBaseWidget(b)
	return b
}

func newAccountCard(a *App) *accountCard {
	c := &accountCard{
		initial: canvas.NewText("", color.White), address: widget.NewLabel(""), state: widget.NewLabel(""), access: small(""),
	}
	c.initial.TextStyle.Bold = true
	c.initial.Alignment = fyne.TextAlignCenter
	c.address.TextStyle.Bold = true
	c.address.Wrapping = fyne.TextWrapBreak
	c.state.Wrapping = wrapping()
	c.act = c.newButton(lang.L("Sign in again"), func() {
		if c.account.NeedsSignIn() {
			a.signInAgain(c.account)
		} else {
			a.copyToken(c.account)
		}
	})
	c.act.Importance = widget.HighImportance
	c.formats = c.newButton("", func() { a.chooseFormat(c.account, c.formats) })
	c.formats.Icon = theme.MenuDropDownIcon()
	c.more = c.newButton("", func() { a.showMore(c.account, c.more) })
	c.more.Icon = theme.MoreHorizontalIcon()
	c.more.Importance = widget.LowImportance
	c.ring = newFocusRing(cardRadius)
	c.ExtendBaseWidget(c)
	return c
}

// show puts an account of a view into the card; cards are used again as the list scrolls. copied is how long its token stays
// on the clipboard, in words; empty: none stands there.
func (c *accountCard) show(account oauth.Account, v view, shape cardShape, lastDay, now time.Time, copied string) {
	c.account, c.shape = account, shape
	c.initial.Text = initialOf(account.Address)
	c.address.SetText(account.Address)
	words := stateWords(account, v.provider, now)
	c.state.SizeName = stateSize(words, shape.line)
	c.state.SetText(words)
	c.access.SetText(cardAccess(account, v, lastDay))
	c.mood = moodOf(account, now)
	c.act.SetText(lang.L("Copy token"))
	c.act.Importance = widget.HighImportance
	switch {
	case account.NeedsSignIn():
		c.act.SetText(lang.L("Sign in again"))
		c.act.Importance = widget.WarningImportance
	case copied != "":
		c.act.SetText(copied)
		c.act.Importance = widget.SuccessImportance
	}
	setVisible(c.formats, !account.NeedsSignIn())
	c.Refresh()
}

// cardAccess are the words for an account's access on its card, which say as well that it is for practice.
func cardAccess(account oauth.Account, v view, lastDay time.Time) string {
	words := accessWords(account, v, lastDay)
	if v.practice {
		return lang.L("Practice · {{.Access}}", with{"Access": words})
	}
	return words
}

// initialOf is the letter that stands for an address.
func initialOf(address string) string {
	first, _ := utf8.DecodeRuneInString(strings.TrimSpace(address))
	if !unicode.IsLetter(first) && !unicode.IsDigit(first) {
		return "@"
	}
	return string(unicode.ToUpper(first))
}

// moodOf is the colour of the dot before an account's state. The words say the same.
func moodOf(account oauth.Account, now time.Time) fyne.ThemeColorName {
	switch {
	case account.NeedsSignIn(), account.State == oauth.Lost, account.State == oauth.ClientTrouble, account.State == oauth.Locked:
		return theme.ColorNameWarning
	case account.State == oauth.Waiting:
		return theme.ColorNamePlaceHolder
	case account.State == oauth.Renewing, !account.Expiry.After(now):
		return theme.ColorNamePrimary
	default:
		return theme.ColorNameSuccess
	}
}

// The card's measures, in Fyne's units.
const (
	cardRadius  fyne.ThemeSizeName = theme.SizeNameButtonRadius
	cardMargin  float32            = 4
	cardInset   float32            = 12
	initialSize float32            = 38
	dotSize     float32            = 9
	initialGap  float32            = 10
	lineGap     float32            = 6
)

// CreateRenderer is called by Fyne, on its thread.
func (c *accountCard) CreateRenderer() fyne.WidgetRenderer {
	r := &cardRenderer{card: c, ground: canvas.NewRectangle(nil), circle: canvas.NewCircle(nil), dot: canvas.NewCircle(nil)}
	r.Refresh()
	return r
}

type cardRenderer struct {
	card        *accountCard
	ground      *canvas.Rectangle
	circle, dot *canvas.Circle
}

// Objects is called by Fyne, on its thread. Their order is that of the Tab key.
func (r *cardRenderer) Objects() []fyne.CanvasObject {
	c := r.card
	return []fyne.CanvasObject{r.ground, r.circle, c.initial, c.address, r.dot, c.state, c.access, c.act, c.formats, c.more, c.ring.Rectangle}
}

// MinSize is called by Fyne, on its thread.
func (r *cardRenderer) MinSize() fyne.Size {
	return fyne.NewSize(280, r.card.shape.height)
}

// Destroy is called by Fyne, on its thread.
func (r *cardRenderer) Destroy() {}

// Layout is called by Fyne, on its thread.
func (r *cardRenderer) Layout(size fyne.Size) {
	c := r.card
	inset := theme.InnerPadding() // a label's own, which lines start without
	put(r.ground, cardMargin, cardMargin, size.Width-2*cardMargin, size.Height-2*cardMargin)
	put(c.ring.Rectangle, cardMargin, cardMargin, size.Width-2*cardMargin, size.Height-2*cardMargin)
	left, y := cardMargin+cardInset, cardMargin+cardInset
	right := size.Width - cardMargin - cardInset
	put(r.circle, left, y, initialSize, initialSize)
	put(c.initial, left, y+(initialSize-c.initial.MinSize().Height)/2, initialSize, c.initial.MinSize().Height)

	text := left + initialSize + initialGap
	more := c.more.MinSize()
	put(c.more, right-more.Width+inset/2, y-inset, more.Width, more.Height)
	put(c.address, text-inset, y-inset, right-more.Width-text+2*inset, c.shape.address+2*inset)
	y += c.shape.address + lineGap
	put(r.dot, text, y+(lineHeight(theme.TextSize())-dotSize)/2, dotSize, dotSize)
	put(c.state, text+dotSize+lineGap-inset, y-inset, right-text-dotSize-lineGap+2*inset, c.shape.state+2*inset)
	y += c.shape.state + lineGap

	act, formats := c.act.MinSize(), fyne.Size{}
	if c.formats.Visible() {
		formats = c.formats.MinSize().AddWidthHeight(theme.Padding(), 0)
	}
	buttons := right - formats.Width - act.Width
	width := buttons - text - initialGap
	if c.shape.stacked {
		width = right - text
	}
	if c.shape.stacked {
		put(c.access, text-inset, y-inset, width+2*inset, c.shape.access+2*inset)
		y += c.shape.access + lineGap
	} else {
		c.access.Resize(fyne.NewSize(width+2*inset, c.access.MinSize().Height)) // how high it gets depends on the width
		height := c.access.MinSize().Height
		put(c.access, text-inset, y+(act.Height-height)/2, width+2*inset, height)
	}
	put(c.act, buttons, y, act.Width, act.Height)
	put(c.formats, buttons+act.Width+theme.Padding(), y, c.formats.MinSize().Width, act.Height)
}

// Refresh is called by Fyne, on its thread.
func (r *cardRenderer) Refresh() {
	c := r.card
	r.ground.FillColor = theme.Color(colorCard)
	r.ground.CornerRadius = 12
	c.ring.CornerRadius = 12
	r.circle.FillColor = initialColor(c.account.Address)
	c.initial.TextSize = theme.TextSize() + 3
	r.dot.FillColor = theme.Color(c.mood)
	r.Layout(c.Size())
	for _, o := range r.Objects() {
		o.Refresh()
	}
}
