// Package assets holds what Token Tray shows and doesn't make itself: its icons
// and the page on which a sign-in ends in the browser. It uses the standard
// library alone.
package assets

import _ "embed" // for the files beside this one

// IconSVG is the program's icon, in colour: a token in a tray. The same picture
// stands in icon.png, 512 pixels wide, for packaging. Nobody changes it.
//
//go:embed icon.svg
var IconSVG []byte

// TraySVG is the icon for the system's tray: one colour that stands out from
// light and dark panels, and whose shape alone (as macOS uses it) still tells.
// Nobody changes it.
//
//go:embed tray.svg
var TraySVG []byte

// IconPNG is the program's icon again, 96 pixels wide, for what takes pixels
// only. Nobody changes it.
//
//go:embed icon-96.png
var IconPNG []byte
