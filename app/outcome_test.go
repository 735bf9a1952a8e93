package app

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"tokentray/oauth"
	"tokentray/oauth/google"
	"tokentray/oauth/keychain"
	"tokentray/oauth/practice"
	"tokentray/oauth/practice/practicetest"
)

func TestBoxLeftEmptyIsNoticedAtOnce(t *testing.T) {
	s := newStage(t)
	s.start()
	s.press("Add account…")
	practicetest.Allow(s, s.link(), practicetest.Problem("grant:no_access"))
	s.awaitWords("Something was left unticked")
	s.wantWords("For alice@example.com you left “Read, write, send and delete all mail” unticked in the browser. A tool that needs it will be refused.")
	s.press("Try again")
	again := s.link()
	if got := query(t, again).Get("scope"); !strings.Contains(got, google.ScopeEverything) {
		t.Errorf("asked for %q the second time", got)
	}
	practicetest.Allow(s, again)
	s.until("the box is ticked", func() bool {
		return len(google.Unticked([]string{google.ScopeEverything}, s.app.view.accounts[0].Scopes)) == 0
	})
	if n := len(s.app.view.accounts); n != 1 {
		t.Errorf("%d accounts", n)
	}
}

func TestBoxLeftEmptyCanBeKept(t *testing.T) {
	s := newStage(t)
	s.start()
	s.press("Add account…")
	practicetest.Allow(s, s.link(), practicetest.Problem("grant:no_access"))
	s.awaitWords("Something was left unticked")
	s.press("Keep it anyway")
	s.awaitAccount("alice@example.com")
}

func TestSomebodyElseIsNotTakenForTheAccount(t *testing.T) {
	s := newStage(t)
	s.start()
	s.signIn("alice@example.com")
	alice := s.app.view.accounts[0]
	s.app.signInAgain(alice)
	practicetest.Allow(s, s.link(), practicetest.As("bob@example.com"))
	s.awaitWords("You signed in as bob@example.com; this is alice@example.com's account. Nothing was changed.")
	if n := len(s.app.view.accounts); n != 1 {
		t.Fatalf("%d accounts before anybody chose", n)
	}
	s.press("Add bob as a new account")
	s.awaitAccount("bob@example.com")
	if first := s.app.view.accounts[0]; first.Address != alice.Address || !first.SignedIn.Equal(alice.SignedIn) {
		t.Errorf("alice's account was changed: %+v", first)
	}
}

func TestSomebodyElseCanTryAgain(t *testing.T) {
	s := newStage(t)
	s.start()
	s.signIn("alice@example.com")
	alice := s.app.view.accounts[0]
	s.app.signInAgain(alice)
	practicetest.Allow(s, s.link(), practicetest.As("bob@example.com"))
	s.awaitWords("Somebody else signed in")
	s.press("Try again")
	link := s.link()
	if got := query(t, link).Get("login_hint"); got != alice.Address {
		t.Errorf("the hint is %q", got)
	}
	practicetest.Allow(s, link)
	s.until("alice signed in anew", func() bool {
		return len(s.app.view.accounts) == 1 && s.app.view.accounts[0].SignedIn.After(alice.SignedIn)
	})
}

func TestErrorOnGooglesPageIsFound(t *testing.T) {
	s := newStage(t)
	s.start()
	s.press("Add account…")
	s.link()
	s.press("Google shows an error?")
	s.typeText("Error 403: access_denied")
	s.wantWords(google.Search("Error 403: access_denied")[0].Title)
	s.typeText("no such thing anywhere")
	s.wantWords("Nothing is known of this. Try the code alone: the words after “Error”.")
	s.press("Close")
	s.press("Cancel")
}

// Each thing that Gmail can answer to a token is said in words.
func TestTokenIsTested(t *testing.T) {
	for problem, want := range map[string]string{
		"":                              "Works: alice@example.com, ",
		"gmail:accessNotConfigured":     google.AtGmail(403, []byte(`{"error":{"errors":[{"reason":"accessNotConfigured"}]}}`), "").Title,
		"gmail:insufficientPermissions": google.AtGmail(403, []byte(`{"error":{"errors":[{"reason":"insufficientPermissions"}]}}`), "").Title,
		"gmail:backendError":            google.AtGmail(503, nil, "").Title,
		"gmail:failedPrecondition":      google.AtGmail(400, []byte(`{"error":{"errors":[{"reason":"failedPrecondition"}]}}`), "").Title,
		"gmail:rateLimitExceeded":       google.AtGmail(429, nil, "").Title,
		"gmail:authErrorOnce":           "Works: alice@example.com, ",
		"gmail:authError":               google.AtGmail(401, nil, "").Title,
	} {
		t.Run(problem, func(t *testing.T) {
			s := newStage(t)
			s.start()
			s.press("Add account…")
			practicetest.Allow(s, s.link(), practicetest.Problem(problem))
			s.awaitAccount("alice@example.com")
			s.app.session.profile, s.app.session.tokenInfo = s.provider.Issuer()+"/gmail/v1/users/me/profile", s.provider.Issuer()+"/tokeninfo"
			s.app.showDetails(s.app.view.accounts[0])
			s.press("Test token")
			s.awaitWords(want)
		})
	}
}

