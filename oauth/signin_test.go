package oauth_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tokentray/oauth"
	"tokentray/oauth/keychain"
	"tokentray/oauth/loopback"
	"tokentray/oauth/practice"
	"tokentray/oauth/practice/practicetest"
)

func TestSignInKeepsTheAccount(t *testing.T) {
	w := newWorld(t)
	before := time.Now()
	a := w.signIn(practicetest.As("bob@example.com"))
	if a.Address != "bob@example.com" || a.Key.Subject == "" || a.Key.Issuer != w.provider.Issuer() {
		t.Errorf("account is %+v", a)
	}
	if a.State != oauth.Ready || !a.Expiry.After(before) || a.SignedIn.Before(before.Round(0)) {
		t.Errorf("state is %+v", a)
	}
	if !slices.Contains(a.Scopes, mail) {
		t.Errorf("granted scopes are %v", a.Scopes)
	}
	if got := w.engine.Accounts(); len(got) != 1 || got[0].Key != a.Key {
		t.Errorf("accounts are %v", got)
	}
	w.refreshToken(a)
}

func TestAccountListIsPrivateAndHoldsNoSecret(t *testing.T) {
	w := newWorld(t)
	w.signIn()
	err := filepath.WalkDir(w.folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o", path, info.Mode().Perm())
		}
		data, err := os.ReadFile(path)
		w.noSecretIn(path, string(data))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(w.listFile(), "alice@example.com") {
		t.Error("the account is not in the list")
	}
}

func TestListLosesLoosenedMode(t *testing.T) {
	w := newWorld(t)
	w.signIn()
	path := filepath.Join(w.folder, "accounts.json")
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	w.signIn(practicetest.As("bob@example.com"))
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode is %o", info.Mode().Perm())
	}
}

