package oauth

import (
	"errors"
	"math/rand/v2"
	"time"
)

const (
	// roundPause is the least time between two rounds of tries: a network that comes and goes every second must not
	// become a storm of requests.
	roundPause = 5 * time.Second
	// roundSpread keeps many accounts from asking at the same moment.
	roundSpread = 2 * time.Second
)

// Retry has every account that waits for the network or the keychain tried again within seconds, and its back-off begin
// anew. It is for whoever learns that the network changed, that the computer woke up or that the keychain was opened, and
// may be called as often as that happens. A time that a server named (Retry-After) is heeded all the same.
func (e *Engine) Retry() {
	e.http.CloseIdleConnections() // they lead through the network that was: a request on one would wait for its end
	e.mu.Lock()
	e.tryAll()
	e.mu.Unlock()
	e.poke()
}

// tryAll plans a round of tries. Engine.mu is held.
func (e *Engine) tryAll() {
	at := e.nextRound(e.now())
	for _, a := range e.accounts {
		if a.state == Renewing {
			a.overtaken = true
			continue
		}
		e.bringForward(a, at)
	}
}

// nextRound is when accounts may be tried: now, or a pause after the round before. Engine.mu is held.
func (e *Engine) nextRound(now time.Time) time.Time {
	switch ahead := e.round.Sub(now); {
	case ahead > 0 && ahead <= roundPause: // the round that is to come serves this call too
	case ahead <= 0 && ahead > -roundPause:
		e.round = e.round.Add(roundPause)
	default: // long ago, or the clock was set back
		e.round = now
	}
	return e.round
}

// catchUp tries an account again whose request was under way when the network changed: that it failed says nothing of
// the new one. Engine.mu is held.
func (e *Engine) catchUp(a *account) {
	if a.overtaken {
		a.overtaken = false
		e.bringForward(a, e.nextRound(e.now()))
	}
}

// bringForward moves the next try to a moment soon after at, if the account waits for one that a change of the network
// or the keychain may help. Engine.mu is held.
func (e *Engine) bringForward(a *account, at time.Time) {
	if a.Phase != settled || !a.hopeful() || a.due.IsZero() && a.state != Lost {
		return
	}
	a.backoff = nil
	due := at.Add(rand.N(roundSpread)) //nolint:gosec // nobody gains by guessing it
	if a.due.IsZero() || due.Before(a.due) {
		e.agenda.set(a, due)
	}
}

// hopeful tells whether the account's trouble may have gone with the network or the keychain that was: a sign-in that one
// keychain doesn't have may be in the next.
func (a *account) hopeful() bool {
	if a.state == Locked || a.state == Lost {
		return true
	}
	var refused *ServerError
	if errors.As(a.cause, &refused) && refused.RetryAfter > 0 {
		return false
	}
	return a.state == Waiting && (errors.Is(a.cause, ErrUnreachable) || errors.Is(a.cause, ErrBadAnswer))
}
