// Package keychaintest is a keychain in memory that can be locked, fail and lie, for tests of what uses one.
package keychaintest

import (
	"context"
	"maps"
	"strings"
	"sync"

	"tokentray/oauth/keychain"
)

// Memory is a keychain that forgets everything with the test. Safe for concurrent use.
type Memory struct {
	mu       sync.Mutex
	entries  map[string]string
	locked   bool
	onUnlock error
	failures map[string]error // by the beginning of an entry's name
	onSet    error
	unlocks  int
}

// New makes an empty, unlocked keychain.
func New() *Memory {
	return &Memory{entries: map[string]string{}, failures: map[string]error{}}
}

// Lock locks the keychain. Unlock then answers with outcome, and unlocks it if that is nil.
func (m *Memory) Lock(outcome error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.locked, m.onUnlock = true, outcome
}

// Fail makes every access to entries whose names begin with prefix end in err; nil makes them well again.
func (m *Memory) Fail(prefix string, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.failures[prefix] = err
}

// FailSet makes every write end in err, while reading works on; nil makes them well again.
func (m *Memory) FailSet(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.onSet = err
}

// Entries is a copy of what the keychain holds.
func (m *Memory) Entries() map[string]string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.entries)
}

// Unlocks is how often somebody was asked to unlock it while it was locked.
func (m *Memory) Unlocks() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.unlocks
}

// Get returns an entry.
func (m *Memory) Get(ctx context.Context, name string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.trouble(ctx, name); err != nil {
		return "", err
	}
	secret, ok := m.entries[name]
	if !ok {
		return "", keychain.ErrNotFound
	}
	return secret, nil
}

// Set writes an entry.
func (m *Memory) Set(ctx context.Context, name, secret string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.trouble(ctx, name); err != nil {
		return err
	}
	if m.onSet != nil {
		return m.onSet
	}
	m.entries[name] = secret
	return nil
}

// Delete removes an entry, if it is there.
func (m *Memory) Delete(ctx context.Context, name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.trouble(ctx, name); err != nil {
		return err
	}
	delete(m.entries, name)
	return nil
}

// Clear removes every entry.
func (m *Memory) Clear(ctx context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.trouble(ctx, ""); err != nil {
		return err
	}
	for name := range m.entries {
		if err := m.trouble(ctx, name); err != nil {
			return err
		}
	}
	clear(m.entries)
	return nil
}

// Unlock does what Lock agreed on.
func (m *Memory) Unlock(ctx context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.locked {
		return ctx.Err()
	}
	m.unlocks++
	if m.onUnlock == nil {
		m.locked = false
	}
	return m.onUnlock
}

func (m *Memory) trouble(ctx context.Context, name string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if m.locked {
		return keychain.ErrLocked
	}
	for prefix, err := range m.failures {
		if err != nil && strings.HasPrefix(name, prefix) {
			return err
		}
	}
	return nil
}
