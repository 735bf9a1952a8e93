package desktop

// MenuLabel makes a text show as it is in a menu, where every character does.
func MenuLabel(text string) string { return text }
