package app

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"tokentray/app/desktop"
	"tokentray/oauth"
	"tokentray/oauth/google"
	"tokentray/oauth/keychain"
	"tokentray/oauth/practice"
	"tokentray/oauth/practice/practicetest"
)

// Each way in which a sign-in goes wrong: the window says what and offers to try again, one line is logged, the
// account that is there stays, and trying again works.
func TestFailedSignInIsExplainedAndCanBeTriedAgain(t *testing.T) {
	tests := map[string]struct {
		breakIt func(*stage)
		consent func(*stage, string) // nil: the browser is never opened
		mend    func(*stage)
		want    error
	}{
		"denied": {
			consent: func(s *stage, link string) { practicetest.Deny(s, link) },
			want:    oauth.ErrDenied,
		},
		"code refused": {
			breakIt: func(s *stage) {
				s.provider.SetFault(practice.Token, practice.Fault{Status: 400, Body: `{"error":"invalid_grant"}`, Times: 1})
			},
			consent: allow,
			want:    refusal(oauth.ErrCodeRefused, "invalid_grant"),
		},
		"answers 500": {
			breakIt: func(s *stage) { s.provider.SetFault(practice.Token, practice.Fault{Status: 500, Times: 1}) },
			consent: allow,
			want:    oauth.ErrBadAnswer,
		},
		"answers with a web page": {
			breakIt: func(s *stage) {
				s.provider.SetFault(practice.Token, practice.Fault{Body: "<html>Log in here</html>", ContentType: "text/html", Times: 1})
			},
			consent: allow,
			want:    oauth.ErrBadAnswer,
		},
		"connection cut": {
			breakIt: func(s *stage) { s.provider.SetFault(practice.Token, practice.Fault{Cut: true, Times: 1}) },
			consent: allow,
			want:    oauth.ErrUnreachable,
		},
		"no refresh token": {
			breakIt: func(s *stage) {
				s.provider.SetFault(practice.Token, practice.Fault{Edit: func(a map[string]any) { delete(a, "refresh_token") }, Times: 1})
			},
			consent: allow,
			want:    oauth.ErrNoRefreshToken,
		},
		"forged proof of identity": {
			breakIt: func(s *stage) { s.provider.SetFault(practice.Token, practice.Fault{ForeignKey: true, Times: 1}) },
			consent: allow,
			want:    oauth.ErrIDToken,
		},
		"keychain dismissed": {
			breakIt: func(s *stage) { s.secrets.Lock(keychain.ErrDismissed) },
			mend:    func(s *stage) { s.secrets.Lock(nil) },
			want:    keychain.ErrDismissed,
		},
		"keychain gone": {
			breakIt: func(s *stage) { s.secrets.Lock(keychain.ErrNoService) },
			mend:    func(s *stage) { s.secrets.Lock(nil) },
			want:    keychain.ErrNoService,
		},
		"keychain keeps nothing": {
			breakIt: func(s *stage) { s.secrets.FailSet(keychain.ErrNotKept) },
			consent: allow,
			mend:    func(s *stage) { s.secrets.FailSet(nil) },
			want:    keychain.ErrNotKept,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			s.start()
			s.signIn("bob@example.com")
			s.app.window.say("")
			if test.breakIt != nil {
				test.breakIt(s)
			}
			s.oneLine(func() {
				s.press("Add account…")
				if test.consent != nil {
					test.consent(s, s.link())
				}
				s.awaitProblem(test.want)
			})
			if s.app.signIn != nil {
				t.Error("the sign-in is still under way")
			}
			if got := s.engine().Accounts(); len(got) != 1 || got[0].Address != "bob@example.com" {
				t.Errorf("the accounts are now %v", got)
			}
			if test.mend != nil {
				test.mend(s)
			}
			s.press("Try again")
			practicetest.Allow(s, s.link(), practicetest.As("alice@example.com"))
			s.awaitAccount("alice@example.com")
		})
	}
}

func allow(s *stage, link string) { practicetest.Allow(s, link, practicetest.As("alice@example.com")) }

func TestProviderThatIsDownIsSaidBeforeTheBrowserOpens(t *testing.T) {
	s := newStage(t)
	s.provider.SetFault(practice.Discovery, practice.Fault{Cut: true})
	s.start()
	s.oneLine(func() {
		s.press("Add account…")
		s.awaitProblem(oauth.ErrUnreachable)
	})
	if len(s.browser.opened) != 0 {
		t.Error("a browser was opened")
	}
	s.provider.SetFault(practice.Discovery, practice.Fault{})
	s.press("Try again")
	allow(s, s.link())
	s.awaitAccount("alice@example.com")
}

func TestRefusedClientLeadsToTheClientFile(t *testing.T) {
	s := newStage(t)
	s.client.Secret = "GOCSPX-wrong"
	s.start()
	s.press("Add account…")
	s.oneLine(func() {
		allow(s, s.link())
		s.awaitProblem(refusal(oauth.ErrClientRefused, "invalid_client"))
	})
	s.press("Choose the client file…")
	s.wantWords("Step 5 of 5", "[Choose the client file…]")
}

