package app

import (
	"image/color"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// themeName says how the windows look.
type themeName string

const (
	systemTheme themeName = "system"
	lightTheme  themeName = "light"
	darkTheme   themeName = "dark"
)

var themes = []themeName{systemTheme, lightTheme, darkTheme}

func (n themeName) known() bool { return slices.Contains(themes, n) }

// themed is Fyne's theme, light or dark whatever the system's is.
type themed struct {
	fyne.Theme
	variant fyne.ThemeVariant
}

// Color is called by Fyne, on its thread.
func (t themed) Color(name fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	return t.Theme.Color(name, t.variant)
}

// useTheme has the windows look as the settings say.
func (a *App) useTheme() {
	switch a.settings.Theme {
	case lightTheme:
		a.fyne.Settings().SetTheme(themed{theme.DefaultTheme(), theme.VariantLight})
	case darkTheme:
		a.fyne.Settings().SetTheme(themed{theme.DefaultTheme(), theme.VariantDark})
	default:
		a.fyne.Settings().SetTheme(theme.DefaultTheme())
	}
}
