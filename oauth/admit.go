package oauth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// storeTime bounds the keychain's part of admitting or removing an account, prompt included.
const storeTime = 2 * time.Minute

// admit makes an account of a finished sign-in. A new one is listed only after the keychain took its refresh token
// and gave it back; whatever fails on the way is undone. One that is there already gets the new tokens, and keeps
// its old ones if the keychain refuses. A crash at any step leaves a list and a keychain of which the next start makes
// either the account as it was or as it should be.
func (e *Engine) admit(ctx context.Context, granted grant) (Account, error) {
	ctx, cancel := within(ctx, storeTime)
	defer cancel()
	e.storing.Lock()
	defer e.storing.Unlock()

	r, token := granted.row, granted.token
	key := r.key()
	e.mu.Lock()
	known := e.accounts[key]
	isNew := known == nil || known.Phase != settled
	var ended time.Time
	if isNew {
		r.Phase = adding
		e.put(&account{row: r})
	} else {
		ended = known.Ended
	}
	e.mu.Unlock()
	if isNew {
		if err := e.save(); err != nil {
			return Account{}, errors.Join(err, e.drop(key))
		}
	}
	var err error
	if !ended.IsZero() {
		err = e.reopen(ctx, known)
	}
	if err == nil {
		err = e.unlocked(ctx, func() error { return e.secrets.Set(ctx, refreshEntry(key), granted.refreshToken) })
	}
	if err != nil {
		if isNew {
			e.undo(ctx, key)
		} else if !ended.IsZero() {
			e.listEnded(known, ended)
		}
		return Account{}, fmt.Errorf("could not keep the refresh token: %w", err)
	}

	r.Phase = settled
	e.mu.Lock()
	a := &account{row: r, token: token, asked: true}
	if known != nil {
		a.generation, a.LastUsed = known.generation+1, known.LastUsed
		if known.Phase == settled {
			a.past = known.past
		}
	}
	e.put(a)
	e.keepSoon(a)
	e.note(a, SignedIn, nil)
	e.agenda.set(a, plan(e.now(), token.Expiry, token.Lifetime, 0))
	e.mu.Unlock()
	if err := e.save(); err != nil {
		if isNew {
			e.undo(ctx, key)
			return Account{}, err
		}
		// The tokens are new and kept; only the list's date and access are old.
		e.log.Warn("account list not saved", "err", err)
	}
	e.changed()
	e.poke()
	return a.snapshot(), nil
}

// reopen forgets of an account that its grant has ended, with what is left of its access token. From then on a start
// asks the provider how the account stands: after a crash it finds the new grant if the keychain has that by then, and
// the end of the old one if not.
func (e *Engine) reopen(ctx context.Context, a *account) error {
	err := e.unlocked(ctx, func() error { return e.secrets.Delete(ctx, accessEntry(a.key())) })
	if err != nil {
		return fmt.Errorf("could not forget the old access token: %w", err)
	}
	e.listEnded(a, time.Time{})
	return nil
}

// listEnded notes in the list when the account's grant ended; zero: it has not.
func (e *Engine) listEnded(a *account, ended time.Time) {
	e.mu.Lock()
	a.Ended = ended
	e.mu.Unlock()
	if err := e.save(); err != nil {
		e.log.Warn("account list not saved", "err", err)
	}
}

// put files an account, at the end of the list if it is new, else in place of what was known of it. Engine.mu is held.
func (e *Engine) put(a *account) {
	key := a.key()
	if before := e.accounts[key]; before == nil {
		e.order = append(e.order, key)
	} else {
		e.agenda.set(before, time.Time{})
	}
	e.accounts[key] = a
}

// drop takes an account off the list, in memory and, if that can be done, on disk.
func (e *Engine) drop(key Key) error {
	e.mu.Lock()
	if a := e.accounts[key]; a != nil {
		e.agenda.set(a, time.Time{})
	}
	delete(e.accounts, key)
	e.order = slices.DeleteFunc(e.order, func(k Key) bool { return k == key })
	e.mu.Unlock()
	defer e.changed()
	return e.save()
}

// undo takes back an addition that could not be finished. What can't be cleared now is marked in the list, if that
// can be written, and cleared at the next start.
func (e *Engine) undo(ctx context.Context, key Key) {
	if err := e.clear(ctx, key); err != nil {
		e.log.Warn("half-finished sign-in not cleared", "err", err)
		e.mu.Lock()
		a := e.accounts[key]
		a.Phase = adding
		e.agenda.set(a, time.Time{})
		e.mu.Unlock()
		e.changed()
		return
	}
	if err := e.drop(key); err != nil {
		e.log.Warn("account list not saved", "err", err)
	}
}
