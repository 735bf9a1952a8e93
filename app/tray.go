package app

import (
	"fmt"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"tokentray/oauth"
)

// trayAccounts is how many accounts stand in the tray menu itself.
const trayAccounts = 10

// view is what there is to show: the engine's last snapshot and where it comes from.
type view struct {
	accounts []oauth.Account
	// provider is the provider's name within a sentence; empty: no engine is open.
	provider string
	practice bool
	// formats are what can be copied, and formatOf is the one in which an account's tokens are.
	formats  []format
	formatOf func(oauth.Account) format
	// onClipboard tells that a token stands on the clipboard.
	onClipboard bool

	// The rest is for the tray alone: whether the accounts are being opened, why that went wrong, and whether somebody
	// signs in.
	opening   bool
	notOpened error
	signingIn bool
}

// actions are what the tray and the window can ask for.
type actions struct {
	copyToken   func(oauth.Account)
	copyAs      func(oauth.Account, format)
	clear       func()
	signInAgain func(oauth.Account)
	showAccount func(oauth.Account) // all that there is to say of it
	showTrouble func(oauth.Account) // what is wrong with it, and the way out
	addAccount  func()
	openWindow  func()
	quit        func()
}

// menu is the tray's menu for a view.
func menu(v view, do actions) *fyne.Menu {
	shown, more := split(v.accounts)
	items := accountItems(shown, do)
	if len(more) > 0 {
		items = append(items, submenu(lang.L("More accounts…"), accountItems(more, do)))
	}
	if len(items) > 0 {
		items = append(items, fyne.NewMenuItemSeparator())
	}
	items = append(items,
		fyne.NewMenuItem(lang.L("Add account…"), do.addAccount),
		fyne.NewMenuItem(lang.L("Open Token Tray"), do.openWindow),
	)
	items = append(items, copyAsItems(v, shown, do)...)
	if len(v.accounts) > 0 && len(v.formats) > 0 {
		clearing := fyne.NewMenuItem(lang.L("Clear the clipboard"), do.clear)
		clearing.Disabled = !v.onClipboard
		items = append(items, clearing)
	}
	items = append(items, notes(v, do)...)
	if v.practice {
		note := fyne.NewMenuItem(lang.L("Practice mode: these are not real accounts"), nil)
		note.Disabled = true
		items = append(items, note)
	}
	quit := fyne.NewMenuItem(lang.L("Quit"), do.quit)
	quit.IsQuit = true // else Fyne adds a Quit of its own, which passes ours by
	items = append(items, fyne.NewMenuItemSeparator(), quit)
	return fyne.NewMenu(Name, items...)
}

// accountItems are an entry for each account. Each sentence is said once and then filled in: a thousand take their time.
func accountItems(accounts []oauth.Account, do actions) (items []*fyne.MenuItem) {
	const hole = "\x00"
	address := with{"Address": hole}
	signIn, copying := lang.L("Sign in again: {{.Address}}", address), lang.L("Copy token: {{.Address}}", address)
	for _, a := range accounts {
		sentence, act := copying, do.copyToken
		if a.NeedsSignIn() {
			sentence, act = signIn, do.signInAgain
		}
		items = append(items, fyne.NewMenuItem(strings.Replace(sentence, hole, a.Address, 1), func() { act(a) }))
	}
	return items
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
		return []*fyne.MenuItem{submenu(lang.L("Copy as"), each[0].ChildMenu.Items)}
	default:
		return []*fyne.MenuItem{submenu(lang.L("Copy as"), each)}
	}
}

// formatItems are the formats to choose from for an account, that of its own ticked.
func formatItems(a oauth.Account, formats []format, own format, copyAs func(oauth.Account, format)) []*fyne.MenuItem {
	var items []*fyne.MenuItem
	for _, f := range formats {
		item := fyne.NewMenuItem(lang.L(f.label), func() { copyAs(a, f) })
		item.Checked = f.name == own.name
		items = append(items, item)
	}
	return items
}

// notes say what needs the person, each thing once and as an entry that leads to where it can be mended, and in a line
// what passes by itself.
func notes(v view, do actions) (items []*fyne.MenuItem) {
	say := func(words string, act func()) { items = append(items, fyne.NewMenuItem(words, act)) }
	if v.notOpened != nil {
		say(explain(v.notOpened, v.provider).title, do.openWindow)
	}
	items = append(items, reasons(v, do)...)
	if a, ok := first(v.accounts, func(a oauth.Account) bool { return a.Standing == oauth.ClientTrouble }); ok {
		say(clientWords(v.provider), func() { do.showTrouble(a) })
	}
	if _, ok := first(v.accounts, func(a oauth.Account) bool { return keychainLocked(a.Cause) }); ok {
		say(lang.L("The keychain is locked: click a token to unlock it"), do.openWindow)
	}
	if a, ok := first(v.accounts, func(a oauth.Account) bool { return keychainShut(a.Cause) && !keychainLocked(a.Cause) }); ok {
		say(explain(a.Cause, v.provider).title, func() { do.showTrouble(a) })
	}
	if a, ok := first(v.accounts, passes); ok {
		say(lang.L("{{.Trouble}}: tokens at hand still work", with{"Trouble": passingWords(a.Cause, v.provider)}), do.openWindow)
	}
	return items
}

func submenu(label string, items []*fyne.MenuItem) *fyne.MenuItem {
	item := fyne.NewMenuItem(label, nil)
	item.ChildMenu = fyne.NewMenu("", items...)
	return item
}

// first finds the first account of which something holds.
func first(accounts []oauth.Account, holds func(oauth.Account) bool) (found oauth.Account, ok bool) {
	if i := slices.IndexFunc(accounts, holds); i >= 0 {
		return accounts[i], true
	}
	return oauth.Account{}, false
}

// passes tells whether what stands between an account and its next token passes by itself.
func passes(a oauth.Account) bool {
	return a.Standing == oauth.Ready && a.Cause != nil && !keychainShut(a.Cause)
}

// reasons say why accounts need a sign-in, each reason once.
func reasons(v view, do actions) (items []*fyne.MenuItem) {
	var order []string
	whose := map[string][]oauth.Account{}
	for _, a := range v.accounts {
		if a.Cause == nil || a.State != oauth.SignInAgain && a.State != oauth.Lost {
			continue
		}
		why := explainAccount(a, a.Cause, v.provider).title
		if whose[why] == nil {
			order = append(order, why)
		}
		whose[why] = append(whose[why], a)
	}
	for _, why := range order {
		if all := whose[why]; len(all) > 1 {
			items = append(items, fyne.NewMenuItem(
				lang.N("{{.PluralCount}} accounts: {{.Why}}", len(all), with{"PluralCount": len(all), "Why": why}), do.openWindow))
			continue
		}
		a := whose[why][0]
		items = append(items, fyne.NewMenuItem(
			lang.L("{{.Address}}: {{.Why}}", with{"Address": a.Address, "Why": why}), func() { do.showAccount(a) }))
	}
	return items
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

// outline is what a menu looks like: one with the same outline is not set again.
func outline(m *fyne.Menu) string {
	var lines []string
	for _, item := range m.Items {
		lines = append(lines, fmt.Sprintf("%s\t%t\t%t", item.Label, item.Disabled, item.Checked))
		if item.ChildMenu != nil {
			lines = append(lines, "\t"+strings.ReplaceAll(outline(item.ChildMenu), "\n", "\n\t"))
		}
	}
	return strings.Join(lines, "\n")
}
