package oauth

import "time"

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
