package app

import (
	"errors"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"tokentray/app/desktop"
	"tokentray/oauth"
	"tokentray/oauth/keychain"
	"tokentray/oauth/practice"
)

func TestKeepItKeepsTheAccount(t *testing.T) {
	for name, keep := range map[string]func(*stage){
		"Keep it": func(s *stage) { s.press("Keep it") },
		"Escape":  func(s *stage) { s.key(fyne.KeyEscape) },
		"Enter": func(s *stage) {
			s.key(fyne.KeyReturn)
			s.key(fyne.KeyEnter)
			s.key(fyne.KeySpace)
			s.press("Keep it")
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			s.start()
			s.signIn("alice@example.com")
			s.pressFor("alice@example.com", "Remove…")
			s.wantWords("Remove alice@example.com?", "Token Tray withdraws its access at Google")
			keep(s)
			s.wantWords("[Copy token]")
			if s.says("Remove alice@example.com?") || len(s.engine().Accounts()) != 1 || s.provider.Requests(practice.Revoke) != 0 {
				t.Error("something was removed")
			}
		})
	}
}

func TestRemovalTakesAllStepsAndNamesThem(t *testing.T) {
	s := newStage(t)
	s.start()
	alice := s.signIn("alice@example.com")
	s.signIn("bob@example.com")
	s.copyOf("alice@example.com")
	token := s.board.holds()
	s.remove("alice@example.com")
	s.awaitWords("alice@example.com was removed")
	s.wantWords("✓ Access withdrawn at Google.", "✓ Taken out of the keychain.", "✓ Clipboard cleared.")
	if s.board.holds() != "" {
		t.Error("the token is still on the clipboard")
	}
	if s.ownerOf(token) != "" {
		t.Error("the token still works")
	}
	for name := range s.secrets.Entries() {
		if strings.HasSuffix(name, alice.Key.Subject) {
			t.Errorf("the keychain still has %s", name)
		}
	}
	if got := len(s.secrets.Entries()); got != 2 {
		t.Errorf("the keychain has %d entries, want the two of the other account", got)
	}
	s.press("Close")
	s.until("the account is gone", func() bool { return !s.listed("alice@example.com") && s.listed("bob@example.com") })
	if got := s.entries()[0]; got != "Copy token: bob@example.com" {
		t.Errorf("the tray starts with %q", got)
	}
}

func TestRemovalLeavesAForeignClipboardAlone(t *testing.T) {
	s := newStage(t)
	s.start()
	s.signIn("alice@example.com")
	s.signIn("bob@example.com")
	for name, text := range map[string]string{"a text": "shopping list", "nothing": ""} {
		s.board.put(text)
		s.remove("alice@example.com")
		s.awaitWords("✓ No token of it is on the clipboard.")
		if s.board.holds() != text {
			t.Errorf("%s is gone from the clipboard", name)
		}
		s.press("Close")
		s.signIn("alice@example.com")
	}
	s.copyOf("bob@example.com")
	token := s.board.holds()
	s.remove("alice@example.com")
	s.awaitWords("✓ No token of it is on the clipboard.")
	if s.board.holds() != token {
		t.Error("the other account's token is gone from the clipboard")
	}
}

// A restart forgets what was written, but the token can still be told to be the account's, in any format.
func TestRemovalClearsATokenCopiedByARunThatWasKilled(t *testing.T) {
	for _, f := range formats {
		t.Run(string(f.name), func(t *testing.T) {
			s := newStage(t)
			s.start()
			alice := s.signIn("alice@example.com")
			s.app.copyAs(alice, f)
			s.awaitWords("Copied for")
			left := s.board.holds()
			s.stop()
			s.board.put(left)
			s.restart()
			s.remove("alice@example.com")
			s.awaitWords("✓ Clipboard cleared.")
			if s.board.holds() != "" {
				t.Error("the token is still on the clipboard")
			}
		})
	}
}

func TestRemovalSaysWhichStepFailed(t *testing.T) {
	tests := map[string]struct {
		breakIt func(*stage)
		words   []string
	}{
		"provider down": {
			func(s *stage) { s.provider.SetFault(practice.Revoke, practice.Fault{Cut: true}) },
			[]string{"✗ Access not withdrawn at Google. " + explain(oauth.ErrUnreachable, "Google").title + ".",
				"myaccount.google.com/permissions", "✓ Taken out of the keychain.", "✓ No token of it is on the clipboard."},
		},
		"keychain dismissed": {
			func(s *stage) { s.secrets.Lock(keychain.ErrDismissed) },
			[]string{"✗ Access not withdrawn at Google.", "✗ Still in the keychain. " + explain(keychain.ErrDismissed, "Google").title + "."},
		},
		"clipboard refuses": {
			func(s *stage) { s.board.fail(errors.New("no display")) },
			[]string{"✓ Access withdrawn at Google.", "✓ Taken out of the keychain.",
				"✗ Clipboard not checked. " + explain(desktop.ErrClipboard, "Google").title + "."},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			s.start()
			s.signIn("alice@example.com")
			test.breakIt(s)
			before := len(s.stderr.lines())
			s.remove("alice@example.com")
			s.awaitWords("alice@example.com was removed")
			s.wantWords(test.words...)
			if len(s.stderr.lines()) == before {
				t.Error("nothing was logged")
			}
			s.until("the account is gone", func() bool { return !s.listed("alice@example.com") })
		})
	}
}

// copyOf copies an account's token.
func (s *stage) copyOf(address string) {
	s.Helper()
	s.pressFor(address, "Copy token")
	s.awaitWords("Copied for " + address)
}

// remove presses Remove, and Remove again.
func (s *stage) remove(address string) {
	s.Helper()
	s.pressFor(address, "Remove…")
	s.press("Remove")
}
