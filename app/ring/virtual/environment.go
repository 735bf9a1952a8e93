//go:build linux

package virtual

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// searchPath is where the desktop's programs come from.
var searchPath = []string{"/usr/local/bin", "/usr/bin", "/bin"}

// Env is the environment of everything that runs on the desktop. Nothing of the caller's own is in it.
func (d *Desktop) Env() []string {
	home := d.Home()
	env := []string{
		d.mark(),
		"HOME=" + home,
		"USER=person",
		"LOGNAME=person",
		"SHELL=/bin/sh",
		"LANG=" + d.locale(),
		"PATH=" + d.binDir(),
		"TMPDIR=" + filepath.Join(home, "tmp"),
		"XDG_RUNTIME_DIR=" + d.runtimeDir(),
		"XDG_CONFIG_HOME=" + d.ConfigHome(),
		"XDG_DATA_HOME=" + filepath.Join(home, ".local/share"),
		"XDG_STATE_HOME=" + filepath.Join(home, ".local/state"),
		"XDG_CACHE_HOME=" + filepath.Join(home, ".cache"),
		"XDG_DATA_DIRS=/usr/local/share:/usr/share",
		"XDG_CONFIG_DIRS=/etc/xdg",
		"XDG_CURRENT_DESKTOP=" + d.name,
		"DISPLAY=" + d.display,
		"LIBGL_ALWAYS_SOFTWARE=1",
		"GDK_BACKEND=x11",
		"GSETTINGS_BACKEND=memory",
		"NO_AT_BRIDGE=1",
		// The machine's own is no part of this desktop.
		"DBUS_SYSTEM_BUS_ADDRESS=unix:path=" + filepath.Join(d.runtimeDir(), "no-system-bus"),
	}
	if d.wayland != "" {
		env = append(env, "XDG_SESSION_TYPE=wayland", "WAYLAND_DISPLAY="+d.wayland)
	} else {
		env = append(env, "XDG_SESSION_TYPE=x11")
	}
	if d.theme != "" {
		env = append(env, "FYNE_THEME="+d.theme)
	}
	if d.address != "" {
		env = append(env, "DBUS_SESSION_BUS_ADDRESS="+d.address)
	}
	return env
}

// SetLocale has what is started from now on speak the language of a locale, such as "de_DE.UTF-8".
func (d *Desktop) SetLocale(name string) { d.spoken.Store(name) }

func (d *Desktop) locale() string {
	if name, set := d.spoken.Load().(string); set {
		return name
	}
	return "C.UTF-8"
}

// ConfigHome is the person's configuration folder.
func (d *Desktop) ConfigHome() string { return filepath.Join(d.Home(), ".config") }

// mark tells this desktop's processes from all others.
func (d *Desktop) mark() string { return "VIRTUAL_DESKTOP=" + d.dir }

// linkPrograms makes a PATH of one folder: links to the machine's programs without the hidden ones, and our xdg-open.
func (d *Desktop) linkPrograms(hide []string) error {
	if err := os.MkdirAll(filepath.Join(d.Home(), "tmp"), 0o700); err != nil {
		return err
	}
	for _, dir := range searchPath {
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, e := range entries {
			if name := e.Name(); name != "xdg-open" && !slices.Contains(hide, name) {
				_ = os.Symlink(filepath.Join(dir, name), filepath.Join(d.binDir(), name)) // the first folder wins
			}
		}
	}
	script := fmt.Sprintf("#!/bin/sh\n[ -e '%s' ] && exit 4\nprintf '%%s\\n' \"$1\" >'%s'\n", d.failSwitch(), d.fifo())
	return os.WriteFile(filepath.Join(d.binDir(), "xdg-open"), []byte(script), 0o755)
}

// Install puts a shell script on the PATH, in the place of a program of that name.
func (d *Desktop) Install(name, script string) error {
	path := filepath.Join(d.binDir(), name)
	if err := os.WriteFile(path+".new", []byte("#!/bin/sh\n"+script), 0o755); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

func (d *Desktop) fifo() string       { return filepath.Join(d.dir, "addresses") }
func (d *Desktop) failSwitch() string { return filepath.Join(d.dir, "no-browser") }

// FailBrowser says whether xdg-open fails from now on, with exit code 4 ("the action failed").
func (d *Desktop) FailBrowser(fails bool) {
	if fails {
		_ = os.WriteFile(d.failSwitch(), nil, 0o600)
		return
	}
	_ = os.Remove(d.failSwitch())
}

// receiveAddresses listens for what xdg-open is given. A line below PIPE_BUF (4,096 bytes) arrives in one piece.
func (d *Desktop) receiveAddresses() error {
	if err := syscall.Mkfifo(d.fifo(), 0o600); err != nil {
		return err
	}
	f, err := os.OpenFile(d.fifo(), os.O_RDWR, 0) // never ends: we are a writer too
	if err != nil {
		return err
	}
	d.cleanup = append(d.cleanup, func() { _ = f.Close() })
	go func() {
		for lines := bufio.NewScanner(f); lines.Scan(); {
			d.addresses <- strings.TrimSpace(lines.Text())
		}
	}()
	return nil
}

// NextURL returns the next address that a program handed to xdg-open.
func (d *Desktop) NextURL(ctx context.Context) (string, error) {
	ctx, cancel := patient(ctx)
	defer cancel()
	select {
	case address := <-d.addresses:
		return address, nil
	case <-ctx.Done():
		return "", fmt.Errorf("no address came to xdg-open: %w", ctx.Err())
	}
}

// PendingURL returns an address that nobody has taken with NextURL yet; empty when there is none.
func (d *Desktop) PendingURL() string {
	select {
	case address := <-d.addresses:
		return address
	default:
		return ""
	}
}
