//go:build linux

package virtual

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// Clipboard reads the clipboard with xclip, as any other program would get it. Empty or unowned: "".
func (d *Desktop) Clipboard(ctx context.Context) (string, error) {
	out, err := d.output(ctx, "xclip", "-selection", "clipboard", "-o")
	var failed *commandError
	if errors.As(err, &failed) && strings.Contains(failed.stderr, "target STRING not available") {
		return "", nil
	}
	return string(out), err
}

// SetClipboard puts a text on the clipboard, as the person would by copying something else.
func (d *Desktop) SetClipboard(ctx context.Context, text string) error {
	cmd := exec.Command("xclip", "-selection", "clipboard", "-in", "-quiet")
	cmd.Stdin = strings.NewReader(text)
	if _, err := d.start("xclip", cmd); err != nil {
		return err
	}
	_, err := d.WaitForClipboard(ctx, func(now string) bool { return now == text })
	return err
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
