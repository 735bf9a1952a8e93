package oauth

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

var noon = time.Date(2026, time.March, 4, 12, 0, 0, 0, time.UTC)

// computer is a computer whose clock can be set and which can sleep.
type computer struct {
	mu      sync.Mutex
	real    time.Time     // what a good clock would say
	running time.Duration // the monotonic clock
	set     time.Duration // how far the wall clock is set ahead
}

func (c *computer) read() (time.Time, time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.real.Add(c.set), c.running
}

// pass lets time pass, awake or asleep, and turns the wall clock.
func (c *computer) pass(awake, asleep, set time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.real = c.real.Add(awake + asleep)
	c.running += awake
	c.set += set
}

func (c *computer) clock() *clock {
	wall, _ := c.read()
	return &clock{start: wall, read: c.read}
}

// date is what a server says of the time.
func (c *computer) date() http.Header {
	c.mu.Lock()
	defer c.mu.Unlock()
	return http.Header{"Date": {c.real.UTC().Format(http.TimeFormat)}}
}

func TestClockCountsTheTimeThatPasses(t *testing.T) {
	type step struct{ awake, asleep, set time.Duration }
	for name, c := range map[string]struct {
		steps []step
		wrong time.Duration // what the time is ahead by before a server tells
	}{
		"awake":                      {[]step{{time.Hour, 0, 0}}, 0},
		"asleep":                     {[]step{{time.Hour, 9 * time.Hour, 0}, {time.Minute, 0, 0}}, 0},
		"set back":                   {[]step{{time.Hour, 0, -3 * time.Hour}, {time.Hour, 0, 0}}, 0},
		"set back twice":             {[]step{{time.Hour, 0, -3 * time.Hour}, {time.Hour, 0, -5 * time.Hour}}, 0},
		"set back, then asleep":      {[]step{{0, 0, -3 * time.Hour}, {time.Second, 0, 0}, {0, 8 * time.Hour, 0}}, 0},
		"set forward":                {[]step{{time.Hour, 0, 3 * time.Hour}}, 3 * time.Hour},
		"set forward and back again": {[]step{{0, 0, 3 * time.Hour}, {time.Hour, 0, 0}, {0, 0, -3 * time.Hour}}, 3 * time.Hour},
		"a little, by hand":          {[]step{{time.Hour, 0, 900 * time.Millisecond}, {time.Hour, 0, 0}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			computer := &computer{real: noon}
			clock := computer.clock()
			for _, s := range c.steps {
				computer.pass(s.awake, s.asleep, s.set)
				clock.now()
			}
			if wrong := clock.now().Sub(computer.real); wrong != c.wrong {
				t.Errorf("the time is wrong by %v, want %v", wrong, c.wrong)
			}
			if changed := clock.correct(0, computer.date()); changed != (c.wrong != 0) {
				t.Errorf("corrected: %t", changed)
			}
			if wrong := clock.now().Sub(computer.real); wrong.Abs() > time.Second {
				t.Errorf("after a server told, it is wrong by %v", wrong)
			}
		})
	}
}

// The two clocks are never read at quite the same moment.
func TestClockDoesNotDriftByBeingRead(t *testing.T) {
	computer := &computer{real: noon}
	clock := computer.clock()
	for i := range 100_000 {
		computer.pass(time.Millisecond, 0, time.Duration(i%7-3)*50*time.Nanosecond)
		clock.now()
	}
	if wrong := clock.now().Sub(computer.real); wrong != 0 {
		t.Errorf("it is wrong by %v", wrong)
	}
}

func TestServersTimeCountsOnlyBeyondTwoMinutes(t *testing.T) {
	for name, c := range map[string]struct {
		header http.Header
		want   time.Duration
	}{
		"the same":        {http.Header{"Date": {noon.Format(http.TimeFormat)}}, 0},
		"100 s ahead":     {http.Header{"Date": {noon.Add(100 * time.Second).Format(http.TimeFormat)}}, 0},
		"100 s behind":    {http.Header{"Date": {noon.Add(-100 * time.Second).Format(http.TimeFormat)}}, 0},
		"an hour ahead":   {http.Header{"Date": {noon.Add(time.Hour).Format(http.TimeFormat)}}, time.Hour},
		"an hour behind":  {http.Header{"Date": {noon.Add(-time.Hour).Format(http.TimeFormat)}}, -time.Hour},
		"none":            {http.Header{}, 0},
		"not a date":      {http.Header{"Date": {"tomorrow"}}, 0},
		"not in GMT form": {http.Header{"Date": {noon.Add(time.Hour).Format(time.RFC3339)}}, 0},
	} {
		computer := &computer{real: noon}
		clock := computer.clock()
		clock.correct(0, c.header)
		if got := clock.now().Sub(noon); got != c.want {
			t.Errorf("%s: corrected by %v, want %v", name, got, c.want)
		}
		if got := clock.off(); got != -c.want {
			t.Errorf("%s: off by %v, want %v", name, got, -c.want)
		}
	}
}

// timekeeper is a token endpoint that knows the time.
type timekeeper struct {
	computer *computer
	mu       sync.Mutex
	given    int
}

