package desktop

import "strings"

// MenuLabel makes a text show as it is in a menu. There, a single underscore underlines the letter after it and
// vanishes (com.canonical.dbusmenu, property "label"); addresses have underscores.
func MenuLabel(text string) string { return strings.ReplaceAll(text, "_", "__") }
