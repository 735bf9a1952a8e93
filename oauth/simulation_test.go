package oauth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// crowd is a provider of many accounts in virtual time.
type crowd struct {
	latency time.Duration
	// fails decides whether an account's n-th request fails; nil: none does.
	fails func(refreshToken string, n int) bool
	// hangs makes what fails hang, as on a network that swallows packets, rather than be refused.
	hangs bool

	mu       sync.Mutex
	asked    map[string]int // by refresh token
	all      int
	inFlight int
	most     int // ever in flight
}

func (c *crowd) RoundTrip(request *http.Request) (*http.Response, error) {
	if err := request.ParseForm(); err != nil {
		return nil, err
	}
	who := request.PostForm.Get("refresh_token")
	c.mu.Lock()
	if c.asked == nil {
		c.asked = map[string]int{}
	}
	c.asked[who]++
	c.all++
	n, all := c.asked[who], c.all
	c.inFlight++
	c.most = max(c.most, c.inFlight)
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		c.inFlight--
		c.mu.Unlock()
	}()
	time.Sleep(c.latency)
	if c.fails != nil && c.fails(who, n) {
		if c.hangs {
			<-request.Context().Done()
			return nil, request.Context().Err()
		}
		return down.response(), nil
	}
	return fresh(int64(all)).response(), nil
}

func (c *crowd) requests() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.all
}

// peak is how many requests there ever were at once.
func (c *crowd) peak() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.most
}

// oneInTen fails a tenth of all requests at random. Chance hangs on the account and on how many requests it made, not
// on the order in which goroutines run, so that a seed stands for the same luck each time.
func oneInTen(seed uint64) func(string, int) bool {
	return func(who string, n int) bool {
		var account uint64
		if _, err := fmt.Sscanf(who, "r%d", &account); err != nil {
			panic(err)
		}
		return rand.New(rand.NewPCG(seed, account<<32|uint64(n))).IntN(10) == 0 //nolint:gosec // n counts from nought
	}
}

// late counts accounts without a token that a person could be given.
func (v *virtual) late() (n int) {
	for _, key := range v.keys {
		if !v.atHand(key).lasts(v.now(), freshFor) {
			n++
		}
	}
	return n
}

// day lives a day and returns how many requests it took.
func day(t *testing.T, provider *crowd) (requests int) {
	synctest.Test(t, func(t *testing.T) {
		v := newVirtual(t, provider, 100, nil)
		defer shut(t, v)
		// A start finds nothing here: whoever is refused at first has no token for the seconds until the next try.
		time.Sleep(2 * time.Minute)
		for minute := range 24*60 - 2 {
			synctest.Wait()
			if n := v.late(); n > 0 {
				t.Fatalf("%d accounts without five minutes to live in minute %d", n, minute)
			}
			time.Sleep(time.Minute)
		}
		requests = provider.requests()
	})
	return requests
}

func TestADayOfFailuresNeitherShowsNorCosts(t *testing.T) {
	const seed = 20261124
	ideal := day(t, &crowd{latency: 100 * time.Millisecond})
	made := day(t, &crowd{latency: 100 * time.Millisecond, fails: oneInTen(seed)})
	ratio := float64(made) / float64(ideal)
	t.Logf("a day with 100 accounts: %d requests where none fails, %d where a tenth does: %.3f times as many", ideal, made, ratio)
	if ratio > 1.15 {
		t.Errorf("seed %d: %d requests for %d", seed, made, ideal)
	}
}

// keep puts a token into the keychain that has so long to live.
func keep(t testing.TB, left time.Duration) func(Secrets, Key) {
	return func(s Secrets, key Key) {
		text, err := json.Marshal(keptToken{"kept" + key.Subject, time.Now().Add(left), time.Hour}) //nolint:gosec // a keychain is the place for it
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Set(context.Background(), accessEntry(key), string(text)); err != nil {
			t.Fatal(err)
		}
	}
}

// dueTogether opens an engine with a thousand accounts that have tokens at hand and fall due at this moment, as
// after a suspend.
func dueTogether(t *testing.T, provider *crowd) *virtual {
	t.Helper()
	v := newVirtual(t, provider, 1000, keep(t, 16*time.Minute))
	time.Sleep(time.Second)
	synctest.Wait()
	if provider.requests() > 0 || v.late() > 0 {
		t.Fatal("the kept tokens were not taken up")
	}
	v.mu.Lock()
	for _, a := range v.accounts {
		v.agenda.set(a, v.now())
	}
	v.mu.Unlock()
	v.poke()
	return v
}

func TestAThousandDueTogetherAreRenewedInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		provider := &crowd{latency: 100 * time.Millisecond}
		v := dueTogether(t, provider)
		defer shut(t, v)
		var told atomic.Int64
		defer v.Watch(func([]Account) { told.Add(1) })()
		begun := time.Now()
		renewed := func() (n int) {
			for _, key := range v.keys {
				if v.atHand(key).Expiry.Sub(begun) > 30*time.Minute {
					n++
				}
			}
			return n
		}
		for renewed() < len(v.keys) {
			if took := time.Since(begun); took > 16*time.Second {
				t.Fatalf("%d are renewed after %v", renewed(), took)
			}
			if n := v.late(); n > 0 {
				t.Fatalf("%d are late", n)
			}
			time.Sleep(time.Second / 10)
			synctest.Wait()
		}
		t.Logf("1000 accounts in %v, %d at once, %d snapshots", time.Since(begun), provider.peak(), told.Load())
		if provider.peak() > maxInFlight {
			t.Errorf("%d requests at once", provider.peak())
		}
		if n := provider.requests(); n != len(v.keys) {
			t.Errorf("%d requests", n)
		}
		// Each snapshot costs as much as there are accounts: one for each renewal would cost the square of that.
		if n := told.Load(); n > 400 {
			t.Errorf("%d snapshots for 1000 renewals", n)
		}
	})
}

func TestPersonDoesNotQueueBehindAThousandAccounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := dueTogether(t, &crowd{latency: 100 * time.Millisecond})
		defer shut(t, v)
		time.Sleep(time.Second)
		begun := time.Now()
		if _, err := v.Token(t.Context(), v.keys[len(v.keys)-1], 30*time.Minute); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begun); took > 300*time.Millisecond {
			t.Errorf("waited %v for an answer that takes 100 ms", took)
		}
	})
}

// The provider's addresses are not known yet, and the network swallows the question for them.
func TestPersonDoesNotQueueBehindWhoeverLooksForTheProvider(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		provider := &crowd{hangs: true, fails: func(string, int) bool { return true }}
		v := openAt(t, Config{Provider: elsewhere, Transport: provider}, 100, nil)
		defer shut(t, v)
		time.Sleep(time.Second)
		begun := time.Now()
		if _, err := v.Token(t.Context(), v.keys[99], 0); !errors.Is(err, ErrUnreachable) {
			t.Errorf("error is %v", err)
		}
		if took := time.Since(begun); took > requestTimeout {
			t.Errorf("the person waited %v to hear that there is no network", took)
		}
		if provider.peak() > 1 {
			t.Errorf("%d asked at once for the same", provider.peak())
		}
	})
}

// What an outage of an hour may cost each account if every wait is as short as chance makes it: half of the plan.
func triesInAnHour() (n int) {
	wait := 5 * time.Second
	for spent := time.Duration(0); spent <= time.Hour; n++ {
		spent += wait / 2
		wait = min(2*wait, 5*time.Minute)
	}
	return n
}

func TestOutageOfAnHourEndsWithTheProvidersReturn(t *testing.T) {
	for name, hangs := range map[string]bool{"refused": false, "swallowed": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var out atomic.Bool
				provider := &crowd{hangs: hangs, fails: func(string, int) bool { return out.Load() }}
				v := newVirtual(t, provider, 100, nil)
				defer shut(t, v)
				time.Sleep(20 * time.Minute)
				synctest.Wait()
				before := provider.requests()
				out.Store(true)
				time.Sleep(time.Hour)
				synctest.Wait()
				tries := provider.requests() - before
				if most := triesInAnHour() * len(v.keys); tries > most {
					t.Errorf("%d requests in an hour's outage, the back-off allows %d", tries, most)
				}
				for _, a := range v.Accounts() {
					if a.NeedsSignIn() {
						t.Fatalf("an outage cost a sign-in: %+v", a)
					}
				}
				out.Store(false)
				returned := time.Now()
				for v.late() > 0 {
					time.Sleep(time.Second)
					synctest.Wait()
					if since := time.Since(returned); since > 5*time.Minute*3/2+requestTimeout {
						t.Fatalf("%d accounts are without a token %v after the provider's return", v.late(), since)
					}
				}
				t.Logf("100 accounts: %d requests in an hour's outage, over %v after it", tries, time.Since(returned))
			})
		})
	}
}
