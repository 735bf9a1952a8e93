package app

import (
	"context"
	"time"
)

// endTime is how long Fyne's loop may take to end.
const endTime = 2 * time.Second

// overdue ends what does not end by itself: it calls end when the loop has not ended some time after ctx has. At its
// end, Fyne waits for a last function that it sends to its own thread, and can have closed that way by then (Fyne
// 2.8.1, runGL and WaitForEvents: seen once in a few hundred ends on a busy computer).
func overdue(ctx context.Context, ended <-chan struct{}, end func()) {
	select {
	case <-ctx.Done():
	case <-ended:
		return
	}
	late := time.NewTimer(endTime)
	defer late.Stop()
	select {
	case <-ended:
	case <-late.C:
		end()
	}
}
