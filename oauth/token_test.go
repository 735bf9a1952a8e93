package oauth_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tokentray/oauth"
	"tokentray/oauth/keychain"
	"tokentray/oauth/practice"
	"tokentray/oauth/practice/practicetest"
)

// alive tells whether the provider itself takes a token.
func (w *world) alive(token oauth.Token) bool {
	w.Helper()
	request, err := http.NewRequestWithContext(w.Context(), http.MethodGet, w.provider.Issuer()+"/gmail/v1/users/me/profile", nil)
	if err == nil {
		request.Header.Set("Authorization", "Bearer "+token.Access)
	}
	return w.ask(request, err) == http.StatusOK
}

func TestCopiedTokenWorksAndHasFiveMinutesLeft(t *testing.T) {
	w := newWorld(t)
	a := w.signIn()
	token := w.token(a, 0)
	if !w.alive(token) {
		t.Error("the provider refuses the token")
	}
	if left := time.Until(token.Expiry); left < 5*time.Minute {
		t.Errorf("only %v left", left)
	}
}

func TestKeptTokenNeedsNoRequest(t *testing.T) {
	w := newWorld(t)
	a := w.signIn()
	before := w.provider.Requests(practice.Token)
	first := w.token(a, 0)
	if second := w.token(a, 10*time.Minute); first != second {
		t.Error("another token")
	}
	if n := w.provider.Requests(practice.Token) - before; n != 0 {
		t.Errorf("%d requests", n)
	}
}

func TestTokenThatIsNotEnoughIsRenewed(t *testing.T) {
	w := newWorld(t)
	w.provider.SetAccessLifetime(10 * time.Minute)
	a := w.signIn()
	w.provider.SetAccessLifetime(time.Hour)
	token := w.token(a, 30*time.Minute)
	if left := time.Until(token.Expiry); left < 30*time.Minute {
		t.Errorf("only %v left", left)
	}
	if !w.alive(token) {
		t.Error("the provider refuses the token")
	}
}

func TestOneRequestForAnyNumberOfCallers(t *testing.T) {
	w := newWorld(t)
	w.provider.SetAccessLifetime(10 * time.Minute)
	a := w.signIn()
	w.provider.SetAccessLifetime(time.Hour)
	before := w.provider.Requests(practice.Token)
	w.provider.SetFault(practice.Token, practice.Fault{Delay: 300 * time.Millisecond})
	var callers sync.WaitGroup
	ready := make(chan struct{})
	for range 50 {
		callers.Go(func() {
			<-ready
			if _, err := w.engine.Token(context.Background(), a.Key, 30*time.Minute); err != nil {
				t.Error(err)
			}
		})
	}
	close(ready)
	callers.Wait()
	if n := w.provider.Requests(practice.Token) - before; n != 1 {
		t.Errorf("%d requests for 50 callers", n)
	}
}

func TestCallerWhoJoinsALesserRenewalGetsWhatWasAskedFor(t *testing.T) {
	w := newWorld(t)
	w.provider.SetAccessLifetime(10 * time.Minute)
	a := w.signIn()
	w.provider.SetFault(practice.Token, practice.Fault{Delay: 200 * time.Millisecond, Times: 1})
	lesser := make(chan error, 1)
	go func() {
		_, err := w.engine.Token(context.Background(), a.Key, time.Hour) // gets ten minutes, the most there is
		lesser <- err
	}()
	w.await(func(accounts []oauth.Account) bool { return accounts[0].State == oauth.Renewing })
	w.provider.SetAccessLifetime(time.Hour)
	if token := w.token(a, 30*time.Minute); time.Until(token.Expiry) < 30*time.Minute {
		t.Error("content with somebody else's renewal")
	}
	if err := <-lesser; err != nil {
		t.Error(err)
	}
}

func TestCallerWhoGivesUpDoesNotWasteTheAnswer(t *testing.T) {
	w := newWorld(t)
	w.provider.SetAccessLifetime(10 * time.Minute)
	a := w.signIn()
	w.provider.SetAccessLifetime(time.Hour)
	w.provider.SetFault(practice.Token, practice.Fault{Delay: 100 * time.Millisecond})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := w.engine.Token(ctx, a.Key, 30*time.Minute); err == nil {
		t.Error("no error for a caller who gave up")
	}
	w.await(func(accounts []oauth.Account) bool { return time.Until(accounts[0].Expiry) > 30*time.Minute })
}

