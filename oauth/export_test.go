package oauth

import (
	"testing"
	"time"

	"tokentray/oauth/keychain/keychaintest"
)

// SetClockAhead has the engine believe that the computer's clock is ahead of the true time.
func (c *Config) SetClockAhead(by time.Duration) {
	right := newClock()
	c.clock = &clock{start: right.start.Add(by), read: func() (time.Time, time.Duration) {
		wall, running := right.read()
		return wall.Add(by), running
	}}
}

// OpenVirtual is for the tests from outside.
var OpenVirtual = openVirtual

// OpenVirtualWorld opens an engine with one account whose time is virtual. requests counts those to its provider.
func OpenVirtualWorld(t *testing.T) (requests func() int64, keys []Key, secrets *keychaintest.Memory, e *Engine) {
	t.Helper()
	provider := &tokens{}
	v := newVirtual(t, provider, 1, nil)
	return provider.asked.Load, v.keys, v.secrets, v.Engine
}
