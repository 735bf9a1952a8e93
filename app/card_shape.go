package app

import (
	"time"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"tokentray/oauth"
	"tokentray/oauth/keychain"
)

// cardShape is how high the parts of an account's card are, in Fyne's units. It is the same in each of the account's states,
// so that nothing jumps.
type cardShape struct {
	address, state, access float32
	line                   float32 // the width of the state's line
	// stacked tells that the access stands above the buttons: beside them there is no room.
	stacked bool
	height  float32
}

// cardText is what an account's card says beside its state.
type cardText struct {
	address, access string
	// alone tells that the button has no menu beside it.
	alone bool
}

func cardTextOf(account oauth.Account, v view, lastDay time.Time) cardText {
	return cardText{account.Address, cardAccess(account, v, lastDay), account.NeedsSignIn()}
}

// cardShapes finds the shape of cards, and remembers it: a thousand accounts are measured once.
type cardShapes struct {
	width    float32 // of a card
	text     float32 // the size of texts
	provider string
	practice bool
	state    float32
	stacked  bool
	known    map[cardText]cardShape
	paper    *widget.Label // on which is measured
	letters  map[letter]fyne.Size
}

// letter is one of ASCII's in a size and a weight.
type letter struct {
	char rune
	size fyne.ThemeSizeName
	bold bool
}

// fit forgets what was measured for another width, text or provider, and tells whether there was something to forget.
func (s *cardShapes) fit(width float32, v view) bool {
	if s.known != nil && s.width == width && s.text == theme.TextSize() && s.provider == v.provider && s.practice == v.practice {
		return false
	}
	s.width, s.text, s.provider, s.practice = width, theme.TextSize(), v.provider, v.practice
	s.known, s.letters = map[cardText]cardShape{}, map[letter]fyne.Size{}
	s.paper = widget.NewLabel("")
	s.stacked = s.beside() < 11*s.text
	s.state = lineHeight(s.text)
	for _, words := range everyState(v) {
		s.state = max(s.state, s.height(words, stateSize(words, s.line()), wrapping(), false, s.line()))
	}
	return true
}

// of is the shape of the card that says this.
func (s *cardShapes) of(card cardText) cardShape {
	if shape, measured := s.known[card]; measured {
		return shape
	}
	shape := cardShape{state: s.state, line: s.line(), stacked: s.stacked}
	more := iconButton() - theme.InnerPadding()/2
	shape.address = s.height(card.address, theme.SizeNameText, fyne.TextWrapBreak, true, s.lines()-more)
	buttons := iconButton()
	if s.stacked {
		shape.access = s.height(card.access, theme.SizeNameCaptionText, wrapping(), false, s.lines())
		shape.height = shape.access + lineGap + buttons
	} else {
		width := s.beside()
		if card.alone {
			width += theme.Padding() + iconButton()
		}
		shape.access = s.height(card.access, theme.SizeNameCaptionText, wrapping(), false, width)
		shape.height = max(shape.access, buttons)
	}
	shape.height += 2*(cardMargin+cardInset) + shape.address + lineGap + shape.state + lineGap
	s.known[card] = shape
	return shape
}

// usual is the shape of a card whose texts need one line each.
func (s *cardShapes) usual() cardShape {
	if s.known == nil {
		s.fit(0, view{})
	}
	return s.of(cardText{})
}

// lines is the width of the lines in a card.
func (s *cardShapes) lines() float32 {
	return s.width - 2*(cardMargin+cardInset) - initialSize - initialGap
}

// line is the width of the state's line.
func (s *cardShapes) line() float32 { return s.lines() - dotSize - lineGap }

// stateSize is the size in which a state is written: small where a line has no room for it otherwise. Few have none, and a
// second line would stand empty for all others.
func stateSize(words string, line float32) fyne.ThemeSizeName {
	if fyne.MeasureText(words, theme.TextSize(), fyne.TextStyle{}).Width > line {
		return theme.SizeNameCaptionText
	}
	return theme.SizeNameText
}

// beside is the room beside the buttons, when they are widest.
func (s *cardShapes) beside() float32 {
	widest := float32(0)
	for _, label := range []string{lang.L("Copy token"), lang.L("Sign in again"), lang.L("Copied · {{.Seconds}} s", with{"Seconds": 59})} {
		widest = max(widest, fyne.MeasureText(label, s.text, fyne.TextStyle{Bold: true}).Width)
	}
	return s.lines() - initialGap - widest - 2*theme.InnerPadding() - theme.Padding() - iconButton()
}

// height is how high words are in lines of a width.
func (s *cardShapes) height(words string, size fyne.ThemeSizeName, wrap fyne.TextWrap, bold bool, width float32) float32 {
	if height, short := s.short(words, size, bold, width); short {
		return height
	}
	if one := fyne.MeasureText(words, theme.Size(size), fyne.TextStyle{Bold: bold}); one.Width <= width {
		return one.Height
	}
	s.paper.Text, s.paper.SizeName, s.paper.Wrapping, s.paper.TextStyle.Bold = words, size, wrap, bold
	s.paper.Refresh()
	s.paper.Resize(fyne.NewSize(width+2*theme.InnerPadding(), 0))
	return s.paper.MinSize().Height - 2*theme.InnerPadding()
}

// short finds words that have room in a line by their letters, and the line's height. To measure the addresses of a thousand
// accounts as a whole takes 30 ms of a start.
func (s *cardShapes) short(words string, size fyne.ThemeSizeName, bold bool, width float32) (height float32, short bool) {
	sum := theme.Size(size) // room for what letters keep from each other
	for _, char := range words {
		if char >= utf8.RuneSelf {
			return 0, false // it may come from another font
		}
		l := letter{char, size, bold}
		measured, known := s.letters[l]
		if !known {
			measured = fyne.MeasureText(string(char), theme.Size(size), fyne.TextStyle{Bold: bold})
			s.letters[l] = measured
		}
		sum += measured.Width
		height = measured.Height
	}
	return height, words != "" && sum <= width
}

// lineHeight is that of a line of text.
func lineHeight(size float32) float32 { return fyne.MeasureText("M", size, fyne.TextStyle{}).Height }

// iconButton is how high and wide a button is that has only an icon.
func iconButton() float32 { return theme.IconInlineSize() + 2*theme.InnerPadding() }

// everyState are the words of each state that an account can be in.
func everyState(v view) (all []string) {
	now := time.Now()
	for _, a := range []oauth.Account{
		{State: oauth.Ready}, {State: oauth.Renewing}, {State: oauth.Waiting, Cause: oauth.ErrUnreachable},
		{State: oauth.Waiting, Cause: oauth.ErrBadAnswer}, {State: oauth.Locked, Cause: keychain.ErrLocked},
		{State: oauth.Locked, Cause: keychain.ErrNoService}, {State: oauth.Locked, Cause: keychain.ErrTimeout},
		{State: oauth.Locked, Cause: keychain.ErrFault}, {State: oauth.Lost}, {State: oauth.SignInAgain}, {State: oauth.ClientTrouble},
	} {
		for _, left := range []time.Duration{0, time.Second, time.Hour} {
			a.Expiry = now.Add(left)
			all = append(all, stateWords(a, v.provider, now))
		}
	}
	return all
}