func TestRestartNeedsNeitherBrowserNorRequest(t *testing.T) {
	w := newWorld(t)
	a := w.signIn()
	token := w.token(a, 0)
	before := w.provider.Requests(practice.Token)
	w.restart()
	if again := w.token(w.engine.Accounts()[0], 0); again.Access != token.Access {
		t.Error("another token")
	}
	if n := w.provider.Requests(practice.Token) - before; n != 0 {
		t.Errorf("%d requests", n)
	}
}

// putAccess puts something in the place of a kept access token.
func putAccess(text string) func(*world, oauth.Account) {
	return func(w *world, a oauth.Account) {
		w.put("access_token:"+a.Key.Subject, text)
	}
}

func TestRestartWithoutAccessTokenRenewsIt(t *testing.T) {
	for name, spoil := range map[string]func(*world, oauth.Account){
		"gone": func(w *world, a oauth.Account) {
			w.drop("access_token:" + a.Key.Subject)
		},
		"garbage": putAccess("}{"),
		"empty":   putAccess(""),
		"binary":  putAccess("\x00\xff\x7f"),
		"long":    putAccess(strings.Repeat("x", 100<<10)),
		"no token in it": putAccess(`{"access_token":"a\nb","expiry":"` + time.Now().Add(time.Hour).Format(time.RFC3339) +
			`","lifetime_ns":3600000000000}`),
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			a := w.signIn()
			w.close()
			spoil(w, a)
			w.open()
			token := w.token(a, 0)
			if !w.alive(token) {
				t.Error("the provider refuses the token")
			}
			w.close() // it is kept behind the renewal's back, at the latest now
			if !strings.Contains(w.secrets.Entries()["access_token:"+a.Key.Subject], token.Access) {
				t.Error("the fresh one is not kept in its place")
			}
		})
	}
}

// A provider need not name scopes that are what was asked for.
func TestScopesStayWhereTheAnswerNamesNone(t *testing.T) {
	w := newWorld(t)
	w.provider.SetFault(practice.Token, practice.Fault{Edit: func(answer map[string]any) { delete(answer, "scope") }})
	a := w.signIn()
	if !slices.Contains(a.Scopes, mail) {
		t.Errorf("signed in with %v", a.Scopes)
	}
	w.token(a, anew)
	if now := w.engine.Accounts()[0]; !slices.Equal(now.Scopes, a.Scopes) {
		t.Errorf("%v became %v", a.Scopes, now.Scopes)
	}
}

func TestNarrowerAccessIsShownAndSaved(t *testing.T) {
	w := newWorld(t)
	a := w.signIn()
	w.provider.SetFault(practice.Token, practice.Fault{Edit: func(answer map[string]any) { answer["scope"] = "openid" }})
	w.token(a, anew)
	narrower := func(accounts []oauth.Account) bool { return slices.Equal(accounts[0].Scopes, []string{"openid"}) }
	w.await(narrower)
	w.restart()
	if accounts := w.engine.Accounts(); !narrower(accounts) {
		t.Errorf("after a restart the scopes are %v", accounts[0].Scopes)
	}
}

func TestSignInWithATokenThatCanNotBePastedIsRefused(t *testing.T) {
	for name, spoil := range map[string]func(map[string]any){
		"mac":  func(answer map[string]any) { answer["token_type"] = "mac" },
		"over": func(answer map[string]any) { answer["expires_in"] = 0 },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.provider.SetFault(practice.Token, practice.Fault{Edit: spoil})
			wantError(t, w.signInError(), oauth.ErrBadAnswer)
			w.nothingKept()
		})
	}
}

func TestRotatedRefreshTokenIsKeptFirst(t *testing.T) {
	w := newWorld(t)
	w.provider.SetRotate(true)
	a := w.signIn()
	for range 3 {
		old := w.refreshToken(a)
		w.token(a, anew)
		if w.refreshToken(a) == old {
			t.Fatal("the new refresh token is not in the keychain")
		}
	}
	w.restart()
	w.token(a, anew)
}

