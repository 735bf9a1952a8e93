package app

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"
	"golang.org/x/sync/errgroup"

	"tokentray/app/desktop"
	"tokentray/oauth"
	"tokentray/oauth/keychain"
)

// vault is a service's part of the keychain.
type vault interface {
	Unlock(ctx context.Context) error
	Clear(ctx context.Context) error
}

func removeEverythingTitle() string { return lang.L("Remove everything?") }

func removeEverythingWords() string {
	return lang.L("Token Tray withdraws its access at Google and wherever else you signed in, takes everything out of the keychain, "+
		"forgets its accounts, clients and settings, no longer starts when you log in, and quits. Tools that still use a token of it stop "+
		"working.") + "\n\n" +
		lang.L("At Google this ends everything that was allowed to the same Google project.") + "\n\n" +
		lang.L("The program itself stays installed, and a client file that you downloaded stays where it is.")
}

// confirmRemovingEverything asks once before all is removed that the program keeps.
func (a *App) confirmRemovingEverything() {
	var s *sheet
	keep := func() { a.window.dismiss(s) }
	remove := newButton(lang.L("Remove everything"), func() {
		keep()
		a.removeEverything()
	})
	remove.Importance = widget.DangerImportance
	s = newSheet(removeEverythingTitle(), []fyne.CanvasObject{text(removeEverythingWords())}, newButton(lang.L("Keep everything"), keep), remove)
	s.first = nil // Enter alone must not remove anything
	s.escape = keep
	a.window.present(s)
}

// removeEverything removes all that the program keeps, in every place, and ends it. What could not be removed is said
// first. With a keychain that stays locked nothing is removed: what it holds is needed to withdraw access.
func (a *App) removeEverything() {
	if a.opening { // its folder is one engine's at a time
		a.waiting = append(a.waiting, a.removeEverything)
		return
	}
	if a.signIn != nil {
		a.signIn.abandon()
	}
	a.endSetUp()
	a.endCountdown()
	open, accounts := a.session, a.view.accounts
	a.closeSession()
	a.opening = true // until the end: nothing is opened any more, whatever is pressed in the tray
	a.drawTray()
	a.window.clear()
	a.window.present(newSheet(lang.L("Removing everything…"),
		[]fyne.CanvasObject{text(lang.L("One moment. If your computer asks for it, unlock the keychain."))}))
	before := a.closing
	a.beside(func() func() {
		if before != nil {
			<-before
		}
		if err := a.vault(place{}.service()).Unlock(a.ctx); keepsShut(err) {
			a.log.Warn("nothing removed", "err", err)
			return func() { a.nothingRemoved(err) }
		}
		left := a.uncopy(a.ctx, open, accounts)
		left = append(left, a.emptyPlaces(a.ctx)...)
		if a.ctx.Err() != nil {
			return nil // quit in the middle: the next start needs the lists for what is left
		}
		left = append(left, a.forgetAll()...)
		a.removed.Store(true)
		if len(left) == 0 {
			a.tell(removedNews())
		}
		return func() { a.everythingRemoved(left) }
	})
}

// keepsShut tells whether a keychain is there and stays closed. Where there is none, the rest can be removed all the same.
func keepsShut(err error) bool {
	return err != nil && !errors.Is(err, keychain.ErrNoService) && !errors.Is(err, keychain.ErrNoBus)
}

// nothingRemoved goes back to how it was.
func (a *App) nothingRemoved(err error) {
	a.opening = false
	a.window.clear()
	a.open(a.place)
	a.showWindow()
	a.report(problem{
		title: lang.L("Nothing was removed"),
		detail: sentencesOf(causeWords(err, a.provider()), lang.L("Token Tray needs what is in it to withdraw its access, so everything is "+
			"as it was. Unlock the keychain and try again.")),
		remedy: tryAgain,
	}, a.removeEverything)
}

