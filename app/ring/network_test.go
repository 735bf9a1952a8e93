//go:build linux && desktop

package ring_test

import (
	"testing"
	"time"

	"tokentray/oauth/practice"
)

// The provider stands for the network: nothing on this computer tells that the way to it is open again.
func TestNetworkThatComesBackIsNoticedWithoutASign(t *testing.T) {
	v := newVault(t, practice.Options{})
	v.signedIn()
	before := v.shorten(3 * time.Minute)
	away := func(f practice.Fault) {
		for _, endpoint := range []practice.Endpoint{practice.Discovery, practice.Keys, practice.Token} {
			v.provider.SetFault(endpoint, f)
		}
	}
	away(practice.Fault{Cut: true})
	p, tray := v.start()
	v.says(p, "Offline, good for 2 minutes", "offline")
	if got := copied(t, v.Desktop, tray, copyAlice); got != before {
		t.Error("what is copied is not the token that is still good")
	}
	v.says(p, "could not be renewed", "offline-copied")

	back := time.Now()
	away(practice.Fault{})
	v.says(p, "Fresh for 59 minutes", "online")
	if took := time.Since(back); took > 30*time.Second {
		t.Errorf("it took %v", took)
	}
	if copied(t, v.Desktop, tray, copyAlice) == before {
		t.Error("the old token is copied")
	}
}
