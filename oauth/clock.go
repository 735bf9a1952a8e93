package oauth

import (
	"mime"
	"net/http"
	"sync"
	"time"
)

// Tokens live by the server's time, and a computer's clock may be wrong, or be set while the program runs. So time is
// counted from the start of the program on: by the monotonic clock, which nobody sets, and by how far the wall clock
// gets ahead of it, since the monotonic one stands still while the computer sleeps. What the wall clock falls behind is
// no time that passed. A clock that was set forward looks like a sleep, until the server's Date header says that it was
// none.

const (
	// jump is what two clocks may differ by because they are not read at the same moment.
	jump = time.Second
	// tolerable is how far from the server's time a clock may be: a Date header is in whole seconds, and an answer takes
	// its time.
	tolerable = 2 * time.Minute
)

// clock tells the time by which tokens live. Safe for concurrent use.
type clock struct {
	// read reads the wall clock, and how long the monotonic one has run.
	read func() (wall time.Time, running time.Duration)

	mu    sync.Mutex
	start time.Time     // the wall clock, when running was zero
	lead  time.Duration // how far the wall clock was ahead of the monotonic one when that was last looked at
	added time.Duration // what start and the monotonic clock don't tell: time asleep, and the server's corrections
}

func newClock() *clock {
	start := time.Now()
	return &clock{start: start.Round(0), read: func() (time.Time, time.Duration) {
		now := time.Now()
		return now.Round(0), now.Sub(start)
	}}
}

// now is the time by which tokens live.
func (c *clock) now() time.Time {
	wall, running := c.read()
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at(wall, running)
}

// at is now for one reading. clock.mu is held.
func (c *clock) at(wall time.Time, running time.Duration) time.Time {
	if lead := wall.Sub(c.start) - running; lead > c.lead+jump {
		c.added += lead - c.lead // asleep, or set forward
		c.lead = lead
	} else if lead < c.lead-jump {
		c.lead = lead // set back
	}
	return c.start.Add(running + c.added)
}

// off is how far the wall clock is ahead of the time by which tokens live; zero where that is tolerable.
func (c *clock) off() time.Duration {
	wall, running := c.read()
	c.mu.Lock()
	defer c.mu.Unlock()
	if off := wall.Sub(c.at(wall, running)); off > tolerable || off < -tolerable {
		return off
	}
	return 0
}

// correct takes the time from an answer of the server's that took so long to come. It tells whether that changed it.
func (c *clock) correct(took time.Duration, header http.Header) bool {
	date, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return false
	}
	wall, running := c.read()
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.at(wall, running)
	var by time.Duration
	switch {
	case date.After(now.Add(tolerable)):
		by = date.Sub(now)
	case date.Before(now.Add(-took - tolerable)):
		by = date.Sub(now.Add(-took))
	}
	c.added += by
	return by != 0
}

// ClockOff is how far this computer's clock is ahead of the provider's time (negative: behind), as far as that is known;
// zero where it is two minutes or less. An [Account]'s times are the provider's.
func (e *Engine) ClockOff() time.Duration { return e.clock.off() }

// dated corrects the clock by what the provider's token endpoint says of the time. Other answers may come out of a cache.
type dated struct {
	base  http.RoundTripper
	clock *clock
	tell  func()
}

func (d dated) RoundTrip(request *http.Request) (*http.Response, error) {
	asked := time.Now()
	response, err := d.base.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	if request.Method == http.MethodPost && kind == "application/json" && d.clock.correct(time.Since(asked), response.Header) {
		d.tell()
	}
	return response, nil
}

// CloseIdleConnections is what http.Client's method of this name looks for.
func (d dated) CloseIdleConnections() { closeIdle(d.base) }

// clockCorrected tells the log and the watchers, and has those tokens renewed whose age nobody knows any more.
func (e *Engine) clockCorrected() {
	e.log.Warn("this computer's clock differs from the provider's", "ahead", e.clock.off().Round(time.Second))
	now := e.now()
	e.mu.Lock()
	for _, a := range e.accounts {
		if a.token.Access != "" && a.token.left(now) == 0 && a.due.After(now) {
			e.agenda.set(a, now)
		}
	}
	e.mu.Unlock()
	e.changed()
	e.poke()
}
