package app

import (
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tokentray/oauth"
)

// cable is what can be pulled.
type cable struct{ out atomic.Bool }

func (c *cable) RoundTrip(request *http.Request) (*http.Response, error) {
	if c.out.Load() {
		return nil, errors.New("network is unreachable")
	}
	return http.DefaultTransport.RoundTrip(request)
}

func TestAccountIsOfflineUntilTheNetworkIsBack(t *testing.T) {
	s := newStage(t)
	c := &cable{}
	s.transport = c
	s.app.retry() // nothing is open yet
	s.start()
	s.provider.SetAccessLifetime(40 * time.Minute)
	account := s.signIn("alice@example.com")
	c.out.Store(true)
	for range 12 { // so that the back-off alone would take minutes
		if _, err := s.engine().Token(t.Context(), account.Key, 2*time.Hour); !errors.Is(err, oauth.ErrUnreachable) {
			t.Fatal(err)
		}
	}
	words := func() string { return stateWords(s.account(account.Address), s.app.provider(), time.Now()) }
	s.until("the account is offline", func() bool { return s.account(account.Address).State == oauth.Waiting })
	if got := words(); !strings.HasPrefix(got, "Offline, good for 39 minutes") {
		t.Errorf("it says %q", got)
	}
	c.out.Store(false)
	s.app.retry()
	s.until("the account has recovered", func() bool { return strings.HasPrefix(words(), "Fresh for ") })
	if s.account(account.Address).NeedsSignIn() {
		t.Error("the network cost a sign-in")
	}
}
