package app

import (
	"errors"
	"time"

	"fyne.io/fyne/v2"

	"tokentray/assets"
	"tokentray/oauth"
	"tokentray/oauth/keychain"
)

// trayState is what the tray's icon tells. A worse one is greater.
type trayState int

const (
	trayWell trayState = iota + 1
	// trayWorking: something is under way that a person waits for, or might wonder about.
	trayWorking
	// trayOffline: something is wrong that passes by itself.
	trayOffline
	// trayNeedsYou: something is wrong that only the person can mend.
	trayNeedsYou
)

// icon is the state's picture.
func (s trayState) icon() *fyne.StaticResource {
	switch s {
	case trayWorking:
		return fyne.NewStaticResource("tray-working.svg", assets.TrayWorkingSVG)
	case trayOffline:
		return fyne.NewStaticResource("tray-offline.svg", assets.TrayOfflineSVG)
	case trayNeedsYou:
		return fyne.NewStaticResource("tray-needs-you.svg", assets.TrayNeedsYouSVG)
	default:
		return fyne.NewStaticResource("tray.svg", assets.TraySVG)
	}
}

// state is how the program stands: as the account stands that is worst off.
func (v view) state(now time.Time) trayState {
	state := trayWell
	switch {
	case v.notOpened != nil:
		state = trayNeedsYou
	case v.opening, v.signingIn:
		state = trayWorking
	}
	for _, a := range v.accounts {
		state = max(state, accountState(a, now))
	}
	return state
}

// accountState is how one account stands. What is wrong stays wrong while it is tried again: neither the cause nor the
// standing goes before a token comes. And a renewal is nothing to show as long as there is a token to copy: with many
// accounts one is under way every few minutes.
func accountState(a oauth.Account, now time.Time) trayState {
	switch {
	case a.NeedsSignIn(), a.Standing != oauth.Ready:
		return trayNeedsYou
	case keychainShut(a.Cause):
		return trayNeedsYou
	case a.Cause != nil:
		return trayOffline
	case a.State == oauth.Renewing && !a.Expiry.After(now):
		return trayWorking
	default:
		return trayWell
	}
}

// keychainShut tells whether the keychain can't be used until the person does something about it. One that is silent may
// be busy.
func keychainShut(err error) bool {
	return keychain.Closed(err) && !errors.Is(err, keychain.ErrTimeout)
}

// shownTray is what the tray shows. It is sent to the desktop only where it changes.
type shownTray struct {
	outline string // of the menu
	tooltip string
	state   trayState // zero: no icon yet
	// pause ends when what is under way has lasted long enough to be shown; nil: nothing is, or it is shown.
	pause *time.Timer
}

// workingTime is how long something must be under way before the tray shows it. Most of it is over before anybody could
// wonder: an icon that changes and changes back only catches the eye.
const workingTime = time.Second

// trayView is what the tray has to show.
func (a *App) trayView() view {
	v := a.view
	v.opening, v.notOpened, v.signingIn = a.opening, a.notOpened, a.signIn != nil
	v.onClipboard = a.countdown != nil
	if v.provider == "" && v.notOpened != nil {
		v.provider = a.provider()
	}
	return v
}

// drawTray shows the view in the tray.
func (a *App) drawTray() {
	v := a.trayView()
	m := menu(v, actions{
		copyToken:   a.copyToken,
		copyAs:      a.copyAs,
		clear:       a.clearCopied,
		signInAgain: a.signInAgain,
		showAccount: func(account oauth.Account) {
			a.showWindow()
			a.showDetails(account)
		},
		showTrouble: a.showTrouble,
		addAccount:  a.addAccount,
		openWindow:  a.showWindow,
		quit:        a.quit,
	})
	shown := &a.tray
	if lines := outline(m); lines != shown.outline {
		shown.outline = lines
		a.setTray(m)
	}
	switch state := v.state(a.tokenTime()); {
	case state != trayWorking || shown.state == trayWorking:
		a.showTrayState()
	case shown.pause == nil:
		shown.pause = time.AfterFunc(workingTime, func() { a.screen(a.showTrayState) })
	}
}

// showTrayState has the icon and the tooltip tell how the program stands now.
func (a *App) showTrayState() {
	shown := &a.tray
	if shown.pause != nil {
		shown.pause.Stop()
		shown.pause = nil
	}
	v, now := a.trayView(), a.tokenTime()
	state := v.state(now)
	if state != shown.state {
		shown.state = state
		a.setTrayIcon(state)
	}
	if text := tooltip(v, state, now); text != shown.tooltip {
		shown.tooltip = text
		a.setTooltip(text)
	}
}
