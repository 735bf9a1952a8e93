package oauth

import (
	"errors"
	"net/http"
	"time"
)

// lookoutPause is how soon a network that came back without a sign is noticed: behind a router nothing changes on this
// computer when the line returns, nor when the person has logged in at a portal.
const lookoutPause = 15 * time.Second

// lookOut says when an account whose request the network swallowed is tried again, given what its own back-off says. One
// account at a time is the lookout, and soon; the others may wait, since the answer to its request brings them forward
// (see [Engine.heard]). Engine.mu is held.
func (e *Engine) lookOut(now, due time.Time) time.Time {
	e.offline = true
	if e.lookout.After(now) && !e.lookout.After(now.Add(lookoutPause)) {
		return due
	}
	if soon := now.Add(lookoutPause); soon.Before(due) {
		due = soon
	}
	e.lookout = due
	return due
}

// heard notes that the provider answered a request, whatever it said. The first answer after none could be had tells that
// the network is back.
func (e *Engine) heard() {
	e.mu.Lock()
	was := e.offline
	e.offline = false
	if was {
		e.tryAll()
	}
	e.mu.Unlock()
	if was {
		e.poke()
	}
}

// swallowed tells whether no answer of the provider's came: the network failed, or somebody in it answered instead, as a
// captive portal does.
func swallowed(err error) bool {
	var refused *ServerError
	switch {
	case errors.Is(err, ErrUnreachable):
		return true
	case !errors.Is(err, ErrBadAnswer):
		return false
	case errors.As(err, &refused):
		return refused.Status < http.StatusBadRequest || refused.Status == http.StatusNetworkAuthenticationRequired
	}
	return true // a page, or something else that is not OAuth's
}
