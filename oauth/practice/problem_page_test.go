package practice_test

import (
	"errors"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"tokentray/oauth/practice"
	"tokentray/oauth/practice/practicetest"
)

func TestProblemsHaveStableCodesAndShortWords(t *testing.T) {
	code := regexp.MustCompile(`^(page|redirect|grant|exchange|refresh|gmail):[A-Za-z0-9_]+$`)
	var codes, groups []string
	for _, p := range practice.Problems {
		if !code.MatchString(p.Code) || slices.Contains(codes, p.Code) {
			t.Errorf("code %q", p.Code)
		}
		codes = append(codes, p.Code)
		if n := utf8.RuneCountInString(p.Words); n == 0 || n > 28 {
			t.Errorf("%s: %q has %d characters: it would be cut in a narrow page", p.Code, p.Words, n)
		}
		if p.Group == "" || slices.Contains(groups, p.Group) && groups[len(groups)-1] != p.Group {
			t.Errorf("%s: group %q is empty or torn apart", p.Code, p.Group)
		}
		if !slices.Contains(groups, p.Group) {
			groups = append(groups, p.Group)
		}
	}
	if len(groups) != 6 {
		t.Errorf("groups %q", groups)
	}
}

func TestConsentPageOffersEveryProblemAndChoosesNone(t *testing.T) {
	page := send(t, newProgram(t, start(t, practice.Options{}), mail).address(), nil).body
	if found := tag(page, "problems"); found != `<details id="problems">` {
		t.Errorf("the list is %q, want it closed", found)
	}
	if strings.Index(page, `id="deny"`) > strings.Index(page, `id="problems"`) || strings.Index(page, "</form>") < strings.Index(page, "</select>") {
		t.Error("the list is not below the buttons, or not in the form")
	}
	if !strings.Contains(tag(page, "problem"), `<select id="problem" name="problem"`) || strings.Contains(page, " selected") {
		t.Errorf("the list is %q", tag(page, "problem"))
	}
	options := regexp.MustCompile(`<option value="([^"]*)">([^<]*)</option>`).FindAllStringSubmatch(page, -1)
	if len(options) != len(practice.Problems)+1 || options[0][1] != "" || options[0][2] != "Nothing goes wrong" {
		t.Fatalf("%d options for %d problems, the first is %q", len(options), len(practice.Problems), options[0])
	}
	for i, p := range practice.Problems {
		if got := options[i+1]; got[1] != p.Code || html.UnescapeString(got[2]) != p.Words {
			t.Errorf("option %q, want %s", got, p.Code)
		}
	}
	for _, p := range practice.Problems {
		if label := `<optgroup label="` + html.EscapeString(p.Group) + `">`; strings.Count(page, label) != 1 {
			t.Errorf("no single group %s", label)
		}
	}
}

func TestProblemIsKeptWhenThePageIsAskedAgain(t *testing.T) {
	c := newProgram(t, start(t, practice.Options{}), mail)
	page, err := practicetest.Submit(t.Context(), c.address(), true, practicetest.As("carol"), practicetest.Problem("gmail:authError"))
	if !errors.Is(err, practicetest.ErrNoRedirect) || page.Status != http.StatusUnprocessableEntity {
		t.Fatalf("%v, status %d", err, page.Status)
	}
	if tag(page.Body, "problems") != `<details id="problems" open>` || !strings.Contains(page.Body, `<option value="gmail:authError" selected>`) ||
		strings.Count(page.Body, " selected") != 1 {
		t.Error("the chosen problem was lost")
	}
	if tag(page.Body, "complaint") == "" {
		t.Error("nothing is said of the address")
	}
}

func TestDenyIsDenyWhateverTheProblem(t *testing.T) {
	c := newProgram(t, start(t, practice.Options{}))
	for _, problem := range []string{"page:access_denied", "redirect:server_error", "exchange:500"} {
		landing := practicetest.Deny(t, c.address(), practicetest.Problem(problem))
		if got := params(t, landing.URL).Get("error"); got != "access_denied" {
			t.Errorf("%s: error %q", problem, got)
		}
	}
}

func TestUnknownProblemIsRefused(t *testing.T) {
	p := start(t, practice.Options{})
	c := newProgram(t, p)
	form := url.Values{"request": {requestOf(t, send(t, c.address(), nil).body)}, "person": {"alice@example.com"}, "answer": {"allow"}, "problem": {`"><script>`}}
	if r := send(t, p.Issuer()+"/authorize", form); r.StatusCode != http.StatusBadRequest || r.Header.Get("Location") != "" || strings.Contains(r.body, "<script") {
		t.Errorf("status %d, %q", r.StatusCode, r.body)
	}
	if _, err := practicetest.Submit(t.Context(), c.address(), true, practicetest.Problem("page:nonsense")); err == nil || errors.Is(err, practicetest.ErrNoRedirect) {
		t.Errorf("practicetest took a code that is not there: %v", err)
	}
}