func TestRotatedRefreshTokenOutlivesAKeychainThatRefusesIt(t *testing.T) {
	for name, then := range map[string]func(*world, oauth.Account){
		"asked again": func(w *world, a oauth.Account) {
			before := w.provider.Requests(practice.Token)
			if !w.alive(w.token(a, 90*time.Minute)) {
				w.Error("the provider refuses the token")
			}
			if w.provider.Requests(practice.Token) != before {
				w.Error("the token that came with it was wasted")
			}
		},
		"quit at once": func(*world, oauth.Account) {},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.provider.SetRotate(true)
			a := w.signIn()
			old := w.token(a, 0)
			w.provider.SetAccessLifetime(2 * time.Hour)
			w.secrets.FailSet(keychain.ErrTimeout)
			token, err := w.engine.Token(context.Background(), a.Key, 90*time.Minute)
			wantError(t, err, keychain.ErrTimeout)
			if token != old {
				t.Error("the new access token was handed out before its refresh token was kept")
			}
			w.secrets.FailSet(nil)
			then(w, a)
			w.restart()
			w.token(a, 3*time.Hour) // the first refresh token is dead by now: only the newest one gives this
		})
	}
}

func TestEndedGrantAsksForASignIn(t *testing.T) {
	w := newWorld(t)
	a := w.signIn()
	w.provider.SetFault(practice.Token, practice.Fault{Status: 400, Body: `{"error":"invalid_grant","error_subtype":"invalid_rapt"}`})
	_, err := w.engine.Token(context.Background(), a.Key, anew)
	wantError(t, err, oauth.ErrSignInAgain)
	if !strings.Contains(err.Error(), "invalid_rapt") {
		t.Errorf("the subtype is lost: %v", err)
	}
	now := w.engine.Accounts()[0]
	if now.State != oauth.SignInAgain || !now.NeedsSignIn() || !now.Expiry.IsZero() {
		t.Errorf("account is %+v", now)
	}
	before := w.provider.Requests(practice.Token)
	_, err = w.engine.Token(context.Background(), a.Key, 0)
	wantError(t, err, oauth.ErrSignInAgain)
	if n := w.provider.Requests(practice.Token) - before; n != 0 {
		t.Error("the provider was asked again for what has ended")
	}
	if now.Ended.Before(now.SignedIn) {
		t.Errorf("it ended at %v", now.Ended)
	}
	w.restart()
	if again := w.engine.Accounts()[0]; again.State != oauth.SignInAgain || !again.Ended.Equal(now.Ended) {
		t.Errorf("after a restart it is %+v", again)
	}
	_, err = w.engine.Token(context.Background(), a.Key, 0)
	wantError(t, err, oauth.ErrSignInAgain)
	w.provider.SetFault(practice.Token, practice.Fault{})
	if again := w.signIn(); again.Key != a.Key || again.NeedsSignIn() || !again.Ended.IsZero() {
		t.Errorf("not repaired: %+v", again)
	}
	w.token(a, 0)
}