func TestLinkAsksForWhatTheFlowNeeds(t *testing.T) {
	w := newWorld(t)
	s, err := w.engine.StartSignIn(context.Background(), oauth.Request{Scopes: []string{mail}, Hint: "alice@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Cancel()
	link, err := url.Parse(s.Link())
	if err != nil {
		t.Fatal(err)
	}
	q := link.Query()
	for name, want := range map[string]string{
		"client_id": w.provider.ClientID(), "response_type": "code", "scope": "openid email " + mail,
		"code_challenge_method": "S256", "access_type": "offline", "prompt": "select_account consent",
		"login_hint": "alice@example.com",
	} {
		if got := q.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for _, name := range []string{"state", "nonce", "code_challenge"} {
		if len(q.Get(name)) < 43 {
			t.Errorf("%s is too short to be random: %q", name, q.Get(name))
		}
	}
	redirect, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || redirect.Scheme != "http" || redirect.Hostname() != "127.0.0.1" || redirect.Path != "/callback" {
		t.Errorf("redirect is %v", redirect)
	}
	if q.Has("client_secret") {
		t.Error("the link holds the client secret")
	}
}

func TestOneSignInAtATime(t *testing.T) {
	w := newWorld(t)
	first := w.start()
	_, err := w.engine.StartSignIn(context.Background(), oauth.Request{})
	wantError(t, err, oauth.ErrSignInRunning)
	first.Cancel()
	_, err = first.Wait(context.Background())
	wantError(t, err, oauth.ErrCancelled)
	w.signIn() // and the place is free again
}

func TestSignInThatEndsWithoutAnAccount(t *testing.T) {
	for name, c := range map[string]struct {
		end  func(*oauth.SignIn)
		want error
	}{
		"the person says no": {func(s *oauth.SignIn) { practicetest.Deny(t, s.Link()) }, oauth.ErrDenied},
		"the person cancels": {func(s *oauth.SignIn) { s.Cancel() }, oauth.ErrCancelled},
		"nobody comes back":  {func(*oauth.SignIn) {}, oauth.ErrTimedOut},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			if errors.Is(c.want, oauth.ErrTimedOut) {
				w.config.Patience = 20 * time.Millisecond
				w.restart()
			}
			s := w.start()
			c.end(s)
			_, err := s.Wait(context.Background())
			wantError(t, err, c.want)
			w.nothingKept()
		})
	}
}

func TestPastedAddressFinishesTheSignIn(t *testing.T) {
	w := newWorld(t)
	s := w.start()
	landing := practicetest.Allow(t, s.Link(), practicetest.WithoutFollowing())
	wantError(t, s.Paste("https://example.com/"), loopback.ErrNotRedirect)
	wantError(t, s.Paste(strings.Replace(landing.URL, "state=", "state=x", 1)), loopback.ErrWrongState)
	if err := s.Paste(" " + landing.URL + "\n"); err != nil {
		t.Fatal(err)
	}
	a, err := s.Wait(context.Background())
	if err != nil || a.Address != "alice@example.com" {
		t.Errorf("%v, %v", a, err)
	}
}

func TestWrongStateDoesNotEndTheSignIn(t *testing.T) {
	w := newWorld(t)
	s := w.start()
	landing := practicetest.Allow(t, s.Link(), practicetest.WithoutFollowing())
	if status := w.visit(strings.Replace(landing.URL, "state=", "state=x", 1)); status != http.StatusBadRequest {
		t.Errorf("answered with %d", status)
	}
	w.visit(landing.URL)
	if _, err := s.Wait(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestLinesOfTheEngineAreSaidInThePersonsLanguage(t *testing.T) {
	w := newWorld(t)
	w.config.Words = strings.ToUpper
	w.restart()
	s := w.start()
	defer s.Cancel()
	landing := practicetest.Allow(t, s.Link(), practicetest.WithoutFollowing())
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, strings.Replace(landing.URL, "state=", "state=x", 1), nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err := io.ReadAll(response.Body); err != nil || !strings.HasPrefix(string(body), "THIS ADDRESS") {
		t.Errorf("%q, %v", body, err)
	}
}

func TestAnswerOfAnotherIssuerIsRefused(t *testing.T) {
	w := newWorld(t)
	s := w.start()
	landing := practicetest.Allow(t, s.Link(), practicetest.WithoutFollowing())
	u, err := url.Parse(landing.URL)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("iss", "https://evil.example")
	u.RawQuery = q.Encode()
	if err := s.Paste(u.String()); err != nil {
		t.Fatal(err)
	}
	_, err = s.Wait(context.Background())
	wantError(t, err, oauth.ErrWrongIssuer)
	w.nothingKept()
	if n := w.provider.Requests(practice.Token); n != 0 {
		t.Errorf("the code was sent on, %d times", n)
	}
}

func TestAuthorizationErrorIsPassedOn(t *testing.T) {
	w := newWorld(t)
	s := w.start()
	link, err := url.Parse(s.Link())
	if err != nil {
		t.Fatal(err)
	}
	back := link.Query().Get("redirect_uri") + "?error=invalid_scope&state=" + link.Query().Get("state")
	if err := s.Paste(back); err != nil {
		t.Fatal(err)
	}
	_, err = s.Wait(context.Background())
	wantError(t, err, oauth.ErrRefused)
	if !strings.Contains(err.Error(), "invalid_scope") {
		t.Errorf("the code is lost: %v", err)
	}
}

// Each of these answers to the exchange ends the sign-in with an error of its own and leaves nothing behind.
func TestAnswersThatMakeNoAccount(t *testing.T) {
	drop := func(name string) func(map[string]any) { return func(answer map[string]any) { delete(answer, name) } }
	claim := func(name string, value any) func(map[string]any) {
		return func(claims map[string]any) { claims[name] = value }
	}
	for name, c := range map[string]struct {
		fault practice.Fault
		want  error
	}{
		"code refused":       {practice.Fault{Status: 400, Body: `{"error":"invalid_grant"}`}, oauth.ErrCodeRefused},
		"client refused":     {practice.Fault{Status: 401, Body: `{"error":"invalid_client"}`}, oauth.ErrClientRefused},
		"server error":       {practice.Fault{Status: 500, Body: `oops`}, oauth.ErrBadAnswer},
		"web page":           {practice.Fault{Status: 200, Body: `<html>log in</html>`, ContentType: "text/html"}, oauth.ErrBadAnswer},
		"redirect":           {practice.Fault{Status: 302, Header: http.Header{"Location": {"/login"}}}, oauth.ErrBadAnswer},
		"empty body":         {practice.Fault{Status: 200}, oauth.ErrBadAnswer},
		"endless body":       {practice.Fault{Status: 200, Body: `{"access_token":"`, Endless: true}, oauth.ErrBadAnswer},
		"cut off":            {practice.Fault{Cut: true}, oauth.ErrUnreachable},
		"no access token":    {practice.Fault{Edit: drop("access_token")}, oauth.ErrBadAnswer},
		"no refresh token":   {practice.Fault{Edit: drop("refresh_token")}, oauth.ErrNoRefreshToken},
		"no ID token":        {practice.Fault{Edit: drop("id_token")}, oauth.ErrIDToken},
		"other audience":     {practice.Fault{EditIDToken: claim("aud", "somebody-else")}, oauth.ErrIDToken},
		"other issuer":       {practice.Fault{EditIDToken: claim("iss", "https://evil.example")}, oauth.ErrIDToken},
		"other nonce":        {practice.Fault{EditIDToken: claim("nonce", "n")}, oauth.ErrIDToken},
		"expired":            {practice.Fault{EditIDToken: claim("exp", 1)}, oauth.ErrIDToken},
		"other access token": {practice.Fault{EditIDToken: claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAA")}, oauth.ErrIDToken},
		"no subject":         {practice.Fault{EditIDToken: claim("sub", "")}, oauth.ErrIDToken},
		"foreign signature":  {practice.Fault{ForeignKey: true}, oauth.ErrIDToken},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.provider.SetFault(practice.Token, c.fault)
			wantError(t, w.signInError(), c.want)
			w.nothingKept()
			if n := w.provider.Requests(practice.Token); n != 1 {
				t.Errorf("the exchange was sent %d times", n)
			}
			if lines := strings.Count(w.log.String(), "\n"); lines != 1 {
				t.Errorf("%d lines in the log:\n%s", lines, w.log)
			}
			w.provider.SetFault(practice.Token, practice.Fault{})
			w.signIn() // and it works again
		})
	}
}

func TestDiscoveryThatFailsIsTriedAgain(t *testing.T) {
	for name, c := range map[string]struct {
		fault practice.Fault
		want  error
	}{
		"down":          {practice.Fault{Cut: true}, oauth.ErrUnreachable},
		"error":         {practice.Fault{Status: 503}, oauth.ErrBadAnswer},
		"web page":      {practice.Fault{Body: "<html>", ContentType: "text/html"}, oauth.ErrBadAnswer},
		"endless":       {practice.Fault{Body: "{", Endless: true}, oauth.ErrBadAnswer},
		"plain http":    {practice.Fault{Edit: func(d map[string]any) { d["token_endpoint"] = "http://example.com/token" }}, oauth.ErrBadAnswer},
		"other issuer":  {practice.Fault{Edit: func(d map[string]any) { d["issuer"] = "https://evil.example" }}, oauth.ErrBadAnswer},
		"no token page": {practice.Fault{Edit: func(d map[string]any) { delete(d, "token_endpoint") }}, oauth.ErrBadAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.provider.SetFault(practice.Discovery, c.fault)
			_, err := w.engine.StartSignIn(context.Background(), oauth.Request{})
			wantError(t, err, c.want)
			w.provider.SetFault(practice.Discovery, practice.Fault{})
			w.signIn()
		})
	}
}

func TestSignInWithoutClient(t *testing.T) {
	w := newWorld(t)
	w.config.Client = oauth.Client{}
	w.restart()
	_, err := w.engine.StartSignIn(context.Background(), oauth.Request{})
	wantError(t, err, oauth.ErrNoClient)
}

func TestKeychainIsAskedBeforeTheBrowserOpens(t *testing.T) {
	for _, trouble := range []error{keychain.ErrNoBus, keychain.ErrNoService, keychain.ErrDismissed, keychain.ErrTimeout} {
		w := newWorld(t)
		w.secrets.Lock(trouble)
		_, err := w.engine.StartSignIn(context.Background(), oauth.Request{})
		wantError(t, err, trouble)
		w.secrets.Lock(nil)
		w.signIn()
	}
}

func TestKeychainThatRefusesUndoesTheSignIn(t *testing.T) {
	w := newWorld(t)
	w.secrets.Fail("refresh_token:", keychain.ErrNotKept)
	s := w.start()
	practicetest.Allow(t, s.Link())
	_, err := s.Wait(context.Background())
	wantError(t, err, keychain.ErrNotKept)
	if accounts := w.engine.Accounts(); len(accounts) != 0 {
		t.Errorf("listed all the same: %v", accounts)
	}
	// What could not be cleared either is cleared at the next start.
	w.secrets.Fail("refresh_token:", nil)
	w.restart()
	w.await(func([]oauth.Account) bool { return !strings.Contains(w.listFile(), "example.com") })
	w.nothingKept()
}

func TestAccessTokenThatDoesNotFitCostsNothing(t *testing.T) {
	w := newWorld(t)
	w.secrets.Fail("access_token:", keychain.ErrTooLarge)
	a := w.signIn()
	w.token(a, 0)
	w.restart()
	if a.Address != w.engine.Accounts()[0].Address {
		t.Error("the account is gone")
	}
}

func TestListThatCanNotBeSavedUndoesTheSignIn(t *testing.T) {
	w := newWorld(t)
	// A folder in the list's place refuses to be replaced, as a full disk refuses to be written.
	path := filepath.Join(w.folder, "accounts.json")
	if err := os.MkdirAll(filepath.Join(path, "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	wantError(t, w.signInError(), oauth.ErrNotSaved)
	if len(w.engine.Accounts()) != 0 || len(w.secrets.Entries()) != 0 {
		t.Error("something was kept")
	}
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
	w.signIn()
}

func TestSigningInAgainReplacesTheTokens(t *testing.T) {
	w := newWorld(t)
	w.signIn(practicetest.As("bob@example.com"))
	first := w.signIn()
	old := w.refreshToken(first)
	second := w.signIn()
	if first.Key != second.Key {
		t.Errorf("another key: %v, %v", first.Key, second.Key)
	}
	if n := len(w.engine.Accounts()); n != 2 {
		t.Errorf("%d rows", n)
	}
	if w.refreshToken(second) == old {
		t.Error("the old refresh token is kept")
	}
	w.secrets.Fail("refresh_token:", keychain.ErrTimeout)
	kept := w.refreshToken(second)
	wantError(t, w.signInError(), keychain.ErrTimeout)
	if n := len(w.engine.Accounts()); n != 2 || w.refreshToken(second) != kept {
		t.Error("a sign-in that failed cost the one that was there")
	}
}

func TestIssuerMustBeSafe(t *testing.T) {
	for _, bad := range []string{"", "example.com", "http://example.com", "ftp://127.0.0.1", "https://", "https://u:p@example.com", "https://example.com/?x=1", "https://example.com/#x"} {
		if _, err := oauth.Discovered(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	for _, good := range []string{"https://example.com/realm", "http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:1"} {
		if _, err := oauth.Discovered(good); err != nil {
			t.Errorf("%q was refused: %v", good, err)
		}
	}
}

func TestAddressComesFromUserInfoWhereTheIDTokenHasNone(t *testing.T) {
	w := newWorld(t)
	w.provider.SetFault(practice.Token, practice.Fault{EditIDToken: func(claims map[string]any) { delete(claims, "email") }})
	if a := w.signIn(); a.Address != "alice@example.com" {
		t.Errorf("address is %q", a.Address)
	}
	w.provider.SetFault(practice.UserInfo, practice.Fault{Status: 500})
	if a := w.signIn(practicetest.As("bob@example.com")); a.Address != a.Key.Subject {
		t.Errorf("address is %q, subject %q", a.Address, a.Key.Subject)
	}
}

func TestSomebodyElsesSignInOverwritesNothing(t *testing.T) {
	w := newWorld(t)
	alice := w.signIn()
	kept := w.refreshToken(alice)
	again := func() *oauth.SignIn {
		s, err := w.engine.StartSignIn(context.Background(), oauth.Request{Scopes: []string{mail}, Hint: alice.Address, Account: alice.Key})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := again()
	practicetest.Allow(t, s.Link(), practicetest.As("bob@example.com"))
	_, err := s.Wait(context.Background())
	wantError(t, err, oauth.ErrOtherPerson)
	if s.Stranger() != "bob@example.com" || len(w.engine.Accounts()) != 1 || w.refreshToken(alice) != kept {
		t.Errorf("stranger %q, accounts %v", s.Stranger(), w.engine.Accounts())
	}
	bob, err := s.Admit(context.Background())
	if err != nil || bob.Address != "bob@example.com" || len(w.engine.Accounts()) != 2 {
		t.Errorf("admitted %v, %v", bob, err)
	}
	if w.refreshToken(alice) != kept {
		t.Error("alice's refresh token was overwritten")
	}
	s = again()
	practicetest.Allow(t, s.Link())
	if _, err := s.Wait(context.Background()); err != nil || s.Stranger() != "" {
		t.Errorf("alice herself: %v", err)
	}
	if _, err := s.Admit(context.Background()); err == nil {
		t.Error("nobody was admitted once more")
	}
}

func TestSignInWorksWhateverTheComputersClockSays(t *testing.T) {
	for _, ahead := range []time.Duration{5 * time.Hour, -5 * time.Hour, 30 * time.Second} {
		w := newWorld(t)
		w.config.SetClockAhead(ahead)
		w.restart()
		a := w.signIn()
		if off := w.engine.ClockOff(); ahead.Abs() > time.Minute && (off-ahead).Abs() > 2*time.Second || ahead.Abs() < time.Minute && off != 0 {
			t.Errorf("%v ahead: said to be %v", ahead, off)
		}
		if first := w.token(a, 0); w.token(a, 0) != first {
			t.Errorf("%v ahead: a fresh token is taken for a dead one", ahead)
		}
	}
}
