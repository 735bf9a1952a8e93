package app

import (
	"hash/fnv"
	"image/color"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// The program's looks: its colours for light and dark, its sizes, and nothing of either anywhere else. Every text stands
// out from what is behind it by at least 4.5 : 1 (WCAG 2.2, success criterion 1.4.3), which a test computes.

// themeName says how the windows look.
type themeName string

const (
	systemTheme themeName = "system"
	lightTheme  themeName = "light"
	darkTheme   themeName = "dark"
)

var themes = []themeName{systemTheme, lightTheme, darkTheme}

func (n themeName) known() bool { return slices.Contains(themes, n) }

// colorCard is what an account's card is painted with; it lies on the background.
const colorCard fyne.ThemeColorName = "card"

// palette are the colours of a variant.
type palette map[fyne.ThemeColorName]color.NRGBA

var light = palette{
	theme.ColorNameBackground:          rgb(0xF4F5F8),
	colorCard:                          rgb(0xFFFFFF),
	theme.ColorNameForeground:          rgb(0x1C1F26),
	theme.ColorNamePlaceHolder:         rgb(0x59606E),
	theme.ColorNameDisabled:            rgb(0x646B79),
	theme.ColorNamePrimary:             rgb(0x1F5FCC),
	theme.ColorNameForegroundOnPrimary: rgb(0xFFFFFF),
	theme.ColorNameHyperlink:           rgb(0x1F5FCC),
	theme.ColorNameButton:              rgb(0xE3E7EE),
	theme.ColorNameDisabledButton:      rgb(0xECEEF2),
	theme.ColorNameHover:               shade(0x000000, 0x14),
	theme.ColorNamePressed:             shade(0x000000, 0x28),
	theme.ColorNameFocus:               shade(0x1F5FCC, 0x30),
	theme.ColorNameSelection:           shade(0x1F5FCC, 0x40),
	theme.ColorNameInputBackground:     rgb(0xFFFFFF),
	theme.ColorNameInputBorder:         rgb(0x8A92A0),
	theme.ColorNameSeparator:           rgb(0xD9DDE5),
	theme.ColorNameMenuBackground:      rgb(0xFFFFFF),
	theme.ColorNameOverlayBackground:   rgb(0xFFFFFF),
	theme.ColorNameHeaderBackground:    rgb(0xF4F5F8),
	theme.ColorNameScrollBar:           shade(0x000000, 0x70),
	theme.ColorNameScrollBarBackground: shade(0x000000, 0x00),
	theme.ColorNameShadow:              shade(0x000000, 0x28),
	theme.ColorNameError:               rgb(0xB3261E),
	theme.ColorNameForegroundOnError:   rgb(0xFFFFFF),
	theme.ColorNameWarning:             rgb(0x8A4B00),
	theme.ColorNameForegroundOnWarning: rgb(0xFFFFFF),
	theme.ColorNameSuccess:             rgb(0x17703A),
	theme.ColorNameForegroundOnSuccess: rgb(0xFFFFFF),
}

var dark = palette{
	theme.ColorNameBackground:          rgb(0x16181D),
	colorCard:                          rgb(0x21242B),
	theme.ColorNameForeground:          rgb(0xECEEF2),
	theme.ColorNamePlaceHolder:         rgb(0xA6AEBB),
	theme.ColorNameDisabled:            rgb(0x969EAC),
	theme.ColorNamePrimary:             rgb(0x79AAFF),
	theme.ColorNameForegroundOnPrimary: rgb(0x0A1A33),
	theme.ColorNameHyperlink:           rgb(0x8BB6FF),
	theme.ColorNameButton:              rgb(0x343944),
	theme.ColorNameDisabledButton:      rgb(0x2A2E36),
	theme.ColorNameHover:               shade(0xFFFFFF, 0x12),
	theme.ColorNamePressed:             shade(0xFFFFFF, 0x26),
	theme.ColorNameFocus:               shade(0x79AAFF, 0x38),
	theme.ColorNameSelection:           shade(0x79AAFF, 0x50),
	theme.ColorNameInputBackground:     rgb(0x1B1E24),
	theme.ColorNameInputBorder:         rgb(0x6C7482),
	theme.ColorNameSeparator:           rgb(0x343944),
	theme.ColorNameMenuBackground:      rgb(0x2A2E36),
	theme.ColorNameOverlayBackground:   rgb(0x2A2E36),
	theme.ColorNameHeaderBackground:    rgb(0x16181D),
	theme.ColorNameScrollBar:           shade(0xFFFFFF, 0x70),
	theme.ColorNameScrollBarBackground: shade(0xFFFFFF, 0x00),
	theme.ColorNameShadow:              shade(0x000000, 0x60),
	theme.ColorNameError:               rgb(0xFF8F86),
	theme.ColorNameForegroundOnError:   rgb(0x3A0906),
	theme.ColorNameWarning:             rgb(0xFFB75C),
	theme.ColorNameForegroundOnWarning: rgb(0x362100),
	theme.ColorNameSuccess:             rgb(0x74D392),
	theme.ColorNameForegroundOnSuccess: rgb(0x06301A),
}

// initials are the colours of the circles that stand for accounts. White and the card's colours stand out from each.
var initials = [...]color.NRGBA{
	rgb(0x2D6BCF), rgb(0x8A4FBE), rgb(0xB83A6F), rgb(0xB5472B), rgb(0x8A6400), rgb(0x3F7A2A), rgb(0x117A72), rgb(0x5A6472),
}

// initialColor is the colour of an address, the same one each time.
func initialColor(address string) color.NRGBA {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(address))
	return initials[sum.Sum32()%uint32(len(initials))]
}

func rgb(hex uint32) color.NRGBA { return shade(hex, 0xFF) }

func shade(hex uint32, alpha uint8) color.NRGBA {
	return color.NRGBA{R: uint8(hex >> 16 & 0xFF), G: uint8(hex >> 8 & 0xFF), B: uint8(hex & 0xFF), A: alpha}
}

// textSize is how large texts are, in percent.
type textSize int

var textSizes = []textSize{100, 125, 150}

func (t textSize) known() bool { return t >= 75 && t <= 200 }

// look is the program's theme. What it does not say is Fyne's.
type look struct {
	fyne.Theme
	chosen themeName
	text   textSize
}

func newLook(chosen themeName, text textSize) look { return look{theme.DefaultTheme(), chosen, text} }

// Color is called by Fyne, on its thread.
func (l look) Color(name fyne.ThemeColorName, variant fyne.ThemeVariant) color.Color {
	switch l.chosen {
	case lightTheme:
		variant = theme.VariantLight
	case darkTheme:
		variant = theme.VariantDark
	}
	colours := light
	if variant == theme.VariantDark {
		colours = dark
	}
	if c, ours := colours[name]; ours {
		return c
	}
	return l.Theme.Color(name, variant)
}

// Size is called by Fyne, on its thread. Sizes are in Fyne's units.
func (l look) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case theme.SizeNameCaptionText:
		return 12 * float32(l.text) / 100
	case theme.SizeNameText, theme.SizeNameHeadingText, theme.SizeNameSubHeadingText, theme.SizeNameInlineIcon:
		return l.Theme.Size(name) * float32(l.text) / 100
	case theme.SizeNameButtonRadius, theme.SizeNameInputRadius, theme.SizeNameSelectionRadius:
		return 8
	}
	return l.Theme.Size(name)
}

// useTheme has the windows look as the settings say.
func (a *App) useTheme() {
	a.fyne.Settings().SetTheme(newLook(a.settings.Theme, a.settings.TextSize))
	if a.window != nil {
		a.window.draw() // texts of another size need another room
	}
}
