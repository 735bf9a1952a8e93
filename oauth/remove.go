package oauth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Removal says which steps of a removal worked; a nil error is one that did.
type Removal struct {
	Address string
	// Withdrawn is the provider's end of the grant.
	Withdrawn error
	// Forgotten is the keychain's. What is still there is cleared at the next start.
	Forgotten error
}

// Remove withdraws an account's access at the provider, clears it from the keychain and drops it from the list. The
// account is gone from the next snapshot on, whatever the steps in the answer say. An error means that nothing was
// done. It is called for a person who waits: a locked keychain asks them to unlock it.
func (e *Engine) Remove(ctx context.Context, key Key) (Removal, error) {
	e.mu.Lock()
	a := e.accounts[key]
	if a == nil || a.Phase != settled {
		e.mu.Unlock()
		return Removal{}, ErrUnknownAccount
	}
	before, due := a.row, a.due
	a.Phase = removing
	e.agenda.set(a, time.Time{})
	e.mu.Unlock()
	if err := e.save(); err != nil {
		e.mu.Lock()
		a.Phase = before.Phase
		if due.IsZero() && a.state == Renewing {
			due = e.now() // that renewal may have found the account removed, and planned nothing
		}
		e.agenda.set(a, due)
		e.mu.Unlock()
		e.log.Warn("account not removed", "account", before.Address, "err", err)
		return Removal{}, err
	}
	e.forgetHistory()
	e.changed()
	removal := Removal{Address: before.Address}
	removal.Withdrawn, removal.Forgotten = e.finishRemoval(ctx, key, e.unlocked)
	for step, err := range map[string]error{"withdraw": removal.Withdrawn, "forget": removal.Forgotten} {
		if err != nil {
			e.log.Warn("removal not complete", "account", before.Address, "step", step, "err", err)
		}
	}
	return removal, nil
}

// finishRemoval does a removal's steps. unlocking runs what needs the keychain.
func (e *Engine) finishRemoval(ctx context.Context, key Key, unlocking func(context.Context, func() error) error) (withdrawn, forgotten error) {
	// A renewal that is under way finishes first: where refresh tokens rotate, the one that it brings is the one that
	// the access can be withdrawn with.
	select {
	case <-e.flights.DoChan(key.flight(), func() (any, error) { return nil, nil }):
	case <-ctx.Done():
		return ctx.Err(), ctx.Err()
	}
	e.mu.RLock()
	a := e.accounts[key]
	if a == nil || a.Phase != removing {
		e.mu.RUnlock()
		return nil, nil // signed in again meanwhile
	}
	seen := *a
	e.mu.RUnlock()
	var refreshToken string
	err := unlocking(ctx, func() (err error) {
		refreshToken, err = e.refreshToken(ctx, seen)
		return err
	})
	switch {
	case errors.Is(err, ErrTokenLost):
		withdrawn = err
	case err != nil:
		return err, err // what can't be read must not be cleared: it is needed to withdraw the access
	default:
		withdrawn = e.withdraw(ctx, seen.Client, refreshToken)
	}
	e.storing.Lock()
	defer e.storing.Unlock()
	if !e.inPhase(key, removing) {
		return withdrawn, nil // signed in again meanwhile: these are the new grant's secrets
	}
	if forgotten = e.clear(ctx, key); forgotten != nil {
		return withdrawn, forgotten
	}
	if err := e.drop(key); err != nil {
		e.log.Warn("account list not saved", "err", err) // its row says "removing": the next start drops it
	}
	return withdrawn, nil
}

// withdraw ends the grant at the provider (RFC 7009), as the client that was granted it. A grant that has ended already is as good.
func (e *Engine) withdraw(ctx context.Context, clientID, refreshToken string) error {
	contact, err := e.directory.contact(ctx)
	if err != nil {
		return fmt.Errorf("could not withdraw access: %w", err)
	}
	if contact.revocation == "" {
		return ErrNoRevocation
	}
	client, err := e.client(ctx, clientID)
	if err != nil {
		return fmt.Errorf("could not withdraw access: %w", err)
	}
	form := url.Values{"token": {refreshToken}, "token_type_hint": {"refresh_token"}, "client_id": {client.ID}}
	if client.Secret != "" {
		form.Set("client_secret", client.Secret)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, contact.revocation, strings.NewReader(form.Encode()))
	if err != nil {
		return fmt.Errorf("could not withdraw access: %w", ErrBadAnswer)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := e.http.Do(request)
	if err != nil {
		return fmt.Errorf("could not withdraw access: %w: %w", ErrUnreachable, plainNetwork(err))
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusOK {
		return nil
	}
	refused := readRefusal(response)
	if refused.Code == "invalid_token" {
		return nil
	}
	return fmt.Errorf("could not withdraw access: %w: %w", ErrBadAnswer, refused)
}

// halfDone are the clients and accounts that an earlier run left in the middle of something. It is called before anything
// can begin: what this run is in the middle of is none of them.
func (e *Engine) halfDone() (strays []string, phases map[Key]phase) {
	phases = map[Key]phase{}
	for key, a := range e.accounts {
		phases[key] = a.Phase
	}
	return e.clients.stray, phases
}

// finishHalfDone finishes removals and undoes additions, of accounts and of clients, that an earlier run did not bring to
// an end. What fails now, without asking anybody for anything, waits for the next start.
func (e *Engine) finishHalfDone(strays []string, phases map[Key]phase) {
	e.clearStrays(strays)
	quietly := func(_ context.Context, do func() error) error { return do() }
	for key, phase := range phases {
		var err error
		switch phase {
		case removing:
			var withdrawn error
			withdrawn, err = e.finishRemoval(e.ctx, key, quietly)
			if withdrawn != nil && !errors.Is(withdrawn, ErrTokenLost) {
				e.log.Warn("access not withdrawn", "err", withdrawn)
			}
		case adding:
			err = e.undoAddition(key)
		}
		if err != nil {
			e.log.Warn("half-finished change waits for the next start", "err", err)
		}
	}
}

// undoAddition clears away an account that a crash left half added, unless it was signed in properly meanwhile.
func (e *Engine) undoAddition(key Key) error {
	e.storing.Lock()
	defer e.storing.Unlock()
	if !e.inPhase(key, adding) {
		return nil
	}
	if err := e.clear(e.ctx, key); err != nil {
		return err
	}
	return e.drop(key)
}

func (e *Engine) inPhase(key Key, p phase) bool {
	e.mu.RLock()
	defer e.mu.RUnlock()
	a := e.accounts[key]
	return a != nil && a.Phase == p
}
