//go:build linux

package virtual

import (
	"context"
	"errors"
	"fmt"
	"image"
	"os/exec"
	"strconv"
	"strings"
)

// Window is one window on the desktop.
type Window struct {
	ID string
	view
}

// Window waits until the program shows a window, and returns it.
func (p *Program) Window(ctx context.Context) (w *Window, err error) {
	err = p.proc.ready(ctx, func(ctx context.Context) (bool, error) {
		windows, err := p.Windows(ctx)
		if len(windows) > 0 {
			w = windows[0]
		}
		return w != nil, err
	})
	if err != nil {
		return nil, fmt.Errorf("no window: %w", err)
	}
	return w, nil
}

// NoWindow waits until the program shows no window.
func (p *Program) NoWindow(ctx context.Context) error {
	return waitFor(ctx, "the window to go", func(ctx context.Context) (bool, error) {
		windows, err := p.Windows(ctx)
		return err == nil && len(windows) == 0, err
	})
}

// Windows are the windows that the program shows now.
func (p *Program) Windows(ctx context.Context) ([]*Window, error) {
	return p.desktop.search(ctx, "--all", "--pid", strconv.Itoa(p.PID), "--name", ".")
}

// WindowNamed waits for a visible window of any program whose title matches a regular expression, such as the keyring's
// prompt.
func (d *Desktop) WindowNamed(ctx context.Context, title string) (w *Window, err error) {
	err = waitFor(ctx, "window "+title, func(ctx context.Context) (bool, error) {
		windows, err := d.search(ctx, "--name", title)
		if len(windows) > 0 {
			w = windows[0]
		}
		return w != nil, err
	})
	return w, err
}

// search finds visible windows. xdotool's exit code is 1 when there is none.
func (d *Desktop) search(ctx context.Context, by ...string) (windows []*Window, err error) {
	out, err := d.output(ctx, "xdotool", append([]string{"search", "--onlyvisible"}, by...)...)
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 {
		err = nil
	}
	for id := range strings.FieldsSeq(string(out)) {
		windows = append(windows, &Window{id, view{d, func(ctx context.Context) ([]byte, error) {
			return d.output(ctx, "import", "-silent", "-window", id, "ppm:-")
		}}})
	}
	return windows, err
}

// Screenshot puts a picture of the whole desktop into a file; the format is the extension's.
func (d *Desktop) Screenshot(ctx context.Context, path string) error {
	_, err := d.output(ctx, "import", "-silent", "-window", "root", path)
	return err
}

// WaitForText waits until these words stand anywhere on the desktop, such as in a menu, and nothing moves.
func (d *Desktop) WaitForText(ctx context.Context, words string) error {
	return view{d, func(ctx context.Context) ([]byte, error) {
		return d.output(ctx, "import", "-silent", "-window", "root", "ppm:-")
	}}.WaitForText(ctx, words)
}

// PictureOf puts a picture of a part of the desktop into a PNG file, small enough to be kept: in 256 colours, and without
// the time, so that the same sight gives the same bytes.
func (d *Desktop) PictureOf(ctx context.Context, part image.Rectangle, path string) error {
	crop := fmt.Sprintf("%dx%d+%d+%d", part.Dx(), part.Dy(), part.Min.X, part.Min.Y)
	_, err := d.output(ctx, "import", "-silent", "-window", "root", "-crop", crop, "+repage", "-strip", "+dither",
		"-colors", "256", "-define", "png:compression-level=9", "-define", "png:exclude-chunks=date,time", "png8:"+path)
	return err
}

// RightClick clicks with the right button at a place on the desktop, in pixels from its upper left corner.
func (d *Desktop) RightClick(ctx context.Context, x, y int) error {
	_, err := d.output(ctx, "xdotool", "mousemove", strconv.Itoa(x), strconv.Itoa(y), "click", "3")
	return err
}

// RestPointer moves the pointer to where nothing is, so that nothing looks pointed at.
func (d *Desktop) RestPointer(ctx context.Context) error {
	_, err := d.output(ctx, "xdotool", "mousemove", "1020", "760")
	return err
}

// Screenshot puts a picture of the window into a file, without its frame, in front of all others.
func (w *Window) Screenshot(ctx context.Context, path string) error {
	if err := w.Activate(ctx); err != nil {
		return err
	}
	_, err := w.desktop.output(ctx, "import", "-silent", "-window", w.ID, path)
	return err
}

// Title is the window's title.
func (w *Window) Title(ctx context.Context) (string, error) {
	out, err := w.desktop.output(ctx, "xdotool", "getwindowname", w.ID)
	return strings.TrimSuffix(string(out), "\n"), err
}

// Class is by which name desktops know the program that a window belongs to (WM_CLASS).
func (w *Window) Class(ctx context.Context) (string, error) {
	out, err := w.desktop.output(ctx, "xprop", "-id", w.ID, "-notype", "WM_CLASS") // WM_CLASS = "instance", "class"
	quoted := strings.Split(string(out), `"`)
	if err == nil && len(quoted) != 5 {
		err = errors.New("the window has no class")
	}
	if err != nil {
		return "", err
	}
	return quoted[3], nil
}

// Size is the window's size in pixels.
func (w *Window) Size(ctx context.Context) (width, height int, err error) {
	out, err := w.desktop.output(ctx, "xdotool", "getwindowgeometry", "--shell", w.ID)
	for line := range strings.Lines(string(out)) {
		switch key, value, _ := strings.Cut(strings.TrimSpace(line), "="); key {
		case "WIDTH":
			width, _ = strconv.Atoi(value)
		case "HEIGHT":
			height, _ = strconv.Atoi(value)
		}
	}
	return width, height, err
}

