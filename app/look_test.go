package app

import (
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// luminance is the relative luminance of https://www.w3.org/TR/WCAG22/#dfn-relative-luminance.
func luminance(c color.NRGBA) float64 {
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

// contrast is the contrast ratio of https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio.
func contrast(a, b color.NRGBA) float64 {
	l, m := luminance(a), luminance(b)
	return (max(l, m) + 0.05) / (min(l, m) + 0.05)
}

// over is a colour on top of another.
func over(top, bottom color.NRGBA) color.NRGBA {
	mix := func(t, b uint8) uint8 { return uint8((int(t)*int(top.A) + int(b)*(255-int(top.A)) + 127) / 255) } //nolint:gosec // a mean of two
	return color.NRGBA{mix(top.R, bottom.R), mix(top.G, bottom.G), mix(top.B, bottom.B), 255}
}

func TestTextStandsOutFromWhatIsBehindIt(t *testing.T) {
	for name, p := range map[string]palette{"light": light, "dark": dark} {
		want := func(text, behind fyne.ThemeColorName, overlays ...fyne.ThemeColorName) {
			t.Helper()
			ground := p[behind]
			for _, o := range overlays {
				ground = over(p[o], ground)
			}
			if got := contrast(p[text], ground); got < 4.5 {
				t.Errorf("%s: %s on %s %v has %.2f : 1", name, text, behind, overlays, got)
			}
		}
		grounds := []fyne.ThemeColorName{
			theme.ColorNameBackground, colorCard, theme.ColorNameMenuBackground, theme.ColorNameOverlayBackground, theme.ColorNameInputBackground,
		}
		for _, ground := range grounds {
			for _, text := range []fyne.ThemeColorName{
				theme.ColorNameForeground, theme.ColorNamePlaceHolder, theme.ColorNameDisabled, theme.ColorNameHyperlink,
				theme.ColorNameError, theme.ColorNameWarning, theme.ColorNameSuccess,
			} {
				want(text, ground)
			}
			want(theme.ColorNameForeground, ground, theme.ColorNameHover)
			want(theme.ColorNameForeground, ground, theme.ColorNameFocus)
			want(theme.ColorNameForeground, ground, theme.ColorNameSelection)
		}
		want(theme.ColorNameForeground, theme.ColorNameButton)
		want(theme.ColorNameForeground, theme.ColorNameButton, theme.ColorNameHover)
		want(theme.ColorNameForeground, theme.ColorNameButton, theme.ColorNamePressed)
		want(theme.ColorNameForeground, theme.ColorNameButton, theme.ColorNameFocus)
		want(theme.ColorNameDisabled, theme.ColorNameDisabledButton)
		for on, strong := range map[fyne.ThemeColorName]fyne.ThemeColorName{
			theme.ColorNameForegroundOnPrimary: theme.ColorNamePrimary, theme.ColorNameForegroundOnError: theme.ColorNameError,
			theme.ColorNameForegroundOnWarning: theme.ColorNameWarning, theme.ColorNameForegroundOnSuccess: theme.ColorNameSuccess,
		} {
			want(on, strong)
			want(on, strong, theme.ColorNameHover)
			want(on, strong, theme.ColorNameFocus)
		}
	}
}

func TestInitialsStandOutAndStayTheSame(t *testing.T) {
	for _, c := range initials {
		if got := contrast(rgb(0xFFFFFF), c); got < 4.5 {
			t.Errorf("white on %v has %.2f : 1", c, got)
		}
	}
	seen := map[color.NRGBA]bool{}
	for _, account := range people(100) {
		seen[initialColor(account.Address)] = true
	}
	if len(seen) != len(initials) {
		t.Errorf("a hundred accounts have %d colours", len(seen))
	}
	if first := initialColor("alice@example.com"); initialColor("alice@example.com") != first {
		t.Error("the same address has two colours")
	}
}
