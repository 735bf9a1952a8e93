package app

import (
	"fmt"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"tokentray/app/desktop"
	"tokentray/oauth"
)

// trayAccounts is how many accounts stand in the tray menu itself.
const trayAccounts = 10

// view is what there is to show: the engine's last snapshot and where it comes from.
type view struct {
	accounts []oauth.Account
	// provider is the provider's name within a sentence.
	provider string
	practice bool
	// formats are what can be copied, and formatOf is the one in which an account's tokens are.
	formats  []format
	formatOf func(oauth.Account) format
	// onClipboard tells that a token stands on the clipboard.
	onClipboard bool
}

// actions are what the tray and the window can ask for.
type actions struct {
	copyToken   func(oauth.Account)
	copyAs      func(oauth.Account, format)
	clear       func()
	signInAgain func(oauth.Account)
	addAccount  func()
	openWindow  func()
	quit        func()
}

// menu is the tray's menu for a view.
func menu(v view, do actions) *fyne.Menu {
	var items []*fyne.MenuItem
	shown, more := split(v.accounts)
	for _, a := range shown {
		items = append(items, accountItem(a, do))
	}
	if len(more) > 0 {
		var rest []*fyne.MenuItem
		for _, a := range more {
			rest = append(rest, accountItem(a, do))
		}
		items = append(items, submenu("More accounts…", rest))
	}
	if len(items) > 0 {
		items = append(items, fyne.NewMenuItemSeparator())
	}
	items = append(items,
		fyne.NewMenuItem("Add account…", do.addAccount),
		fyne.NewMenuItem("Open Token Tray", do.openWindow),
	)
	items = append(items, copyAsItems(v, shown, do)...)
	if len(v.accounts) > 0 && len(v.formats) > 0 {
		clearing := fyne.NewMenuItem("Clear the clipboard", do.clear)
		clearing.Disabled = !v.onClipboard
		items = append(items, clearing)
	}
	for _, why := range reasons(v) {
		note := fyne.NewMenuItem(why, nil)
		note.Disabled = true
		items = append(items, note)
	}
	if v.practice {
		note := fyne.NewMenuItem("Practice mode: these are not real accounts", nil)
		note.Disabled = true
		items = append(items, note)
	}
	quit := fyne.NewMenuItem("Quit", do.quit)
	quit.IsQuit = true // else Fyne adds a Quit of its own, which passes ours by
	items = append(items, fyne.NewMenuItemSeparator(), quit)
	return fyne.NewMenu("Token Tray", items...)
}

func accountItem(a oauth.Account, do actions) *fyne.MenuItem {
	if a.NeedsSignIn() {
		return fyne.NewMenuItem("Sign in again: "+a.Address, func() { do.signInAgain(a) })
	}
	return fyne.NewMenuItem("Copy token: "+a.Address, func() { do.copyToken(a) })
}

// copyAsItems offer the formats for the accounts that stand in the menu itself; for others the window has them.
func copyAsItems(v view, shown []oauth.Account, do actions) []*fyne.MenuItem {
	var each []*fyne.MenuItem
	for _, a := range shown {
		if !a.NeedsSignIn() && len(v.formats) > 0 {
			each = append(each, submenu(a.Address, formatItems(a, v.formats, v.formatOf(a), do.copyAs)))
		}
	}
	switch len(each) {
	case 0:
		return nil
	case 1:
		return []*fyne.MenuItem{submenu("Copy as", each[0].ChildMenu.Items)}
	default:
		return []*fyne.MenuItem{submenu("Copy as", each)}
	}
}

// formatItems are the formats to choose from for an account, that of its own ticked.
func formatItems(a oauth.Account, formats []format, own format, copyAs func(oauth.Account, format)) []*fyne.MenuItem {
	var items []*fyne.MenuItem
	for _, f := range formats {
		item := fyne.NewMenuItem(f.label, func() { copyAs(a, f) })
		item.Checked = f.name == own.name
		items = append(items, item)
	}
	return items
}

func submenu(label string, items []*fyne.MenuItem) *fyne.MenuItem {
	item := fyne.NewMenuItem(label, nil)
	item.ChildMenu = fyne.NewMenu("", items...)
	return item
}

// reasons say why accounts need a sign-in, each reason once.
func reasons(v view) (lines []string) {
	var order []string
	whose := map[string][]oauth.Account{}
	for _, a := range v.accounts {
		why := whyWords(a, v.provider)
		if why == "" {
			continue
		}
		if whose[why] == nil {
			order = append(order, why)
		}
		whose[why] = append(whose[why], a)
	}
	for _, why := range order {
		who := whose[why][0].Address
		if n := len(whose[why]); n > 1 {
			who = fmt.Sprintf("%d accounts", n)
		}
		lines = append(lines, who+": "+why)
	}
	return lines
}

// split gives the accounts that stand in the menu itself, those used last where there are too many, each part in
// its order in the list.
func split(accounts []oauth.Account) (shown, more []oauth.Account) {
	if len(accounts) <= trayAccounts {
		return accounts, nil
	}
	byUse := slices.Clone(accounts)
	slices.SortStableFunc(byUse, func(a, b oauth.Account) int { return b.LastUsed.Compare(a.LastUsed) })
	recent := map[oauth.Key]bool{}
	for _, a := range byUse[:trayAccounts] {
		recent[a.Key] = true
	}
	for _, a := range accounts {
		if recent[a.Key] {
			shown = append(shown, a)
		} else {
			more = append(more, a)
		}
	}
	return shown, more
}

// outline is what a menu looks like. Each change of the tray's menu is sent to the desktop whole, so a menu with the
// same outline is not set again.
func outline(m *fyne.Menu) string {
	var lines []string
	for _, item := range m.Items {
		lines = append(lines, fmt.Sprint(item.Label, " ", item.Disabled, item.Checked))
		if item.ChildMenu != nil {
			lines = append(lines, "\t"+strings.ReplaceAll(outline(item.ChildMenu), "\n", "\n\t"))
		}
	}
	return strings.Join(lines, "\n")
}

// literal changes a menu's labels so that the desktop shows them as they are.
func literal(m *fyne.Menu) {
	for _, item := range m.Items {
		item.Label = desktop.MenuLabel(item.Label)
		if item.ChildMenu != nil {
			literal(item.ChildMenu)
		}
	}
}
