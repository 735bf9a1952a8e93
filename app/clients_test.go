package app

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"tokentray/oauth"
	"tokentray/oauth/google"
	"tokentray/oauth/practice"
	"tokentray/oauth/practice/practicetest"
)

const secondID = "999-second.apps.googleusercontent.com"

// importedClient imports a client of a project.
func (s *stage) importedClient(id, project string) {
	s.Helper()
	s.drop(goodFile(s.T, func(_, c map[string]any) { c["client_id"], c["project_id"] = id, project }))
	s.until("the client of "+project+" is known", func() bool { return s.engine().ClientID() == id })
}

func (s *stage) radios() (found *widget.RadioGroup) {
	s.see(func(o fyne.CanvasObject) {
		if r, ok := o.(*widget.RadioGroup); ok {
			found = r
		}
	})
	return found
}

func TestSettingsLeadToTheFirstClient(t *testing.T) {
	s := withoutClient(t)
	s.press("Settings")
	s.wantWords("No client is set up yet.", "[Copy report]")
	s.press("Set up a client…")
	s.wantWords("Step 1 of 5")
}

func TestSecondClientLeavesTheFirstToItsAccounts(t *testing.T) {
	s := withoutClient(t)
	s.importedClient(clientID, "my-project")
	alice := s.signIn("alice@example.com")
	s.importedClient(secondID, "second-project")
	if got := s.account(alice.Address).Client; got != clientID {
		t.Fatalf("the account belongs to %q", got)
	}
	token, err := s.engine().Token(t.Context(), alice.Key, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.engine().Replace(t.Context(), alice.Key, token); err != nil {
		t.Errorf("not renewed through its own client: %v", err)
	}
	s.press("Settings")
	s.wantWords("New accounts are added through:", "[Forget the client of the project second-project]")
	if got := s.radios().Options; !slices.Equal(got, []string{"the project my-project, with 1 account", "the project second-project, with no account yet"}) {
		t.Errorf("offered are %q", got)
	}
	s.radios().SetSelected("the project my-project, with 1 account")
	s.until("the other is chosen", func() bool { return s.engine().ClientID() == clientID })
	s.press("Forget the client of the project second-project")
	s.awaitWords("Connected to the project my-project, with 1 account.")
	if entries := s.secrets.Entries(); entries["client_secret:"+secondID] != "" {
		t.Error("its secret is still in the keychain")
	}
	s.press("Close")
	s.app.showDetails(s.account(alice.Address))
	if s.says("It belongs to") {
		t.Error("the one client is named as if there were others")
	}
}

func TestDetailsNameTheClientWhereThereAreSeveral(t *testing.T) {
	s := withoutClient(t)
	s.importedClient(clientID, "my-project")
	alice := s.signIn("alice@example.com")
	s.importedClient(secondID, "second-project")
	s.app.showDetails(alice)
	s.wantWords("It belongs to the project my-project.")
}

func TestTwoClientsOfOneProjectAreToldApart(t *testing.T) {
	s := withoutClient(t)
	s.importedClient(clientID, "my-project")
	s.importedClient(secondID, "my-project")
	s.press("Settings")
	if got := s.radios().Options; len(got) != 2 || got[0] == got[1] || !strings.Contains(got[1], "999-second") {
		t.Errorf("offered are %q", got)
	}
}

func TestAccountOfARefusedClientMovesToAnother(t *testing.T) {
	s := withoutClient(t)
	s.importedClient(clientID, "my-project")
	alice := s.signIn("alice@example.com")
	s.provider.SetFault(practice.Token, practice.Fault{Status: 401, Body: `{"error":"invalid_client"}`})
	if _, err := s.engine().Token(t.Context(), alice.Key, anew); err == nil {
		t.Fatal("the client is accepted")
	}
	s.until("the client is the trouble", func() bool { return s.account(alice.Address).State == oauth.ClientTrouble })
	s.importedClient(secondID, "second-project")
	alice = s.account(alice.Address)
	p := s.app.explainFor(alice, alice.Cause)
	if p.remedy != signInAgain || !strings.Contains(p.detail, "the project second-project") {
		t.Errorf("%+v", p)
	}
	s.app.signInAgain(alice)
	if got := query(t, s.link()).Get("client_id"); got != secondID {
		t.Errorf("signed in through %q", got)
	}
}

func TestClientFileDroppedInPracticeIsForRealAccounts(t *testing.T) {
	s := withoutClient(t)
	s.press("Try it with a practice account")
	practicetest.Allow(s, s.link())
	s.awaitAccount("alice@example.com")
	s.drop(goodFile(t, nil))
	s.awaitWords("Connected to")
	if s.app.place != (place{}) || s.app.view.practice {
		t.Error("still in practice mode")
	}
	if got := s.engine().Clients(); len(got) != 1 || got[0].Project != "my-project" {
		t.Errorf("the clients are %v", got)
	}
}

func TestAdminGetsTheClientID(t *testing.T) {
	s := newStage(t)
	s.start()
	s.press("Add account…")
	s.link()
	s.press("Google shows an error?")
	s.typeText("Error 400: admin_policy_enforced")
	s.wantWords("The client ID: " + clientID)
	s.press("Copy the client ID")
	s.awaitWords("[Copied]")
	if got := s.board.holds(); got != clientID {
		t.Errorf("copied was %q", got)
	}
	s.press("Copy a text for the admin")
	s.until("the text is copied", func() bool { return s.board.holds() == adminText(clientID) })
}

// What the file of settings holds can be read by anybody who helps: it names no secret.
func TestSettingsHoldNoSecret(t *testing.T) {
	s := withoutClient(t)
	s.importedClient(clientID, "my-project")
	s.signIn("alice@example.com")
	data, err := json.Marshal(s.app.settings)
	if err != nil {
		t.Fatal(err)
	}
	s.noSecretIn("the settings", string(data))
}

func TestWebClientWithAnAddressOnThisComputerIsUsed(t *testing.T) {
	s := withoutClient(t)
	const redirect = "http://localhost:18423/oauth2callback"
	s.drop(goodFile(t, func(file, client map[string]any) {
		client["redirect_uris"] = []string{"https://my-site.example/back", redirect}
		file["web"] = client
		delete(file, "installed")
	}))
	s.awaitWords("Connected to")
	if got := s.engine().Clients(); len(got) != 1 || got[0].Redirect != redirect {
		t.Errorf("the client's redirect is %+v", got)
	}
}

func TestEachProjectIsAskedForOnce(t *testing.T) {
	s := withoutClient(t)
	s.app.settings.Projects = nil
	s.importedClient(clientID, "my-project")
	alice := s.signIn("alice@example.com")
	s.wantWords(google.AskTesting.Title)
	s.press("It is published")
	if day := s.app.lastDay(alice); !day.IsZero() {
		t.Errorf("the last day is %v", day)
	}
	// Another project may be in Testing all the same.
	alice.Client = secondID
	if s.app.lastDay(alice).IsZero() {
		t.Error("what was said of one project holds for another")
	}
	s.app.askTesting(alice)
	s.wantWords(google.AskTesting.Title)
	s.press("Not now")
	s.app.askTesting(alice)
	if s.says(google.AskTesting.Title) {
		t.Error("asked twice")
	}
}
