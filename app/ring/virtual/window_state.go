//go:build linux

package virtual

import (
	"context"
	"strings"
)

// Minimised waits until the window manager has the window minimised, or not. See WM_STATE in the ICCCM.
func (w *Window) Minimised(ctx context.Context, want bool) error {
	state := "window state: Normal"
	if want {
		state = "window state: Iconic"
	}
	return waitFor(ctx, state, func(ctx context.Context) (bool, error) {
		out, err := w.desktop.output(ctx, "xprop", "-id", w.ID, "WM_STATE")
		return strings.Contains(string(out), state), err
	})
}
