package oauth_test

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"tokentray/oauth"
	"tokentray/oauth/google"
	"tokentray/oauth/loopback"
	"tokentray/oauth/practice"
	"tokentray/oauth/practice/practicetest"
)

// withoutClient is a world in which no client is known yet.
func withoutClient(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.config.Client = oauth.Client{}
	w.restart()
	return w
}

// ours is the client that the provider knows.
func (w *world) ours() oauth.Client {
	return oauth.Client{ID: w.provider.ClientID(), Secret: w.provider.ClientSecret(), Project: "my-project"}
}

func (w *world) set(client oauth.Client) {
	w.Helper()
	if err := w.engine.SetClient(context.Background(), client); err != nil {
		w.Fatal(err)
	}
}

var another = oauth.Client{ID: "another", Secret: "another secret", Project: "another-project"}

func TestImportedClientIsRemembered(t *testing.T) {
	w := withoutClient(t)
	if w.engine.HasClient() {
		t.Fatal("there is a client already")
	}
	w.set(w.ours())
	w.restart()
	if !w.engine.HasClient() {
		t.Fatal("the client was forgotten")
	}
	w.signIn()
	data, err := os.ReadFile(filepath.Join(w.folder, "clients.json"))
	if err != nil {
		t.Fatal(err)
	}
	w.noSecretIn("the file of clients", string(data))
}

func TestBetterSecretEndsClientTroubleAndKeepsTheAccounts(t *testing.T) {
	w := withoutClient(t)
	w.set(w.ours())
	a := w.signIn()
	wrong := w.ours()
	wrong.Secret = "wrong"
	w.set(wrong)
	_, err := w.engine.Token(context.Background(), a.Key, anew)
	wantError(t, err, oauth.ErrClientRefused)
	pasted := w.ours()
	pasted.Project = ""
	w.set(pasted)
	w.await(func(accounts []oauth.Account) bool { return accounts[0].State == oauth.Ready })
	w.token(a, anew)
	if known := w.engine.Clients(); len(known) != 1 || known[0].Project != "my-project" {
		t.Errorf("the clients are %+v", known)
	}
}

func TestAccountKeepsTheClientThatItWasSignedInThrough(t *testing.T) {
	w := withoutClient(t)
	w.set(w.ours())
	a := w.signIn()
	w.set(another)
	for range 2 { // the second time after a restart
		if got := w.engine.Accounts()[0]; got.Client != w.provider.ClientID() {
			t.Fatalf("the account has the client %q", got.Client)
		}
		w.token(a, anew) // the provider takes the refresh token from its own client only
		if got := w.engine.ClientID(); got != another.ID {
			t.Errorf("the client for new accounts is %q", got)
		}
		w.restart()
	}
	s, err := w.engine.StartSignIn(context.Background(), oauth.Request{Account: a.Key, Hint: a.Address})
	if err != nil {
		t.Fatal(err)
	}
	practicetest.Allow(t, s.Link())
	if again, err := s.Wait(context.Background()); err != nil || again.Client != w.provider.ClientID() {
		t.Errorf("signed in again through %q, %v", again.Client, err)
	}
	removal, err := w.engine.Remove(context.Background(), a.Key)
	if err != nil || removal.Withdrawn != nil {
		t.Errorf("not withdrawn by its own client: %v, %v", removal.Withdrawn, err)
	}
}

func TestAccountWhoseClientIsRefusedMovesToTheNewOne(t *testing.T) {
	w := withoutClient(t)
	w.set(w.ours())
	a := w.signIn()
	// As if it had been signed in through a client that is gone by now.
	w.close()
	list := strings.ReplaceAll(w.listFile(), `"client": "practice"`, `"client": "deleted"`)
	if err := os.WriteFile(filepath.Join(w.folder, "accounts.json"), []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	w.open()
	before := w.provider.Requests(practice.Token)
	_, err := w.engine.Token(context.Background(), a.Key, anew)
	wantError(t, err, oauth.ErrNoClient)
	if w.provider.Requests(practice.Token) != before {
		t.Error("its refresh token was shown to another client's provider")
	}
	if got := w.engine.Accounts()[0]; got.State != oauth.ClientTrouble {
		t.Errorf("the account is %+v", got)
	}
	s, err := w.engine.StartSignIn(context.Background(), oauth.Request{Account: a.Key})
	if err != nil {
		t.Fatal(err)
	}
	practicetest.Allow(t, s.Link())
	if again, err := s.Wait(context.Background()); err != nil || again.Client != w.provider.ClientID() {
		t.Errorf("signed in again through %q, %v", again.Client, err)
	}
	w.token(a, anew)
}

func TestClientForNewAccountsCanBeChosen(t *testing.T) {
	w := withoutClient(t)
	w.set(w.ours())
	w.set(another)
	if err := w.engine.UseClient(w.provider.ClientID()); err != nil {
		t.Fatal(err)
	}
	w.restart()
	w.signIn()
	wantError(t, w.engine.UseClient("nobody"), oauth.ErrNoClient)
	for _, client := range w.engine.Clients() {
		if client.Secret != "" {
			t.Errorf("the secret of %s is handed out", client.ID)
		}
	}
}

func TestForgottenClientLeavesNoSecret(t *testing.T) {
	w := withoutClient(t)
	w.set(another)
	w.set(w.ours())
	w.signIn()
	wantError(t, w.engine.ForgetClient(context.Background(), w.provider.ClientID()), oauth.ErrClientInUse)
	if err := w.engine.ForgetClient(context.Background(), another.ID); err != nil {
		t.Fatal(err)
	}
	if got := w.engine.Clients(); len(got) != 1 || got[0].ID != w.provider.ClientID() {
		t.Errorf("the clients are %+v", got)
	}
	for name, secret := range w.secrets.Entries() {
		if secret == another.Secret {
			t.Errorf("the keychain still has %s", name)
		}
	}
}

func TestForgettingTheCurrentClientMakesTheLastOneCurrent(t *testing.T) {
	w := withoutClient(t)
	w.set(w.ours())
	w.set(another)
	if err := w.engine.ForgetClient(context.Background(), another.ID); err != nil {
		t.Fatal(err)
	}
	if got := w.engine.ClientID(); got != w.provider.ClientID() {
		t.Errorf("the client is %q", got)
	}
	if err := w.engine.ForgetClient(context.Background(), w.provider.ClientID()); err != nil {
		t.Fatal(err)
	}
	if w.engine.HasClient() {
		t.Error("there still is one")
	}
}

func TestDamagedFileOfClientsIsPutAsideAndItsGoodRowsAreKept(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		kept    int
	}{
		"empty":      {"", 0},
		"cut off":    {`{"version":1,"current":"a","clients":[{"client_id":"a"`, 0},
		"not JSON":   {"\x00\xff", 0},
		"no ID":      {`{"version":1,"clients":[{"client_id":""},{"client_id":"b"}]}`, 1},
		"twice":      {`{"version":1,"clients":[{"client_id":"b"},{"client_id":"b"}]}`, 1},
		"a line":     {`{"version":1,"clients":[{"client_id":"a\nb"}]}`, 0},
		"the future": {`{"version":9,"clients":[{"client_id":"b"}]}`, 1},
	} {
		t.Run(name, func(t *testing.T) {
			w := withoutClient(t)
			w.close()
			path := filepath.Join(w.folder, "clients.json")
			if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
				t.Fatal(err)
			}
			w.open()
			if got := len(w.engine.Clients()); got != c.kept {
				t.Errorf("%d clients, want %d", got, c.kept)
			}
			if got := w.engine.ClientID(); (got != "") != (c.kept > 0) {
				t.Errorf("the client is %q", got)
			}
			aside, err := filepath.Glob(path + ".damaged-*")
			if err != nil || len(aside) != 1 {
				t.Fatalf("put aside: %q, %v", aside, err)
			}
			if data, err := os.ReadFile(aside[0]); err != nil || string(data) != c.content {
				t.Errorf("put aside was %q, %v", data, err)
			}
			w.set(w.ours())
			w.restart()
			w.signIn()
		})
	}
}