// everythingRemoved ends the program, after the person has seen what could not be removed.
func (a *App) everythingRemoved(left []string) {
	if len(left) == 0 {
		a.quit()
		return
	}
	a.settings.CloseToTray = false // nothing is left that could go on in the tray
	a.window.clear()
	a.window.present(newSheet(lang.L("Not everything was removed"),
		[]fyne.CanvasObject{text("✗ " + strings.Join(left, "\n\n✗ ") + "\n\n" + lang.L("✓ Everything else is gone."))},
		primary(lang.L("Quit"), a.quit)))
	a.showWindow()
}

// uncopy takes tokens off the clipboard, and says what did not work. The engine of these accounts may have ended.
func (a *App) uncopy(ctx context.Context, s *session, accounts []oauth.Account) (left []string) {
	ctx, cancel := context.WithTimeout(ctx, clearTime)
	defer cancel()
	_, last := a.clipboard.ClearLast(ctx)
	_, earlier := a.clipboard.Clear(ctx, desktop.NoSecret, func(text string) bool {
		for _, account := range accounts {
			if s.carries(account, text) {
				return true
			}
		}
		return false
	})
	if err := errors.Join(last, earlier); err != nil {
		a.log.Warn("clipboard not cleared", "err", err)
		left = append(left, sentencesOf(lang.L("A token may still be on the clipboard."), causeWords(err, googleName), lang.L("Copy something else.")))
	}
	return left
}

// emptyPlaces removes the accounts of every place and everything else that the keychain has, and says what did not work.
func (a *App) emptyPlaces(ctx context.Context) (left []string) {
	known, unknown, err := places(a.root)
	if err != nil {
		a.log.Warn("accounts not looked for", "err", err)
		left = append(left, sentencesOf(lang.L("Your accounts could not be looked for, so their access was not withdrawn."), withdrawWords(googleName)))
	}
	for _, folder := range unknown {
		a.log.Warn("access not withdrawn: nobody knows at which provider", "folder", folder)
		left = append(left, lang.L("It is not known at which provider the accounts in “{{.Folder}}” were signed in. Withdraw their access there "+
			"yourself, and look for “Token Tray” in your keychain's own program.", with{"Folder": folder}))
	}
	services := []string{place{}.service(), place{practice: true}.service()}
	for _, p := range known {
		left = append(left, a.emptyPlace(ctx, p)...)
		if p.issuer != "" {
			services = append(services, p.service())
		}
	}
	full := ""
	var why error
	for _, service := range services {
		if err := a.vault(service).Clear(ctx); err != nil {
			a.log.Warn("keychain not cleared", "service", service, "err", err)
			entry := lang.L("“{{.Name}}”", with{"Name": service})
			if full != "" {
				entry = lang.L("{{.Names}} or {{.Name}}", with{"Names": full, "Name": entry})
			}
			full, why = entry, err
		}
	}
	if why != nil {
		left = append(left, sentencesOf(lang.L("The keychain may still have entries named {{.Names}}.", with{"Names": full}),
			causeWords(why, googleName), lang.L("You can delete them in the keychain's own program.")))
	}
	return left
}

