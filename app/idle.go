package app

import (
	"context"
	"time"
)

// idle lets Fyne's thread sleep while nothing shows. Fyne's loop wakes 60 times a second even then: about 2 % of a
// processor, all day. A nap blocks that thread until something is sent to it, or for a few seconds: Fyne sends itself
// things of its own (another theme) and has the display's events to read, which can wait that long but not for ever.
type idle struct {
	ctx   context.Context
	nap   func() time.Duration // how long to sleep; 0: not now. Called on Fyne's thread.
	queue func(func())         // sends something to Fyne's thread and does not wait
	wake  chan struct{}
	begun bool // a nap is about to begin; belongs to Fyne's thread
	// turning is how long the loop turns before each nap; 0: it turns at least between two.
	turning time.Duration
}

// shortNap is for when somebody outside waits for Fyne's loop, without knowing it.
const shortNap = 100 * time.Millisecond

// waylandTurning is long enough for a few turns of Fyne's loop: only they tell Wayland that a window hides, or what is on
// the clipboard.
const waylandTurning = 30 * time.Millisecond

// nap is how long Fyne's thread may sleep. While it lends the clipboard what was copied, others ask its loop for it; while the
// window is minimised, the window manager asks whether it is still alive, or closes it.
func nap(visible, asked bool) time.Duration {
	switch {
	case visible:
		return 0
	case asked:
		return shortNap
	default:
		return longNap
	}
}

func newIdle(ctx context.Context, nap func() time.Duration) *idle {
	return &idle{ctx: ctx, nap: nap, queue: func(func()) {}, wake: make(chan struct{}, 1)}
}

// begin lets Fyne's thread sleep soon, until something shows. It belongs to that thread.
func (i *idle) begin() {
	if !i.begun && i.nap() > 0 {
		i.begun = true
		if i.turning == 0 {
			i.queue(i.sleep)
			return
		}
		time.AfterFunc(i.turning, func() { i.queue(i.sleep) })
	}
}

// sleep takes one nap, and begins the next one behind what was sent meanwhile.
func (i *idle) sleep() {
	i.begun = false
	length := i.nap()
	if length == 0 || i.ctx.Err() != nil {
		return
	}
	over := time.NewTimer(length)
	defer over.Stop()
	select {
	case <-i.wake:
	case <-over.C:
	case <-i.ctx.Done():
		return
	}
	i.begin()
}

// interrupt ends a nap. It comes after what was sent to Fyne's thread, never before: else the nap that is next in the
// queue could begin in between. Any goroutine may call it.
func (i *idle) interrupt() {
	select {
	case i.wake <- struct{}{}:
	default: // somebody else has just rung
	}
}
