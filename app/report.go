package app

import (
	"errors"
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"fyne.io/fyne/v2/lang"

	"tokentray/app/desktop"
	"tokentray/oauth"
	"tokentray/oauth/keychain"
)

// copyReport puts on the clipboard what somebody who helps needs to know, and nothing that is nobody else's business.
// done, which may be nil, is called when it is there.
func (a *App) copyReport(done func()) {
	f := facts{
		now:      a.now(),
		clockOff: a.clockOff(),
		opened:   a.session != nil,
		trayHost: a.trayHost,
		hasBus:   a.hasBus,
		provider: a.provider(),
		view:     a.view,
		history:  map[oauth.Key][]oauth.Event{},
	}
	for _, account := range a.view.accounts {
		f.history[account.Key] = a.history(account.Key)
	}
	if a.session != nil {
		f.hasClient = a.session.engine.HasClient()
	}
	a.beside(func() func() {
		f.system = readSystem()
		f.keychain = keychainWords(a.keychain(a.ctx))
		f.clipboard = a.clipboard.Name()
		f.log = a.lastLines.all()
		if err := a.put(a.ctx, desktop.NoSecret, reportText(f)); err != nil {
			a.log.Warn("report not copied", "err", err)
			return func() { a.report(explain(err, a.provider()), func() { a.copyReport(done) }) }
		}
		return func() {
			a.window.say(lang.L("The report is on the clipboard. It holds no token, no secret and no whole address."))
			if done != nil {
				done()
			}
		}
	})
}

// reportButton copies the report, and says so itself: below a sheet nobody would see it.
func (a *App) reportButton() *button {
	var b *button
	b = newButton(lang.L("Copy report"), func() { a.copyReport(func() { b.SetText(lang.L("Copied")) }) })
	return b
}

// keychainWords says in a word or two how the keychain stands.
func keychainWords(err error) string {
	switch {
	case err == nil && runtime.GOOS != "linux":
		return "the system's"
	case err == nil:
		return "open"
	case errors.Is(err, keychain.ErrLocked):
		return "locked"
	case errors.Is(err, keychain.ErrNoService):
		return "no service"
	case errors.Is(err, keychain.ErrNoBus):
		return "no bus"
	case errors.Is(err, keychain.ErrTimeout):
		return "does not answer"
	default:
		return "in trouble: " + err.Error()
	}
}

// readSystem looks at what the program runs on.
func readSystem() system {
	home, _ := os.UserHomeDir() // without one there is nothing to hide
	return system{
		goVersion: runtime.Version(),
		fyne:      fyneVersion(debug.ReadBuildInfo()),
		platform:  runtime.GOOS + "/" + runtime.GOARCH,
		name:      systemName(os.ReadFile),
		desktop:   os.Getenv("XDG_CURRENT_DESKTOP"),
		session:   sessionType(os.Getenv),
		home:      home,
	}
}

func fyneVersion(info *debug.BuildInfo, ok bool) string {
	if ok {
		for _, module := range info.Deps {
			if module.Path == "fyne.io/fyne/v2" {
				return module.Version
			}
		}
	}
	return ""
}

// systemName is what a Linux distribution calls itself (os-release(5)); empty where nothing does.
func systemName(read func(path string) ([]byte, error)) string {
	for _, path := range []string{"/etc/os-release", "/usr/lib/os-release"} {
		text, err := read(path)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(text)) {
			if name, ok := strings.CutPrefix(strings.TrimSpace(line), "PRETTY_NAME="); ok {
				return strings.Trim(name, `"'`)
			}
		}
	}
	return ""
}

// sessionType is x11 or wayland, as the login says, or else as it looks.
func sessionType(getenv func(string) string) string {
	switch {
	case getenv("XDG_SESSION_TYPE") != "":
		return getenv("XDG_SESSION_TYPE")
	case getenv("WAYLAND_DISPLAY") != "":
		return "wayland"
	case getenv("DISPLAY") != "":
		return "x11"
	default:
		return ""
	}
}
