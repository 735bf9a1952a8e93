package oauth

import (
	"errors"
	"time"

	"github.com/cenkalti/backoff/v5"
)

const (
	aheadAtMost = 10 * time.Minute
	aheadPart   = 6
	jitterPart  = 10
	// restAtLeast is between two renewals by the scheduler, however short a provider's tokens live.
	restAtLeast = 5 * time.Second
)

// plan says when a token is due for renewal: ten minutes before its expiry, or a sixth of its lifetime where that
// is less, and earlier by up to a tenth of the time in between, as chance (0 to 1) has it, so that many accounts
// never fall due together. A token that is late already is due now.
func plan(now, expiry time.Time, lifetime time.Duration, chance float64) time.Time {
	due := expiry.Add(-min(aheadAtMost, lifetime/aheadPart))
	if early := due.Sub(expiry.Add(-lifetime)) / jitterPart; early > 0 {
		due = due.Add(-time.Duration(chance * float64(early)))
	}
	if due.Before(now) {
		return now
	}
	return due
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// retry spaces the attempts after failures that pass by themselves: from 5 seconds to 5 minutes, with jitter.
type retry struct{ steps *backoff.ExponentialBackOff }

func newRetry() *retry {
	steps := backoff.NewExponentialBackOff()
	steps.InitialInterval = 5 * time.Second
	steps.MaxInterval = 5 * time.Minute
	steps.Multiplier = 2
	return &retry{steps}
}

// after is when to try again after err. A server that names a time is heeded, up to an hour.
func (r *retry) after(now time.Time, err error) time.Time {
	wait := r.steps.NextBackOff()
	var refused *ServerError
	if errors.As(err, &refused) {
		wait = max(wait, min(refused.RetryAfter, time.Hour))
	}
	return now.Add(wait)
}
