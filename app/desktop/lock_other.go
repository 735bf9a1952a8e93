//go:build !linux && !windows

package desktop

import (
	"context"
	"errors"
)

// WatchLock is [errors.ErrUnsupported]: macOS tells of a lock (com.apple.screenIsLocked) only whoever runs a loop of
// Cocoa's, and by no means that Go reaches without C.
func WatchLock(context.Context, func()) error { return errors.ErrUnsupported }
