//go:build linux

package virtual

import (
	"context"
	"fmt"
	"time"
)

// Patience is how long a wait lasts when its context has no deadline of its own.
const Patience = 30 * time.Second

// pace is the time between two looks at a condition.
const pace = 10 * time.Millisecond

// waitFor returns when condition is true, and with an error that says what was waited for when its time is up. An error
// of the condition is the answer "not yet"; the last one is part of the error.
func waitFor(ctx context.Context, what string, condition func(context.Context) (bool, error)) error {
	ctx, cancel := patient(ctx)
	defer cancel()
	tick := time.NewTicker(pace)
	defer tick.Stop()
	var last error
	for {
		ok, err := condition(ctx)
		if ok {
			return nil
		}
		if ctx.Err() == nil { // else the answer is only that the time is up
			last = err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			if last != nil {
				return fmt.Errorf("waited in vain for %s: %w", what, last)
			}
			return fmt.Errorf("waited in vain for %s: %w", what, ctx.Err())
		}
	}
}

func patient(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, Patience)
}
