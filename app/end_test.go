package app

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestLoopThatHangsAtTheEndIsNotWaitedFor(t *testing.T) {
	for name, c := range map[string]struct {
		loop time.Duration // how long the loop takes to begin the end
		want bool
	}{
		"as usual": {50 * time.Millisecond, false},
		"slowly":   {endTime - time.Millisecond, false},
		"never":    {time.Hour, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begun := make(chan struct{})
				time.AfterFunc(c.loop, func() { close(begun) })
				asked, forced := time.Now(), false
				overdue(begun, func() { forced = true })
				if forced != c.want {
					t.Errorf("ended by force: %v", forced)
				}
				if took := time.Since(asked); took > endTime {
					t.Errorf("it took %v", took)
				}
				time.Sleep(2 * time.Hour)
			})
		})
	}
}

// Fyne's loop, where it ends by itself, takes the windows with it.
func TestEndAfterTheLoopLeavesTheWindowsAlone(t *testing.T) {
	s := newStage(t)
	s.start()
	s.app.loopLeft.Store(true)
	s.app.cancel()
	s.app.endWith(func(int) { t.Error("it ends the program, which Run does then") })
	if !s.screen.window.shown {
		t.Error("a window was hidden that is gone")
	}
}
