package oauth

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"golang.org/x/oauth2"
)

// renew makes sure that the account has a token that is enough, with one request for any number of callers. ctx
// only ends the caller's wait: the request goes on for the others, and its answer is never wasted.
func (e *Engine) renew(ctx context.Context, key Key, enough func(Token) bool) error {
	for {
		ours := false
		done := e.flights.DoChan(key.flight(), func() (any, error) {
			ours = true
			return nil, e.flight(e.ctx, key, enough)
		})
		select {
		case result := <-done:
			// A flight that somebody else began may have been content with less.
			if result.Err != nil || ours || enough(e.atHand(key)) {
				return result.Err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// flight renews one account's token and notes how that went. Only one flight of an account is under way.
func (e *Engine) flight(ctx context.Context, key Key, enough func(Token) bool) error {
	e.mu.Lock()
	a := e.accounts[key]
	switch {
	case a == nil || a.Phase != settled:
		e.mu.Unlock()
		return ErrUnknownAccount
	case e.closed:
		e.mu.Unlock()
		return ErrClosed
	case enough(a.token) && a.unsaved == "":
		e.mu.Unlock()
		return nil
	case a.state == SignInAgain:
		e.mu.Unlock()
		return a.cause // the grant is over: another request would only be refused again
	}
	seen := *a
	if a.state != Lost { // it may be lost still, and that is no news then
		a.state = Renewing
	}
	e.running.Add(1)
	e.mu.Unlock()
	defer e.running.Done()
	e.changed()

	token, err := e.obtain(ctx, seen, enough)
	if e.settle(seen, token, err) {
		if err := e.save(); err != nil {
			e.log.Warn("account list not saved", "err", err)
		}
	}
	return err
}

// obtain gets an account's next token from the nearest place that has one: this engine, the keychain, the provider.
func (e *Engine) obtain(ctx context.Context, seen account, enough func(Token) bool) (Token, error) {
	if seen.unsaved != "" && enough(seen.held) {
		return seen.held, e.store(ctx, seen, seen.unsaved)
	}
	if !seen.asked {
		kept, err := e.keptAccess(ctx, seen.key())
		if err != nil {
			return Token{}, err
		}
		e.remember(seen, kept)
		if enough(kept) {
			return kept, nil
		}
	}
	return e.refresh(ctx, seen, enough)
}

// remember holds on to a kept token: where it is not enough, it may still be the best there is if the renewal fails.
func (e *Engine) remember(seen account, kept Token) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if a := e.current(seen); a != nil {
		a.token, a.asked = kept, true
	}
}

// settle writes a flight's outcome into the account and plans what comes next. listed tells that the list has to say
// something new: why only the person can go on, or that they need not any more, or other scopes.
func (e *Engine) settle(seen account, token Token, err error) (listed bool) {
	e.mu.Lock()
	defer e.changed()
	defer e.poke()
	defer e.mu.Unlock()
	a := e.current(seen)
	if a == nil {
		return false
	}
	if errors.Is(err, context.Canceled) {
		err = nil // the program ends; nothing was learned about the account
	}
	a.state, a.cause = stateOf(err), err
	if err != nil {
		e.note(a, Failed, err)
	}
	listed = !sameScopes(seen.Scopes, a.Scopes)
	now := e.now()
	switch a.state {
	case Ready:
		a.backoff = nil
		if token.Access != "" {
			if token != a.token { // else it was at hand already, and says nothing of the next one
				a.token, a.asked = token, true
				e.keepSoon(a)
				e.note(a, Refreshed, nil)
				listed = a.stand(nil) || listed
			}
			chance := rand.Float64() //nolint:gosec // nobody gains by guessing it
			e.agenda.set(a, later(plan(now, token.Expiry, token.Lifetime, chance), now.Add(restAtLeast)))
		}
	case SignInAgain:
		a.token, a.Ended = Token{}, now
		e.agenda.set(a, time.Time{})
		listed = true
		a.stand(err)
	case Lost:
		if a.token.left(now) == 0 {
			a.token = Token{}
		}
		listed = a.stand(err) || listed
		e.agenda.set(a, a.token.Expiry) // the keychain is looked at once more, and then the person is needed
	case ClientTrouble:
		listed = a.stand(err) || listed
		e.agenda.set(a, time.Time{})
	case Locked:
		e.agenda.set(a, now.Add(longestSleep))
	default:
		if a.backoff == nil {
			a.backoff = newRetry()
		}
		due := a.backoff.after(now, err)
		if swallowed(err) {
			due = e.lookOut(now, due)
		}
		e.agenda.set(a, due)
	}
	e.catchUp(a)
	return listed
}

// refresh trades the refresh token for an access token (RFC 6749 section 6). A refresh token that comes with the
// answer is in the keychain before the access token is returned. A crash before that is the one that nobody can make
// good: it costs the sign-in where the provider kills the old refresh token at once.
func (e *Engine) refresh(ctx context.Context, seen account, enough func(Token) bool) (Token, error) {
	used, err := e.refreshToken(ctx, seen)
	if err != nil {
		return Token{}, err
	}
	client, err := e.client(ctx, seen.Client)
	if err != nil {
		return Token{}, err
	}
	contact, err := e.directory.contact(ctx)
	if err != nil {
		return Token{}, err
	}
	select {
	case e.slots <- struct{}{}:
	case <-ctx.Done():
		return Token{}, ctx.Err()
	}
	if token := e.atHand(seen.key()); enough(token) {
		<-e.slots
		return token, nil // the wait was long enough to learn that the clock was wrong
	}
	ctx, cancel := outlasting(ctx)
	defer cancel()
	source := contact.config(client, "", nil).TokenSource(e.withHTTP(ctx), &oauth2.Token{RefreshToken: used})
	answer, err := source.Token()
	<-e.slots // the keychain's time is not the provider's
	if err != nil {
		err = tokenError(err, ErrSignInAgain)
		if !swallowed(err) {
			e.heard()
		}
		return Token{}, err
	}
	e.heard()
	if err := contact.samePerson(ctx, client.ID, seen.Subject, answer); err != nil {
		return Token{}, err // nothing in it is this account's
	}
	token, unusable := e.tokenFrom(answer)

	// From here on the old refresh token may be dead: the new one is not let go of, whatever happens.
	next := seen.unsaved
	if answer.RefreshToken != used && secretLike(answer.RefreshToken) {
		next = answer.RefreshToken
	}
	e.mu.Lock()
	if a := e.holder(seen); a != nil {
		a.unsaved, a.held = next, token
		if granted := grantedScopes(answer); granted != nil && !sameScopes(granted, a.Scopes) {
			a.Scopes = granted
		}
	}
	e.mu.Unlock()
	return token, errors.Join(unusable, e.store(ctx, seen, next))
}

// outlasting lets a request that has begun come to its end although ctx ends, for closeGrace at most: its answer may hold
// the only refresh token that is left.
func outlasting(ctx context.Context) (context.Context, context.CancelFunc) {
	lasting, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		grace := time.NewTimer(closeGrace)
		defer grace.Stop()
		select {
		case <-grace.C:
			cancel()
		case <-lasting.Done():
		}
	})
	return lasting, func() { stop(); cancel() }
}

// current returns the account that a flight began with, unless it was removed or signed in anew meanwhile: then the
// flight's answer is about a grant of the past. Engine.mu is held.
func (e *Engine) current(seen account) *account {
	a := e.holder(seen)
	if a == nil || a.Phase != settled {
		return nil
	}
	return a
}

// holder returns the account that holds the grant a flight began with, also while it is removed: the newest refresh
// token is what its access is withdrawn with. Engine.mu is held.
func (e *Engine) holder(seen account) *account {
	a := e.accounts[seen.key()]
	if a == nil || a.generation != seen.generation || a.Phase == adding {
		return nil
	}
	return a
}

// withHTTP has x/oauth2 send its requests with the engine's manners.
func (e *Engine) withHTTP(ctx context.Context) context.Context {
	client := *e.http
	client.Transport = tokenAnswers{e.http.Transport}
	return context.WithValue(ctx, oauth2.HTTPClient, &client)
}
