//go:build !linux

package desktop

import (
	"context"
	"errors"
	"image"
)

// Notify is errors.ErrUnsupported: Fyne's own way does here.
func Notify(context.Context, string, image.Image, string, string) error { return errors.ErrUnsupported }
