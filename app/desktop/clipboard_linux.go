package desktop

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"sync/atomic"

	"github.com/atotto/clipboard"
)

// systemClipboard is wl-clipboard on Wayland, where another program's window has the focus while somebody copies from
// the tray, and the X server itself elsewhere. Where that can't be reached, a helper program can have another way to it,
// and the last resort is the window's own clipboard.
func systemClipboard(window system) system {
	other := window
	if !clipboard.Unsupported {
		other = plain{helper{}, helperName()}
	}
	switch {
	case os.Getenv("WAYLAND_DISPLAY") != "":
		return &wayland{}
	case os.Getenv("DISPLAY") != "":
		return &either{first: &x11{}, second: other}
	default:
		return other
	}
}

// errNotThere: a system can't be reached, or is not up to this text; another one may be.
var errNotThere = errors.New("the clipboard can't be reached this way")

// either uses the second where the first is not there.
type either struct {
	first, second system
	fellBack      atomic.Bool // the last operation was the second's
}

func (e *either) name() string {
	if e.fellBack.Load() {
		return e.second.name()
	}
	return e.first.name()
}

func (e *either) write(ctx context.Context, text string, secret bool, gone func()) error {
	err := e.first.write(ctx, text, secret, gone)
	if e.fellBack.Store(errors.Is(err, errNotThere)); e.fellBack.Load() {
		return e.second.write(ctx, text, secret, gone)
	}
	return err
}

func (e *either) clear(ctx context.Context, ours func(text string) bool) (bool, error) {
	cleared, err := e.first.clear(ctx, ours)
	if e.fellBack.Store(errors.Is(err, errNotThere)); e.fellBack.Load() {
		return e.second.clear(ctx, ours)
	}
	return cleared, err
}

// helperName names the program that github.com/atotto/clipboard has chosen: it looks for them in this order.
func helperName() string {
	for _, helper := range []struct {
		name     string
		programs []string
	}{
		{"xclip", []string{"xclip"}},
		{"xsel", []string{"xsel"}},
		{"Termux", []string{"termux-clipboard-set", "termux-clipboard-get"}},
		{"Windows' own", []string{"clip.exe", "powershell.exe"}},
	} {
		if installed(helper.programs) {
			return helper.name
		}
	}
	return "unknown"
}

func installed(programs []string) bool {
	for _, program := range programs {
		if _, err := exec.LookPath(program); err != nil {
			return false
		}
	}
	return true
}