func TestGooglesPagesAreMarkedAndLeadNowhere(t *testing.T) {
	p := start(t, practice.Options{})
	c := newProgram(t, p, mail)
	words := map[string]string{
		"page:access_denied":         "can only be accessed by developer-approved testers",
		"page:unverified":            "you shouldn't use it",
		"page:temporarily_disabled":  "has not been verified yet by Google",
		"page:policy_enforced":       "Advanced Protection prevented your Google Account",
		"page:admin_policy_enforced": "restricted by policies within your organization",
		"page:org_internal":          "restricted to users within its organization",
		"page:deleted_client":        "The OAuth client was deleted.",
		"page:invalid_client":        "The OAuth client was not found.",
		"page:redirect_uri_mismatch": "this app sent an invalid request",
		"page:invalid_scope":         "Some requested scopes were invalid.",
		"page:restricted_client":     "Unregistered scope(s) in the request",
		"page:disallowed_useragent":  `"Use secure browsers" policy`,
	}
	for _, problem := range practice.Problems {
		if !strings.HasPrefix(problem.Code, "page:") {
			continue
		}
		key := requestOf(t, send(t, c.address(), nil).body)
		form := url.Values{"request": {key}, "person": {"alice@example.com"}, "scope": {mail}, "answer": {"allow"}, "problem": {problem.Code}}
		r := send(t, p.Issuer()+"/authorize", form)
		text := html.UnescapeString(r.body)
		if r.Header.Get("Location") != "" || words[problem.Code] == "" || !strings.Contains(text, words[problem.Code]) || !strings.Contains(text, "nothing here is Google") {
			t.Errorf("%s: to %q, page %s", problem.Code, r.Header.Get("Location"), r.body)
		}
		if strings.Contains(r.body, "<script") || strings.Contains(r.body, "<a ") || strings.Count(r.body, "<main>") != 1 || strings.Count(r.body, "</main>") != 1 {
			t.Errorf("%s: page %s", problem.Code, r.body)
		}
		warns := problem.Code == "page:unverified"
		if policy := r.Header.Get("Content-Security-Policy"); strings.Contains(policy, "form-action 'none'") == warns || strings.Contains(r.body, "<form") != warns {
			t.Errorf("%s: policy %s", problem.Code, policy)
		}
		form.Del("problem")
		if again := send(t, p.Issuer()+"/authorize", form); (again.StatusCode == http.StatusSeeOther) != warns {
			t.Errorf("%s: the answer counts again: status %d", problem.Code, again.StatusCode)
		}
	}
}

func TestWarningLetsAPersonGoOnWithTheirChoices(t *testing.T) {
	p := start(t, practice.Options{})
	c := newProgram(t, p, mail, modify)
	warning, err := practicetest.Submit(t.Context(), c.address(), true, practicetest.As("Carol@example.com"), practicetest.Without(mail), practicetest.Problem("page:unverified"))
	if !errors.Is(err, practicetest.ErrNoRedirect) {
		t.Fatal(err)
	}
	for id, value := range map[string]string{"unsafe": "allow", "back": "deny"} {
		if button := tag(warning.Body, id); !strings.Contains(button, `name="answer" value="`+value+`"`) {
			t.Errorf("#%s is %q", id, button)
		}
	}
	form := url.Values{"answer": {"allow"}}
	for _, field := range regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`).FindAllStringSubmatch(warning.Body, -1) {
		form.Add(field[1], html.UnescapeString(field[2]))
	}
	back := params(t, send(t, p.Issuer()+"/authorize", form, "Origin", p.Issuer()).Header.Get("Location"))
	if back.Get("scope") != identity+" "+modify {
		t.Errorf("granted %q", back.Get("scope"))
	}
	token, err := c.exchange(back.Get("code"))
	if err != nil {
		t.Fatal(err)
	}
	if info := send(t, p.Issuer()+"/userinfo", nil, "Authorization", "Bearer "+token.AccessToken).json(t); info["email"] != "carol@example.com" {
		t.Errorf("signed in as %v", info["email"])
	}

	warning, _ = practicetest.Submit(t.Context(), c.address(), true, practicetest.Problem("page:unverified"))
	form = url.Values{"answer": {"deny"}, "request": {requestOf(t, warning.Body)}}
	if back := params(t, send(t, p.Issuer()+"/authorize", form).Header.Get("Location")); back.Get("error") != "access_denied" {
		t.Errorf("back to safety: %v", back)
	}
}

func TestSomebodyElseIsNeitherTheChosenNorTheHintedPerson(t *testing.T) {
	p := start(t, practice.Options{})
	c := newProgram(t, p)
	who := func(hint string, choices ...practicetest.Choice) any {
		t.Helper()
		landing := practicetest.Allow(t, c.address("login_hint", hint), choices...)
		token, err := c.exchange(params(t, landing.URL).Get("code"))
		if err != nil {
			t.Fatal(err)
		}
		return send(t, p.Issuer()+"/userinfo", nil, "Authorization", "Bearer "+token.AccessToken).json(t)["email"]
	}
	other := practicetest.Problem("grant:somebody_else")
	for _, test := range []struct {
		hint, as, want string
	}{
		{"", "", "bob@example.com"},
		{"alice@example.com", "", "bob@example.com"},
		{"Bob@Example.com", "", "alice@example.com"},
		{"carol@example.com", "", "bob@example.com"},
		{"alice@example.com", "bob@example.com", "carol@example.com"},
		{"carol@example.com", "bob@example.com", "alice@example.com"},
	} {
		choices := []practicetest.Choice{other}
		if test.as != "" {
			choices = append(choices, practicetest.As(test.as))
		}
		if got := who(test.hint, choices...); got != test.want {
			t.Errorf("hint %q, chosen %q: %v, want %s", test.hint, test.as, got, test.want)
		}
	}
	if got := who("alice@example.com", practicetest.As("bob@example.com")); got != "bob@example.com" {
		t.Errorf("Bob chosen against the hint: %v", got)
	}
}
