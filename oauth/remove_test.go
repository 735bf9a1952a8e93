package oauth_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tokentray/oauth"
	"tokentray/oauth/keychain"
	"tokentray/oauth/practice"
	"tokentray/oauth/practice/practicetest"
)

// dead tells whether the provider refuses a refresh token for good.
func (w *world) dead(refreshToken string) bool {
	w.Helper()
	return http.StatusBadRequest == w.post("/token", url.Values{
		"grant_type": {"refresh_token"}, "refresh_token": {refreshToken},
		"client_id": {w.provider.ClientID()}, "client_secret": {w.provider.ClientSecret()},
	})
}

func (w *world) remove(a oauth.Account) oauth.Removal {
	w.Helper()
	removal, err := w.engine.Remove(context.Background(), a.Key)
	if err != nil {
		w.Fatal(err)
	}
	return removal
}

func TestRemovalWithdrawsAndForgets(t *testing.T) {
	w := newWorld(t)
	w.signIn(practicetest.As("bob@example.com"))
	a := w.signIn()
	token, refreshToken := w.token(a, 0), w.refreshToken(a)
	if removal := w.remove(a); removal != (oauth.Removal{Address: "alice@example.com"}) {
		t.Errorf("steps failed: %+v", removal)
	}
	if !w.dead(refreshToken) || w.alive(token) {
		t.Error("the grant lives on")
	}
	for name := range w.secrets.Entries() {
		if strings.HasSuffix(name, a.Key.Subject) {
			t.Errorf("%s is still in the keychain", name)
		}
	}
	if strings.Contains(w.listFile(), "alice") {
		t.Error("still in the list")
	}
	if got := w.engine.Accounts(); len(got) != 1 || got[0].Address != "bob@example.com" {
		t.Errorf("accounts are %v", got)
	}
	_, err := w.engine.Remove(context.Background(), a.Key)
	wantError(t, err, oauth.ErrUnknownAccount)
}

func TestRemovalSaysWhichStepsWorked(t *testing.T) {
	for name, c := range map[string]struct {
		fault     practice.Fault
		withdrawn error
	}{
		"provider down":         {practice.Fault{Cut: true}, oauth.ErrUnreachable},
		"provider in trouble":   {practice.Fault{Status: 500}, oauth.ErrBadAnswer},
		"grant is over already": {practice.Fault{Status: 400, Body: `{"error":"invalid_token"}`}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			a := w.signIn()
			w.provider.SetFault(practice.Revoke, c.fault)
			removal := w.remove(a)
			if removal.Withdrawn == nil != (c.withdrawn == nil) || removal.Forgotten != nil {
				t.Errorf("steps are %+v", removal)
			}
			if c.withdrawn != nil {
				wantError(t, removal.Withdrawn, c.withdrawn)
			}
			w.nothingKept()
		})
	}
}

func TestRemovalBehindALockedKeychainIsFinishedAtTheNextStart(t *testing.T) {
	w := newWorld(t)
	a := w.signIn()
	refreshToken := w.refreshToken(a)
	w.secrets.Lock(keychain.ErrDismissed)
	removal := w.remove(a)
	wantError(t, removal.Withdrawn, keychain.ErrDismissed)
	wantError(t, removal.Forgotten, keychain.ErrDismissed)
	if len(w.engine.Accounts()) != 0 {
		t.Error("still shown")
	}
	w.secrets.Lock(nil)
	if err := w.secrets.Unlock(context.Background()); err != nil {
		t.Fatal(err)
	}
	w.restart()
	w.await(func([]oauth.Account) bool { return !strings.Contains(w.listFile(), "alice") })
	w.nothingKept()
	if !w.dead(refreshToken) {
		t.Error("the grant lives on")
	}
}