// emptyPlace withdraws the access of every account of a place, and says where that did not work. Practice accounts have no
// access to anything.
func (a *App) emptyPlace(ctx context.Context, p place) (left []string) {
	notWithdrawn := func(whose string, err error) {
		a.log.Warn("access not withdrawn", "provider", p.provider(), "err", err)
		if !p.practice {
			left = append(left, notWithdrawnWords(whose, p.provider(), err))
		}
	}
	s, err := a.openSession(ctx, p, a.root, nil, a.log)
	if s == nil {
		notWithdrawn(lang.L("your accounts"), err)
		return left
	}
	defer func() { a.note(s.close()) }()
	if aside, _ := filepath.Glob(filepath.Join(p.folder(a.root), "accounts.json.damaged-*")); len(aside) > 0 {
		notWithdrawn(lang.L("the accounts in a damaged list"), oauth.ErrListAside)
	}
	accounts := s.engine.Accounts()
	failures := make([]error, len(accounts))
	var removals errgroup.Group
	removals.SetLimit(8) // a network that swallows everything costs each of them half a minute
	for i, account := range accounts {
		removals.Go(func() error {
			ctx, cancel := context.WithTimeout(ctx, copyTime)
			defer cancel()
			removal, err := s.engine.Remove(ctx, account.Key)
			failures[i] = errors.Join(err, removal.Withdrawn) // what the keychain still has goes with everything else there
			return nil
		})
	}
	_ = removals.Wait()
	var failed []string
	var why error
	for i, account := range accounts {
		if failures[i] != nil {
			failed, why = append(failed, account.Address), failures[i]
		}
	}
	if len(failed) > 0 {
		notWithdrawn(few(failed), why)
	}
	return left
}

// forgetAll removes the start at login and all files, and says what did not work.
func (a *App) forgetAll() (left []string) {
	a.loginTurn.Lock()
	err := a.login.Disable()
	a.loginTurn.Unlock()
	if err != nil && !errors.Is(err, errors.ErrUnsupported) {
		a.log.Warn("start at login not changed", "err", err)
		left = append(left, lang.L("Token Tray still starts when you log in. Switch that off where your system keeps the programs that do."))
	}
	a.settingsTurn.Lock()
	defer a.settingsTurn.Unlock()
	a.settingsWritten = math.MaxInt // what was changed last is not written any more
	remove := func(folder string, remove func(string) error) {
		if err := remove(folder); err != nil {
			a.log.Warn("folder not removed", "err", err)
			left = append(left, lang.L("The folder {{.Folder}} is still there. Delete it yourself.", with{"Folder": folder}))
		}
	}
	remove(a.root, os.RemoveAll)
	for _, folder := range a.scratch {
		remove(folder, empty) // it can't go yet: Fyne watches it, and would make it anew
	}
	return left
}

// empty removes what is in a folder.
func empty(folder string) error {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, e := range entries {
		err = errors.Join(err, os.RemoveAll(filepath.Join(folder, e.Name())))
	}
	return err
}

// vanish ends the program, and takes what was made since everything was removed with it: its own folder, those that Fyne
// makes for it, and Fyne's list of this computer's fonts, which other programs share, and make anew where they miss it. It
// returns only where it could not end.
func (a *App) vanish() {
	going := append([]string{a.root}, a.scratch...)
	if cache, err := os.UserCacheDir(); err == nil {
		fonts, _ := filepath.Glob(filepath.Join(cache, "font_index_v*.cache"))
		going = append(going, fonts...)
	}
	a.note(desktop.Vanish(going))
}

// notWithdrawnWords say whose access was not withdrawn, and why.
func notWithdrawnWords(whose, provider string, err error) string {
	fill := providerNames(provider)
	fill["Accounts"] = whose
	return sentencesOf(lang.L("The access of {{.Accounts}} at {{.provider}} was not withdrawn.", fill),
		causeWords(err, provider), withdrawWords(provider))
}

// withdrawWords say where access can be withdrawn without this program.
func withdrawWords(provider string) string {
	if provider == googleName {
		return googlePermissionsWords()
	}
	return lang.L("You can do it yourself in your account there.")
}

// few names the first of many.
func few(names []string) string {
	const most = 3
	last := len(names) - 1
	switch {
	case last < 1:
		return strings.Join(names, "")
	case last < most:
		return lang.L("{{.Names}} and {{.Name}}", with{"Names": strings.Join(names[:last], ", "), "Name": names[last]})
	default:
		more := len(names) - most
		return lang.N("{{.Names}} and {{.PluralCount}} more", more, with{"Names": strings.Join(names[:most], ", "), "PluralCount": more})
	}
}