func (s *timekeeper) RoundTrip(*http.Request) (*http.Response, error) {
	time.Sleep(100 * time.Millisecond) // virtual
	s.mu.Lock()
	s.given++
	body := fmt.Sprintf(`{"access_token":"a%d","expires_in":3600,"token_type":"Bearer"}`, s.given)
	s.mu.Unlock()
	header := s.computer.date()
	header.Set("Content-Type", "application/json")
	return &http.Response{StatusCode: http.StatusOK, Header: header, Body: io.NopCloser(bytes.NewReader([]byte(body)))}, nil
}

func (s *timekeeper) requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.given
}

// openOn opens an engine with so many accounts on a computer; each has a fresh token.
func openOn(t *testing.T, provider *timekeeper, accounts int) (*Engine, []Key) {
	t.Helper()
	known := elsewhere
	known.Endpoints = &Endpoints{Token: "http://127.0.0.1/token"}
	v := openAt(t, Config{Provider: known, Transport: provider, clock: provider.computer.clock()}, accounts, nil)
	for _, key := range v.keys {
		if _, err := v.Token(context.Background(), key, 0); err != nil {
			t.Fatal(err)
		}
	}
	return v.Engine, v.keys
}

func TestClockSetBackHidesNoDeadToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		provider := &timekeeper{computer: &computer{real: time.Now()}}
		e, keys := openOn(t, provider, 1)
		defer shut(t, e)
		before, err := e.Token(t.Context(), keys[0], 0)
		if err != nil {
			t.Fatal(err)
		}
		provider.computer.pass(time.Hour, 0, -3*time.Hour) // the token has ended, and the wall clock says it has 3 hours
		after, err := e.Token(t.Context(), keys[0], 0)
		if err != nil || after.Access == before.Access {
			t.Errorf("a dead token was handed out, %v", err)
		}
		if off := e.ClockOff(); (off + 3*time.Hour).Abs() > time.Second {
			t.Errorf("the clock is said to be off by %v", off)
		}
	})
}

func TestClockSetForwardStormsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		provider := &timekeeper{computer: &computer{real: time.Now()}}
		e, keys := openOn(t, provider, 100)
		defer shut(t, e)
		before := provider.requests()
		provider.computer.pass(time.Minute, 0, 5*time.Hour)
		e.poke()
		time.Sleep(10 * time.Second)
		synctest.Wait()
		// The first answers say that it was no sleep; until then eight are under way.
		if n := provider.requests() - before; n > 2*maxInFlight {
			t.Errorf("%d requests", n)
		}
		for _, key := range keys {
			if token := e.atHand(key); !token.lasts(e.now(), 0) {
				t.Errorf("a token that works is taken for dead")
			}
		}
		if off := e.ClockOff(); (off - 5*time.Hour).Abs() > time.Second {
			t.Errorf("the clock is said to be off by %v", off)
		}
	})
}

func TestSleepIsTimeThatPassed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		provider := &timekeeper{computer: &computer{real: time.Now()}}
		e, keys := openOn(t, provider, 1)
		defer shut(t, e)
		before, err := e.Token(t.Context(), keys[0], 0)
		if err != nil {
			t.Fatal(err)
		}
		provider.computer.pass(0, 55*time.Minute+time.Second, 0)
		after, err := e.Token(t.Context(), keys[0], 0) // a click at the moment of waking
		if err != nil || after.Access == before.Access {
			t.Errorf("a token with less than five minutes was handed out, %v", err)
		}
		if off := e.ClockOff(); off != 0 {
			t.Errorf("the clock is said to be off by %v", off)
		}
	})
}

func TestKeptTokenFromTheFutureIsNotTrusted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		provider := &timekeeper{computer: &computer{real: time.Now()}}
		e, keys := openOn(t, provider, 1)
		defer shut(t, e)
		ahead := Token{Access: "old", Expiry: e.now().Add(90 * time.Minute), Lifetime: time.Hour}
		if err := e.writeAccess(t.Context(), keys[0], ahead); err != nil { // before the clock was set back by half an hour or more
			t.Fatal(err)
		}
		if kept, err := e.keptAccess(t.Context(), keys[0]); err != nil || kept.Access != "" {
			t.Errorf("%v is taken for alive, %v", kept.Expiry, err)
		}
	})
}

func TestTokenIsDeadWhenItsAgeIsUnknown(t *testing.T) {
	for name, c := range map[string]struct {
		token Token
		left  time.Duration
		lasts bool
	}{
		"fresh":       {Token{Access: "a", Expiry: noon.Add(time.Hour), Lifetime: time.Hour}, time.Hour, true},
		"old":         {Token{Access: "a", Expiry: noon.Add(4 * time.Minute), Lifetime: time.Hour}, 4 * time.Minute, false},
		"ended":       {Token{Access: "a", Expiry: noon, Lifetime: time.Hour}, 0, false},
		"short-lived": {Token{Access: "a", Expiry: noon.Add(10 * time.Second), Lifetime: time.Minute}, 10 * time.Second, true},
		"from ahead":  {Token{Access: "a", Expiry: noon.Add(2 * time.Hour), Lifetime: time.Hour}, 0, false},
		"none":        {Token{}, 0, false},
	} {
		if got := c.token.left(noon); got != c.left {
			t.Errorf("%s: %v left, want %v", name, got, c.left)
		}
		if got := c.token.lasts(noon, 0); got != c.lasts {
			t.Errorf("%s: lasts is %t", name, got)
		}
	}
}
