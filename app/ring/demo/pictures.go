//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"image"
	"path/filepath"

	"tokentray/app/ring/virtual"
)

// frame is the size of each of the README's pictures: the window as it opens, and some of the desktop around it.
var frame = image.Pt(560, 720)

// screen is the size of the virtual desktop.
var screen = image.Pt(1024, 768)

// look is a desktop for the README's pictures.
type look struct {
	theme, wallpaper     string
	title, edge, writing string // colours of the window's frame
}

var (
	bright = look{"light", "#7895b8", "#eef2f8", "#5d7796", "#1f2937"}
	dim    = look{"dark", "#3b4a61", "#1b2230", "#10151f", "#e5e9f0"}
)

// frames is an Openbox theme without ornament, see http://openbox.org/wiki/Help:Themes.
func (l look) frames() (themerc string) {
	for _, state := range []string{"active", "inactive"} {
		themerc += fmt.Sprintf(`window.%[1]s.title.bg: flat solid
window.%[1]s.title.bg.color: %[2]s
window.%[1]s.label.bg: parentrelative
window.%[1]s.label.text.color: %[4]s
window.%[1]s.button.unpressed.bg: parentrelative
window.%[1]s.button.unpressed.image.color: %[4]s
window.%[1]s.title.separator.color: %[2]s
window.%[1]s.border.color: %[3]s
`, state, l.title, l.edge, l.writing)
	}
	return themerc + `border.width: 1
padding.width: 8
padding.height: 6
window.handle.width: 0
window.client.padding.width: 0
window.label.text.justify: center
`
}

// takePictures takes the README's pictures into a folder; logs go elsewhere. All have the same size.
func takePictures(ctx context.Context, program, logs, to string) error {
	err := errors.Join(
		take(ctx, program, logs, to, bright, []act{
			startAgain(), frameWindow("set-up", "Step 1 of"), stop,
			startAgain("--practice"), signedIn(alice), signedIn(bob),
			click("Copy token: " + bob), frameMenu("tray-menu", "Copied for bob"),
			signedIn(carol), click("Copy token: " + alice), frameWindow("light", "Copied for alice"),
			beginSignIn, frameWindow("sign-in", "Go on in your browser"), closes,
			signIn(bob, "refresh:invalid_grant"), awaitEntry("Sign in again: " + bob),
			click("Copy token: " + alice), frameWindow("problem", "Sign in again: access was withdrawn"),
		}),
		take(ctx, program, logs, to, dim, []act{
			startAgain("--practice"), signedIn(alice), signedIn(bob), signedIn(carol),
			click("Copy token: " + alice), frameWindow("dark", "Copied for"),
		}))
	if err == nil {
		fmt.Println("The README's pictures are in " + to + ".")
	}
	return err
}

const alice, bob, carol = "alice@example.com", "bob@example.com", "carol@example.com"

func take(ctx context.Context, program, logs, to string, l look, all []act) error {
	logs = filepath.Join(logs, "pictures-"+l.theme)
	d, err := start(ctx, program, to, virtual.Options{Artifacts: logs, Theme: l.theme, Frames: l.frames()})
	if err != nil {
		return err
	}
	defer d.Close()
	d.Wallpaper(ctx, l.wallpaper)
	for _, do := range all {
		if err := do(ctx, d); err != nil {
			_ = d.Screenshot(ctx, filepath.Join(logs, "failed.png"))
			return err
		}
	}
	return nil
}

// signedIn signs a person in and waits until that shows.
func signedIn(address string) act {
	return func(ctx context.Context, d *demo) error {
		if err := signIn(address, "")(ctx, d); err != nil {
			return err
		}
		return d.tray.WaitFor(ctx, "Copy token: "+address)
	}
}

func closes(ctx context.Context, d *demo) error { return d.window.Key(ctx, "Escape") }

// frameWindow takes a picture of the window in the middle of some desktop, once these words stand in it.
func frameWindow(name, words string) act {
	return func(ctx context.Context, d *demo) error {
		if err := d.still(ctx, words); err != nil { // else a window that has just opened may yet be moved by its program
			return err
		}
		// Away from the panel, and from where the desktop shows notifications.
		place, err := d.window.Move(ctx, image.Pt(160, 100))
		if err != nil {
			return err
		}
		if err := d.still(ctx, words); err != nil {
			return err
		}
		corner := place.Min.Add(place.Max).Sub(frame).Div(2)
		return d.PictureOf(ctx, image.Rectangle{corner, corner.Add(frame)}, d.picture(name))
	}
}

// frameMenu takes a picture of the tray's menu, open below its icon, above a window just high enough for two accounts.
func frameMenu(name, words string) act {
	return func(ctx context.Context, d *demo) error {
		width, height, err := d.window.Size(ctx)
		if err != nil {
			return err
		}
		if err := d.window.Resize(ctx, width, 418); err != nil {
			return err
		}
		if _, err := d.window.Move(ctx, image.Pt(screen.X-frame.X+(frame.X-width)/2, 254)); err != nil {
			return err
		}
		if err := d.still(ctx, words); err != nil {
			return err
		}
		if err := d.RightClick(ctx, 942, 14); err != nil {
			return err
		}
		if err := d.WaitForText(ctx, "Open Token Tray"); err != nil {
			return err
		}
		if err := d.PictureOf(ctx, image.Rect(screen.X-frame.X, 0, screen.X, frame.Y), d.picture(name)); err != nil {
			return err
		}
		return errors.Join(closes(ctx, d), d.window.Resize(ctx, width, height))
	}
}
