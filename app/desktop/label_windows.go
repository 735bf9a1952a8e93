package desktop

import "strings"

// MenuLabel makes a text show as it is in a menu. There, a single & underlines the letter after it and vanishes.
func MenuLabel(text string) string { return strings.ReplaceAll(text, "&", "&&") }
