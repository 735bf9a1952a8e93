package app

import (
	"strings"

	"fyne.io/fyne/v2"
	fynedesktop "fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"

	"tokentray/oauth"
)

// findFrom is how many accounts it takes for the window to have a field to find one: fewer are seen at a glance.
const findFrom = 8

// find is the field above the account list that leaves those in it whose address has what is typed.
type find struct {
	*field
	canvas fyne.Canvas
	none   *widget.Label // stands in the place of the list when no address has it
}

// newFind makes the field for a window; changed is called when something else is to be found.
func newFind(w *window, changed func()) *find {
	f := &find{field: newField(), canvas: w.Canvas(), none: text(lang.L("No account has that in its address."))}
	f.none.Alignment = fyne.TextAlignCenter
	f.SetPlaceHolder(lang.L("Find an account"))
	f.OnChanged = func(string) { changed() }
	f.canvas.AddShortcut(&fynedesktop.CustomShortcut{KeyName: fyne.KeyF, Modifier: fyne.KeyModifierShortcutDefault},
		func(fyne.Shortcut) { w.lookFor() })
	return f
}

// lookFor puts the keyboard on the field, what is there selected.
func (w *window) lookFor() {
	if len(w.sheets) == 0 && w.find.Visible() {
		w.Canvas().Focus(w.find.field)
		w.find.TypedShortcut(&fyne.ShortcutSelectAll{})
	}
}

// among shows the field if there are enough accounts, and returns those that it leaves. A field that is not there
// leaves all.
func (f *find) among(accounts []oauth.Account) []oauth.Account {
	setVisible(f.field, len(accounts) >= findFrom)
	if !f.Visible() {
		f.clear()
		if f.canvas.Focused() == f.field {
			f.canvas.Unfocus()
		}
		return accounts
	}
	found := matching(accounts, f.Text)
	setVisible(f.none, len(found) == 0)
	return found
}

// clear leaves all accounts in the list.
func (f *find) clear() {
	f.none.Hide()
	if f.Text != "" {
		f.SetText("")
	}
}

// matching are the accounts that have a part in their address, whether in capitals or not.
func matching(accounts []oauth.Account, part string) []oauth.Account {
	part = strings.ToLower(strings.TrimSpace(part))
	if part == "" {
		return accounts
	}
	var found []oauth.Account
	for _, a := range accounts {
		if strings.Contains(strings.ToLower(a.Address), part) {
			found = append(found, a)
		}
	}
	return found
}
