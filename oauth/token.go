package oauth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"tokentray/oauth/keychain"
)

// Token is an access token and how long it lives. It prints as a placeholder wherever it is formatted.
type Token struct {
	// Access is the token itself: a secret.
	Access string
	// Expiry is the moment it ends, by the provider's time; see [Engine.ClockOff].
	Expiry time.Time
	// Lifetime is what the provider gave it when it was new.
	Lifetime time.Duration
}

// String keeps the token out of logs and error texts.
func (Token) String() string { return "(access token)" }

// GoString keeps the token out of %#v.
func (Token) GoString() string { return "(access token)" }

// LogValue keeps the token out of structured logs.
func (Token) LogValue() slog.Value { return slog.StringValue("(access token)") }

const (
	// freshFor is what a token that is handed out has left to live.
	freshFor = 5 * time.Minute
	// freshPart is what it has where the provider's tokens are short-lived: this part of their lifetime.
	freshPart = 6
	// pasteFor is what one has left at least that is handed out although it can't be renewed: less is over before it is
	// pasted and used.
	pasteFor = 30 * time.Second
	// pastePart is what it has where the provider's tokens are short-lived.
	pastePart = 12
)

// left is how long the token still lives at now. One that has more to live than it was given is from a time when a clock
// was wrong: nobody knows its age, and it counts as dead.
func (t Token) left(now time.Time) time.Duration {
	left := t.Expiry.Sub(now)
	if t.Access == "" || left > t.Lifetime+jump {
		return 0
	}
	return max(0, left)
}

// lasts tells whether the token still has atLeast to live at now; atLeast 0 stands for the default.
func (t Token) lasts(now time.Time, atLeast time.Duration) bool {
	if atLeast <= 0 {
		atLeast = min(freshFor, t.Lifetime/freshPart)
	}
	left := t.left(now)
	return left > 0 && left >= atLeast
}

// Token returns an access token of the account with at least atLeast to live (0: five minutes, or a sixth of its
// lifetime where that is less): the kept one if it lasts, else a new one. Any number of callers cause one request.
// It is called for a person who waits: a locked keychain asks them to unlock it.
//
// An account whose token can't be renewed for a passing reason may still have one that works for a shorter time, long
// enough to be pasted. Then both the token and the error are returned.
func (e *Engine) Token(ctx context.Context, key Key, atLeast time.Duration) (Token, error) {
	e.mu.RLock()
	var kept Token
	if a := e.accounts[key]; a != nil {
		kept = a.token
	}
	e.mu.RUnlock()
	if kept.lasts(e.now(), atLeast) {
		return kept, nil
	}
	return e.fetch(ctx, key, func(t Token) bool { return t.lasts(e.now(), atLeast) })
}

// Replace returns a token as Token does, but another one than refused, which somebody did not take although it should
// still live.
func (e *Engine) Replace(ctx context.Context, key Key, refused Token) (Token, error) {
	return e.fetch(ctx, key, func(t Token) bool { return t.Access != refused.Access && t.lasts(e.now(), 0) })
}

// fetch is Token's slow path, apart so that the quick one allocates nothing.
func (e *Engine) fetch(ctx context.Context, key Key, enough func(Token) bool) (Token, error) {
	err := e.unlocked(ctx, func() error { return e.renew(ctx, key, enough) })
	token := e.atHand(key)
	if err != nil {
		err = fmt.Errorf("could not get a fresh token: %w", err)
		if !token.lasts(e.now(), min(pasteFor, token.Lifetime/pastePart)) {
			return Token{}, err
		}
	}
	return token, err
}

// Issued tells whether carries says so of the access token that the account has at hand. carries must not keep it.
func (e *Engine) Issued(key Key, carries func(token string) bool) bool {
	token := e.atHand(key)
	return token.Access != "" && carries(token.Access)
}

func (e *Engine) atHand(key Key) Token {
	e.mu.RLock()
	defer e.mu.RUnlock()
	if a := e.accounts[key]; a != nil {
		return a.token
	}
	return Token{}
}

// stateOf sorts an error of a renewal into the state that it leaves the account in.
func stateOf(err error) State {
	switch {
	case err == nil:
		return Ready
	case errors.Is(err, ErrSignInAgain):
		return SignInAgain
	case errors.Is(err, ErrTokenLost):
		return Lost
	case errors.Is(err, ErrClientRefused), errors.Is(err, ErrNoClient), errors.Is(err, ErrClientLost):
		return ClientTrouble
	case keychain.Closed(err):
		return Locked
	default:
		return Waiting
	}
}
