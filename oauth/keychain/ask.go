package keychain

import (
	"context"
	"sync"
	"time"
)

// personTime is what a person has to answer the request to unlock.
const personTime = 2 * time.Minute

// asking lets the whole process ask the person one thing at a time, on a connection of its own, so that the calls made
// while they think are told ErrLocked and not kept waiting.
var asking = &prompts{}

// prompts are those before the person: one at most. Whoever wants the keychain open meanwhile waits for its answer and
// gets it too: a person who said no is not asked again for what they clicked before.
type prompts struct {
	mu  sync.Mutex
	now *prompt // nil: there is none
}

type prompt struct {
	done    chan struct{} // closed with err set
	err     error
	waiting int // for its answer; nobody any more: it is being taken back
	cancel  context.CancelFunc
}

// ask returns the outcome of unlock, or of the one under way, or ErrTimeout after personTime, or ctx's own cause as soon
// as ctx ends. A prompt that nobody waits for any more is taken back.
func (p *prompts) ask(ctx context.Context, unlock func(context.Context) error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, personTime, ErrTimeout)
	defer cancel()
	for ctx.Err() == nil {
		asked, joined := p.join(ctx, unlock)
		select {
		case <-asked.done:
			if joined {
				return asked.err
			}
		case <-ctx.Done():
			if joined {
				p.leave(asked)
			}
		}
	}
	return context.Cause(ctx)
}

// join returns the prompt under way, or a new one, and false if it is being taken back.
func (p *prompts) join(ctx context.Context, unlock func(context.Context) error) (*prompt, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.now != nil {
		if p.now.waiting == 0 {
			return p.now, false
		}
		p.now.waiting++
		return p.now, true
	}
	// It may outlive whoever was the first to want it.
	ctx, cancel := context.WithTimeoutCause(context.WithoutCancel(ctx), personTime, ErrTimeout)
	started := &prompt{done: make(chan struct{}), waiting: 1, cancel: cancel}
	p.now = started
	go func() {
		defer cancel()
		err := unlock(ctx)
		p.mu.Lock()
		defer p.mu.Unlock()
		p.now, started.err = nil, err
		close(started.done)
	}()
	return started, true
}

func (p *prompts) leave(asked *prompt) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if asked.waiting--; asked.waiting == 0 {
		asked.cancel()
	}
}