func TestRemovalThatCanNotBeNotedLeavesARenewalAlone(t *testing.T) {
	w := newWorld(t)
	w.provider.SetRotate(true)
	a := w.signIn()
	refused, old := w.token(a, 0), w.refreshToken(a)
	w.provider.SetFault(practice.Token, practice.Fault{Delay: 300 * time.Millisecond, Times: 1})
	renewed := make(chan error, 1)
	go func() {
		_, err := w.engine.Replace(context.Background(), a.Key, refused)
		renewed <- err
	}()
	w.await(func(accounts []oauth.Account) bool { return accounts[0].State == oauth.Renewing })
	path := filepath.Join(w.folder, "accounts.json")
	if err := os.Rename(path, path+".away"); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(path, "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := w.engine.Remove(context.Background(), a.Key)
	wantError(t, err, oauth.ErrNotSaved)
	if err := <-renewed; err != nil {
		t.Error(err)
	}
	if w.refreshToken(a) == old {
		t.Error("the renewal's refresh token is lost, and the one before is dead")
	}
	w.await(func(accounts []oauth.Account) bool { return accounts[0].State == oauth.Ready })
}

func TestRemovalThatCanNotBeNotedChangesNothing(t *testing.T) {
	w := newWorld(t)
	a := w.signIn()
	path := filepath.Join(w.folder, "accounts.json")
	if err := os.Rename(path, path+".away"); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(path, "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := w.engine.Remove(context.Background(), a.Key)
	wantError(t, err, oauth.ErrNotSaved)
	if len(w.engine.Accounts()) != 1 || !w.alive(w.token(a, 0)) {
		t.Error("something was done all the same")
	}
}

// A crash in the middle of a change leaves its row marked; the next start brings it to an end.
func TestHalfDoneChangesAreBroughtToAnEnd(t *testing.T) {
	for _, phase := range []string{"adding", "removing"} {
		t.Run(phase, func(t *testing.T) {
			w := newWorld(t)
			a := w.signIn()
			w.signIn(practicetest.As("bob@example.com"))
			refreshToken := w.refreshToken(a)
			w.close()
			marked := strings.Replace(w.listFile(), `"address": "alice@example.com"`, `"phase": "`+phase+`", "address": "alice@example.com"`, 1)
			if err := os.WriteFile(filepath.Join(w.folder, "accounts.json"), []byte(marked), 0o600); err != nil {
				t.Fatal(err)
			}
			w.open()
			w.await(func([]oauth.Account) bool { return !strings.Contains(w.listFile(), "alice") })
			if got := w.engine.Accounts(); len(got) != 1 || got[0].Address != "bob@example.com" {
				t.Errorf("accounts are %v", got)
			}
			for name := range w.secrets.Entries() {
				if strings.HasSuffix(name, a.Key.Subject) {
					t.Errorf("%s is still in the keychain", name)
				}
			}
			if phase == "removing" && !w.dead(refreshToken) {
				t.Error("the grant lives on")
			}
		})
	}
}

func TestRenewalUnderWayLeavesNothingOfARemovedAccount(t *testing.T) {
	w := newWorld(t)
	w.provider.SetRotate(true)
	a := w.signIn()
	w.provider.SetFault(practice.Token, practice.Fault{Delay: 200 * time.Millisecond})
	renewed := make(chan struct{})
	go func() {
		_, _ = w.engine.Token(context.Background(), a.Key, anew)
		close(renewed)
	}()
	w.await(func(accounts []oauth.Account) bool { return len(accounts) == 1 && accounts[0].State == oauth.Renewing })
	w.remove(a)
	<-renewed
	w.nothingKept()
}

// At a provider that rotates, the refresh token from before the renewal is dead and withdraws nothing.
func TestRemovalDuringARenewalWithdrawsWithWhatItBrings(t *testing.T) {
	w := newWorld(t)
	w.provider.SetRotate(true)
	a := w.signIn()
	rotated, heard := make(chan string), make(chan struct{})
	w.provider.SetFault(practice.Token, practice.Fault{Times: 1, Edit: func(answer map[string]any) {
		rotated <- answer["refresh_token"].(string)
		<-heard
	}})
	renewed := make(chan struct{})
	go func() {
		_, _ = w.engine.Token(context.Background(), a.Key, anew)
		close(renewed)
	}()
	newest := <-rotated
	removed := make(chan oauth.Removal, 1)
	go func() {
		removal, _ := w.engine.Remove(context.Background(), a.Key)
		removed <- removal
	}()
	w.await(func(accounts []oauth.Account) bool { return len(accounts) == 0 })
	close(heard)
	if removal := <-removed; removal != (oauth.Removal{Address: a.Address}) {
		t.Errorf("steps failed: %+v", removal)
	}
	<-renewed
	if !w.dead(newest) {
		t.Error("the grant lives on")
	}
	w.nothingKept()
}
