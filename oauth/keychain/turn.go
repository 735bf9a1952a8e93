package keychain

import (
	"context"
	"time"
)

// callTurn lets one call at a time through in the whole process: go-keyring's calls share one connection, and mix up
// each other's signals on it.
var callTurn = make(chan struct{}, 1)

// inTurn waits for its turn, runs do and returns its outcome, or ErrTimeout once limit has passed, or ctx's own
// cause as soon as ctx ends. A do that hangs keeps its turn until it comes back; its caller does not wait for it.
func inTurn(ctx context.Context, turn chan struct{}, limit time.Duration, do func(context.Context) (string, error)) (string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, ErrTimeout)
	defer cancel()
	select {
	case turn <- struct{}{}:
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}

	type outcome struct {
		secret string
		err    error
	}
	done := make(chan outcome, 1)
	go func() {
		secret, err := do(ctx)
		<-turn
		done <- outcome{secret, err}
	}()
	select {
	case o := <-done:
		return o.secret, o.err
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}
