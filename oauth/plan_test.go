package oauth

import (
	"errors"
	"net/http"
	"testing"
	"time"
)

func TestPlan(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		left, lifetime time.Duration
		chance         float64
		want           time.Duration // from now
	}{
		"an hour":                 {time.Hour, time.Hour, 0, 50 * time.Minute},
		"an hour, earliest":       {time.Hour, time.Hour, 1, 45 * time.Minute},
		"a day":                   {24 * time.Hour, 24 * time.Hour, 0, 24*time.Hour - 10*time.Minute},
		"a minute":                {time.Minute, time.Minute, 0, 50 * time.Second},
		"half gone":               {30 * time.Minute, time.Hour, 0, 20 * time.Minute},
		"nearly over":             {5 * time.Minute, time.Hour, 0, 0},
		"over":                    {-time.Hour, time.Hour, 0.5, 0},
		"no lifetime":             {0, 0, 1, 0},
		"expiry beyond lifetime":  {2 * time.Hour, time.Hour, 0, 110 * time.Minute},
		"clock was set back once": {25 * time.Hour, time.Hour, 0, 25*time.Hour - 10*time.Minute},
	} {
		if got := plan(now, now.Add(c.left), c.lifetime, c.chance).Sub(now); got != c.want {
			t.Errorf("%s: due in %v, want %v", name, got, c.want)
		}
	}
}

func TestRetriesSpreadFromSecondsToMinutes(t *testing.T) {
	now := time.Now()
	r := newRetry()
	var waits []time.Duration
	for range 20 {
		waits = append(waits, r.after(now, errors.New("offline")).Sub(now))
	}
	if waits[0] < 2*time.Second || waits[0] > 10*time.Second {
		t.Errorf("first after %v", waits[0])
	}
	if last := waits[len(waits)-1]; last < 2*time.Minute || last > 8*time.Minute {
		t.Errorf("at last after %v", last)
	}
	asked := newRetry().after(now, &ServerError{Status: 429, RetryAfter: 10 * time.Minute}).Sub(now)
	if asked != 10*time.Minute {
		t.Errorf("the server's wish became %v", asked)
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Duration{
		"": 0, "120": 2 * time.Minute, "-5": 0, "soon": 0,
		"Mon, 23 Nov 2026 12:01:00 GMT": time.Minute,
		"Mon, 23 Nov 2026 11:00:00 GMT": 0,
	} {
		if got := retryAfter(http.Header{"Retry-After": {text}}, now); got != want {
			t.Errorf("%q is %v, want %v", text, got, want)
		}
	}
}
