//go:build !linux && !windows

package desktop

import (
	"context"
	"errors"
	"image"
)

// Notifier shows no notifications: Fyne's own way does here.
type Notifier struct{}

// NewNotifier makes one.
func NewNotifier(string, string, image.Image) *Notifier { return &Notifier{} }

// Notify is errors.ErrUnsupported.
func (*Notifier) Notify(context.Context, Notice) error { return errors.ErrUnsupported }
