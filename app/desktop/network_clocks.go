package desktop

import (
	"context"
	"time"
)

const (
	clockTick = 10 * time.Second
	// clockSlack is how far the clocks may drift apart within a tick: time servers move a clock by less.
	clockSlack = 5 * time.Second
)

// clocks returns a reading of the wall clock and of the monotonic one, each since a moment of its own.
func clocks() (read func() (wall, monotonic time.Duration)) {
	began := time.Now()
	return func() (wall, monotonic time.Duration) {
		now := time.Now()
		return now.Round(0).Sub(began.Round(0)), now.Sub(began)
	}
}

// watchClocks calls woke after each suspend and each time the clock is set, until ctx ends.
func watchClocks(ctx context.Context, read func() (wall, monotonic time.Duration), woke func()) {
	ticker := time.NewTicker(clockTick)
	defer ticker.Stop()
	wall, monotonic := read()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		wallNow, monotonicNow := read()
		if leapt(wallNow-wall, monotonicNow-monotonic) {
			woke()
		}
		wall, monotonic = wallNow, monotonicNow
	}
}

// leapt tells from how far the clocks went within a tick whether there was more than the tick. During a suspend the
// wall clock goes on while the monotonic one stands still, or both go on and the tick is late, as the system has it. A
// clock that was set counts too, also backwards: a wrong one makes every certificate look invalid.
func leapt(wall, monotonic time.Duration) bool {
	return (wall-monotonic).Abs() > clockSlack || monotonic > 3*clockTick
}
