package oauth

import "time"

// longestSleep bounds how late the end of a suspend is noticed: timers stand still during one, the wall clock
// does not.
const longestSleep = 30 * time.Second

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

// startDue starts the renewals that are due and returns how long nothing else is.
func (e *Engine) startDue() time.Duration {
	now := e.now()
	next := now.Add(time.Hour)
	e.mu.Lock()
	defer e.mu.Unlock()
	for key, a := range e.accounts {
		if a.due.IsZero() || a.Phase != settled {
			continue
		}
		if a.due.After(now) {
			if a.due.Before(next) {
				next = a.due
			}
			continue
		}
		a.due = time.Time{} // the flight plans the next time
		e.running.Go(func() {
			err := e.renew(e.ctx, key, func(t Token) bool { return early(t, e.now()) })
			if err != nil && e.ctx.Err() == nil {
				e.log.Warn("token not renewed", "account", a.Address, "err", err)
			}
		})
	}
	if next.Before(now.Add(time.Hour)) {
		return min(next.Sub(now), longestSleep)
	}
	return time.Hour
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
