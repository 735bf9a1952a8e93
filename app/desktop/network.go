package desktop

import (
	"context"
	"sync"
	"time"
)

const (
	// quietFor is how long the system must say nothing new before a change counts as over: an interface, its address
	// and its routes come one by one.
	quietFor = time.Second
	// longestStorm is how long the telling is put off while the changes don't end.
	longestStorm = 5 * time.Second
)

// WatchNetwork calls changed after each change of this computer's network and after each wake-up from a suspend,
// until ctx ends; then nothing that it started is left. Changes that come together make one call. changed is called
// on another goroutine, one call at a time, and must not block. An error means that the system does not let its
// network be seen.
func WatchNetwork(ctx context.Context, changed func()) error {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	signs := make(chan struct{}, 1)
	sign := func() {
		select {
		case signs <- struct{}{}:
		default:
		}
	}
	running.Go(func() { debounce(ctx, signs, changed) })
	running.Go(func() { watchClocks(ctx, clocks(), sign) })
	return watchChanges(ctx, sign)
}

// debounce makes one call of the signs that come together, until ctx ends.
func debounce(ctx context.Context, signs <-chan struct{}, tell func()) {
	var quiet, limit <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-signs:
			quiet = time.After(quietFor)
			if limit == nil {
				limit = time.After(longestStorm)
			}
			continue
		case <-quiet:
		case <-limit:
		}
		quiet, limit = nil, nil
		tell()
	}
}