// Nothing but the provider's own invalid_grant costs a sign-in.
func TestTroubleNeverCostsASignIn(t *testing.T) {
	for name, c := range map[string]struct {
		fault practice.Fault
		want  error
		state oauth.State
	}{
		"cut off":                   {practice.Fault{Cut: true}, oauth.ErrUnreachable, oauth.Waiting},
		"server error":              {practice.Fault{Status: 500}, oauth.ErrBadAnswer, oauth.Waiting},
		"invalid_grant, but 503":    {practice.Fault{Status: 503, Body: `{"error":"invalid_grant"}`}, oauth.ErrBadAnswer, oauth.Waiting},
		"too many requests":         {practice.Fault{Status: 429, Header: http.Header{"Retry-After": {"1"}}}, oauth.ErrBadAnswer, oauth.Waiting},
		"forbidden by a proxy":      {practice.Fault{Status: 403, Body: "<html>", ContentType: "text/html"}, oauth.ErrBadAnswer, oauth.Waiting},
		"captive portal":            {practice.Fault{Body: "<html>", ContentType: "text/html"}, oauth.ErrBadAnswer, oauth.Waiting},
		"portal's redirect":         {practice.Fault{Status: 302, Header: http.Header{"Location": {"http://127.0.0.1/"}}}, oauth.ErrBadAnswer, oauth.Waiting},
		"unknown error code":        {practice.Fault{Status: 400, Body: `{"error":"no\nsuch <code>"}`}, oauth.ErrBadAnswer, oauth.Waiting},
		"another person's ID token": {practice.Fault{EditIDToken: func(claims map[string]any) { claims["sub"] = "mallory" }}, oauth.ErrBadAnswer, oauth.Waiting},
		"another kind of token":     {practice.Fault{Edit: func(answer map[string]any) { answer["token_type"] = "mac" }}, oauth.ErrBadAnswer, oauth.Waiting},
		"endless":                   {practice.Fault{Body: "{", Endless: true}, oauth.ErrBadAnswer, oauth.Waiting},
		"client":                    {practice.Fault{Status: 401, Body: `{"error":"invalid_client"}`}, oauth.ErrClientRefused, oauth.ClientTrouble},
		"client secret":             {practice.Fault{Status: 400, Body: `{"error":"invalid_request","error_description":"client_secret is missing."}`}, oauth.ErrClientRefused, oauth.ClientTrouble},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			a := w.signIn()
			kept, before := w.token(a, 0), w.refreshToken(a)
			w.provider.SetFault(practice.Token, c.fault)
			token, err := w.engine.Token(context.Background(), a.Key, anew)
			wantError(t, err, c.want)
			if token != kept {
				t.Error("the token that still lives was not returned with the error")
			}
			now := w.engine.Accounts()[0]
			if now.State != c.state || now.NeedsSignIn() || w.refreshToken(a) != before {
				t.Errorf("account is %+v", now)
			}
			if strings.Contains(err.Error(), "<") || strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "missing") {
				t.Errorf("the server speaks through our error: %v", err)
			}
			w.provider.SetFault(practice.Token, practice.Fault{})
			w.token(a, anew)
		})
	}
}

func TestLockedKeychainIsUnlockedOnlyForAPerson(t *testing.T) {
	w := newWorld(t)
	a := w.signIn()
	w.close()
	w.secrets.Lock(keychain.ErrDismissed)
	w.open()
	w.await(func(accounts []oauth.Account) bool { return accounts[0].State == oauth.Locked })
	if n := w.secrets.Unlocks(); n != 0 {
		t.Errorf("the person was asked %d times for nothing that they did", n)
	}
	_, err := w.engine.Token(context.Background(), a.Key, 0)
	wantError(t, err, keychain.ErrDismissed)
	if now := w.engine.Accounts()[0]; now.NeedsSignIn() {
		t.Errorf("account is %+v", now)
	}
	w.secrets.Lock(nil)
	w.token(a, 0)
}

func TestRemovedAccountHasNoToken(t *testing.T) {
	w := newWorld(t)
	_, err := w.engine.Token(context.Background(), oauth.Key{Issuer: "x", Subject: "y"}, 0)
	wantError(t, err, oauth.ErrUnknownAccount)
}

func TestRefusedTokenIsReplacedOnce(t *testing.T) {
	w := newWorld(t)
	a := w.signIn()
	refused := w.token(a, 0)
	before := w.provider.Requests(practice.Token)
	for range 2 { // whoever was refused the same token later gets the new one
		replaced, err := w.engine.Replace(context.Background(), a.Key, refused)
		if err != nil || replaced.Access == refused.Access {
			t.Fatalf("not replaced: %v", err)
		}
	}
	if n := w.provider.Requests(practice.Token) - before; n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

func TestTokenPrintsAsAPlaceholder(t *testing.T) {
	token := oauth.Token{Access: "ya29.secret"}
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(format, token); strings.Contains(text, "secret") {
			t.Errorf("%s prints %s", format, text)
		}
	}
}

func TestKeptTokenAllocatesNothing(t *testing.T) {
	w := newWorld(t)
	a := w.signIn()
	ctx := context.Background()
	if n := testing.AllocsPerRun(100, func() { _, _ = w.engine.Token(ctx, a.Key, 0) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestWatchersSeeEveryChangeLast(t *testing.T) {
	w := newWorld(t)
	a := w.signIn(practicetest.As("bob@example.com"))
	w.engine.Used(a.Key)
	seen := w.await(func(accounts []oauth.Account) bool { return !accounts[0].LastUsed.IsZero() })
	seen[0].Address = "changed by the watcher"
	if w.engine.Accounts()[0].Address != "bob@example.com" {
		t.Error("a snapshot reaches into the engine")
	}
	w.restart()
	if w.engine.Accounts()[0].LastUsed.IsZero() {
		t.Error("the last use is forgotten")
	}
}
