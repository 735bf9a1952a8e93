//go:build linux

package virtual

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// nobodysID is the user whom Sway runs as where the tests are root's: root it refuses.
const nobodysID = 65534

// swayConfig has one screen like the X server's, and windows that keep the size they ask for. The focus goes to whatever
// shows anew, as most desktops have it.
const swayConfig = `xwayland disable
output HEADLESS-1 resolution 1024x768
default_border none
default_floating_border none
for_window [app_id=".*"] floating enable
`

// startWayland starts a Wayland compositor with one screen that nobody sees and one keyboard. Its socket is in the
// person's runtime folder, where programs look for it, while the compositor has a folder of its own.
func (d *Desktop) startWayland(ctx context.Context) error {
	folder, config := filepath.Join(d.dir, "sway"), filepath.Join(d.dir, "sway.conf")
	if err := os.Mkdir(folder, 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(config, []byte(swayConfig), 0o644); err != nil {
		return err
	}
	cmd := lasting("sway", "--config", config)
	cmd.Dir = folder
	cmd.Env = append(d.Env(), "PATH="+os.Getenv("PATH"), "XDG_RUNTIME_DIR="+folder, "HOME="+folder, "SWAYSOCK="+d.swaySocket(),
		"WLR_BACKENDS=headless", "WLR_LIBINPUT_NO_DEVICES=1", "WLR_RENDERER=pixman")
	if os.Getuid() == 0 {
		if err := errors.Join(os.Chmod(d.dir, 0o711), os.Chown(folder, nobodysID, nobodysID)); err != nil {
			return err
		}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobodysID, Gid: nobodysID}}
	}
	var err error
	if d.compositor, err = d.start("sway", cmd); err != nil {
		return err
	}
	var socket string
	err = d.compositor.ready(ctx, func(ctx context.Context) (bool, error) {
		found, err := filepath.Glob(filepath.Join(folder, "wayland-?"))
		if len(found) == 0 {
			return false, err
		}
		socket = found[0]
		_, err = d.sway(ctx, "-t", "get_version")
		return err == nil, err
	})
	if err != nil {
		return err
	}
	if err := os.Symlink(socket, filepath.Join(d.runtimeDir(), filepath.Base(socket))); err != nil {
		return err
	}
	d.wayland = filepath.Base(socket)
	return d.plugInKeyboard(ctx)
}

// StopWayland ends the compositor, as logging out does.
func (d *Desktop) StopWayland() { d.compositor.end() }

func (d *Desktop) swaySocket() string { return filepath.Join(d.dir, "sway", "ipc") }

// sway sends the compositor a request.
func (d *Desktop) sway(ctx context.Context, request ...string) ([]byte, error) {
	return d.output(ctx, "swaymsg", append([]string{"--socket", d.swaySocket()}, request...)...)
}

// plugInKeyboard gives the seat a keyboard that stays: without one no window ever has the focus.
func (d *Desktop) plugInKeyboard(ctx context.Context) error {
	keyboard, err := d.start("keyboard", lasting("wtype", "-s", "86400000"))
	if err != nil {
		return err
	}
	return keyboard.ready(ctx, func(ctx context.Context) (bool, error) {
		seats, err := d.sway(ctx, "-t", "get_inputs")
		return strings.Contains(string(seats), `"keyboard"`), err
	})
}

// Surface is one window of a program on Wayland.
type Surface struct {
	view
	id int64
}

// container is a node of the compositor's tree, as far as it counts here; see sway-ipc(7).
type container struct {
	ID      int64 `json:"id"`
	PID     int   `json:"pid"` // 0: it is no window
	Focused bool  `json:"focused"`
	Visible bool  `json:"visible"`
	Rect    struct{ X, Y, Width, Height int }
	Tiled   []container `json:"nodes"`
	Floats  []container `json:"floating_nodes"`
}

// find returns the first window below the container that is meant, or nil.
func (c *container) find(meant func(*container) bool) *container {
	if c.PID != 0 && meant(c) {
		return c
	}
	for _, below := range [][]container{c.Tiled, c.Floats} {
		for i := range below {
			if found := below[i].find(meant); found != nil {
				return found
			}
		}
	}
	return nil
}

func (d *Desktop) surface(ctx context.Context, meant func(*container) bool) (*container, error) {
	tree, err := d.sway(ctx, "-t", "get_tree")
	if err != nil {
		return nil, err
	}
	var root container
	if err := json.Unmarshal(tree, &root); err != nil {
		return nil, fmt.Errorf("could not read the compositor's tree: %w", err)
	}
	return root.find(meant), nil
}

// Surface waits until the program shows a window on Wayland, and returns it.
func (p *Program) Surface(ctx context.Context) (*Surface, error) {
	return p.surface(ctx, func(c *container) bool { return c.Visible })
}

// FocusedSurface waits until a window of the program has the focus, and returns it.
func (p *Program) FocusedSurface(ctx context.Context) (*Surface, error) {
	return p.surface(ctx, func(c *container) bool { return c.Focused })
}