func TestTokenThatCanNotReadIsSaidToBeAlive(t *testing.T) {
	s := newStage(t)
	s.app.settings.Access = "Send only"
	s.start()
	s.signIn("alice@example.com")
	s.app.session.profile, s.app.session.tokenInfo = s.provider.Issuer()+"/gmail/v1/users/me/profile", s.provider.Issuer()+"/tokeninfo"
	s.app.showDetails(s.app.view.accounts[0])
	s.press("Test token")
	s.awaitWords("The token is alive")
	s.wantWords("It may send mail.")
}

func TestAccessOfALivingTokenIsTheProvidersAnswer(t *testing.T) {
	s := newStage(t)
	s.app.settings.Access = "Send only"
	s.start()
	s.press("Add account…")
	practicetest.Allow(s, s.link())
	alice := s.awaitAccount("alice@example.com")
	s.app.session.tokenInfo = s.provider.Issuer() + "/tokeninfo"
	alice.Scopes = []string{"https://www.googleapis.com/auth/gmail.labels"} // as if something had changed since
	s.app.testToken(alice, nil)
	s.awaitWords("It may send mail.")
}

func TestTokenThatIsAliveNoLongerIsReplacedOnce(t *testing.T) {
	s := newStage(t)
	s.app.settings.Access = "Send only"
	s.start()
	alice := s.signIn("alice@example.com")
	s.app.session.tokenInfo = s.provider.Issuer() + "/tokeninfo"
	// The token is revoked, and with it the grant: the replacement is refused.
	token, err := s.engine().Token(t.Context(), alice.Key, 0)
	if err != nil {
		t.Fatal(err)
	}
	s.revoke(url.Values{"token": {token.Access}})
	s.app.testToken(alice, nil)
	s.awaitWords(explain(oauth.ErrSignInAgain, "Google").title)
}

func TestTestIsOfferedOnceAfterTheFirstSignIn(t *testing.T) {
	s := newStage(t)
	s.start()
	s.signIn("alice@example.com")
	s.app.session.profile = s.provider.Issuer() + "/gmail/v1/users/me/profile"
	s.wantWords("alice@example.com is signed in.", "[Test token]")
	s.press("Test token")
	s.awaitWords("Works: alice@example.com, 128 messages.")
	s.press("Close")
	if s.says("[Test token]") {
		t.Error("it is still offered after the test")
	}
	s.signIn("bob@example.com")
	if s.says("[Test token]") {
		t.Error("offered twice")
	}
	s.stop()
	s.build()
	s.start()
	s.signIn("carol@example.com")
	if s.says("[Test token]") {
		t.Error("offered again after a restart")
	}
}

func TestMoreAccessThanWasAskedForIsSaid(t *testing.T) {
	s := newStage(t)
	s.app.settings.Access = "Send only"
	s.start()
	s.press("Add account…")
	practicetest.Allow(s, s.link(), practicetest.Problem("grant:more_access"))
	s.awaitAccount("alice@example.com")
	s.wantWords("was given more than was asked for: it may also read, write, send and delete all mail")
}

