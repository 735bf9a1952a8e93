// Package keychain keeps secrets in the system's keychain: the Secret Service on Linux, Keychain on macOS and
// Credential Manager on Windows.
//
// It is github.com/zalando/go-keyring with what a desktop program needs around it: a deadline, one call at a time,
// a locked keychain told apart from a missing entry, and every write read back.
package keychain

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/zalando/go-keyring"
)

// What a caller decides on, found with errors.Is.
var (
	// ErrNotFound: the keychain is open and has no entry of that name.
	ErrNotFound = errors.New("no such entry in the keychain")
	// ErrLocked: the keychain is locked, or was never set up; what it holds is unknown. Unlock is the way on.
	ErrLocked = errors.New("the keychain is locked")
	// ErrDismissed: the person was asked to unlock the keychain and did not.
	ErrDismissed = errors.New("the keychain was not unlocked")
	// ErrNoBus: there is no session bus, and so no way to a keychain.
	ErrNoBus = errors.New("no session bus")
	// ErrNoService: no keychain program is running or can be started.
	ErrNoService = errors.New("no keychain service")
	// ErrTimeout: the keychain did not answer in time. A Set or Delete may still take effect later.
	ErrTimeout = errors.New("the keychain does not answer")
	// ErrNotKept: the keychain took a secret without complaint and gave back something else.
	ErrNotKept = errors.New("the keychain did not keep what was written")
	// ErrTooLarge: this system's keychain has no room for an entry of that size.
	ErrTooLarge = errors.New("too large for the keychain")
	// ErrFault: the keychain failed in a way that has no name here.
	ErrFault = errors.New("the keychain failed")
)

// Closed tells whether err is the keychain's word that it can't be used now, which says nothing of what it holds: it is
// locked, away, silent or at fault.
func Closed(err error) bool {
	for _, closed := range []error{ErrLocked, ErrDismissed, ErrNoBus, ErrNoService, ErrTimeout, ErrNotKept, ErrFault} {
		if errors.Is(err, closed) {
			return true
		}
	}
	return false
}

// answerTime is what a call may take that asks nobody anything, its wait for a turn included.
const answerTime = 3 * time.Second

// Keychain is the entries of one service in the system's keychain. Its methods may be called from any goroutine;
// they are slow and belong off the thread that draws.
type Keychain struct {
	service string
	store   store
	check   func(context.Context) error // ErrLocked, ErrNoBus, ErrNoService; asks nobody
	unlock  func(context.Context) error
}

// New returns the keychain's entries under service, a name that people can read in their keychain's own window.
func New(service string) *Keychain {
	return &Keychain{service: service, store: system{}, check: check, unlock: unlock}
}

// Get returns the secret kept under name. A locked keychain is ErrLocked, never ErrNotFound.
// On Linux it raises no prompt, but for a keychain that asks for each entry; elsewhere the system alone decides whether
// to ask.
func (k *Keychain) Get(ctx context.Context, name string) (string, error) {
	return k.call(ctx, "get", func() (string, error) { return k.store.Get(k.service, name) })
}

// Set keeps secret under name in place of what was there, reads it back and compares: ErrNotKept when they differ,
// ErrTooLarge when it does not fit (over 2,560 bytes on Windows, about 2.9 KB on macOS). It raises no prompt, as Get.
func (k *Keychain) Set(ctx context.Context, name, secret string) error {
	if !fits(runtime.GOOS, k.service, name, secret) {
		return fmt.Errorf("keychain: set: %w", ErrTooLarge)
	}
	_, err := k.call(ctx, "set", func() (string, error) {
		if err := k.store.Set(k.service, name, secret); err != nil {
			return "", err
		}
		kept, err := k.store.Get(k.service, name)
		if errors.Is(err, keyring.ErrNotFound) || err == nil && kept != secret {
			return "", ErrNotKept
		}
		return "", err
	})
	return err
}

// Delete removes the entry of that name; nil when there is none. It raises no prompt, as Get.
func (k *Keychain) Delete(ctx context.Context, name string) error {
	_, err := k.call(ctx, "delete", func() (string, error) { return "", k.store.Delete(k.service, name) })
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// Clear removes every entry of the service, also those whose names nobody knows any more. It raises no prompt, as Get.
func (k *Keychain) Clear(ctx context.Context) error {
	_, err := k.call(ctx, "clear", func() (string, error) { return "", k.store.DeleteAll(k.service) })
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// Unlock asks the person to unlock the keychain, or to set one up where there is none, and waits for the answer
// until ctx ends, at most two minutes: ErrDismissed when they decline, nil at once when it is open. Call it only when
// the person asked for something that needs it: calls that come while they are asked share the answer. Outside Linux it returns nil: the system asks by itself.
func (k *Keychain) Unlock(ctx context.Context) error {
	return named(ctx, "unlock", asking.ask(ctx, k.unlock))
}

// State tells how the keychain stands: nil when it is open, else ErrLocked, ErrNoBus, ErrNoService or ErrTimeout. It
// asks nobody and raises no prompt. Outside Linux there is nothing to look at, and it returns nil.
func (k *Keychain) State(ctx context.Context) error {
	_, err := inTurn(ctx, callTurn, answerTime, func(ctx context.Context) (string, error) {
		return "", k.check(ctx)
	})
	return named(ctx, "state", err)
}

// call runs one call of the store in its turn, after the check has found the keychain open. What fails is checked again: a
// keychain that was locked meanwhile finds nothing.
func (k *Keychain) call(ctx context.Context, operation string, do func() (string, error)) (string, error) {
	secret, err := inTurn(ctx, callTurn, answerTime, func(ctx context.Context) (string, error) {
		if err := k.check(ctx); err != nil {
			return "", err
		}
		if ctx.Err() != nil { // nobody waits any more: a late write would come as a surprise
			return "", context.Cause(ctx)
		}
		secret, err := do()
		if err != nil {
			if closed := k.check(ctx); errors.Is(closed, ErrLocked) {
				err = closed
			}
		}
		return secret, err
	})
	return secret, named(ctx, operation, err)
}

// named says which operation failed, and calls an error that has no name here a fault, unless ctx ended it.
func named(ctx context.Context, operation string, err error) error {
	if err == nil {
		return nil
	}
	err = translate(err)
	if ctx.Err() == nil && !Closed(err) && !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrTooLarge) {
		err = fmt.Errorf("%w: %w", ErrFault, err)
	}
	return fmt.Errorf("keychain: %s: %w", operation, err)
}
