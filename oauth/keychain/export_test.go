package keychain

import (
	"context"
	"testing"
)

// Store is what a test may put in go-keyring's place.
type Store = store

// System is go-keyring.
var System Store = system{}

// Check and Ask are the system's own check and its unlocking.
var Check, Ask = check, unlock

// Fits is the size check, for any system.
var Fits = fits

// NewOver returns a keychain over a test's own store and checks.
func NewOver(service string, s Store, check, unlock func(context.Context) error) *Keychain {
	return &Keychain{service: service, store: s, check: check, unlock: unlock}
}

// WithStore is New with the system's own checks over a test's store.
func WithStore(service string, s Store) *Keychain { return NewOver(service, s, check, unlock) }

// FreshTurns gives a synctest bubble turns of its own: a bubble's clock stands still while it waits on a channel
// from outside. It takes them back when the bubble ends.
func FreshTurns(t *testing.T) {
	calls, asks := callTurn, asking
	callTurn, asking = make(chan struct{}, 1), &prompts{}
	t.Cleanup(func() { callTurn, asking = calls, asks })
}
