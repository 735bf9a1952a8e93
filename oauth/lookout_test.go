package oauth

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// wantSoonBack lets the network come back, and wants everybody to have a token half a minute later.
func (n *network) wantSoonBack(t *testing.T, v *virtual) {
	t.Helper()
	n.become(nil)
	time.Sleep(30 * time.Second)
	synctest.Wait()
	for _, a := range v.Accounts() {
		if a.State != Ready || !a.Expiry.After(time.Now()) {
			t.Errorf("account is %+v", a)
		}
	}
}

// The line behind a router, or a portal's login, changes nothing that this computer could see.
func TestNetworkThatComesBackWithoutASignIsNoticed(t *testing.T) {
	for name, fault := range map[string]func(*http.Request) (*http.Response, error){
		"nothing was reached": unreachable, "a captive portal": portal,
		"a portal that says so": func(*http.Request) (*http.Response, error) {
			return answer{status: http.StatusNetworkAuthenticationRequired}.response(), nil
		},
		"a portal's redirect": func(*http.Request) (*http.Response, error) {
			return answer{status: http.StatusFound, header: http.Header{"Location": {"http://portal"}}}.response(), nil
		},
	} {
		for _, accounts := range []int{1, 100} {
			t.Run(fmt.Sprintf("%s, %d accounts", name, accounts), func(t *testing.T) {
				for late := range 5 {
					synctest.Test(t, func(t *testing.T) {
						n := &network{}
						n.become(fault)
						v := newVirtual(t, n, accounts, nil)
						defer shut(t, v)
						time.Sleep(3*time.Hour + time.Duration(late)*3*time.Second)
						n.wantSoonBack(t, v)
					})
				}
			})
		}
	}
}

func TestLongTimeOfflineIsNoStormOfRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{}
		n.become(unreachable)
		v := newVirtual(t, n, 100, nil)
		defer shut(t, v)
		time.Sleep(time.Hour)
		n.requests()
		time.Sleep(24 * time.Hour)
		// Each account has a back-off of five minutes, give or take half of it, and one of them looks out.
		if got, most := len(n.requests()), 24*60*60/15+100*24*60/5*3/2; got > most {
			t.Errorf("%d requests in a day, want at most %d", got, most)
		}
	})
}

// A lookout whose account goes away hands over to the next one.
func TestRemovedAccountLeavesNobodyInTheDark(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{}
		n.become(unreachable)
		v := newVirtual(t, n, 2, nil)
		defer shut(t, v)
		time.Sleep(3 * time.Hour)
		if _, err := v.Remove(t.Context(), v.keys[0]); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		n.wantSoonBack(t, v)
	})
}

// A provider in trouble answers: it is the network's way, but not its trouble.
func TestProviderInTroubleIsGivenTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &network{}
		n.become(func(*http.Request) (*http.Response, error) { return down.response(), nil })
		e, _ := openVirtual(t, n)
		defer shut(t, e)
		time.Sleep(time.Hour)
		n.requests()
		time.Sleep(24 * time.Hour)
		if got, most := len(n.requests()), 24*60*2/5; got > most {
			t.Errorf("%d requests in a day, want at most %d", got, most)
		}
	})
}
