//go:build linux && desktop

package ring_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tokentray/app/ring/virtual"
	"tokentray/oauth/google"
	"tokentray/oauth/practice"
)

// Each error that Google has for a sign-in or a renewal, met by one program after the other.

// inTheLog is what the log says of a problem whose code is not the word for it.
var inTheLog = map[string]string{
	"redirect:access_denied":    "access was denied",
	"exchange:429":              "status 429",
	"exchange:500":              "status 500",
	"exchange:503":              "status 503",
	"exchange:html_403":         "status 403",
	"exchange:web_page":         "not an OAuth answer",
	"exchange:no_refresh_token": "no refresh token",
	"refresh:429":               "status 429",
	"refresh:500":               "status 500",
	"refresh:503":               "status 503",
	"refresh:html_403":          "status 403",
	"refresh:web_page":          "not an OAuth answer",
}

func logged(code string) string {
	if words := inTheLog[code]; words != "" {
		return words
	}
	_, name, _ := strings.Cut(code, ":")
	return name
}

// endsGrant names the problems of a renewal after which only a new sign-in helps.
var endsGrant = []string{"refresh:invalid_grant", "refresh:invalid_rapt", "refresh:rapt_required", "refresh:account_deleted"}

func TestEachErrorOfASignInAddsNothingAndLosesNothing(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	p, tray := start(t, d, "--practice")
	addAlice(t, d, tray)
	before, _ := kept(t, d, "Token Tray (practice)")
	for i, problem := range problemsOf(t, "redirect:", "exchange:") {
		seen := len(p.Output())
		answer := virtual.Answer{Person: fmt.Sprintf("nobody%d@example.com", i), Problem: problem.Code}
		page, err := d.Consent(t.Context(), addAccount(t, d, tray), answer)
		must(t, err)
		if strings.TrimSpace(page.Text) == "" {
			t.Errorf("%s: the browser shows nothing", problem.Code)
		}
		awaitLogAfter(t, p, seen, logged(problem.Code))
		window, err := p.Window(t.Context())
		must(t, err)
		must(t, window.Settle(t.Context()))
		must(t, window.Key(t.Context(), "Escape"))
	}
	wantMenu(t, tray, copyAlice, true)
	if after, _ := kept(t, d, "Token Tray (practice)"); after != before {
		t.Error("another refresh token is kept for alice")
	}
	copied(t, d, tray, copyAlice)
}

func TestEachErrorOfARenewalLeavesTheOtherAccountsAlone(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	p, tray := start(t, d, "--practice", "--hidden")
	addAlice(t, d, tray)
	// An access that is withdrawn at once leaves a token that looks good for an hour: no renewal comes to notice it.
	problems := slices.DeleteFunc(problemsOf(t, "refresh:"), func(p practice.Problem) bool { return p.Code == "refresh:ended" })
	// The log shortens what stands before the @.
	host := func(p practice.Problem) string {
		_, name, _ := strings.Cut(p.Code, ":")
		return "@" + strings.ReplaceAll(name, "_", "-") + ".example"
	}
	person := func(p practice.Problem) string { return "person" + host(p) }
	for _, problem := range problems {
		_, err := d.Consent(t.Context(), addAccount(t, d, tray), virtual.Answer{Person: person(problem), Problem: problem.Code})
		must(t, err)
		awaitEntry(t, tray, person(problem))
	}
	for _, problem := range problems {
		// The engine's own line, when the ten seconds of the token are nearly over.
		awaitLogLine(t, p, "token not renewed", host(problem), logged(problem.Code))
		want := "Copy token: "
		if slices.Contains(endsGrant, problem.Code) {
			want = "Sign in again: "
		}
		awaitEntry(t, tray, want+person(problem))
	}
	// The tray says why, each reason once.
	awaitEntry(t, tray, "@account-deleted.example: The account was deleted")
	awaitEntry(t, tray, "2 accounts: Your organisation asks for a new sign-in")
	must(t, tray.Click(t.Context(), "Open Token Tray"))
	must(t, shows(t, d, p, "reasons").WaitForText(t.Context(), "organisation asks for a new sign-in")) // and so does the list
	copied(t, d, tray, copyAlice)
	// What passes, and what a better client would mend, has cost nobody the sign-in.
	for _, problem := range problems {
		awaitEntry(t, tray, person(problem))
	}
	if kept := len(refreshTokens(t, d)); kept != 1+len(problems) {
		t.Errorf("%d refresh tokens are kept, want %d", kept, 1+len(problems))
	}
}

func TestEachErrorPageOfGooglesIsShownAndFound(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	p, tray := start(t, d, "--practice")
	for _, problem := range problemsOf(t, "page:") {
		tab, err := d.Open(t.Context(), addAccount(t, d, tray))
		must(t, err)
		page, err := tab.Answer(t.Context(), virtual.Answer{Person: "alice", Problem: problem.Code})
		must(t, err)
		tab.Close()
		must(t, page.SaveScreenshot(d.Artifacts+"/"+strings.ReplaceAll(problem.Code, ":", "-")+".png"))
		_, code, _ := strings.Cut(problem.Code, ":")
		switch found := google.Search(page.Text); {
		case len(found) == 0:
			t.Errorf("%s: nothing is found by the page's text %q", problem.Code, page.Text)
		case len(found[0].Codes) > 0 && !slices.Contains(found[0].Codes, code), found[0].Where&google.Page == 0:
			t.Errorf("%s: found %q first", problem.Code, found[0].Title)
		}
		// Of such a page the program learns nothing: it waits until the person says otherwise.
		window, err := p.Window(t.Context())
		must(t, err)
		must(t, window.WaitForText(t.Context(), "Go on in your browser"))
		must(t, window.Key(t.Context(), "Escape"))
	}
}

// problemsOf are the practice provider's problems of these kinds.
func problemsOf(t *testing.T, kinds ...string) (found []practice.Problem) {
	t.Helper()
	for _, kind := range kinds {
		before := len(found)
		for _, p := range practice.Problems {
			if strings.HasPrefix(p.Code, kind) {
				found = append(found, p)
			}
		}
		if len(found) == before {
			t.Fatalf("the practice provider has no problem %q", kind)
		}
	}
	return found
}
