package app

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"tokentray/oauth"
	"tokentray/oauth/google"
	"tokentray/oauth/loopback"
	"tokentray/oauth/practice"
	"tokentray/oauth/practice/practicetest"
)

func TestAddAccountPutsItIntoWindowAndTray(t *testing.T) {
	s := newStage(t)
	s.start()
	s.wantWords("No account yet.")
	s.press("Add account…")
	s.wantWords("Add an account", "What may your tool do with the mail?")
	page := practicetest.Allow(s, s.link(), practicetest.As("alice@example.com"))
	s.awaitAccount("alice@example.com")

	if !strings.Contains(page.Body, "alice@example.com is signed in") {
		t.Errorf("the browser ends on %q", page.Body)
	}
	s.wantWords("alice@example.com is signed in.", "Fresh for", "[Copy token]")
	if got := s.entries(); len(got) == 0 || got[0] != "Copy token: alice@example.com" {
		t.Errorf("the tray has %q", got)
	}
	if s.tray.tooltip != "Token Tray: 1 account fresh" {
		t.Errorf("the tooltip is %q", s.tray.tooltip)
	}
	if lines := s.stderr.lines(); lines != nil {
		t.Errorf("logged although nothing went wrong: %q", lines)
	}
}

func TestAddAccountInTheTrayDoesTheSame(t *testing.T) {
	s := newStage(t)
	s.start()
	s.app.trayHostChanged(true)
	s.screen.window.close()
	s.choose("Add account…")
	if !s.screen.window.shown {
		t.Error("the window with the sign-in sheet is hidden")
	}
	practicetest.Allow(s, s.link())
	s.awaitAccount("alice@example.com")
}

func TestFirstSignInAsksForWhatEveryToolAccepts(t *testing.T) {
	s := newStage(t)
	s.start()
	s.press("Add account…")
	if got := scopes(t, s.link()); !slices.Contains(got, google.ScopeEverything) {
		t.Errorf("asked for %q", got)
	}
}

func TestSecondSignInBringsTheFirstToTheFront(t *testing.T) {
	s := newStage(t)
	s.start()
	s.press("Add account…")
	link := s.link()
	s.app.closeWindow() // without a tray: its question lies over the sheet
	s.wantWords(noTrayTitle())
	s.choose("Add account…")
	s.wantWords("Add an account")
	if s.says(noTrayTitle()) {
		t.Error("the sign-in is not in front")
	}
	practicetest.Allow(s, link)
	s.awaitAccount("alice@example.com")
	if len(s.browser.opened) != 0 {
		t.Error("a second browser was opened")
	}
}

func TestOtherAccessStartsTheSignInAnewAndIsRemembered(t *testing.T) {
	s := newStage(t)
	s.start()
	s.press("Add account…")
	first := s.link()
	s.chooseAccess("Send only")
	second := s.link()
	if got := scopes(t, second); !slices.Contains(got, google.ScopeSend) || slices.Contains(got, google.ScopeEverything) {
		t.Errorf("asked for %q", got)
	}
	if _, err := practicetest.Submit(t.Context(), first, true); err == nil {
		t.Error("the first attempt still takes an answer")
	}
	s.wantWords("Send mail, see nothing.")
	practicetest.Allow(s, second)
	s.awaitAccount("alice@example.com")
	if got := s.account("alice@example.com").Scopes; !slices.Contains(got, google.ScopeSend) {
		t.Errorf("granted: %q", got)
	}

	s.stop()
	var saved map[string]any
	data, err := os.ReadFile(s.app.settingsPath())
	if err != nil || json.Unmarshal(data, &saved) != nil || saved["access"] != "Send only" {
		t.Errorf("settings.json holds %s (%v)", data, err)
	}
	s.build()
	s.start()
	s.press("Add account…")
	if got := scopes(t, s.link()); !slices.Contains(got, google.ScopeSend) {
		t.Errorf("after a restart asked for %q", got)
	}
}

// chooseAccess picks one of the kinds of access on the sign-in sheet.
func (s *stage) chooseAccess(name string) {
	s.Helper()
	var found *picker
	s.see(func(o fyne.CanvasObject) {
		if choice, ok := o.(*picker); ok {
			found = choice
		}
	})
	if found == nil {
		s.Fatal("there is no access to choose")
	}
	found.SetSelected(name)
}

// scopes are those that a link asks for.
func scopes(t *testing.T, link string) []string {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(u.Query().Get("scope"))
}

func TestSameAccountAgainMakesNoSecondRow(t *testing.T) {
	s := newStage(t)
	s.start()
	s.signIn("alice@example.com")
	s.signIn("bob@example.com")
	s.press("Add account…")
	practicetest.Allow(s, s.link(), practicetest.As("alice@example.com"))
	s.until("the sign-in is over", func() bool { return s.app.signIn == nil })
	if got := len(s.engine().Accounts()); got != 2 {
		t.Errorf("%d accounts, want 2", got)
	}
}

