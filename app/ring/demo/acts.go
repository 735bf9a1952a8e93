//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"

	"tokentray/app/ring/virtual"
)

// act is one thing that a person does, or that happens to them.
type act func(context.Context, *demo) error

// walk meets problem after problem. One that does not show as it should is told of and passed over: the others are worth
// looking at all the same.
func (d *demo) walk(ctx context.Context, problems []problem) error {
	var errs []error
	for _, p := range problems {
		err := d.meet(ctx, p)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			d.say("NOT met: " + p.name + ": " + err.Error())
			errs = append(errs, fmt.Errorf("%s: %w", p.name, err))
			_ = d.Screenshot(ctx, d.picture("not-met-"+p.name)) // of everything: the window may be what is missing
		case p.name != "":
			d.say("Met: " + p.name)
		}
		if err := d.putAway(ctx); err != nil {
			return errors.Join(append(errs, err)...)
		}
	}
	return errors.Join(errs...)
}

func (d *demo) meet(ctx context.Context, p problem) error {
	for _, do := range p.do {
		if err := do(ctx, d); err != nil {
			return err
		}
	}
	if p.name == "" {
		return d.window.WaitForText(ctx, p.says)
	}
	return d.photograph(ctx, p.name, p.says)
}

// putAway closes whatever lies over the account list; three sheets at most do.
func (d *demo) putAway(ctx context.Context) error {
	return d.window.Key(ctx, "Escape", "Escape", "Escape")
}

func signIn(person, problem string) act {
	return signInAs(virtual.Answer{Person: person, Problem: problem})
}

// signInAs goes through a sign-in, however it ends.
func signInAs(a virtual.Answer) act {
	return func(ctx context.Context, d *demo) error {
		if err := d.tray.Click(ctx, "Add account…"); err != nil {
			return err
		}
		return d.answer(ctx, a)
	}
}

func signInAgain(address string, a virtual.Answer) act {
	return func(ctx context.Context, d *demo) error {
		if err := d.tray.Click(ctx, "Sign in again: "+address); err != nil {
			return err
		}
		return d.answer(ctx, a)
	}
}

// signInChoosing chooses other access first, which sends the browser to another link.
func signInChoosing(access string, a virtual.Answer) act {
	return func(ctx context.Context, d *demo) error {
		if err := beginSignIn(ctx, d); err != nil {
			return err
		}
		if err := d.window.ClickText(ctx, "Everything"); err != nil {
			return err
		}
		if err := d.window.Press(ctx, access); err != nil {
			return err
		}
		return d.answer(ctx, a)
	}
}

// answer takes the link that the browser got to the consent page, and answers there. The window is waited for: a sheet
// that goes away must not hide what comes next.
func (d *demo) answer(ctx context.Context, a virtual.Answer) error {
	link, err := d.NextURL(ctx)
	if err != nil {
		return err
	}
	if _, err := d.Consent(ctx, link, a); err != nil {
		return err
	}
	return d.window.WaitForNoText(ctx, "Go on in your browser")
}

// beginSignIn leaves the sign-in waiting for the browser.
func beginSignIn(ctx context.Context, d *demo) error {
	if err := d.tray.Click(ctx, "Add account…"); err != nil {
		return err
	}
	return takeLink(ctx, d)
}

func takeLink(ctx context.Context, d *demo) error {
	_, err := d.NextURL(ctx)
	return err
}

func click(entry string) act {
	return func(ctx context.Context, d *demo) error { return d.tray.Click(ctx, entry) }
}

func awaitEntry(entry string) act {
	return func(ctx context.Context, d *demo) error { return d.tray.WaitFor(ctx, entry) }
}

func press(label string) act {
	return func(ctx context.Context, d *demo) error { return d.window.Press(ctx, label) }
}

// pressUppermost is press for a button above a text that names it.
func pressUppermost(label string) act {
	return func(ctx context.Context, d *demo) error { return d.window.ClickText(ctx, label) }
}

func types(text string) act {
	return func(ctx context.Context, d *demo) error {
		if err := d.window.WaitForText(ctx, "Type or paste"); err != nil {
			return err
		}
		return d.window.Type(ctx, text)
	}
}

// openDetails clicks an account in the list, on its address.
func openDetails(address string) act {
	return func(ctx context.Context, d *demo) error {
		if err := d.window.ClickText(ctx, address); err != nil {
			return err
		}
		return d.window.WaitForText(ctx, "Signed in on")
	}
}

func testToken(address string) act {
	return func(ctx context.Context, d *demo) error {
		if err := openDetails(address)(ctx, d); err != nil {
			return err
		}
		return d.window.Press(ctx, "Test token")
	}
}

func failBrowser(fails bool) act {
	return func(_ context.Context, d *demo) error { d.FailBrowser(fails); return nil }
}

// startWithoutClipboard starts the program as on Wayland, so that it copies through wl-copy; that finds no Wayland.
func startWithoutClipboard(ctx context.Context, d *demo) error {
	return d.runAs(ctx, "env", "WAYLAND_DISPLAY=none", "FYNE_PLATFORM=x11", d.program, "--practice")
}

func stop(ctx context.Context, d *demo) error {
	_, err := d.running.Stop(ctx)
	return err
}

func lockKeychain(ctx context.Context, d *demo) error   { return d.LockKeyring(ctx) }
func unlockKeychain(ctx context.Context, d *demo) error { return d.UnlockKeyring(ctx) }

func startAgain(flags ...string) act {
	return func(ctx context.Context, d *demo) error { return d.run(ctx, flags...) }
}

// prompt is the title of the keychain's own question.
const prompt = "[Uu]nlock"

func awaitPrompt(ctx context.Context, d *demo) error {
	w, err := d.WindowNamed(ctx, prompt)
	if err != nil {
		return err
	}
	return w.Settle(ctx)
}

func dismissPrompt(ctx context.Context, d *demo) error {
	w, err := d.WindowNamed(ctx, prompt)
	if err != nil {
		return err
	}
	return w.Key(ctx, "Escape")
}

// wholeDesktop takes a picture of everything, where the window alone does not tell.
func wholeDesktop(name string) act {
	return func(ctx context.Context, d *demo) error { return d.Screenshot(ctx, d.picture(name)) }
}
