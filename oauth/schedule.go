package oauth

import "time"

const (
	// longestSleep bounds how late the end of a suspend is noticed: timers stand still during one, the wall clock
	// does not.
	longestSleep = 30 * time.Second
	// watchful is how long before a due time the scheduler begins to sleep no longer than that.
	watchful = time.Hour
)

// schedule renews tokens as they fall due, until the engine closes. One timer serves all accounts.
func (e *Engine) schedule() {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-e.ctx.Done():
			return
		case <-e.wake:
		case <-timer.C:
		}
		timer.Reset(e.startDue())
	}
}

// startDue starts renewals that are due and returns how long to sleep. Hardly more are started than requests may be in
// flight: the others wait on the agenda, in their order, rather than as goroutines before a person's own request.
func (e *Engine) startDue() time.Duration {
	now := e.now()
	e.mu.Lock()
	defer e.mu.Unlock()
	for e.renewing < maxRenewing {
		a := e.agenda.take(now)
		if a == nil {
			return pause(now, e.agenda.next())
		}
		e.renewing++
		due := *a
		e.running.Go(func() { e.renewDue(due) })
	}
	return watchful // the end of a renewal wakes the scheduler
}

// renewDue renews the token of an account that was due. Whether the token at hand would last does not matter: it is
// past its time, or somebody refused it, or the last attempt failed and it must be seen whether the next one does.
func (e *Engine) renewDue(due account) {
	err := e.renew(e.ctx, due.key(), func(t Token) bool {
		return t.Access != due.token.Access && early(t, e.now())
	})
	if err != nil && e.ctx.Err() == nil {
		e.log.Warn("token not renewed", "account", due.Address, "err", err)
	}
	e.mu.Lock()
	e.renewing--
	if e.renewing == 0 && len(e.unkept) > 0 {
		e.keepOn()
	}
	e.mu.Unlock()
	e.poke()
}

// pause is how long to sleep at now if the next account is due at next (zero: none is).
func pause(now, next time.Time) time.Duration {
	if next.IsZero() {
		return watchful
	}
	left := next.Sub(now)
	if left > watchful {
		return min(left-watchful, watchful)
	}
	return max(0, min(left, longestSleep))
}

// early tells whether a token is far from its renewal still, whatever chance added to its plan.
func early(t Token, now time.Time) bool {
	return t.left(now) > 0 && plan(now, t.Expiry, t.Lifetime, 1).After(now)
}

// poke has the scheduler look again.
func (e *Engine) poke() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}
