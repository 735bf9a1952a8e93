//go:build linux

package main

import (
	"context"
	"fmt"
	"strings"

	"tokentray/app/ring/virtual"
)

// tour is a good day: two people are signed in, and one click copies a token.
func (d *demo) tour(ctx context.Context) error {
	if err := d.run(ctx, "--practice"); err != nil {
		return err
	}
	if err := d.photograph(ctx, "1-empty", "No account yet"); err != nil {
		return err
	}
	d.say("Token Tray runs, with no account yet.")
	if err := d.add(ctx, "alice", "2-sign-in", "3-consent", "4-signed-in"); err != nil {
		return err
	}
	if err := d.copyToken(ctx, "alice@example.com"); err != nil {
		return err
	}
	if err := d.add(ctx, "bob", "", "", ""); err != nil {
		return err
	}
	if err := d.photograph(ctx, "5-accounts", "bob@example.com is signed in"); err != nil {
		return err
	}
	return d.openMenu(ctx, "6-desktop")
}

// add signs a person in through the tray and the browser. Pictures with empty names are not taken.
func (d *demo) add(ctx context.Context, person, sheet, consent, done string) error {
	if err := d.tray.Click(ctx, "Add account…"); err != nil {
		return err
	}
	address, err := d.NextURL(ctx)
	if err != nil {
		return err
	}
	if sheet != "" {
		if err := d.photograph(ctx, sheet, "Go on in your browser"); err != nil {
			return err
		}
	}
	tab, err := d.Open(ctx, address)
	if err != nil {
		return err
	}
	defer tab.Close()
	page, err := tab.Page(ctx)
	if err != nil {
		return err
	}
	if err := d.keep(page, consent); err != nil {
		return err
	}
	d.say("The browser shows the consent page.")
	if page, err = tab.Answer(ctx, virtual.Answer{Person: person}); err != nil {
		return err
	}
	if err := d.keep(page, done); err != nil {
		return err
	}
	if err := d.tray.WaitFor(ctx, "Copy token: "+person+"@example.com"); err != nil {
		return err
	}
	d.say("Signed in: " + person + "@example.com is in the tray.")
	return nil
}

func (d *demo) keep(page virtual.Page, name string) error {
	if name == "" {
		return nil
	}
	return page.SaveScreenshot(d.picture(name))
}

// copyToken clicks the account in the tray and waits for its token on the clipboard, of which it tells the length alone.
func (d *demo) copyToken(ctx context.Context, address string) error {
	const before = "what was copied before"
	if err := d.SetClipboard(ctx, before); err != nil {
		return err
	}
	if err := d.tray.Click(ctx, "Copy token: "+address); err != nil {
		return err
	}
	token, err := d.WaitForClipboard(ctx, func(text string) bool { return text != before && text != "" })
	if err != nil {
		return err
	}
	d.say(fmt.Sprintf("One click in the tray, and the clipboard holds her token of %d characters.", len(strings.TrimSpace(token))))
	return nil
}

// openMenu photographs the whole desktop with the tray menu open.
func (d *demo) openMenu(ctx context.Context, name string) error {
	if err := d.RightClick(ctx, 942, 14); err != nil {
		return err
	}
	if err := d.window.Settle(ctx); err != nil {
		return err
	}
	return d.Screenshot(ctx, d.picture(name))
}
