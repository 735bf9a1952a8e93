package desktop

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"
)

// ErrBrowser means that no browser could be opened.
var ErrBrowser = errors.New("the browser could not be opened")

// browserTime is how long the opener may run before it counts as having worked: some openers stay until the
// browser ends.
const browserTime = 10 * time.Second

// OpenBrowser opens an address in the person's browser. It waits for the opener, whose failure would otherwise go
// unnoticed, but not for the browser.
func OpenBrowser(ctx context.Context, address string) error {
	lasting := context.WithoutCancel(ctx)                                              // the browser outlives the program
	command := exec.CommandContext(lasting, opener[0], append(opener[1:], address)...) //nolint:gosec // there is no shell
	if err := command.Start(); err != nil {
		return fmt.Errorf("%w: %s can't be run", ErrBrowser, opener[0])
	}
	done := make(chan error, 1)
	go func() { done <- command.Wait() }()
	ctx, cancel := context.WithTimeout(ctx, browserTime)
	defer cancel()
	select {
	case err := <-done:
		if err != nil {
			return fmt.Errorf("%w: %s failed: %w", ErrBrowser, opener[0], err)
		}
		return nil
	case <-ctx.Done():
		return nil
	}
}
