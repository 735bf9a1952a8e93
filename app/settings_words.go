package app

import "fmt"

const notSavedWords = "Your choice holds until Token Tray ends, but it could not be kept: the disk is full, or Token Tray may not write to its folder."

func (c clearAfter) words() string {
	switch {
	case c == neverClear:
		return "Never"
	case c < 120:
		return fmt.Sprintf("%d seconds", int(c))
	case c < 60*60:
		return fmt.Sprintf("%d minutes", int(c)/60)
	default:
		return "1 hour"
	}
}

func (m minutesLeft) words() string { return fmt.Sprintf("at least %d minutes", int(m)) }

func (n themeName) words() string {
	switch n {
	case lightTheme:
		return "Light"
	case darkTheme:
		return "Dark"
	default:
		return "As the system has them"
	}
}

func (w withoutTray) words() string {
	switch w {
	case minimise:
		return "Keep running minimised"
	case quitInstead:
		return "Quit"
	default:
		return "Ask what to do"
	}
}
