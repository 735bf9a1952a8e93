package oauth

import (
	"context"
	"time"
)

// Access tokens are kept in the keychain so that the next start needs no network. That is done behind the renewals' back,
// and in their pauses: a keychain does one thing at a time, and one with many entries takes longer to write one than a
// provider takes to answer.

// keepTime is how long the end of the program may be put off for access tokens that are not kept yet, and how long the
// keeping of one may take.
const keepTime = 2 * time.Second

// keepSoon has an account's newest access token kept. Engine.mu is held.
func (e *Engine) keepSoon(a *account) {
	if a.unkept {
		return
	}
	a.unkept = true
	e.unkept = append(e.unkept, a.key())
	e.keepOn()
}

// keepOn has access tokens kept if there are any that are not.
func (e *Engine) keepOn() {
	select {
	case e.keep <- struct{}{}:
	default:
	}
}

// keepAccess keeps access tokens until the engine closes.
func (e *Engine) keepAccess() {
	for {
		select {
		case <-e.ctx.Done():
			return
		case <-e.keep:
		}
		e.keepAll(context.WithoutCancel(e.ctx), e.ctx.Done())
	}
}

// keepAll keeps what there is to keep, until done is closed; what has begun by then may end within ctx.
func (e *Engine) keepAll(ctx context.Context, done <-chan struct{}) {
	for {
		select {
		case <-done:
			return
		default:
		}
		if !e.keepNext(ctx) {
			return
		}
	}
}

// keepNext keeps one account's access token; more tells whether there was one. Best effort: a platform's entry can be too
// small for it, and then the refresh token does.
func (e *Engine) keepNext(ctx context.Context) (more bool) {
	e.storing.Lock() // a removal or a new sign-in waits until it is done
	defer e.storing.Unlock()
	e.mu.Lock()
	if len(e.unkept) == 0 {
		e.unkept = nil
	}
	if len(e.unkept) == 0 || e.renewing > 0 {
		e.mu.Unlock()
		return false // the end of the last renewal goes on
	}
	key := e.unkept[0]
	e.unkept = e.unkept[1:]
	var token Token
	if a := e.accounts[key]; a != nil {
		a.unkept = false
		if a.Phase == settled {
			token = a.token
		}
	}
	e.mu.Unlock()
	if token.Access == "" {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, keepTime)
	defer cancel()
	if err := e.writeAccess(ctx, key, token); err != nil {
		e.log.Info("access token not kept in the keychain", "err", err)
	}
	return true
}
