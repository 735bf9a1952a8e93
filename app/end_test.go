package app

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestLoopThatHangsAtTheEndIsNotWaitedFor(t *testing.T) {
	for name, c := range map[string]struct {
		loop time.Duration // how long the loop takes to end
		want bool
	}{
		"as usual": {50 * time.Millisecond, false},
		"slowly":   {endTime - time.Millisecond, false},
		"never":    {time.Hour, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, quit := context.WithCancel(t.Context())
				ended := make(chan struct{})
				time.AfterFunc(time.Hour, quit)
				time.AfterFunc(time.Hour+c.loop, func() { close(ended) })
				begin, forced := time.Now(), false
				overdue(ctx, ended, func() { forced = true })
				if forced != c.want {
					t.Errorf("ended by force: %v", forced)
				}
				if took := time.Since(begin); took > time.Hour+endTime {
					t.Errorf("it took %v", took)
				}
				time.Sleep(2 * time.Hour)
			})
		})
	}
}

func TestLoopThatEndsByItselfNeedsNoForce(t *testing.T) {
	ended := make(chan struct{})
	close(ended)
	overdue(t.Context(), ended, func() { t.Error("ended by force") })
}
