//go:build linux

package virtual

import (
	"context"
	"errors"
)

// LockScreen has the desktop say that its screen was just locked, as a screen saver would. A program that doesn't listen yet
// misses it.
func (d *Desktop) LockScreen(context.Context) error {
	if d.bus == nil {
		return errors.New("there is no session bus to say it on")
	}
	return d.bus.Emit("/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver.ActiveChanged", true)
}
