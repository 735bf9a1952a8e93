//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"tokentray/oauth/google"
)

// setUp is a newcomer's way: each page of the guide, a downloaded client file, the settings, and the choice of access.
func setUp() []problem {
	pages := []problem{{"guide-1", "Step 1 of", does(stop, startAgain())}}
	for i := 2; i <= len(google.Steps); i++ {
		// Escape has left the guide, which begins at the first step that is not done, with the keyboard on the button
		// to its page: before that come the numbers of the steps, the last one nearest.
		back := slices.Repeat([]string{"shift+Tab"}, len(google.Steps)+1-i)
		pages = append(pages, problem{fmt.Sprintf("guide-%d", i), fmt.Sprintf("Step %d of", i),
			does(click("Add account…"), keysAt("Step 1 of", append(back, "space")...))})
	}
	return append(pages,
		problem{"guide-file-offered", "This looks like your client file", does(download, click("Add account…"))},
		problem{"", "No account yet", does(photographSettings("settings", "No client is set up yet"))},
		problem{"connected", "Connected to the project my-mail", does(click("Add account…"), keysAt("This looks like", "shift+Tab", "space"))},
		problem{"access-own", "Google checks a project", does(beginSignIn, keysAt("Go on in your browser", "Tab", "space", "Up", "Return"))},
		problem{"access", "Send only", does(beginSignIn, keysAt("Go on in your browser", "Tab", "space"))},
	)
}

// download puts a client file where a browser does.
func download(_ context.Context, d *demo) error {
	folder := filepath.Join(d.Home(), "Downloads")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "client_secret_000000000000-practice.apps.googleusercontent.com.json"), []byte(goodFile), 0o600)
}

// photographSettings takes a picture of the settings, which have a window of their own, once these words stand in it.
func photographSettings(name, words string) act {
	return func(ctx context.Context, d *demo) error {
		if err := d.window.Key(ctx, "ctrl+comma"); err != nil {
			return err
		}
		w, err := d.WindowNamed(ctx, "Token Tray: Settings")
		if err != nil {
			return err
		}
		if err := w.Resize(ctx, 460, 1000); err != nil { // all of them, which a person would scroll through
			return err
		}
		if err := w.WaitForText(ctx, words); err != nil {
			return err
		}
		if err := w.Screenshot(ctx, d.picture(name)); err != nil {
			return err
		}
		return w.Key(ctx, "Escape")
	}
}

// keysAt presses keys once these words stand in the window: white words on a button can't be read, and so not be clicked.
func keysAt(words string, keys ...string) act {
	return func(ctx context.Context, d *demo) error {
		if err := d.window.WaitForText(ctx, words); err != nil {
			return err
		}
		return d.window.Key(ctx, keys...)
	}
}