func TestChangeOfAccessIsSaidBefore(t *testing.T) {
	for name, c := range map[string]struct{ had, wanted, want string }{
		"more": {google.ScopeReadOnly, google.ScopeModify, "It may then also read, write and send mail, without deleting it for good."},
		"less": {google.ScopeEverything, google.ScopeSend, "It may no longer read, write, send and delete all mail."},
		"same": {google.ScopeSend, google.ScopeSend, "That is what it may do already."},
	} {
		if got := changeWords([]string{"openid", c.had}, []string{c.wanted}); got != c.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestNumbersAreGrouped(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 12345: "12,345", 1234567: "1,234,567"} {
		if got := grouped(n); got != want {
			t.Errorf("%d is %q", n, got)
		}
	}
}

// typeText puts text into the one field that shows.
func (s *stage) typeText(text string) {
	s.Helper()
	s.see(func(o fyne.CanvasObject) {
		if f, ok := o.(*field); ok && f.Visible() {
			f.SetText(text)
		}
	})
}

func TestButtonForSomebodyElseHasRoom(t *testing.T) {
	for address, want := range map[string]string{
		"bob@example.com": "Add bob as a new account",
		"a.person.with.a.very.long.name@example.com": "Add as a new account",
		"118273645": "Add 118273645 as a new account",
		"":          "Add as a new account",
	} {
		if got := admitLabel(address); got != want {
			t.Errorf("%q: %q", address, got)
		}
	}
}

func TestWindowSaysThatTheAccountsAreNotOpenAfterTheReasonWasClosed(t *testing.T) {
	s := newStage(t)
	failed := s.app.openSession
	s.app.openSession = func(context.Context, place, string, func(oauth.Account, error) oauth.Page, *slog.Logger) (*session, error) {
		return nil, keychain.ErrDismissed
	}
	s.app.open(place{})
	s.awaitWords("The keychain stayed locked")
	s.press("Close")
	s.wantWords("Your accounts are not open.\nPress “Add account…” to try once more.")
	s.app.openSession = failed
	s.press("Add account…")
	s.link()
}

func TestAccountsOpenByThemselvesWhenTheKeychainDoes(t *testing.T) {
	s := newStage(t)
	works := s.app.openSession
	for _, closed := range []bool{false, true} {
		tries := 0
		fails := func(err error) {
			s.app.openSession = func(context.Context, place, string, func(oauth.Account, error) oauth.Page, *slog.Logger) (*session, error) {
				tries++
				return nil, err
			}
		}
		fails(oauth.ErrInUse)
		s.app.open(place{})
		s.awaitWords("Token Tray is running already")
		s.app.keychainOpened() // is no help
		s.app.work.Wait()
		s.press("Close")
		if tries != 1 {
			t.Errorf("opened %d times, and only the keychain is open now", tries)
		}
		fails(keychain.ErrDismissed)
		s.app.open(place{})
		s.awaitWords("The keychain stayed locked")
		if closed {
			s.press("Close")
		}
		s.app.openSession = works
		s.app.keychainOpened()
		s.until("the accounts are open", func() bool { return s.app.session != nil && s.app.view.provider != "" })
		if s.says("The keychain stayed locked") {
			t.Error("the window still says that it stayed locked")
		}
	}
}

func TestDetailsOfAnEndedSignInSayWhyAndLeadOn(t *testing.T) {
	s := newStage(t)
	s.start()
	alice := s.signIn("alice@example.com")
	s.provider.SetFault(practice.Token, practice.Fault{Status: 400, Body: `{"error":"invalid_grant","error_subtype":"invalid_rapt"}`})
	if _, err := s.engine().Token(t.Context(), alice.Key, anew); err == nil {
		t.Fatal("the grant has not ended")
	}
	s.provider.SetFault(practice.Token, practice.Fault{})
	s.until("the ended grant shows", func() bool { return s.account(alice.Address).State == oauth.SignInAgain })
	s.app.session.provider = googleName
	s.app.showDetails(alice)
	s.wantWords("Your organisation asks for a new sign-in", "Until then it could read, write, send and delete all mail.")
	if s.says("[Test token]") {
		t.Error("a token that has ended can be tested")
	}
	s.press("Sign in again")
	practicetest.Allow(s, s.link())
	s.awaitWords("alice@example.com is signed in.")
}

func TestLostSignInLeadsOnWhileItsTokenLasts(t *testing.T) {
	s := newStage(t)
	s.start()
	alice := s.signIn("alice@example.com")
	if err := s.secrets.Delete(t.Context(), "refresh_token:"+alice.Key.Subject); err != nil {
		t.Fatal(err)
	}
	if _, err := s.engine().Token(t.Context(), alice.Key, anew); !errors.Is(err, oauth.ErrTokenLost) {
		t.Fatal(err)
	}
	s.until("the loss shows", func() bool { return s.account(alice.Address).State == oauth.Lost })
	s.wantWords("Sign-in not kept, good for 59 minutes")
	s.pressFor(alice.Address, "Copy token")
	s.awaitWords("Copied for alice@example.com")
	s.app.showDetails(alice)
	s.wantWords("The keychain no longer has this sign-in", "[Test token]")
	s.press("Sign in again")
	practicetest.Allow(s, s.link())
	s.awaitWords("alice@example.com is signed in.")
	s.until("it is repaired", func() bool { return s.account(alice.Address).State == oauth.Ready })
	if n := len(s.app.view.accounts); n != 1 {
		t.Errorf("%d accounts", n)
	}
}

func TestOldDetailsDoNotHideThatASignInWorked(t *testing.T) {
	s := newStage(t)
	s.start()
	alice := s.signIn("alice@example.com")
	s.app.showDetails(alice)
	s.app.signInAgain(alice)
	practicetest.Allow(s, s.link())
	s.awaitWords("alice@example.com is signed in.")
}
