package app

import "fyne.io/fyne/v2/lang"

func notSavedWords() string {
	return lang.L("Your choice holds until Token Tray ends, but it could not be kept: the disk is full, or Token Tray may not write to its folder.")
}

func (c clearAfter) words() string {
	switch {
	case c == neverClear:
		return lang.L("Never")
	case c < 120:
		return lang.N("{{.PluralCount}} seconds", int(c))
	case c < 60*60:
		return lang.N("{{.PluralCount}} minutes", int(c)/60)
	default:
		return lang.N("{{.PluralCount}} hours", int(c)/60/60)
	}
}

func (m minutesLeft) words() string { return lang.N("at least {{.PluralCount}} minutes", int(m)) }

func (n themeName) words() string {
	switch n {
	case lightTheme:
		return lang.L("Light")
	case darkTheme:
		return lang.L("Dark")
	default:
		return lang.L("As the system has them")
	}
}

func (t textSize) words() string {
	switch {
	case t < 110:
		return lang.L("Usual")
	case t < 140:
		return lang.L("Large")
	default:
		return lang.L("Very large")
	}
}

func (w withoutTray) words() string {
	switch w {
	case minimise:
		return lang.L("Keep running minimised")
	case quitInstead:
		return lang.L("Quit")
	default:
		return lang.L("Ask what to do")
	}
}
