package oauth

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

func TestTokensAreRenewedAheadOfTheirExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		provider := &tokens{}
		e, key := openVirtual(t, provider)
		defer shut(t, e)
		for range 24 * 60 {
			time.Sleep(time.Minute)
			synctest.Wait()
			if !e.atHand(key).lasts(e.now(), 0) {
				t.Fatalf("no token with five minutes to live at %v", e.now())
			}
		}
		// 50 minutes apart at most, 45 at least.
		if n := provider.given.Load(); n < 28 || n > 33 {
			t.Errorf("%d requests in a day", n)
		}
	})
}

// During an outage a token that has less to live than was promised is better than none, until it ends before it is used.
func TestTokenThatIsOverBeforeItIsPastedIsNotHandedOut(t *testing.T) {
	for lifetime, enough := range map[time.Duration]time.Duration{time.Hour: 30 * time.Second, 24 * time.Second: 2 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			provider := &tokens{}
			short := answer{body: fmt.Sprintf(`{"access_token":"a","expires_in":%d,"token_type":"Bearer"}`, lifetime/time.Second)}
			provider.answer.Store(&short)
			e, key := openVirtual(t, provider)
			defer shut(t, e)
			synctest.Wait()
			ends := e.atHand(key).Expiry
			provider.answer.Store(&down)
			time.Sleep(time.Until(ends) - enough)
			if token, err := e.Token(t.Context(), key, 0); token.Access == "" || err == nil {
				t.Errorf("of %v, %v left: %t, %v", lifetime, enough, token.Access != "", err)
			}
			time.Sleep(time.Millisecond)
			if token, err := e.Token(t.Context(), key, 0); token.Access != "" || !errors.Is(err, ErrBadAnswer) {
				t.Errorf("of %v, less than %v left: %t, %v", lifetime, enough, token.Access != "", err)
			}
		})
	}
}

// Somebody who refuses a token makes the engine ask for another one long before the first is due.
func TestFailedRequestIsTriedAgainAlthoughTheTokenAtHandLasts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		provider := &tokens{}
		e, key := openVirtual(t, provider)
		defer shut(t, e)
		synctest.Wait()
		refused := e.atHand(key)
		provider.broken.Store(true)
		if _, err := e.Replace(t.Context(), key, refused); err == nil {
			t.Fatal("replaced during an outage")
		}
		time.Sleep(time.Hour / 4)
		if a := e.Accounts()[0]; a.State != Waiting {
			t.Errorf("account is %+v", a)
		}
		provider.broken.Store(false)
		time.Sleep(8 * time.Minute)
		synctest.Wait()
		if a := e.Accounts()[0]; a.State != Ready || e.atHand(key) == refused {
			t.Errorf("account is %+v", a)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if !e.atHand(key).lasts(e.now(), 0) {
			t.Error("not renewed any more")
		}
	})
}

func TestRenewalGoesOnAfterAClientWasMended(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		provider := &tokens{}
		e, key := openVirtual(t, provider)
		defer shut(t, e)
		synctest.Wait()
		provider.answer.Store(&answer{status: http.StatusUnauthorized, body: `{"error":"invalid_client"}`})
		if _, err := e.Replace(t.Context(), key, e.atHand(key)); err == nil {
			t.Fatal("replaced for a client that the provider refuses")
		}
		provider.answer.Store(nil)
		if err := e.SetClient(t.Context(), Client{ID: "c", Secret: "another"}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		if a := e.Accounts()[0]; a.State != Ready || !e.atHand(key).lasts(e.now(), 0) {
			t.Errorf("account is %+v", a)
		}
	})
}

// Without a floor, a provider whose tokens live for a second would be asked every second.
func TestTokensThatHardlyLiveAreNotRenewedWithoutPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		provider := &tokens{}
		provider.answer.Store(&answer{body: `{"access_token":"a","expires_in":1,"token_type":"Bearer"}`})
		e, _ := openVirtual(t, provider)
		defer shut(t, e)
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := provider.asked.Load(); n > 13 {
			t.Errorf("%d requests in a minute", n)
		}
	})
}

// A suspend stops timers and not the wall clock, so no sleep may be longer than a person notices.
func TestSleepIsShortBeforeADueTime(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct{ left, want time.Duration }{
		"overdue":                   {-time.Hour, 0},
		"due":                       {0, 0},
		"in seconds":                {7 * time.Second, 7 * time.Second},
		"in minutes":                {50 * time.Minute, 30 * time.Second},
		"in an hour":                {time.Hour, 30 * time.Second},
		"soon within the hour":      {61 * time.Minute, time.Minute},
		"later within the hour":     {100 * time.Minute, 40 * time.Minute},
		"tomorrow":                  {24 * time.Hour, time.Hour},
		"tomorrow, after a suspend": {24*time.Hour - 23*time.Hour - 50*time.Minute, 30 * time.Second},
	} {
		if got := pause(now, now.Add(c.left)); got != c.want {
			t.Errorf("%s: sleeps %v, want %v", name, got, c.want)
		}
	}
	if got := pause(now, time.Time{}); got != time.Hour {
		t.Errorf("with nothing planned it sleeps %v", got)
	}
}

func TestOutageEndsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		provider := &tokens{}
		e, key := openVirtual(t, provider)
		defer shut(t, e)
		time.Sleep(time.Minute)
		provider.broken.Store(true)
		time.Sleep(10 * time.Hour)
		synctest.Wait()
		if a := e.Accounts()[0]; a.State != Waiting || a.NeedsSignIn() {
			t.Errorf("account is %+v", a)
		}
		if n := provider.given.Load(); n > 200 {
			t.Errorf("%d requests in ten hours of outage", n)
		}
		provider.broken.Store(false)
		time.Sleep(8 * time.Minute)
		synctest.Wait()
		if a := e.Accounts()[0]; a.State != Ready || !e.atHand(key).lasts(e.now(), 0) {
			t.Errorf("account is %+v", a)
		}
	})
}
