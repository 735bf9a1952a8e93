//go:build !linux

package desktop

import (
	"context"
	"errors"
)

// Minimise is [errors.ErrUnsupported]: these systems always have a tray.
func Minimise(context.Context, uintptr) error { return errors.ErrUnsupported }

// WatchMinimised is [errors.ErrUnsupported], as Minimise is.
func WatchMinimised(context.Context, uintptr, func(minimised bool)) error {
	return errors.ErrUnsupported
}