func TestSignInThatNobodyFinishesGivesUp(t *testing.T) {
	s := newStage(t)
	s.patience = 300 * time.Millisecond
	s.start()
	s.oneLine(func() {
		s.press("Add account…")
		s.link()
		s.awaitProblem(oauth.ErrTimedOut)
	})
	s.press("Try again")
	allow(s, s.link())
	s.awaitAccount("alice@example.com")
}

// The next sign-in starts right away, though the one that was left may need a moment to end.
func TestSignInEndsWithCancelAndEscape(t *testing.T) {
	for name, leave := range map[string]func(*stage){
		"Cancel": func(s *stage) { s.press("Cancel") },
		"Escape": func(s *stage) { s.key(fyne.KeyEscape) },
		"Escape in the field": func(s *stage) {
			s.press("Paste the address you ended at")
			s.key(fyne.KeyEscape)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			s.start()
			s.press("Add account…")
			link := s.link()
			leave(s)
			if s.app.signIn != nil || s.says("Add an account") {
				t.Error("the sheet is still there")
			}
			s.press("Add account…")
			allow(s, s.link())
			s.awaitAccount("alice@example.com")
			if _, err := practicetest.Submit(t.Context(), link, true); err == nil {
				t.Error("the sign-in that was left still takes an answer")
			}
		})
	}
}

// A sign-in that is cancelled at once is still asking the keychain or the provider when the next one starts.
func TestSignInRightAfterCancelStarts(t *testing.T) {
	s := newStage(t)
	s.provider.SetFault(practice.Discovery, practice.Fault{Delay: time.Second, Times: 1})
	s.start()
	s.press("Add account…")
	s.press("Cancel")
	s.press("Add account…")
	allow(s, s.link())
	s.awaitAccount("alice@example.com")
}

// Between two attempts there is nothing that an address could be for.
func TestAddressPastedBetweenTwoAttemptsIsNotTaken(t *testing.T) {
	s := newStage(t)
	s.start()
	s.press("Add account…")
	s.link()
	s.press("Paste the address you ended at")
	field := s.field()
	s.chooseAccess("Send only")
	if finish := s.find("Use this address").(*button); !finish.Disabled() {
		t.Error("the button can be pressed")
	}
	field.SetText("http://127.0.0.1/callback")
	field.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	allow(s, s.link())
	s.awaitAccount("alice@example.com")
}

func TestAccessChangedInHasteStartsTheLastChoice(t *testing.T) {
	s := newStage(t)
	s.start()
	s.press("Add account…")
	for _, name := range []string{"Send only", "Read only", "Everything", "Send only"} {
		s.chooseAccess(name)
	}
	s.until("a browser was opened", func() bool { return len(s.browser.opened) > 0 })
	if got := scopes(t, s.link()); !slices.Contains(got, google.ScopeSend) {
		t.Errorf("asked for %q", got)
	}
	if len(s.browser.opened) != 0 || s.says("under way") {
		t.Error("an earlier attempt is in the way")
	}
}

func TestBrowserThatCantBeOpenedLeavesTheLink(t *testing.T) {
	s := newStage(t)
	s.browser.fail(fmt.Errorf("%w: xdg-open can't be run", desktop.ErrBrowser))
	s.start()
	s.oneLine(func() {
		s.press("Add account…")
		s.awaitWords(explain(desktop.ErrBrowser, "Google").line())
	})
	s.press("Copy the link")
	s.until("the link is on the clipboard", func() bool { return s.board.holds() != "" })
	allow(s, s.board.holds())
	s.awaitAccount("alice@example.com")
}

func TestLinkThatCantBeCopiedIsSaid(t *testing.T) {
	s := newStage(t)
	s.start()
	s.press("Add account…")
	s.link()
	s.board.fail(errors.New("no clipboard"))
	s.oneLine(func() {
		s.press("Copy the link")
		s.awaitWords(explain(desktop.ErrClipboard, "Google").line())
	})
	if s.app.signIn == nil {
		t.Error("that ended the sign-in")
	}
}

func TestBrowserEndsOnAPageThatSaysWhatWentWrong(t *testing.T) {
	s := newStage(t)
	s.start()
	s.press("Add account…")
	page := practicetest.Deny(s, s.link())
	if want := explain(oauth.ErrDenied, "Google").title; !strings.Contains(page.Body, want) {
		t.Errorf("the page does not say %q: %s", want, page.Body)
	}
	s.awaitProblem(oauth.ErrDenied)
}

// refusal is an error with the provider's code in it, which has words of its own.
func refusal(sentinel error, code string) error {
	return fmt.Errorf("%w: %w", sentinel, &oauth.ServerError{Status: 400, Code: code})
}
