//go:build linux

package virtual

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Clipboard reads the clipboard with xclip, as any other program would get it. Empty or unowned: "".
func (d *Desktop) Clipboard(ctx context.Context) (string, error) {
	return d.Selection(ctx, "clipboard", "STRING")
}

// Selection reads a selection of X11, "clipboard" or "primary", as a target that its owner offers: "STRING", "TARGETS" for
// the list of all, or another. Empty, unowned or not offered: "".
func (d *Desktop) Selection(ctx context.Context, name, target string) (string, error) {
	out, err := d.output(ctx, "xclip", "-selection", name, "-o", "-target", target)
	var failed *commandError
	if errors.As(err, &failed) && strings.HasSuffix(strings.TrimSpace(failed.stderr), " not available") {
		return "", nil
	}
	return string(out), err
}

// SetClipboard puts a text on the clipboard, as the person would by copying something else.
func (d *Desktop) SetClipboard(ctx context.Context, text string) error {
	return d.SetSelection(ctx, "clipboard", text)
}

// SetSelection puts a text into a selection of X11, "clipboard" or "primary".
func (d *Desktop) SetSelection(ctx context.Context, name, text string) error {
	cmd := lasting("xclip", "-selection", name, "-in", "-quiet")
	cmd.Stdin = strings.NewReader(text)
	if _, err := d.start("xclip", cmd); err != nil {
		return err
	}
	return waitFor(ctx, "the "+name, func(ctx context.Context) (bool, error) {
		now, err := d.Selection(ctx, name, "STRING")
		return err == nil && now == text, err
	})
}

// WaitForClipboard waits until the clipboard holds what is wanted, and returns it.
func (d *Desktop) WaitForClipboard(ctx context.Context, wanted func(string) bool) (text string, err error) {
	err = waitFor(ctx, "the clipboard", func(ctx context.Context) (bool, error) {
		text, err = d.Clipboard(ctx)
		return err == nil && wanted(text), err
	})
	if err != nil {
		return "", fmt.Errorf("%w (it holds %d bytes)", err, len(text))
	}
	return text, nil
}
