package oauth_test

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"

	"tokentray/oauth"
	"tokentray/oauth/keychain"
	"tokentray/oauth/practice"
)

// awaitState waits until the one account is in a state.
func (w *world) awaitState(state oauth.State) oauth.Account {
	w.Helper()
	return w.await(func(accounts []oauth.Account) bool { return len(accounts) == 1 && accounts[0].State == state })[0]
}

// What only the person can mend is known after a restart as it was before, with its reason.
func TestWhyASignInIsNeededOutlastsARestart(t *testing.T) {
	const secret = "1//0gA-secret"
	refused := func(status int, body string) func(*world, oauth.Account) {
		return func(w *world, _ oauth.Account) {
			w.provider.SetFault(practice.Token, practice.Fault{Status: status, Body: body})
		}
	}
	for name, c := range map[string]struct {
		breakIt       func(*world, oauth.Account)
		want          error
		state         oauth.State
		code, subtype string
	}{
		"withdrawn":    {refused(400, `{"error":"invalid_grant","error_description":"Token has been expired or revoked."}`), oauth.ErrSignInAgain, oauth.SignInAgain, "invalid_grant", ""},
		"organisation": {refused(400, `{"error":"invalid_grant","error_subtype":"invalid_rapt","error_description":"reauth related error (invalid_rapt)"}`), oauth.ErrSignInAgain, oauth.SignInAgain, "invalid_grant", "invalid_rapt"},
		"deleted":      {refused(400, `{"error":"invalid_grant","error_description":"Account has been deleted"}`), oauth.ErrSignInAgain, oauth.SignInAgain, "invalid_grant", "account_deleted"},
		"echo":         {refused(400, `{"error":"invalid_grant","error_subtype":"`+secret+`","error_description":"`+secret+`"}`), oauth.ErrSignInAgain, oauth.SignInAgain, "invalid_grant", "unreadable"},
		"client":       {refused(401, `{"error":"deleted_client","error_description":"The OAuth client was deleted."}`), oauth.ErrClientRefused, oauth.ClientTrouble, "deleted_client", ""},
		"lost": {func(w *world, a oauth.Account) {
			if err := w.secrets.Delete(context.Background(), "refresh_token:"+a.Key.Subject); err != nil {
				w.Fatal(err)
			}
		}, oauth.ErrTokenLost, oauth.Lost, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			a := w.signIn()
			c.breakIt(w, a)
			_, err := w.engine.Token(context.Background(), a.Key, anew)
			wantError(t, err, c.want)
			check := func(now oauth.Account) {
				t.Helper()
				wantError(t, now.Cause, c.want)
				var refused *oauth.ServerError
				if errors.As(now.Cause, &refused) != (c.code != "") || refused != nil && (refused.Code != c.code || refused.Subtype != c.subtype) {
					t.Errorf("the cause is %v", now.Cause)
				}
				if now.State != c.state || now.Standing != c.state {
					t.Errorf("the state is %d, standing %d", now.State, now.Standing)
				}
			}
			check(w.engine.Accounts()[0])
			if list := w.listFile(); strings.Contains(list, "secret") || strings.Contains(list, "expired") {
				t.Errorf("the provider's own text is in the list: %s", list)
			}
			w.close()
			w.secrets.Lock(keychain.ErrDismissed) // nothing else is learned of the account meanwhile
			w.open()
			if c.state == oauth.SignInAgain {
				check(w.engine.Accounts()[0])
			} else if locked := w.awaitState(oauth.Locked); locked.Standing != c.state {
				t.Errorf("standing %d while the keychain is locked", locked.Standing)
			}
			w.secrets.Lock(nil)
			if err := w.secrets.Unlock(context.Background()); err != nil {
				t.Fatal(err)
			}
			w.restart()
			if c.state != oauth.SignInAgain {
				// A token that is still good from before does not mean that all is well.
				if good := w.awaitState(oauth.Ready); good.Expiry.IsZero() || good.Standing != c.state {
					t.Errorf("with the token from before: %+v", good)
				}
			}
			_, err = w.engine.Token(context.Background(), a.Key, anew)
			wantError(t, err, c.want)
			check(w.engine.Accounts()[0])

			w.provider.SetFault(practice.Token, practice.Fault{})
			if again := w.signIn(); again.Standing != oauth.Ready || again.Cause != nil {
				t.Errorf("after a new sign-in: %+v", again)
			}
			if strings.Contains(w.listFile(), `"cause"`) {
				t.Error("the list still says why")
			}
		})
	}
}

func TestClientThatIsTakenAgainStandsForNothing(t *testing.T) {
	w := newWorld(t)
	a := w.signIn()
	w.provider.SetFault(practice.Token, practice.Fault{Status: 401, Body: `{"error":"invalid_client"}`})
	if _, err := w.engine.Token(context.Background(), a.Key, anew); err == nil {
		t.Fatal("the client was taken")
	}
	w.provider.SetFault(practice.Token, practice.Fault{})
	w.provider.SetAccessLifetime(2 * anew)
	w.token(a, anew)
	if now := w.engine.Accounts()[0]; now.Standing != oauth.Ready || strings.Contains(w.listFile(), `"cause"`) {
		t.Errorf("standing %d, and the list is %s", now.Standing, w.listFile())
	}
}

// A list from before causes were kept, or one that somebody changed, opens as it is.
func TestListWithoutACauseOpens(t *testing.T) {
	for name, instead := range map[string]string{"older": "", "doctored": `, "cause": "1//0gA-secret"`} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			a := w.signIn()
			w.provider.SetFault(practice.Token, practice.Fault{Status: 400, Body: `{"error":"invalid_grant","error_subtype":"invalid_rapt"}`})
			if _, err := w.engine.Token(context.Background(), a.Key, anew); err == nil {
				t.Fatal("the grant has not ended")
			}
			w.close()
			cause := regexp.MustCompile(`(?s),\s*"cause": \{.*?\}`)
			before := w.listFile()
			if !cause.MatchString(before) {
				t.Fatalf("the list says no cause: %s", before)
			}
			w.writeList(cause.ReplaceAllString(before, instead))
			w.open()
			if now := w.engine.Accounts()[0]; now.State != oauth.SignInAgain || !errors.Is(now.Cause, oauth.ErrSignInAgain) {
				t.Errorf("%+v", now)
			}
		})
	}
}