func (p *Program) surface(ctx context.Context, meant func(*container) bool) (s *Surface, err error) {
	d := p.desktop
	err = p.proc.ready(ctx, func(ctx context.Context) (bool, error) {
		c, err := d.surface(ctx, func(c *container) bool { return c.PID == p.PID && meant(c) })
		if c != nil {
			s = &Surface{id: c.ID}
			s.view = view{d, s.shot}
		}
		return c != nil, err
	})
	if err != nil {
		return nil, fmt.Errorf("no such window on Wayland: %w", err)
	}
	return s, nil
}

// NoSurface waits until the program shows no window on Wayland.
func (p *Program) NoSurface(ctx context.Context) error {
	return waitFor(ctx, "the window to go", func(ctx context.Context) (bool, error) {
		c, err := p.desktop.surface(ctx, func(c *container) bool { return c.PID == p.PID })
		return err == nil && c == nil, err
	})
}

// shot is a picture of the place where the window is, with whatever lies over it.
func (s *Surface) shot(ctx context.Context) ([]byte, error) {
	c, err := s.desktop.surface(ctx, s.isIt)
	if err != nil || c == nil {
		return nil, errors.Join(errors.New("the window is gone"), err)
	}
	place := fmt.Sprintf("%d,%d %dx%d", c.Rect.X, c.Rect.Y, c.Rect.Width, c.Rect.Height)
	return s.desktop.output(ctx, "grim", "-g", place, "-t", "ppm", "-")
}

func (s *Surface) isIt(c *container) bool { return c.ID == s.id }

// Close closes the window as its close button does.
func (s *Surface) Close(ctx context.Context) error {
	_, err := s.desktop.sway(ctx, fmt.Sprintf("[con_id=%d]", s.id), "kill")
	return err
}

// evdev are the numbers of keys on a keyboard, from Linux' input-event-codes.h.
var evdev = map[string]int{"q": 16, "Return": 28}

// Key presses a key of [evdev], with "ctrl+" before it or not, in the window that has the focus.
//
// The keyboard that wtype makes has its keys in the order in which they are named, and GLFW goes by a key's place on the
// keyboard. So keys that nobody presses are named first, to be let go.
func (s *Surface) Key(ctx context.Context, key string) error {
	name, control := strings.CutPrefix(key, "ctrl+")
	place, ok := evdev[name]
	if !ok {
		return fmt.Errorf("the place of %s on a keyboard is not known here", name)
	}
	var args []string
	for i := 1; i < place; i++ {
		args = append(args, "-p", fmt.Sprintf("U%04X", 0x400+i))
	}
	if control {
		args = append(args, "-M", "ctrl")
	}
	_, err := s.desktop.output(ctx, "wtype", append(args, "-k", name)...)
	return err
}

// WaylandScreenshot puts a picture of what the compositor shows into a PNG file.
func (d *Desktop) WaylandScreenshot(ctx context.Context, path string) error {
	_, err := d.output(ctx, "grim", path)
	return err
}

// places are the options of wl-clipboard for the two places where a text can stand.
var places = map[string][]string{"clipboard": nil, "primary": {"--primary"}}

// WaylandSelection reads the "clipboard" or the "primary" selection with wl-paste, as any other program would get it.
// Empty or unowned: "".
func (d *Desktop) WaylandSelection(ctx context.Context, name string) (string, error) {
	out, err := d.output(ctx, "wl-paste", append(places[name], "--no-newline")...)
	return string(out), unlessEmpty(err)
}

// WaylandTypes are the types in which a selection's owner offers it. Unowned: none.
func (d *Desktop) WaylandTypes(ctx context.Context, name string) ([]string, error) {
	out, err := d.output(ctx, "wl-paste", append(places[name], "--list-types")...)
	return strings.Fields(string(out)), unlessEmpty(err)
}

// unlessEmpty takes no error from a wl-paste that found nothing.
func unlessEmpty(err error) error {
	var failed *commandError
	if errors.As(err, &failed) && (failed.stderr == "Nothing is copied" || failed.stderr == "No selection") {
		return nil
	}
	return err
}

// SetWaylandSelection puts a text into the "clipboard" or the "primary" selection, as the person would by copying something
// else.
func (d *Desktop) SetWaylandSelection(ctx context.Context, name, text string) error {
	cmd := lasting("wl-copy", append(places[name], "--foreground", "--type", "text/plain")...)
	cmd.Stdin = strings.NewReader(text)
	if _, err := d.start("wl-copy", cmd); err != nil {
		return err
	}
	_, err := d.WaitForWaylandSelection(ctx, name, func(now string) bool { return now == text })
	return err
}

// WaitForWaylandSelection waits until a selection holds what is wanted, and returns it.
func (d *Desktop) WaitForWaylandSelection(ctx context.Context, name string, wanted func(string) bool) (text string, err error) {
	err = waitFor(ctx, "the "+name, func(ctx context.Context) (bool, error) {
		text, err = d.WaylandSelection(ctx, name)
		return err == nil && wanted(text), err
	})
	if err != nil {
		return "", fmt.Errorf("%w (it holds %d bytes)", err, len(text))
	}
	return text, nil
}
