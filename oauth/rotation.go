package oauth

import (
	"context"
	"fmt"
)

// A provider may give a new refresh token with each access token, and the old one is dead from then on. So the new one is
// kept before anything else happens, and again until the keychain takes it.

// refreshToken is an account's newest refresh token, also while the keychain has not taken it yet.
func (e *Engine) refreshToken(ctx context.Context, seen account) (string, error) {
	if seen.unsaved != "" {
		return seen.unsaved, nil
	}
	return e.keptRefresh(ctx, seen.key())
}

// store puts a refresh token that a refresh brought into the keychain, if it did: only then may anybody have the access
// token that came with it.
func (e *Engine) store(ctx context.Context, seen account, refreshToken string) error {
	if refreshToken != "" {
		if err := e.storeRefreshToken(ctx, seen, refreshToken); err != nil {
			return err
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if a := e.holder(seen); a != nil {
		a.unsaved, a.held = "", Token{}
	}
	return nil
}

// storeRefreshToken puts a refresh token into the keychain. A new sign-in or a removal waits until it is done.
func (e *Engine) storeRefreshToken(ctx context.Context, seen account, refreshToken string) error {
	e.storing.Lock()
	defer e.storing.Unlock()
	e.mu.RLock()
	held := e.holder(seen) != nil
	e.mu.RUnlock()
	if !held {
		return nil
	}
	if err := e.secrets.Set(ctx, refreshEntry(seen.key()), refreshToken); err != nil {
		return fmt.Errorf("could not keep the new refresh token: %w", err)
	}
	return nil
}

// keepUnsaved gives the keychain a last chance to take refresh tokens that it refused: they are all that keeps their
// accounts signed in, and this process ends.
func (e *Engine) keepUnsaved() {
	e.mu.RLock()
	var left []account
	for _, a := range e.accounts {
		if a.unsaved != "" && a.Phase == settled {
			left = append(left, *a)
		}
	}
	e.mu.RUnlock()
	ctx, cancel := context.WithTimeout(context.Background(), requestTimeout)
	defer cancel()
	for _, a := range left {
		if err := e.store(ctx, a, a.unsaved); err != nil {
			e.log.Error("refresh token lost", "account", a.Address, "err", err)
		}
	}
}
