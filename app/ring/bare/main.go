// Command bare is the baseline of the benchmarks: the least Fyne program with a window and a tray menu. It puts a fixed
// text on the clipboard through a helper program, as most programs of its size do.
package main

import (
	"fmt"
	"os"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
	"github.com/atotto/clipboard"
)

// text is what the tray entry "Copy" puts on the clipboard.
const text = "a fixed text"

func main() {
	a := app.NewWithID("app.tokentray.Bare")
	w := a.NewWindow("Bare")
	w.SetContent(widget.NewLabel("A bare window"))
	if tray, ok := a.(desktop.App); ok {
		tray.SetSystemTrayMenu(fyne.NewMenu("Bare", fyne.NewMenuItem("Copy", func() { go copyText() })))
	}
	if !slices.Contains(os.Args, "--hidden") {
		w.Show()
	}
	a.Run()
}

func copyText() {
	if err := clipboard.WriteAll(text); err != nil {
		fmt.Fprintln(os.Stderr, "could not copy:", err)
	}
}
