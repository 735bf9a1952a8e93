package app

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tokentray/app/desktop"
	"tokentray/oauth"
	"tokentray/oauth/keychain"
	"tokentray/oauth/practice"
)

func TestCopiedTokenWorksAndIsSaid(t *testing.T) {
	for _, from := range []string{"window", "tray"} {
		t.Run(from, func(t *testing.T) {
			s := newStage(t)
			s.start()
			alice := s.signIn("alice@example.com")
			s.signIn("bob@example.com")
			s.copyFrom(from, alice.Address)
			s.awaitWords(sayCopied(alice.Address, formats[0], alice.Expiry, time.Now()))
			if got := s.ownerOf(s.board.holds()); got != "alice@example.com" {
				t.Errorf("the provider says the token is %q's", got)
			}
			s.until("the use is noted", func() bool { return !s.account("alice@example.com").LastUsed.IsZero() })
			if !s.account("bob@example.com").LastUsed.IsZero() {
				t.Error("a use of the other account is noted")
			}
			if said := s.screen.notifications(); said != nil {
				t.Errorf("notified although the window shows it: %q", said)
			}
		})
	}
}

func (s *stage) copyFrom(from, address string) {
	s.Helper()
	if from == "tray" {
		s.choose("Copy token: " + address)
	} else {
		s.pressFor(address, "Copy token")
	}
}

// ownerOf asks the provider whose mailbox a token opens; empty: it opens none.
func (s *stage) ownerOf(token string) string {
	s.Helper()
	request, err := http.NewRequestWithContext(s.Context(), http.MethodGet, s.provider.Issuer()+"/gmail/v1/users/me/profile", nil)
	if err != nil {
		s.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return ""
	}
	var profile struct {
		Address string `json:"emailAddress"`
	}
	if err := json.NewDecoder(response.Body).Decode(&profile); err != nil {
		s.Fatal(err)
	}
	return profile.Address
}

func TestCopyWithTheWindowHiddenNotifies(t *testing.T) {
	s := newStage(t)
	s.start()
	alice := s.signIn("alice@example.com")
	s.app.trayHostChanged(true)
	s.screen.window.close()
	s.choose("Copy token: alice@example.com")
	s.awaitWords(sayCopied(alice.Address, formats[0], alice.Expiry, time.Now()))
	s.until("it is notified", func() bool { return s.screen.notifications() != nil })
	want := "Token Tray: A token was copied. It is good until " + goodUntil(alice.Expiry, time.Now()) + "."
	if said := s.screen.notifications(); !slices.Equal(said, []string{want}) {
		t.Errorf("notified: %q, want %q", said, want)
	}
	if s.screen.window.shown {
		t.Error("the window came up")
	}
}

func TestCopyWithoutAFreshTokenGetsOne(t *testing.T) {
	s := newStage(t)
	s.start()
	s.signIn("alice@example.com")
	s.forget()
	s.provider.SetFault(practice.Token, practice.Fault{Cut: true, Times: 1})
	s.restart()
	s.wantWords("Offline, trying again")
	s.pressFor("alice@example.com", "Copy token")
	s.wantWords("Getting a fresh token for alice@example.com…")
	s.awaitWords("Copied for alice@example.com")
	if s.ownerOf(s.board.holds()) != "alice@example.com" {
		t.Error("the copied token does not work")
	}
}

// forget ends the program and has the keychain forget its access tokens.
func (s *stage) forget() {
	s.Helper()
	s.stop()
	for name := range s.secrets.Entries() {
		if strings.HasPrefix(name, "access_token:") {
			if err := s.secrets.Delete(s.Context(), name); err != nil {
				s.Fatal(err)
			}
		}
	}
}

