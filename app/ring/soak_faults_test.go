//go:build linux && desktop

package ring_test

import (
	"context"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"tokentray/oauth/practice"
)

// soakFaults are the ways in which the provider fails to renew a token. None of them ends a grant.
var soakFaults = []struct {
	what  string
	fault practice.Fault
}{
	{"status 500", practice.Fault{Status: http.StatusInternalServerError, Body: `{"error":"server_error"}`}},
	{"status 503 with a web page", practice.Fault{Status: http.StatusServiceUnavailable, ContentType: "text/html", Body: "<h1>Back soon</h1>"}},
	{"status 429", practice.Fault{Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"1"}}, Body: `{"error":"rate_limited"}`}},
	{"slow answers", practice.Fault{Delay: time.Second}}, // by up to 3 s
	{"cut before an answer", practice.Fault{Cut: true}},
	{"cut in an answer", practice.Fault{Cut: true, Body: `{"access_token":"a`}},
	{"a web page", practice.Fault{ContentType: "text/html", Body: "<h1>Welcome to our network</h1>"}},
	{"JSON that is none", practice.Fault{Body: `{"access_token": 7, "expires_in": [`}},
}

// faults make the provider fail in bursts of a few seconds. In each round through all of them one outlives the tokens.
type faults struct {
	stop           func() // returns when all is well
	bursts, struck int    // so far, and how many requests they struck; to be read after stop
}

func startFaults(t *testing.T, p *practice.Provider, chance *rand.Rand) *faults {
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	f := &faults{stop: func() {
		cancel()
		<-ended
	}}
	begin := time.Now()
	go func() {
		defer close(ended)
		for ctx.Err() == nil {
			order := chance.Perm(len(soakFaults))
			longest := chance.IntN(len(order) / 2) // early, so that a minute has one
			for i, which := range order {
				lasts := between(chance, time.Second, 4*time.Second)
				fault := soakFaults[which].fault
				if fault.Delay > 0 {
					fault.Delay = between(chance, fault.Delay, 3*time.Second)
				}
				if i == longest {
					lasts = soakLifetime + between(chance, 2*time.Second, 6*time.Second)
				}
				t.Logf("%3.0f s: %s for %.1f s", time.Since(begin).Seconds(), soakFaults[which].what, lasts.Seconds())
				before := p.Requests(practice.Token)
				p.SetFault(practice.Token, fault)
				pass(ctx, lasts)
				p.SetFault(practice.Token, practice.Fault{})
				f.bursts++
				f.struck += p.Requests(practice.Token) - before
				if !pass(ctx, between(chance, time.Second, 3*time.Second)) {
					break
				}
			}
		}
	}()
	t.Cleanup(f.stop)
	return f
}

func between(chance *rand.Rand, least, most time.Duration) time.Duration {
	return least + time.Duration(chance.Int64N(int64(most-least)))
}

// pass lets time pass, and tells whether there is more of it.
func pass(ctx context.Context, d time.Duration) bool {
	over := time.NewTimer(d)
	defer over.Stop()
	select {
	case <-over.C:
		return true
	case <-ctx.Done():
		return false
	}
}