func TestClientPrintsWithoutItsSecret(t *testing.T) {
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d"} {
		if text := fmt.Sprintf(verb, another); strings.Contains(text, another.Secret) {
			t.Errorf("%s prints the secret", verb)
		}
	}
}

// Clients are changed by a person's click while tokens are renewed.
func TestClientsCanBeChangedWhileTokensAreRenewed(t *testing.T) {
	w := withoutClient(t)
	w.set(w.ours())
	a := w.signIn()
	var work sync.WaitGroup
	for i := range 8 {
		work.Go(func() {
			if err := w.engine.SetClient(context.Background(), oauth.Client{ID: fmt.Sprint("c", i), Secret: "s"}); err != nil {
				t.Error(err)
			}
			if _, err := w.engine.Token(context.Background(), a.Key, anew); err != nil {
				t.Error(err)
			}
		})
	}
	work.Wait()
	if got := w.engine.Clients(); len(got) != 9 || !slices.ContainsFunc(got, func(c oauth.Client) bool { return c.ID == "c7" }) {
		t.Errorf("the clients are %v", got)
	}
	if got := w.provider.Requests(practice.Token); got < 2 || got > 9 {
		t.Errorf("%d requests for a token", got)
	}
}

// freeAddress is a redirect on this computer at which nobody listens just now.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return "http://" + listener.Addr().String() + "/oauth2callback"
}

func TestClientWithOneRedirectIsUsedWithExactlyThat(t *testing.T) {
	w := withoutClient(t)
	client := w.ours()
	client.Redirect = freeAddress(t)
	w.set(client)
	for range 2 { // the second time after a restart
		s := w.start()
		link, err := url.Parse(s.Link())
		if err != nil {
			t.Fatal(err)
		}
		if got := link.Query().Get("redirect_uri"); got != client.Redirect {
			t.Errorf("the browser is to come back to %q, not %q", got, client.Redirect)
		}
		practicetest.Allow(t, s.Link())
		if _, err := s.Wait(context.Background()); err != nil {
			t.Fatal(err)
		}
		w.restart()
	}
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", strings.TrimSuffix(strings.TrimPrefix(client.Redirect, "http://"), "/oauth2callback"))
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, err = w.engine.StartSignIn(context.Background(), oauth.Request{})
	wantError(t, err, loopback.ErrPortTaken)
}

// What the client file lets through as an address on this computer, the receiver takes.
func TestRedirectOfAClientFileCanBeListenedTo(t *testing.T) {
	for _, redirect := range []string{
		"http://localhost:18431", "http://localhost:18431/", "http://127.0.0.1:18431/a%20b",
		"http://127.0.0.5:18431/x", "http://[::1]:18431/oauth2callback", "http://localhost:65535/~x",
	} {
		file := fmt.Sprintf(`{"web":{"client_id":"x","client_secret":"y","redirect_uris":[%q]}}`, redirect)
		client, err := google.ParseClient([]byte(file), google.OnlyGoogle)
		if err != nil || client.Redirect != redirect {
			t.Errorf("%s: read as %q, %v", redirect, client.Redirect, err)
			continue
		}
		receiver, err := loopback.Listen("state", client.Redirect, nil)
		if err != nil {
			if strings.Contains(err.Error(), "plain http") {
				t.Errorf("%s: %v", redirect, err)
			}
			continue // its port is taken, or there is no IPv6 here
		}
		shut(t, receiver)
	}
}