func TestSignInAgainAfterTheGrantHasEnded(t *testing.T) {
	for _, from := range []string{"window", "tray"} {
		t.Run(from, func(t *testing.T) {
			s := newStage(t)
			s.start()
			alice := s.signIn("alice@example.com")
			s.endGrant(alice)
			s.wantWords("Sign in again: access was withdrawn", "[Sign in again]")
			if s.tray.tooltip != "Token Tray: alice@example.com needs a sign-in" {
				t.Errorf("the tooltip is %q", s.tray.tooltip)
			}
			if from == "tray" {
				s.choose("Sign in again: alice@example.com")
			} else {
				s.pressFor("alice@example.com", "Sign in again")
			}
			s.wantWords("Sign in again: alice@example.com")
			link := s.link()
			if hint := query(t, link).Get("login_hint"); hint != "alice@example.com" {
				t.Errorf("the browser is told of %q", hint)
			}
			if got := scopes(t, link); !slices.Contains(got, google.ScopeEverything) {
				t.Errorf("asked for %q, not for what the account had", got)
			}
			practicetest.Allow(s, link)
			s.until("the account works again", func() bool { return s.account("alice@example.com").State == oauth.Ready })
			if got := s.entries()[0]; got != "Copy token: alice@example.com" {
				t.Errorf("the tray says %q", got)
			}
		})
	}
}

// revoke ends a token, and with a refresh token its grant, at the provider.
func (s *stage) revoke(form url.Values) {
	s.Helper()
	request, err := http.NewRequestWithContext(s.Context(), http.MethodPost, s.provider.Issuer()+"/revoke", strings.NewReader(form.Encode()))
	if err != nil {
		s.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.Fatal(err)
	}
	response.Body.Close()
}

// endGrant has the provider refuse an account's refresh token, and the application notice.
func (s *stage) endGrant(a oauth.Account) {
	s.Helper()
	form := url.Values{"token": {s.secrets.Entries()["refresh_token:"+a.Key.Subject]}, "client_id": {clientID}, "client_secret": {clientSecret}}
	s.revoke(form)
	if _, err := s.engine().Token(s.Context(), a.Key, anew); err == nil {
		s.Fatal("the grant has not ended")
	}
	s.until("the ended grant shows", func() bool { return s.account(a.Address).State == oauth.SignInAgain })
}

// anew is more than any token here has to live: it asks for a new one.
const anew = 1 << 60

func query(t *testing.T, link string) url.Values {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

func TestLinkCanBeCopied(t *testing.T) {
	s := newStage(t)
	s.start()
	s.press("Add account…")
	link := s.link()
	s.press("Copy the link")
	s.awaitWords("The link is on the clipboard.")
	if s.board.holds() != link {
		t.Error("the clipboard holds something else")
	}
}

func TestPastedAddressFinishesTheSignIn(t *testing.T) {
	s := newStage(t)
	s.start()
	s.press("Add account…")
	ended := practicetest.Allow(s, s.link(), practicetest.WithoutFollowing()).URL
	s.press("Paste the address you ended at")
	field := s.field()
	field.SetText("https://mail.google.com/")
	s.oneLine(func() { s.press("Use this address") })
	s.wantWords(explain(loopback.ErrNotRedirect, "Google").line())
	field.SetText(strings.Replace(ended, "state=", "state=x", 1))
	s.press("Use this address")
	s.wantWords(explain(loopback.ErrWrongState, "Google").line())
	if s.app.signIn == nil {
		t.Fatal("a wrong address ended the sign-in")
	}
	field.SetText(" " + ended + "\n")
	s.press("Use this address")
	s.awaitAccount("alice@example.com")
	s.noSecretIn("the log", s.stderr.String())
	if strings.Contains(s.stderr.String(), query(t, ended).Get("code")) {
		t.Error("the log holds the authorization code")
	}
}

// field is the sheet's field for an address.
func (s *stage) field() *field {
	s.Helper()
	var found *field
	s.see(func(o fyne.CanvasObject) {
		if entry, ok := o.(*field); ok {
			found = entry
		}
	})
	if found == nil {
		s.Fatal("there is no field")
	}
	return found
}

func TestPracticeClosesTheEngineBefore(t *testing.T) {
	s := newStage(t)
	s.client = oauth.Client{}
	s.start()
	s.press("Try it with a practice account")
	practicetest.Allow(s, s.link(), practicetest.As("bob@example.com"))
	s.awaitAccount("bob@example.com")
	s.wantWords("Practice mode: these are not real accounts", "Practice", "Fresh for")
	if !slices.Contains(s.entries(), "Practice mode: these are not real accounts") {
		t.Errorf("the tray does not say so: %q", s.entries())
	}
	if len(s.sessions) != 2 {
		t.Fatalf("%d engines were opened, want 2", len(s.sessions))
	}
	s.app.work.Wait()
	if _, err := s.sessions[0].engine.StartSignIn(t.Context(), oauth.Request{}); err == nil {
		t.Error("the engine before still works")
	}
	if got := s.provider.Requests(practice.Token); got != 1 {
		t.Errorf("%d requests for tokens, want 1", got)
	}
}

func TestPageInTheBrowserSpeaksThePersonsLanguage(t *testing.T) {
	speak(t, map[string]string{
		"{{.Address}} is signed in":                         "{{.Address}} ist angemeldet",
		"Access was not given":                              "Kein Zugriff",
		"You can close this tab and go back to Token Tray.": "Dieser Tab kann zu.",
	})
	page := (&App{}).landing(place{})
	for words, body := range map[string][]byte{
		"alice@example.com ist angemeldet": page(oauth.Account{Address: "alice@example.com"}, nil).Body,
		"Kein Zugriff":                     page(oauth.Account{}, oauth.ErrDenied).Body,
	} {
		for _, part := range []string{words, `<html lang="de">`, "Dieser Tab kann zu."} {
			if !strings.Contains(string(body), part) {
				t.Errorf("the page does not have %q:\n%s", part, body)
			}
		}
	}
}
