package oauth

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tokentray/oauth/keychain"
)

// network carries requests to a provider that answers at once, or does not let them through.
type network struct {
	mu     sync.Mutex
	fault  func(*http.Request) (*http.Response, error) // nil: none
	at     []time.Time                                 // requests
	closed int                                         // how often idle connections were given up
}

func (n *network) RoundTrip(request *http.Request) (*http.Response, error) {
	n.mu.Lock()
	n.at = append(n.at, time.Now())
	fault := n.fault
	n.mu.Unlock()
	if fault != nil {
		return fault(request)
	}
	return fresh(0).response(), nil
}

func (n *network) CloseIdleConnections() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.closed++
}

func (n *network) become(fault func(*http.Request) (*http.Response, error)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.fault = fault
}

// requests are those since the last call.
func (n *network) requests() []time.Time {
	n.mu.Lock()
	defer n.mu.Unlock()
	at := n.at
	n.at = nil
	return at
}

func unreachable(*http.Request) (*http.Response, error) {
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("network is unreachable")}
}

func portal(*http.Request) (*http.Response, error) {
	return answer{body: "<html>Log in"}.response(), nil
}

// hang is a connection that died without a word.
func hang(request *http.Request) (*http.Response, error) {
	<-request.Context().Done()
	return nil, request.Context().Err()
}

// isReady tells whether the one account has a token and no trouble.
func isReady(e *Engine) bool {
	a := e.Accounts()[0]
	return a.State == Ready && a.Expiry.After(time.Now())
}

func TestAccountsRecoverWithinHalfAMinuteOfTheNetwork(t *testing.T) {
	for name, fault := range map[string]func(*http.Request) (*http.Response, error){
		"nothing was reached": unreachable, "a captive portal": portal, "connections died": hang,
	} {
		t.Run(name, func(t *testing.T) {
			for late := range 40 { // the network comes back at any moment of a try
				synctest.Test(t, func(t *testing.T) {
					n := &network{}
					n.become(fault)
					e, _ := openVirtual(t, n)
					defer shut(t, e)
					time.Sleep(3*time.Hour + time.Duration(late)*9*time.Second)
					synctest.Wait()
					if a := e.Accounts()[0]; a.NeedsSignIn() || a.Cause == nil && a.State != Renewing {
						t.Fatalf("account is %+v", a)
					}
					n.become(nil)
					e.Retry()
					began := time.Now()
					for !isReady(e) {
						if time.Since(began) > 33*time.Second {
							t.Fatalf("not after %v: %+v", time.Since(began), e.Accounts()[0])
						}
						time.Sleep(100 * time.Millisecond)
						synctest.Wait()
					}
					if n.closed == 0 {
						t.Error("connections of the network that was are still in use")
					}
				})
			}
		})
	}
}

// A network is told of before its name servers answer.
func TestBackOffBeginsAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{}
		n.become(unreachable)
		e, _ := openVirtual(t, n)
		defer shut(t, e)
		time.Sleep(3 * time.Hour)
		e.Retry()
		time.Sleep(10 * time.Second) // the first try fails
		n.become(nil)
		time.Sleep(20 * time.Second)
		synctest.Wait()
		if !isReady(e) {
			t.Errorf("account is %+v", e.Accounts()[0])
		}
	})
}

func TestFlappingNetworkIsNoStormOfRequests(t *testing.T) {
	for name, fault := range map[string]func(*http.Request) (*http.Response, error){"unreachable": unreachable, "hang": hang} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := &network{}
				n.become(fault)
				e, _ := openVirtual(t, n)
				defer shut(t, e)
				time.Sleep(time.Hour)
				n.requests()
				for range 120 {
					e.Retry()
					e.Retry()
					time.Sleep(time.Second)
				}
				synctest.Wait()
				if at := n.requests(); len(at) < 3 || len(at) > 120/int(roundPause/time.Second)*2 {
					t.Errorf("%d requests in two minutes", len(at))
				}
				// The storm's last call counts.
				n.become(nil)
				e.Retry()
				time.Sleep(33 * time.Second)
				synctest.Wait()
				if !isReady(e) {
					t.Errorf("account is %+v", e.Accounts()[0])
				}
			})
		})
	}
}

func TestServersWishOutlastsTheNetworksChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{}
		n.become(func(*http.Request) (*http.Response, error) {
			busy := answer{status: http.StatusServiceUnavailable, header: http.Header{"Retry-After": {"600"}}}
			return busy.response(), nil
		})
		e, _ := openVirtual(t, n)
		defer shut(t, e)
		time.Sleep(time.Minute)
		n.become(nil)
		n.requests()
		for range 8 {
			e.Retry()
			time.Sleep(time.Minute)
		}
		if at := n.requests(); len(at) > 0 {
			t.Errorf("asked %d times before the time that the server named", len(at))
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if !isReady(e) {
			t.Errorf("account is %+v", e.Accounts()[0])
		}
	})
}

func TestChangeOfNetworkDisturbsNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{}
		e, _ := openVirtual(t, n)
		time.Sleep(time.Minute)
		n.requests()
		for range 10 {
			e.Retry()
			time.Sleep(time.Minute)
		}
		if at := n.requests(); len(at) > 0 {
			t.Errorf("%d requests for an account whose token is good", len(at))
		}
		shut(t, e)
		e.Retry() // too late, and no harm
	})
}

func TestOnlyWhatTheNetworkMayMendIsBroughtForward(t *testing.T) {
	now := time.Now()
	soon, late := now.Add(roundSpread), now.Add(time.Hour)
	for name, c := range map[string]struct {
		account account
		want    bool
	}{
		"no answer":       {account{state: Waiting, cause: fmt.Errorf("%w: x", ErrUnreachable), due: late}, true},
		"not OAuth":       {account{state: Waiting, cause: fmt.Errorf("%w: %w", ErrBadAnswer, &ServerError{Status: 503}), due: late}, true},
		"the server's":    {account{state: Waiting, cause: fmt.Errorf("%w: %w", ErrBadAnswer, &ServerError{RetryAfter: time.Second}), due: late}, false},
		"something else":  {account{state: Waiting, cause: errors.New("disk"), due: late}, false},
		"locked":          {account{state: Locked, cause: keychain.ErrLocked, due: late}, true},
		"lost":            {account{state: Lost, cause: ErrTokenLost}, true},
		"lost, but good":  {account{state: Lost, cause: ErrTokenLost, due: late}, true},
		"ready":           {account{state: Ready, due: late}, false},
		"about to be":     {account{state: Waiting, cause: ErrUnreachable}, false},
		"to be signed in": {account{state: SignInAgain, cause: ErrSignInAgain, due: late}, false},
		"being removed":   {account{row: row{Phase: adding}, state: Waiting, cause: ErrUnreachable, due: late}, false},
	} {
		a, e := c.account, &Engine{}
		if due := a.due; !due.IsZero() {
			a.due = time.Time{}
			e.agenda.set(&a, due)
		}
		e.bringForward(&a, now)
		if got := !a.due.IsZero() && !a.due.After(soon); got != c.want {
			t.Errorf("%s: due in %v", name, a.due.Sub(now))
		}
	}
}

func TestRoundsKeepTheirDistance(t *testing.T) {
	e := &Engine{}
	now := time.Now()
	for i, c := range []struct{ at, want time.Duration }{
		{0, 0}, {time.Second, 5 * time.Second}, {2 * time.Second, 5 * time.Second}, {6 * time.Second, 10 * time.Second},
		{time.Minute, time.Minute}, {-time.Hour, -time.Hour},
	} {
		if got := e.nextRound(now.Add(c.at)).Sub(now); got != c.want {
			t.Errorf("call %d at %v: the round is at %v, want %v", i, c.at, got, c.want)
		}
	}
}

// Somebody asked for more than the token at hand has to live, in vain.
func TestAccountWithAGoodTokenIsRenewedAfterAFailureThatNobodyNeeded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{}
		e, key := openVirtual(t, n)
		defer shut(t, e)
		time.Sleep(time.Minute)
		n.become(unreachable)
		if _, err := e.Token(t.Context(), key, 2*time.Hour); !errors.Is(err, ErrUnreachable) {
			t.Fatal(err)
		}
		n.become(nil)
		time.Sleep(time.Minute)
		synctest.Wait()
		if a := e.Accounts()[0]; a.State != Ready || a.Cause != nil {
			t.Errorf("account is %+v", a)
		}
		time.Sleep(3 * time.Hour)
		synctest.Wait()
		if !e.atHand(key).lasts(e.now(), 0) {
			t.Error("its token was never renewed again")
		}
	})
}
