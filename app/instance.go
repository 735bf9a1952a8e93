package app

import (
	"bytes"
	"context"
	"errors"
	"image/png"
	"path/filepath"

	"tokentray/app/desktop"
	"tokentray/assets"
	"tokentray/oauth"
	"tokentray/oauth/google"
)

// alone makes this the person's one Token Tray, or has the one that runs already do what the options ask for: then it
// returns nil. It comes before everything that takes time, so that a second start is over in a moment.
func alone(options Options, root string) (*desktop.Instance, error) {
	log := newLog(options.Stderr)
	first, err := desktop.Claim(root, options.handover())
	switch {
	case first != nil && err != nil:
		log.Warn("other starts will not find this one", "err", err)
	case errors.Is(err, desktop.ErrNoAnswer):
		words := explain(err, "").line()
		if icon, err := png.Decode(bytes.NewReader(assets.IconPNG)); err == nil {
			// Nobody looks at the standard error of an icon.
			_ = desktop.NewNotifier(Name, ID, icon).Notify(context.Background(), desktop.Notice{Title: Name, Text: words, Category: attentionCategory})
		}
		return nil, errors.New(words)
	case err != nil:
		return nil, err
	case first == nil:
		if err := options.checkClient(); err != nil {
			log.Warn(explain(err, googleName).line(), "err", err) // as well as in the other's window
		}
	}
	return first, nil
}

// handover is what another Token Tray needs to know of the options.
func (o Options) handover() desktop.Handover {
	h := desktop.Handover{Hidden: o.Hidden, Practice: o.Practice, Issuer: o.Issuer, Add: o.Add}
	if o.Client != "" {
		h.Client, _ = filepath.Abs(o.Client) // it fails where this folder is gone, and the file with it
	}
	return h
}

// checkClient tells what is wrong with the client file.
func (o Options) checkClient() error {
	if o.Client == "" {
		return nil
	}
	rule := google.OnlyGoogle
	if o.Practice || o.Issuer != "" {
		rule = google.AnyEndpoints
	}
	_, err := google.ReadClient(o.Client, rule)
	return err
}

// heedOthers does what other starts of the program ask for, until the application ends. It may be called on any goroutine.
func (a *App) heedOthers(first *desktop.Instance) {
	first.Serve(a.ctx, a.log, func(h desktop.Handover, done func()) {
		a.screen(func() {
			a.heed(h)
			done()
		})
	})
}

// heed does what the flags of another start ask for, as if it had been pressed here.
func (a *App) heed(h desktop.Handover) {
	if !h.Hidden {
		a.showWindow()
	}
	if to := (place{practice: h.Practice, issuer: h.Issuer}); to != (place{}) {
		a.move(to)
	}
	add := func() {
		if h.Add {
			a.addAfter(h.Client)
		}
	}
	switch {
	case h.Practice && h.Client != "":
		a.whenOpen(func() { a.importClient(h.Client, add) })
	case h.Client != "":
		a.importDropped(h.Client, add)
	case h.Add:
		a.whenOpen(add)
	case !h.Hidden && (a.session != nil || a.opening):
		a.whenOpen(a.welcome)
	}
}

// move goes to another place, and takes away what lies over the list of the one before. It stays where the other's
// address can't be right: the accounts here are worth more than what nobody can open.
func (a *App) move(to place) {
	if _, err := oauth.Discovered(to.issuer); to.issuer != "" && err != nil {
		a.log.Warn("accounts not opened", "err", err)
		a.showWindow()
		a.report(explain(err, to.issuer), nil)
		return
	}
	switch {
	case a.opening:
		a.waiting = append(a.waiting, func() { a.move(to) })
	case to != a.place || a.session == nil:
		a.endSetUp()
		a.window.clear()
		a.open(to)
	}
}

// addAfter adds an account after a client file was imported; empty: there was none. Where the file was no good, and no
// other client is known, that is what must be read.
func (a *App) addAfter(client string) {
	if client == "" || a.session.engine.HasClient() {
		a.addAccount()
	}
}
