package oauth_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tokentray/oauth"
	"tokentray/oauth/keychain"
	"tokentray/oauth/practice"
)

// implausible are no provider's tokens or secrets.
var implausible = map[string]string{
	"empty": "", "two lines": "1//a\n1//b", "binary": "\x00\xff\x7f", "100 KB": strings.Repeat("x", 100<<10),
}

func refreshEntry(a oauth.Account) string { return "refresh_token:" + a.Key.Subject }

func (w *world) put(entry, secret string) {
	w.Helper()
	if err := w.secrets.Set(context.Background(), entry, secret); err != nil {
		w.Fatal(err)
	}
}

// drop takes an entry out of the keychain behind the engine's back.
func (w *world) drop(entry string) {
	w.Helper()
	if err := w.secrets.Delete(context.Background(), entry); err != nil {
		w.Fatal(err)
	}
}

func TestTokenOutlivesItsSignIn(t *testing.T) {
	w := newWorld(t)
	a := w.signIn()
	token, kept := w.token(a, 0), w.refreshToken(a)
	w.drop(refreshEntry(a))
	_, err := w.engine.Token(context.Background(), a.Key, anew)
	wantError(t, err, oauth.ErrTokenLost)
	if now := w.engine.Accounts()[0]; now.State != oauth.Lost || now.NeedsSignIn() || now.Expiry.IsZero() {
		t.Errorf("account is %+v", now)
	}
	if w.token(a, 0) != token {
		t.Error("the token that still lives is not handed out")
	}
	// The person restored their keychain from a copy.
	w.put(refreshEntry(a), kept)
	w.token(a, anew)
}

func TestSignInIsNeededWhenTheLastTokenEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		provider, keys, secrets, e := oauth.OpenVirtualWorld(t)
		defer shut(t, e)
		entry := "refresh_token:" + keys[0].Subject
		kept := secrets.Entries()[entry]
		synctest.Wait()
		first := provider()
		if err := secrets.Delete(t.Context(), entry); err != nil {
			t.Fatal(err)
		}
		time.Sleep(55 * time.Minute)
		synctest.Wait()
		if now := e.Accounts()[0]; now.State != oauth.Lost || now.NeedsSignIn() {
			t.Errorf("five minutes before the end it is %+v", now)
		}
		var seen []oauth.Account
		stop := e.Watch(func(accounts []oauth.Account) { seen = append(seen, accounts[0]) })
		time.Sleep(6 * time.Minute)
		synctest.Wait()
		if now := e.Accounts()[0]; now.State != oauth.Lost || !now.NeedsSignIn() {
			t.Errorf("after the end it is %+v", now)
		}
		if token, err := e.Token(t.Context(), keys[0], 0); err == nil || token.Access != "" {
			t.Errorf("a token after the end: %v", err)
		}
		// Another keychain takes the place of this one, which doesn't have it either.
		e.Retry()
		time.Sleep(10 * time.Second)
		synctest.Wait()
		stop()
		for _, a := range seen {
			if a.State != oauth.Lost { // it would be told again, and the tray's menu would change twice
				t.Errorf("in between it was %+v", a)
			}
		}
		if provider() != first {
			t.Error("the provider was asked without a refresh token")
		}
		if err := secrets.Set(t.Context(), entry, kept); err != nil {
			t.Fatal(err)
		}
		e.Retry()
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if now := e.Accounts()[0]; now.State != oauth.Ready || now.Expiry.IsZero() {
			t.Errorf("the sign-in is in the keychain again, and it is %+v", now)
		}
	})
}

func TestWhatCanBeNoSignInIsNotSent(t *testing.T) {
	for name, text := range implausible {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			a := w.signIn()
			before := w.provider.Requests(practice.Token)
			w.put(refreshEntry(a), text)
			_, err := w.engine.Token(context.Background(), a.Key, anew)
			wantError(t, err, oauth.ErrTokenDamaged)
			if now := w.engine.Accounts()[0]; now.State != oauth.Lost {
				t.Errorf("account is %+v", now)
			}
			if w.provider.Requests(practice.Token) != before {
				t.Error("it was sent to the provider")
			}
			if again := w.signIn(); again.Key != a.Key || len(w.engine.Accounts()) != 1 {
				t.Errorf("signed in again beside it: %+v", w.engine.Accounts())
			}
			w.token(a, anew)
		})
	}
}

