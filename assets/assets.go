// Package assets holds what Token Tray shows and doesn't make itself: its icons
// and the page on which a sign-in ends in the browser. It uses the standard
// library alone.
package assets

import "embed"

// IconSVG is the program's icon, in colour: a key that drops into a tray. The
// same picture stands in icon.png, 512 pixels wide, for packaging, and simpler
// in icon-small.svg, for less than 32 pixels. Nobody changes it.
//
//go:embed icon.svg
var IconSVG []byte

// The icons for the system's tray, one for each way in which the program stands. Dark shapes with a light edge, they stand
// out from light and dark panels; the edge is a use element, which Fyne leaves out where it draws an icon in one colour.
// The shapes alone (as macOS uses them) tell them apart: a key in a tray when all is well, over three dots while something
// is under way, crossed out when the network is away, and beside an exclamation mark when the person is needed. Nobody
// changes them.
var (
	//go:embed tray.svg
	TraySVG []byte
	//go:embed tray-working.svg
	TrayWorkingSVG []byte
	//go:embed tray-offline.svg
	TrayOfflineSVG []byte
	//go:embed tray-needs-you.svg
	TrayNeedsYouSVG []byte
)

// IconPNG is the program's icon again, 96 pixels wide, for notifications and for
// windows. "make icons" draws it and icon.png. Nobody changes it.
//
//go:embed icon-96.png
var IconPNG []byte

// Translations are a file for each language that the program speaks, named by its tag: from each sentence in English to the
// sentence in that language, with plural forms where there is a number, as Fyne's package lang has them. English is there
// for its plural forms and to be complete. Nobody changes them.
//
//go:embed translations/*.json
var Translations embed.FS
