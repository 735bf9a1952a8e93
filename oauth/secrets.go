package oauth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"tokentray/oauth/keychain"
)

// Secrets is the keychain as the engine uses it; *keychain.Keychain is one. Its errors are the keychain package's.
// All methods are safe for concurrent use and end with their context.
type Secrets interface {
	Get(ctx context.Context, name string) (string, error)
	Set(ctx context.Context, name, secret string) error
	Delete(ctx context.Context, name string) error
	// Unlock may ask the person; it is called only for something that a person just asked for.
	Unlock(ctx context.Context) error
}

// Names of the keychain's entries, below a service for each provider.
func refreshEntry(k Key) string              { return "refresh_token:" + k.Subject }
func accessEntry(k Key) string               { return "access_token:" + k.Subject }
func clientSecretEntry(client string) string { return "client_secret:" + client }

// keptToken is how an access token stands in the keychain.
type keptToken struct {
	Access   string        `json:"access_token"`
	Expiry   time.Time     `json:"expiry"`
	Lifetime time.Duration `json:"lifetime_ns"`
}

// longestSecret is more than any provider's tokens have, in bytes.
const longestSecret = 64 << 10

// secretLike tells whether text can be a token or a client's secret. Anything else was put there by somebody else: it is
// not sent to the provider, whose answer would say nothing of the sign-in.
func secretLike(text string) bool { return plausible(text, longestSecret) }

// keptRefresh reads an account's refresh token. None is [ErrTokenLost], also where something else stands in its place.
func (e *Engine) keptRefresh(ctx context.Context, key Key) (string, error) {
	kept, err := e.secrets.Get(ctx, refreshEntry(key))
	switch {
	case errors.Is(err, keychain.ErrNotFound):
		return "", ErrTokenLost
	case err != nil:
		return "", fmt.Errorf("could not read the refresh token: %w", err)
	case !secretLike(kept):
		return "", ErrTokenDamaged
	}
	return kept, nil
}

// writeAccess puts an access token into the keychain.
func (e *Engine) writeAccess(ctx context.Context, key Key, token Token) error {
	text, err := json.Marshal(keptToken(token)) //nolint:gosec // a keychain is the place for it
	if err != nil {
		return fmt.Errorf("could not encode the access token: %w", err)
	}
	return e.secrets.Set(ctx, accessEntry(key), string(text))
}

// keptAccess reads the access token that an earlier run kept. None is no error; a locked keychain is.
func (e *Engine) keptAccess(ctx context.Context, key Key) (Token, error) {
	text, err := e.secrets.Get(ctx, accessEntry(key))
	if errors.Is(err, keychain.ErrNotFound) {
		return Token{}, nil
	}
	if err != nil {
		return Token{}, fmt.Errorf("could not read the access token: %w", err)
	}
	var kept keptToken
	latest := e.now().Add(longestLifetime)
	if json.Unmarshal([]byte(text), &kept) != nil || !secretLike(kept.Access) || kept.Lifetime <= 0 || kept.Expiry.After(latest) {
		return Token{}, nil // this program would not have written it; it can always ask for another
	}
	token := Token(kept)
	if token.left(e.now()) == 0 {
		return Token{}, nil
	}
	return token, nil
}

// clear takes everything of an account out of the keychain.
func (e *Engine) clear(ctx context.Context, key Key) error {
	if err := errors.Join(
		e.secrets.Delete(ctx, accessEntry(key)),
		e.secrets.Delete(ctx, refreshEntry(key)),
	); err != nil {
		return fmt.Errorf("could not clear the keychain: %w", err)
	}
	return nil
}

// unlocked runs do, and once more after the person unlocked the keychain if that was what stood in the way.
func (e *Engine) unlocked(ctx context.Context, do func() error) error {
	err := do()
	if !errors.Is(err, keychain.ErrLocked) {
		return err
	}
	if err := e.secrets.Unlock(ctx); err != nil {
		return fmt.Errorf("could not unlock the keychain: %w", err)
	}
	return do()
}
