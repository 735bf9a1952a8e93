//go:build !linux

package desktop

import (
	"context"
	"errors"
)

// WaitForCompositor is [errors.ErrUnsupported]: there is no Wayland here.
func WaitForCompositor(context.Context) error { return errors.ErrUnsupported }
