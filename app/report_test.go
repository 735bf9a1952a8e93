package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"tokentray/app/desktop"
	"tokentray/oauth"
	"tokentray/oauth/keychain"
)

var reportTime = time.Date(2026, 11, 24, 19, 30, 0, 0, time.UTC)

func someFacts() facts {
	return facts{
		now: reportTime, opened: true, hasClient: true, trayHost: true, hasBus: true,
		system: system{
			goVersion: "go1.26.0", fyne: "v2.8.1", platform: "linux/amd64", name: "Debian GNU/Linux 13 (trixie)",
			desktop: "ubuntu:GNOME", session: "wayland", home: "/home/alice",
		},
		keychain: "open", clipboard: "wl-clipboard", provider: "Google",
		view: view{provider: "Google", accounts: []oauth.Account{
			{
				Address: "alice@gmail.com", Key: oauth.Key{Issuer: "https://accounts.google.com", Subject: "104853298710293847561"},
				Scopes: []string{"openid", "email", "https://mail.google.com/"},
				Expiry: reportTime.Add(54*time.Minute + 30*time.Second), SignedIn: reportTime.Add(-48 * time.Hour),
			},
			{
				Address: "Robert", Scopes: []string{"openid"}, State: oauth.Waiting,
				Cause: fmt.Errorf("%w: for bob@example.com: open /home/alice/.config/tokentray\n/x: token=abc", oauth.ErrUnreachable),
			},
		}},
		history: map[oauth.Key][]oauth.Event{
			{Issuer: "https://accounts.google.com", Subject: "104853298710293847561"}: {
				{At: reportTime.Add(-time.Minute), Kind: oauth.Copied, Times: 1},
				{At: reportTime.Add(-6 * time.Minute), Kind: oauth.Refreshed, Times: 1},
				{At: reportTime.Add(-7 * time.Minute), First: reportTime.Add(-20 * time.Hour), Kind: oauth.Failed, Times: 37,
					Cause: fmt.Errorf("%w: for alice@gmail.com\ntoken=abc", oauth.ErrUnreachable)},
				{At: reportTime.Add(-48 * time.Hour), Kind: oauth.Copied, Times: 1},
				{At: reportTime.Add(-48 * time.Hour), Kind: oauth.SignedIn, Times: 1},
				{At: reportTime.Add(-50 * time.Hour), Kind: oauth.Refreshed, Times: 1},
			},
		},
		log: []string{
			`time=2026-11-24T19:00:00.000Z level=WARN msg="settings not saved" err="open /home/alice/.config/tokentray/settings.json: permission denied"`,
			`time=2026-11-24T19:00:01.000Z level=WARN msg="Robert's token 104853298710293847561"`,
		},
	}
}

func TestReportCanBeReadBeforeItIsSent(t *testing.T) {
	want := `Token Tray's report of 24 November 2026, 19:30 UTC

Token Tray: ` + Version + `
Go: go1.26.0
Fyne: v2.8.1
System: linux/amd64, Debian GNU/Linux 13 (trixie)
Desktop: ubuntu:GNOME, wayland
Tray: there
Session bus: there
Keychain: open
Clipboard: wl-clipboard
Provider: Google
Client: set up

Accounts: 2
1. a***@gmail.com: Fresh for 54 minutes; its token has 54 minutes left; signed in on 22 November 2026
   may: openid email https://mail.google.com/
   24 November 19:29 UTC: copied
   24 November 19:24 UTC: refreshed
   24 November 19:23 UTC: not refreshed 37 times since 23 November 23:30 UTC: the provider can't be reached: for a***@gmail.com token=(hidden)
   22 November 19:30 UTC: copied
   22 November 19:30 UTC: signed in
2. R***: Offline, trying again; no token at hand
   may: openid
   because: the provider can't be reached: for b***@example.com: open ~/.config/tokentray /x: token=(hidden)

The log's last lines:
time=2026-11-24T19:00:00.000Z level=WARN msg="settings not saved" err="open ~/.config/tokentray/settings.json: permission denied"
time=2026-11-24T19:00:01.000Z level=WARN msg="R***'s token 1***"
`
	if got := reportText(someFacts()); got != want {
		t.Errorf("the report is\n%s\nwant\n%s", got, want)
	}
}

func TestReportSaysWhatIsUnknownOrMissing(t *testing.T) {
	want := `Token Tray's report of 24 November 2026, 19:30 UTC

Token Tray: ` + Version + `
Go: unknown
Fyne: unknown
System: unknown, unknown
Desktop: unknown, unknown
Tray: missing
Session bus: missing
Keychain: no bus
Clipboard: unknown
Provider: the practice provider

The accounts are not open.

The log is empty.
`
	if got := reportText(facts{now: reportTime, keychain: "no bus", provider: practiceName}); got != want {
		t.Errorf("the report is\n%s\nwant\n%s", got, want)
	}
}

