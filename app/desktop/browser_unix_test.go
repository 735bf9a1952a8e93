//go:build !windows && !darwin

package desktop

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

const address = "https://accounts.google.com/o/oauth2/v2/auth?a=1&state=secret;$(rm)'\""

// fakeOpener makes a script the only xdg-open.
func fakeOpener(t *testing.T, script string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	text := "#!/bin/sh\ncd '" + folder + "'\n" + script + "\n"
	if err := os.WriteFile(filepath.Join(folder, "xdg-open"), []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", folder+":/usr/bin:/bin")
	return folder
}

func TestBrowserGetsTheWholeAddress(t *testing.T) {
	folder := fakeOpener(t, `printf '%s' "$#:$1" >opened`)
	if err := OpenBrowser(t.Context(), address); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(folder, "opened")); err != nil || string(got) != "1:"+address {
		t.Errorf("the opener got %q (%v)", got, err)
	}
}

func TestMissingOpenerIsAnError(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	wantBrowserError(t, OpenBrowser(t.Context(), address))
}

func TestFailingOpenerIsAnError(t *testing.T) {
	fakeOpener(t, "exit 3")
	wantBrowserError(t, OpenBrowser(t.Context(), address))
}

func wantBrowserError(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, ErrBrowser) || strings.Contains(err.Error(), "state=") {
		t.Errorf("%v", err)
	}
}

// Some openers stay until the browser ends.
func TestSlowOpenerCountsAsWorking(t *testing.T) {
	folder := fakeOpener(t, "read line <wait")
	if err := syscall.Mkfifo(filepath.Join(folder, "wait"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if err := OpenBrowser(ctx, address); err != nil {
		t.Errorf("%v", err)
	}
	// Opening the other end lets the script go on and end.
	end, err := os.OpenFile(filepath.Join(folder, "wait"), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := end.WriteString("done\n"); err != nil {
		t.Error(err)
	}
	shut(t, end)
}