// Move moves the window, so that the corner of its frame is at a place on the desktop, in pixels, and returns where it lies
// then, with its frame. The pointer is at the window afterwards.
func (w *Window) Move(ctx context.Context, to image.Point) (place image.Rectangle, err error) {
	move := func(ctx context.Context, to image.Point) error {
		_, err := w.desktop.output(ctx, "xdotool", "windowmove", w.ID, strconv.Itoa(to.X), strconv.Itoa(to.Y))
		return err
	}
	if err := move(ctx, to); err != nil {
		return image.Rectangle{}, err
	}
	err = waitFor(ctx, "the window to move", func(ctx context.Context) (bool, error) {
		frame, inside, err := w.place(ctx)
		place = frame
		if err == nil && inside.Min == to { // some programs mean this by a window's place
			err = move(ctx, to.Add(inside.Min.Sub(frame.Min)))
		}
		return err == nil && frame.Min == to, err
	})
	return place, err
}

// place is where the window lies on the desktop. The pointer tells: xdotool's getwindowgeometry counts the frame twice.
func (w *Window) place(ctx context.Context) (frame, inside image.Rectangle, err error) {
	width, height, err := w.Size(ctx)
	if err != nil {
		return frame, inside, err
	}
	at, err := w.desktop.output(ctx, "xdotool", "mousemove", "--window", w.ID, "0", "0", "getmouselocation")
	if err != nil {
		return frame, inside, err
	}
	extents, err := w.desktop.output(ctx, "xprop", "-id", w.ID, "-notype", "_NET_FRAME_EXTENTS")
	if err != nil {
		return frame, inside, err
	}
	var x, y, left, right, top, bottom int
	if _, err := fmt.Sscanf(string(at), "x:%d y:%d", &x, &y); err != nil {
		return frame, inside, fmt.Errorf("the pointer is nowhere: %w", err)
	}
	if _, err := fmt.Sscanf(string(extents), "_NET_FRAME_EXTENTS = %d, %d, %d, %d", &left, &right, &top, &bottom); err != nil {
		return frame, inside, fmt.Errorf("the window has no frame: %w", err)
	}
	inside = image.Rect(x, y, x+width, y+height)
	return image.Rect(x-left, y-top, x+width+right, y+height+bottom), inside, nil
}

// Resize changes the window's size, in pixels.
func (w *Window) Resize(ctx context.Context, width, height int) error {
	_, err := w.desktop.output(ctx, "xdotool", "windowsize", w.ID, strconv.Itoa(width), strconv.Itoa(height))
	return err
}

// Activate brings the window to the front and waits until it has the focus.
func (w *Window) Activate(ctx context.Context) error {
	err := waitFor(ctx, "the window to come to the front", func(ctx context.Context) (bool, error) {
		_, err := w.desktop.output(ctx, "xdotool", "windowactivate", w.ID)
		return err == nil, err // it fails where the window that was active before goes at this moment
	})
	if err != nil {
		return err
	}
	return w.WaitForFocus(ctx)
}

// WaitForFocus waits until the window has the focus, whoever gave it that.
func (w *Window) WaitForFocus(ctx context.Context) error {
	return waitFor(ctx, "the window to become active", func(ctx context.Context) (bool, error) {
		out, err := w.desktop.output(ctx, "xdotool", "getactivewindow")
		return strings.TrimSpace(string(out)) == w.ID, err // it fails where the one that was active before goes at this moment
	})
}

// Above tells whether the window lies above another one.
func (w *Window) Above(ctx context.Context, other *Window) (bool, error) {
	out, err := w.desktop.output(ctx, "xprop", "-root", "-notype", "_NET_CLIENT_LIST_STACKING")
	_, list, _ := strings.Cut(string(out), "#")
	place := map[string]int{} // from the bottom, from 1
	for i, id := range strings.Split(list, ",") {
		if n, err := strconv.ParseUint(strings.TrimSpace(id), 0, 32); err == nil {
			place[strconv.FormatUint(n, 10)] = i + 1
		}
	}
	return place[w.ID] > place[other.ID] && place[other.ID] > 0, err
}

// Minimize has the window manager put the window away, as its own button for that does.
func (w *Window) Minimize(ctx context.Context) error {
	_, err := w.desktop.output(ctx, "xdotool", "windowminimize", w.ID)
	return err
}

// Key presses keys one after the other, each in xdotool's words: "Tab", "Return", "ctrl+v".
func (w *Window) Key(ctx context.Context, keys ...string) error {
	return w.input(ctx, append([]string{"key", "--delay", "30", "--clearmodifiers"}, keys...)...)
}

// Type types a text.
func (w *Window) Type(ctx context.Context, text string) error {
	return w.input(ctx, "type", "--delay", "15", "--clearmodifiers", text)
}

// Click clicks with the left button at a place in the window, in pixels from its upper left corner.
func (w *Window) Click(ctx context.Context, x, y int) error {
	return w.input(ctx, "mousemove", "--window", w.ID, strconv.Itoa(x), strconv.Itoa(y), "click", "1")
}

// Close closes the window as its close button does: the window manager sends WM_DELETE_WINDOW.
func (w *Window) Close(ctx context.Context) error { return w.Key(ctx, "alt+F4") }

// input sends real input (XTEST) to the window that has the focus: programs ignore what is sent to a window by name.
func (w *Window) input(ctx context.Context, args ...string) error {
	if err := w.Activate(ctx); err != nil {
		return err
	}
	_, err := w.desktop.output(ctx, "xdotool", args...)
	return err
}