func TestHomeFolderIsNotNamed(t *testing.T) {
	for text, want := range map[string]string{
		`open C:\\Users\\Alice\\x`: `open ~\\x`,
		`open C:\Users\Alice\x`:    `open ~\x`,
		`open C:\Users\Alicesson`:  `open C:\Users\Alicesson`,
	} {
		if got := withoutNames(text, facts{system: system{home: `C:\Users\Alice`}}); got != want {
			t.Errorf("%s becomes %s, want %s", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"/home/al": "~", "/home/al/x": "~/x", "/home/alice": "/home/alice", "file:///home/al%20x": "file://~%20x",
	} {
		if got := withoutNames(text, facts{system: system{home: "/home/al/"}}); got != want {
			t.Errorf("%s becomes %s, want %s", text, got, want)
		}
	}
	if got := withoutNames("/x", facts{system: system{home: "/"}}); got != "/x" {
		t.Errorf("with / for a home: %s", got)
	}
}

func TestKeychainIsInAWord(t *testing.T) {
	for want, err := range map[string]error{
		"locked": keychain.ErrLocked, "no service": keychain.ErrNoService, "no bus": keychain.ErrNoBus,
		"does not answer": keychain.ErrTimeout, "in trouble: odd": errors.New("odd"),
	} {
		if got := keychainWords(err); got != want {
			t.Errorf("%v is %q, want %q", err, got, want)
		}
	}
}

func TestSystemIsNamed(t *testing.T) {
	files := map[string]string{"/usr/lib/os-release": "NAME=x\nPRETTY_NAME=\"Some Linux 1\"\n"}
	read := func(path string) ([]byte, error) {
		if text, ok := files[path]; ok {
			return []byte(text), nil
		}
		return nil, fs.ErrNotExist
	}
	if got := systemName(read); got != "Some Linux 1" {
		t.Errorf("%q", got)
	}
	files["/etc/os-release"] = "PRETTY_NAME='Other Linux'"
	if got := systemName(read); got != "Other Linux" {
		t.Errorf("%q", got)
	}
	clear(files)
	if got := systemName(read); got != "" {
		t.Errorf("%q", got)
	}
	for _, c := range []struct {
		env  map[string]string
		want string
	}{
		{nil, ""},
		{map[string]string{"DISPLAY": ":0"}, "x11"},
		{map[string]string{"DISPLAY": ":0", "WAYLAND_DISPLAY": "w"}, "wayland"},
		{map[string]string{"WAYLAND_DISPLAY": "w", "XDG_SESSION_TYPE": "x11"}, "x11"},
	} {
		if got := sessionType(func(name string) string { return c.env[name] }); got != c.want {
			t.Errorf("%v: %q, want %q", c.env, got, c.want)
		}
	}
	info := &debug.BuildInfo{Deps: []*debug.Module{{Path: "x", Version: "v1"}, {Path: "fyne.io/fyne/v2", Version: "v2.8.1"}}}
	if got := fyneVersion(info, true); got != "v2.8.1" {
		t.Errorf("%q", got)
	}
	if got := fyneVersion(nil, false); got != "" {
		t.Errorf("%q", got)
	}
}

func TestReportIsCopied(t *testing.T) {
	s := newStage(t)
	s.start()
	s.signIn("alice@example.com")
	s.app.keychain = func(context.Context) error { return keychain.ErrTimeout }
	s.app.log.Warn("something happened")
	s.app.copyReport(nil)
	s.awaitWords("The report is on the clipboard. It holds no token, no secret and no whole address.")
	text := s.board.holds()
	for _, words := range []string{"1. a***@example.com: Fresh for ", "Keychain: does not answer", "something happened", "Client: set up"} {
		if !strings.Contains(text, words) {
			t.Errorf("the report does not say %q:\n%s", words, text)
		}
	}
	if strings.Contains(text, "alice") {
		t.Errorf("the report names alice:\n%s", text)
	}
	s.board.put("") // what is left on it is no token
	s.board.written = nil
}

// A report is wanted most when nothing works.
func TestReportIsCopiedWithoutAccounts(t *testing.T) {
	s := newStage(t)
	s.app.showWindow()
	s.app.copyReport(nil)
	s.awaitWords("The report is on the clipboard.")
	if text := s.board.holds(); !strings.Contains(text, "The accounts are not open.") || !strings.Contains(text, "Provider: Google") {
		t.Errorf("the report is\n%s", text)
	}
	s.board.written = nil
}

func TestReportThatIsNotCopiedIsSaid(t *testing.T) {
	s := newStage(t)
	s.start()
	s.board.fail(errors.New("no"))
	s.oneLine(func() {
		s.app.copyReport(nil)
		s.awaitProblem(desktop.ErrClipboard)
	})
	s.board.fail(nil)
	s.press("Try again")
	s.awaitWords("The report is on the clipboard.")
	s.board.written = nil
}

func TestReportIsCopiedFromTheSettingsAndFromWhatNobodyKnows(t *testing.T) {
	s := newStage(t)
	s.start()
	s.press("Settings")
	s.press("Copy report")
	s.awaitWords("[Copied]")
	if !strings.Contains(s.board.holds(), Version) {
		t.Errorf("copied was %q", s.board.holds())
	}
	s.press("Close")
	s.app.report(explain(errors.New("never heard of"), googleName), func() {})
	s.press("Copy report")
	s.awaitWords("[Copied]")
}