// restart starts the program anew and waits until each account has got a token or has failed to.
func (s *stage) restart() {
	s.Helper()
	s.build()
	before := strings.Count(s.stderr.String(), "token not renewed")
	s.start()
	failed := 0
	s.until("the renewals at the start are over", func() bool {
		failed = 0
		return !slices.ContainsFunc(s.app.view.accounts, func(a oauth.Account) bool {
			if a.Cause != nil {
				failed++
			}
			return a.State == oauth.Renewing || a.Cause == nil && a.Expiry.IsZero()
		})
	})
	s.until("those that failed are logged", func() bool {
		s.calls <- func() {} // nothing comes to the screen with the line: look again
		return strings.Count(s.stderr.String(), "token not renewed")-before >= failed
	})
}

func TestEndedGrantAtCopyLeadsToTheSignIn(t *testing.T) {
	s := newStage(t)
	s.start()
	alice := s.signIn("alice@example.com")
	s.endGrant(alice)
	s.app.copyToken(alice) // pressed before the row was drawn anew
	s.awaitWords("alice@example.com: " + explain(oauth.ErrSignInAgain, "Google").title)
	if s.board.holds() != "" {
		t.Error("something was copied")
	}
	s.press("Sign in again")
	s.wantWords("Sign in again: alice@example.com")
}

// Each way in which a copy goes wrong: words in the window, one line in the log, nothing on the clipboard, and trying
// again works.
func TestFailedCopyIsExplainedAndCanBeTriedAgain(t *testing.T) {
	tests := map[string]struct {
		breakIt func(*stage)
		mend    func(*stage)
		want    error
	}{
		"provider down": {
			breakIt: func(s *stage) { s.provider.SetFault(practice.Token, practice.Fault{Cut: true}) },
			mend:    func(s *stage) { s.provider.SetFault(practice.Token, practice.Fault{}) },
			want:    oauth.ErrUnreachable,
		},
		"provider in trouble": {
			breakIt: func(s *stage) { s.provider.SetFault(practice.Token, practice.Fault{Status: 503}) },
			mend:    func(s *stage) { s.provider.SetFault(practice.Token, practice.Fault{}) },
			want:    oauth.ErrBadAnswer,
		},
		"keychain locked and dismissed": {
			breakIt: func(s *stage) { s.secrets.Lock(keychain.ErrDismissed) },
			mend:    func(s *stage) { s.secrets.Lock(nil) },
			want:    keychain.ErrDismissed,
		},
		"clipboard refuses": {
			breakIt: func(s *stage) { s.board.fail(errors.New("no display")) },
			mend:    func(s *stage) { s.board.fail(nil) },
			want:    desktop.ErrClipboard,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			s.start()
			alice := s.signIn("alice@example.com")
			s.forget()
			test.breakIt(s)
			s.restart()
			s.oneLine(func() {
				s.app.copyToken(alice)
				s.awaitWords("alice@example.com: " + explain(test.want, "Google").title)
				s.wantWords(explain(test.want, "Google").detail)
			})
			if s.board.holds() != "" {
				t.Error("something was copied")
			}
			if !s.listed("alice@example.com") {
				t.Fatal("the account is gone")
			}
			test.mend(s)
			s.press("Try again")
			s.awaitWords("Copied for alice@example.com")
			if s.ownerOf(s.board.holds()) != "alice@example.com" {
				t.Error("the copied token does not work")
			}
		})
	}
}

func TestUnlockingAtCopyWorks(t *testing.T) {
	s := newStage(t)
	s.start()
	s.signIn("alice@example.com")
	s.forget()
	s.secrets.Lock(nil)
	s.restart()
	s.wantWords("Keychain locked, waiting")
	s.pressFor("alice@example.com", "Copy token")
	s.wantWords("Waiting for you to unlock the keychain…")
	s.awaitWords("Copied for alice@example.com")
	if s.secrets.Unlocks() != 1 {
		t.Errorf("asked %d times to unlock, want once", s.secrets.Unlocks())
	}
}

func TestNobodyIsAskedToUnlockTheKeychainUnbidden(t *testing.T) {
	s := newStage(t)
	s.start()
	s.signIn("alice@example.com")
	s.forget()
	s.secrets.Lock(nil)
	s.restart()
	if s.secrets.Unlocks() != 0 {
		t.Error("the start asked to unlock the keychain")
	}
}

