package oauth_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"tokentray/oauth"
	"tokentray/oauth/keychain"
	"tokentray/oauth/practice"
	"tokentray/oauth/practice/practicetest"
)

// kinds of what happened to an account, the newest first.
func (w *world) kinds(a oauth.Account) (kinds []oauth.EventKind) {
	w.Helper()
	for _, event := range w.engine.History(a.Key) {
		kinds = append(kinds, event.Kind)
	}
	return kinds
}

func (w *world) wantKinds(a oauth.Account, want ...oauth.EventKind) {
	w.Helper()
	if got := w.kinds(a); !slices.Equal(got, want) {
		w.Errorf("what happened is %v, want %v", got, want)
	}
}

func (w *world) historyFile() string {
	w.Helper()
	data, err := os.ReadFile(filepath.Join(w.folder, "history.json"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		w.Fatal(err)
	}
	return string(data)
}

func TestWhatHappenedOutlastsARestartAndANewSignIn(t *testing.T) {
	w := newWorld(t)
	a := w.signIn()
	w.wantKinds(a, oauth.SignedIn)
	w.engine.Used(a.Key)
	w.provider.SetAccessLifetime(2 * anew)
	w.token(a, anew)
	w.provider.SetFault(practice.Token, practice.Fault{Status: 503})
	for range 3 {
		if _, err := w.engine.Token(context.Background(), a.Key, 3*anew); err == nil {
			t.Fatal("a token came")
		}
	}
	w.wantKinds(a, oauth.Failed, oauth.Refreshed, oauth.Copied, oauth.SignedIn)
	before := w.engine.History(a.Key)
	if before[0].Times != 3 || !errors.Is(before[0].Cause, oauth.ErrBadAnswer) || before[0].At.Before(before[3].At) {
		t.Errorf("%+v", before)
	}
	w.provider.SetFault(practice.Token, practice.Fault{})
	w.restart()
	w.await(func(all []oauth.Account) bool { return !all[0].Expiry.IsZero() }) // the keychain's own token, which is no news
	if after := w.engine.History(a.Key); !reflect.DeepEqual(after, before) {
		t.Errorf("after a restart it is %+v, and was %+v", after, before)
	}
	a = w.signIn()
	w.wantKinds(a, oauth.SignedIn, oauth.Failed, oauth.Refreshed, oauth.Copied, oauth.SignedIn)
	w.restart()
	w.wantKinds(a, oauth.SignedIn, oauth.Failed, oauth.Refreshed, oauth.Copied, oauth.SignedIn)
	if w.engine.History(oauth.Key{Issuer: a.Key.Issuer, Subject: "nobody"}) != nil {
		t.Error("somebody unknown has a history")
	}
}

// A token that the keychain could not take at once is one renewal, which first failed.
func TestTokenThatIsKeptLaterIsRefreshedOnce(t *testing.T) {
	w := newWorld(t)
	w.provider.SetRotate(true)
	a := w.signIn()
	w.provider.SetAccessLifetime(2 * anew)
	w.secrets.FailSet(keychain.ErrTimeout)
	if _, err := w.engine.Token(context.Background(), a.Key, anew); !errors.Is(err, keychain.ErrTimeout) {
		t.Fatal(err)
	}
	w.secrets.FailSet(nil)
	w.token(a, anew)
	w.token(a, anew)
	w.wantKinds(a, oauth.Refreshed, oauth.Failed, oauth.SignedIn)
}

func TestHistoryFileIsTheOwnersAndHoldsNoSecret(t *testing.T) {
	w := newWorld(t)
	w.provider.SetRotate(true)
	a := w.signIn()
	secrets := []string{w.refreshToken(a), w.token(a, 0).Access}
	w.engine.Used(a.Key)
	w.provider.SetAccessLifetime(2 * anew)
	secrets = append(secrets, w.token(a, anew).Access, w.refreshToken(a))
	for _, field := range []string{"error", "error_subtype", "error_description"} {
		body := `{"error":"invalid_scope","` + field + `":"` + w.refreshToken(a) + `"}` // the last of two counts
		w.provider.SetFault(practice.Token, practice.Fault{Status: 400, Body: body})
		if _, err := w.engine.Token(context.Background(), a.Key, 3*anew); !errors.Is(err, oauth.ErrBadAnswer) {
			t.Fatal(err)
		}
	}
	w.close()
	file := w.historyFile()
	if !strings.Contains(file, `"failed"`) || !strings.Contains(file, `"copied"`) {
		t.Fatalf("the file is %s", file)
	}
	w.noSecretIn("the history", file)
	for _, secret := range secrets {
		if secret == "" || strings.Contains(file, secret) {
			t.Errorf("a token is in the file (%d characters)", len(secret))
		}
	}
	if strings.Contains(file, "@") {
		t.Error("an address is in the file, which has no need of it")
	}
	path := filepath.Join(w.folder, "history.json")
	if err := os.Chmod(path, 0o644); err != nil { // as somebody might
		t.Fatal(err)
	}
	w.open()
	w.engine.Used(a.Key)
	w.close()
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
}

// Who removes an account does not want to be remembered by it.
func TestRemovalTakesTheHistoryAlongAtOnce(t *testing.T) {
	w := newWorld(t)
	alice, bob := w.signIn(), w.signIn(practicetest.As("bob@example.com"))
	w.engine.Used(alice.Key)
	w.restart()
	if file := w.historyFile(); !strings.Contains(file, alice.Key.Subject) || !strings.Contains(file, bob.Key.Subject) {
		t.Fatalf("the file is %s", file)
	}
	// That the provider does not do its part changes nothing.
	w.provider.SetFault(practice.Revoke, practice.Fault{Status: 503})
	if _, err := w.engine.Remove(context.Background(), alice.Key); err != nil {
		t.Fatal(err)
	}
	if file := w.historyFile(); strings.Contains(file, alice.Key.Subject) || !strings.Contains(file, bob.Key.Subject) {
		t.Errorf("after the removal the file is %s", file)
	}
	if w.engine.History(alice.Key) != nil {
		t.Error("the engine remembers")
	}
	again := w.signIn()
	if again.Key != alice.Key {
		t.Fatalf("%v is somebody else", again.Key)
	}
	w.wantKinds(again, oauth.SignedIn)
	w.wantKinds(bob, oauth.SignedIn)
}

func TestRemovalThatHasToWaitTakesTheHistoryAlongAllTheSame(t *testing.T) {
	w := newWorld(t)
	a := w.signIn()
	w.restart()
	w.secrets.Lock(keychain.ErrDismissed)
	removal, err := w.engine.Remove(context.Background(), a.Key)
	if err != nil || removal.Forgotten == nil {
		t.Fatalf("%+v, %v", removal, err)
	}
	if file := w.historyFile(); strings.Contains(file, a.Key.Subject) {
		t.Errorf("the file is %s", file)
	}
	w.restart()
	if w.engine.History(a.Key) != nil {
		t.Error("it is remembered after a restart")
	}
}

// A removal that could not be begun has forgotten nothing.
func TestRemovalThatIsRefusedKeepsTheHistory(t *testing.T) {
	w := newWorld(t)
	a := w.signIn()
	list := filepath.Join(w.folder, "accounts.json")
	if err := errors.Join(os.Remove(list), os.MkdirAll(filepath.Join(list, "in the way"), 0o700)); err != nil {
		t.Fatal(err)
	}
	_, err := w.engine.Remove(context.Background(), a.Key)
	wantError(t, err, oauth.ErrNotSaved)
	w.wantKinds(a, oauth.SignedIn)
}