func TestDamagedSignInCanBeRemoved(t *testing.T) {
	w := newWorld(t)
	a := w.signIn()
	w.put(refreshEntry(a), "")
	removal, err := w.engine.Remove(context.Background(), a.Key)
	if err != nil {
		t.Fatal(err)
	}
	wantError(t, removal.Withdrawn, oauth.ErrTokenLost)
	wantError(t, removal.Forgotten, nil)
	w.nothingKept()
}

func TestWhatMayBeASignInIsTheProvidersToJudge(t *testing.T) {
	w := newWorld(t)
	a := w.signIn()
	w.put(refreshEntry(a), "1//junk")
	_, err := w.engine.Token(context.Background(), a.Key, anew)
	wantError(t, err, oauth.ErrSignInAgain)
	if again := w.signIn(); again.Key != a.Key || again.NeedsSignIn() || len(w.engine.Accounts()) != 1 {
		t.Errorf("not repaired: %+v", w.engine.Accounts())
	}
	w.token(a, anew)
}

func TestRefreshTokenThatCanBeNoneIsNotKept(t *testing.T) {
	spoilt := practice.Fault{Edit: func(answer map[string]any) { answer["refresh_token"] = "1//a\n1//b" }}
	w := newWorld(t)
	w.provider.SetFault(practice.Token, spoilt)
	wantError(t, w.signInError(), oauth.ErrNoRefreshToken)
	w.nothingKept()
	w.provider.SetFault(practice.Token, practice.Fault{})
	a := w.signIn()
	kept := w.refreshToken(a)
	w.provider.SetFault(practice.Token, spoilt)
	w.token(a, anew)
	if w.refreshToken(a) != kept {
		t.Error("it took the place of one that works")
	}
}

func TestClientSecretThatIsNoneAsksForTheFileAgain(t *testing.T) {
	for name, spoil := range map[string]func(*world, string){
		"gone":   func(w *world, entry string) { w.drop(entry) },
		"empty":  func(w *world, entry string) { w.put(entry, implausible["empty"]) },
		"binary": func(w *world, entry string) { w.put(entry, implausible["binary"]) },
		"100 KB": func(w *world, entry string) { w.put(entry, implausible["100 KB"]) },
	} {
		t.Run(name, func(t *testing.T) {
			w := withoutClient(t)
			w.set(w.ours())
			a := w.signIn()
			w.close()
			before := w.provider.Requests(practice.Token)
			spoil(w, "client_secret:"+w.provider.ClientID())
			w.open()
			_, err := w.engine.Token(context.Background(), a.Key, anew)
			wantError(t, err, oauth.ErrClientLost)
			if now := w.engine.Accounts()[0]; now.State != oauth.ClientTrouble || now.NeedsSignIn() {
				t.Errorf("account is %+v", now)
			}
			_, err = w.engine.StartSignIn(context.Background(), oauth.Request{})
			wantError(t, err, oauth.ErrClientLost)
			if w.provider.Requests(practice.Token) != before {
				t.Error("it was sent to the provider")
			}
			w.set(w.ours())
			w.await(func(accounts []oauth.Account) bool { return accounts[0].State == oauth.Ready })
			w.token(a, anew)
		})
	}
}

func TestRotatedRefreshTokenReachesTheKeychainByItself(t *testing.T) {
	w := newWorld(t)
	w.provider.SetRotate(true)
	a := w.signIn()
	old := w.refreshToken(a)
	w.secrets.FailSet(keychain.ErrNoService)
	_, err := w.engine.Token(context.Background(), a.Key, anew)
	wantError(t, err, keychain.ErrNoService)
	if now := w.engine.Accounts()[0]; now.State != oauth.Locked || now.NeedsSignIn() {
		t.Errorf("account is %+v", now)
	}
	before := w.provider.Requests(practice.Token)
	w.secrets.FailSet(nil)
	w.engine.Retry() // as whoever sees the keychain come back does
	w.await(func(accounts []oauth.Account) bool { return accounts[0].State == oauth.Ready })
	if w.refreshToken(a) == old {
		t.Error("the keychain still has the dead one")
	}
	if w.provider.Requests(practice.Token) != before {
		t.Error("another request was made for what was at hand")
	}
	w.restart()
	w.token(a, anew)
}