func TestHangingClipboardIsGivenUp(t *testing.T) {
	s := newStage(t)
	s.start()
	s.signIn("alice@example.com")
	s.app.clipboard = desktop.ClipboardOver(s.board, 50*time.Millisecond)
	release := s.board.hangUp()
	defer release()
	s.oneLine(func() {
		s.pressFor("alice@example.com", "Copy token")
		s.awaitWords("alice@example.com: " + explain(desktop.ErrClipboardBusy, "Google").title)
	})
	s.press("Close")
	s.wantWords("[Copy token]")
}

// A token that has little left but can't be renewed is copied all the same, and the person is told.
func TestTokenThatCantBeRenewedIsCopiedWithAWord(t *testing.T) {
	s := newStage(t)
	s.provider.SetAccessLifetime(time.Hour)
	s.start()
	alice := s.signIn("alice@example.com")
	s.stop()
	s.shorten(alice, time.Minute)
	s.provider.SetFault(practice.Token, practice.Fault{Cut: true})
	s.build()
	s.start()
	s.until("the renewal at the start has failed", func() bool { return s.account("alice@example.com").Cause != nil })
	s.wantWords("Offline, good for less than a minute")
	s.pressFor("alice@example.com", "Copy token")
	s.awaitWords("It could not be renewed: " + explain(oauth.ErrUnreachable, "Google").title)
	s.wantWords("Copied for alice@example.com, good until ")
	if s.ownerOf(s.board.holds()) != "alice@example.com" {
		t.Error("the copied token does not work")
	}
}

// A locked screen may show a notification, and on Windows it passes through a script.
func TestNotificationsNameNobody(t *testing.T) {
	for _, n := range []notice{
		endedNews(), clientNews(), copiedNews(noon.Add(time.Hour), noon, true), copiedNews(noon.Add(26*time.Hour), noon, false),
	} {
		if strings.ContainsAny(n.text, "@\"$`;&|<>\n") || n.category == "" {
			t.Errorf("%+v", n)
		}
	}
	if said := copiedNews(noon.Add(time.Minute), noon, false).text; !strings.Contains(said, "could not be renewed") ||
		!strings.Contains(said, "good until "+goodUntil(noon.Add(time.Minute), noon)) {
		t.Errorf("of a token that can't be renewed it says %q", said)
	}
}

// shorten has the keychain hold that an account's access token ends sooner than it does.
func (s *stage) shorten(a oauth.Account, left time.Duration) {
	s.Helper()
	name := "access_token:" + a.Key.Subject
	var kept map[string]any
	if err := json.Unmarshal([]byte(s.secrets.Entries()[name]), &kept); err != nil {
		s.Fatal(err)
	}
	kept["expiry"] = time.Now().Add(left)
	data, err := json.Marshal(kept)
	if err != nil {
		s.Fatal(err)
	}
	if err := s.secrets.Set(s.Context(), name, string(data)); err != nil {
		s.Fatal(err)
	}
}

// Where the desktop lets only the program in front copy, a click in the tray brings the window with the keyboard on the
// button that can.
func TestCopyThatNeedsTheWindowOpensIt(t *testing.T) {
	s := newStage(t)
	s.start()
	s.signIn("alice@example.com")
	bob := s.signIn("bob@example.com")
	s.app.showDetails(bob)
	s.screen.window.close()
	s.app.copyInWindow(bob)
	if !s.screen.window.shown {
		t.Fatal("the window is hidden")
	}
	s.wantWords("Press “Copy token” here, or install wl-clipboard")
	if b, ok := s.app.window.Canvas().Focused().(*cardButton); !ok || b.card.account.Key != bob.Key || b.Text != "Copy token" {
		t.Errorf("the keyboard is on %T", s.app.window.Canvas().Focused())
	}
	s.app.startCountdown(bob, "Copied before")
	s.app.copyInWindow(bob)
	s.wantWords("Press “Copied” here") // what the button says by then
}
