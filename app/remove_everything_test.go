package app

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"tokentray/app/desktop"
	"tokentray/oauth"
	"tokentray/oauth/google"
	"tokentray/oauth/keychain"
	"tokentray/oauth/practice"
)

// settled is a stage on which all is kept that can be: two accounts at Google, one of them copied, one in practice, a client,
// settings, a start at login, and what Fyne writes.
func settledStage(t *testing.T) *stage {
	t.Helper()
	s := withoutClient(t)
	s.app.scratch = []string{filepath.Join(t.TempDir(), "fyne", ID), filepath.Join(t.TempDir(), "fyne", ID)}
	for _, folder := range s.app.scratch {
		if err := os.MkdirAll(filepath.Join(folder, "within"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	s.importedClient(clientID, "my-project")
	s.app.open(place{practice: true})
	s.until("practice is open", func() bool { return s.app.view.practice })
	s.signIn("carol@example.com")
	s.app.open(place{})
	s.awaitGoogle()
	s.signIn("alice@example.com")
	s.signIn("bob@example.com")
	s.login.on = true
	s.copyOf("alice@example.com")
	s.saved()
	return s
}

// removeAll presses Remove everything in the settings, and again.
func (s *stage) removeAll() {
	s.Helper()
	s.press("Settings")
	s.press("Remove everything…")
	s.press("Remove everything")
}

// nothingLeft checks that nothing is kept any more.
func (s *stage) nothingLeft() {
	s.Helper()
	if entries := s.secrets.Entries(); len(entries) > 0 {
		s.Errorf("%d entries are left in the keychain", len(entries))
	}
	if s.board.holds() != "" {
		s.Error("a token is left on the clipboard")
	}
	if on, _ := s.login.Enabled(); on {
		s.Error("the program still starts at login")
	}
	if _, err := os.Stat(s.root); !os.IsNotExist(err) {
		s.Errorf("the lists are left (%v)", err)
	}
	for _, folder := range s.app.scratch {
		if entries, _ := os.ReadDir(folder); len(entries) > 0 {
			s.Errorf("%d files are left of what Fyne wrote", len(entries))
		}
	}
}

func (s *stage) ended() bool { return s.app.ctx.Err() != nil }

func TestRemoveEverythingLeavesNothingAndEnds(t *testing.T) {
	s := settledStage(t)
	withdrawn := s.provider.Requests(practice.Revoke)
	s.removeAll()
	s.until("the program ends", s.ended)
	s.nothingLeft()
	if got := s.provider.Requests(practice.Revoke) - withdrawn; got != 3 {
		t.Errorf("the access of %d accounts was withdrawn, want 3", got)
	}
	if told := s.screen.notifications(); !slices.Contains(told, Name+": "+removedNews().text) {
		t.Errorf("told was %q", told)
	}
	if !s.app.removed.Load() {
		t.Error("what is made from now on would stay")
	}
}

func TestNothingIsRemovedBeforeTheAnswer(t *testing.T) {
	for name, keep := range map[string]func(*stage){
		"Keep everything": func(s *stage) { s.press("Keep everything") },
		"Escape":          func(s *stage) { s.key(fyne.KeyEscape) },
		"Enter": func(s *stage) {
			s.key(fyne.KeyReturn)
			s.key(fyne.KeySpace)
			s.press("Keep everything")
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			s.start()
			s.signIn("alice@example.com")
			s.press("Settings")
			s.press("Remove everything…")
			s.wantWords(removeEverythingTitle(), "withdraws its access", "The program itself stays installed")
			keep(s)
			s.wantWords("[Copy token]")
			if s.says(removeEverythingTitle()) || s.ended() || len(s.engine().Accounts()) != 1 || s.provider.Requests(practice.Revoke) != 0 {
				t.Error("something was removed")
			}
		})
	}
}

// What the keychain holds is needed to withdraw access, so a keychain that stays locked costs nothing and is asked for once.
func TestLockedKeychainKeepsEverything(t *testing.T) {
	s := settledStage(t)
	before := s.secrets.Entries()
	s.secrets.Lock(keychain.ErrDismissed)
	s.removeAll()
	s.awaitWords("Nothing was removed")
	s.wantWords("The keychain stayed locked", "everything is as it was")
	if s.secrets.Unlocks() != 1 || s.ended() || len(s.secrets.Entries()) != len(before) || s.provider.Requests(practice.Revoke) != 0 {
		t.Errorf("asked %d times, or something was removed", s.secrets.Unlocks())
	}
	if on, _ := s.login.Enabled(); !on {
		t.Error("the start at login is gone")
	}
	s.secrets.Lock(nil)
	s.press("Try again")
	s.until("the program ends", s.ended)
	s.nothingLeft()
}

func TestWhatCouldNotBeRemovedIsSaid(t *testing.T) {
	tests := map[string]struct {
		breakIt func(*stage)
		words   []string
	}{
		"offline": {
			func(s *stage) { s.provider.SetFault(practice.Revoke, practice.Fault{Cut: true}) },
			[]string{"The access of alice@example.com and bob@example.com at Google was not withdrawn. " +
				explain(oauth.ErrUnreachable, googleName).title, googlePermissionsWords()},
		},
		"damaged list": {
			func(s *stage) {
				_ = os.WriteFile(filepath.Join(s.root, "google", "accounts.json.damaged-20260101T000000.000"), nil, 0o600)
			},
			[]string{"The access of the accounts in a damaged list at Google was not withdrawn.", googlePermissionsWords()},
		},
		"somebody's folder": {
			func(s *stage) { _ = os.Mkdir(filepath.Join(s.root, "id.example.com_443-01020304"), 0o700) },
			[]string{"It is not known at which provider the accounts in “id.example.com_443-01020304” were signed in."},
		},
		"clipboard": {
			func(s *stage) { s.board.fail(errors.New("no display")) },
			[]string{"A token may still be on the clipboard."},
		},
		"keychain": {
			func(s *stage) { s.secrets.Fail("client_secret", keychain.ErrFault) },
			[]string{"The keychain may still have entries named “Token Tray” or “Token Tray (practice)”. " + explain(keychain.ErrFault, googleName).title},
		},
		"start at login": {
			func(s *stage) { s.login.fail(errors.New("read-only")) },
			[]string{"Token Tray still starts when you log in."},
		},
		"files": {
			func(s *stage) { s.app.scratch = append(s.app.scratch, os.Args[0]) }, // which is no folder
			[]string{"The folder " + os.Args[0] + " is still there. Delete it yourself."},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := settledStage(t)
			test.breakIt(s)
			before := len(s.stderr.lines())
			s.removeAll()
			s.awaitWords("Not everything was removed")
			s.wantWords(append(test.words, "✓ Everything else is gone.")...)
			if len(s.stderr.lines()) == before {
				t.Error("nothing was logged")
			}
			if s.ended() {
				t.Error("the program ended before anybody could read that")
			}
			if _, err := os.Stat(s.root); !os.IsNotExist(err) {
				t.Errorf("the lists are left (%v)", err)
			}
			if told := s.screen.notifications(); slices.Contains(told, Name+": "+removedNews().text) {
				t.Error("it is told that everything was removed")
			}
			s.press("Quit")
			if !s.ended() {
				t.Error("the program goes on")
			}
		})
	}
}

// Where there is no keychain, nothing can be withdrawn or cleared, and the rest goes all the same.
func TestEverythingElseIsRemovedWithoutAKeychain(t *testing.T) {
	s := settledStage(t)
	s.secrets.Lock(keychain.ErrNoService)
	s.removeAll()
	s.awaitWords("Not everything was removed")
	s.wantWords("The access of alice@example.com and bob@example.com at Google was not withdrawn.", googlePermissionsWords(),
		"The keychain may still have entries named")
	if _, err := os.Stat(s.root); !os.IsNotExist(err) {
		t.Errorf("the lists are left (%v)", err)
	}
}

func TestNothingIsOpenedWhileEverythingIsRemoved(t *testing.T) {
	s := settledStage(t)
	release := s.board.hangUp()
	s.removeAll()
	s.wantWords("Removing everything…")
	s.key(fyne.KeyEscape)
	s.wantWords("Removing everything…")
	s.choose("Add account…")
	s.app.heed(desktop.Handover{Practice: true, Add: true})
	s.app.saveSettings()
	release()
	s.until("the program ends", s.ended)
	s.stop()
	s.nothingLeft()
	select {
	case link := <-s.browser.opened:
		t.Errorf("the browser was opened with %.30s", link)
	default:
	}
}

func TestQuittingInTheMiddleLosesNoList(t *testing.T) {
	s := settledStage(t)
	release := s.board.hangUp()
	s.removeAll()
	s.app.quit()
	release()
	s.stop()
	if s.app.removed.Load() {
		t.Error("it counts as done")
	}
	if _, err := os.Stat(filepath.Join(s.root, "google", "accounts.json")); err != nil {
		t.Errorf("the list is gone, and with it the way to what is left: %v", err)
	}
}

// A provider's folder is named after its address, which can't be read from that name.
func TestEveryPlaceIsFoundAgain(t *testing.T) {
	root := t.TempDir()
	issuers := []string{"https://id.example.com", "https://id.example.com/realm/one", "http://[::1]:9998", "http://127.0.0.1:9999"}
	for _, issuer := range issuers {
		for range 2 {
			s, err := openSession(t.Context(), place{issuer: issuer}, root, nil, newLog(&buffer{}))
			if err != nil {
				t.Fatal(err)
			}
			if err := s.close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, name := range []string{"google", "practice", "stranger"} {
		if err := os.Mkdir(filepath.Join(root, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(root, "settings.json"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	// A folder that was renamed, or whose file names somebody else, is not taken for theirs.
	if err := keepIssuer(filepath.Join(root, "renamed"), "https://id.example.com"); err != nil {
		t.Fatal(err)
	}
	known, unknown, err := places(root)
	if err != nil {
		t.Fatal(err)
	}
	want := []place{{}, {practice: true}}
	for _, issuer := range issuers {
		want = append(want, place{issuer: issuer})
	}
	if len(known) != len(want) {
		t.Errorf("found are %+v", known)
	}
	for _, p := range want {
		if !slices.Contains(known, p) {
			t.Errorf("%+v is not found", p)
		}
	}
	if !slices.Equal(unknown, []string{"renamed", "stranger"}) {
		t.Errorf("unknown are %q", unknown)
	}
	if known, unknown, err := places(filepath.Join(root, "missing")); len(known)+len(unknown) > 0 || err != nil {
		t.Errorf("where nothing is, %v, %v, %v are found", known, unknown, err)
	}
}

func TestManyNamesAreCutShort(t *testing.T) {
	for want, names := range map[string][]string{
		"a":                  {"a"},
		"a and b":            {"a", "b"},
		"a, b and c":         {"a", "b", "c"},
		"a, b, c and 2 more": {"a", "b", "c", "d", "e"},
	} {
		if got := few(names); got != want {
			t.Errorf("%q: %q", strings.Join(names, " "), got)
		}
	}
}

func TestWhereAccessCanBeWithdrawnIsNamed(t *testing.T) {
	if words := withdrawWords(googleName); !strings.Contains(google.PermissionsURL, strings.TrimSuffix(words[strings.Index(words, "myaccount"):], ".")) {
		t.Errorf("it says %q, and Google's page is %s", words, google.PermissionsURL)
	}
}
