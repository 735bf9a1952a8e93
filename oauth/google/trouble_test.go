package google_test

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"tokentray/oauth/google"
)

// rows are the codes that Google is known to give at each place, and what the button does.
var rows = []struct {
	at     google.Where
	code   string
	remedy google.Remedy
	link   string
}{
	{google.Page, "access_denied", google.OpenPage, google.AudiencePage},
	{google.Page, "policy_enforced", google.TryAgain, ""},
	{google.Page, "admin_policy_enforced", google.CopyClientID, ""},
	{google.Page, "access_not_configured", google.CopyClientID, ""},
	{google.Page, "org_internal", google.OpenPage, google.AudiencePage},
	{google.Page, "deleted_client", google.ChooseClient, ""},
	{google.Page, "invalid_client", google.ChooseClient, ""},
	{google.Page, "redirect_uri_mismatch", google.ChooseClient, ""},
	{google.Page, "invalid_request", google.ChooseClient, ""},
	{google.Page, "invalid_scope", google.ChooseAccess, ""},
	{google.Page, "restricted_client", google.OpenPage, google.DataAccessPage},
	{google.Page, "disallowed_useragent", google.CopyLink, ""},

	{google.Redirect, "access_denied", google.TryAgain, ""},
	{google.Redirect, "admin_policy_enforced", google.CopyClientID, ""},
	{google.Redirect, "invalid_scope", google.ChooseAccess, ""},
	{google.Redirect, "invalid_request", google.ChooseClient, ""},
	{google.Redirect, "unauthorized_client", google.ChooseClient, ""},
	{google.Redirect, "server_error", google.TryAgain, ""},
	{google.Redirect, "temporarily_unavailable", google.TryAgain, ""},

	{google.Exchange, "invalid_grant", google.TryAgain, ""},
	{google.Refresh, "invalid_grant", google.SignInAgain, ""},
	{google.Refresh, "invalid_rapt", google.SignInAgain, ""},
	{google.Refresh, "rapt_required", google.SignInAgain, ""},
	{google.Refresh, "account_deleted", google.SignInAgain, ""},
	{google.Exchange | google.Refresh, "invalid_client", google.ChooseClient, ""},
	{google.Exchange | google.Refresh, "unauthorized_client", google.ChooseClient, ""},
	{google.Exchange | google.Refresh, "invalid_request", google.ChooseClient, ""},
	{google.Exchange | google.Refresh, "deleted_client", google.ChooseClient, ""},
	{google.Exchange | google.Refresh, "admin_policy_enforced", google.CopyClientID, ""},
	{google.Exchange | google.Refresh, "internal_failure", google.TryAgain, ""},

	{google.Gmail, "accessNotConfigured", google.OpenPage, google.GmailPage},
	{google.Gmail, "SERVICE_DISABLED", google.OpenPage, google.GmailPage},
	{google.Gmail, "insufficientPermissions", google.SignInAgain, ""},
	{google.Gmail, "ACCESS_TOKEN_SCOPE_INSUFFICIENT", google.SignInAgain, ""},
	{google.Gmail, "failedPrecondition", google.AddAccount, ""},
	{google.Refresh, "rate_limit_exceeded", google.TryAgain, ""},
	{google.Gmail, "domainPolicy", google.CopyClientID, ""},
	{google.Gmail, "authError", google.SignInAgain, ""},
	{google.Gmail, "rateLimitExceeded", google.TryAgain, ""},
	{google.Gmail, "backendError", google.TryAgain, ""},
}

// uncoded are the rows without a code, by what the page says or by their title.
var uncoded = map[string]google.Remedy{
	"Google hasn't verified this app":                       google.NoRemedy,
	"Sign in with Google temporarily disabled for this app": google.OpenPage,
	"This app is blocked":                                   google.ChooseClient,
	"The project is in Testing":                             google.OpenPage,
	"Gmail refused":                                         google.TryAgain,
}

// row is the first one at a place with a code.
func row(t *testing.T, at google.Where, code string) google.Trouble {
	t.Helper()
	for _, trouble := range google.Troubles {
		if trouble.Where&at == at && slices.Contains(trouble.Codes, code) {
			return trouble
		}
	}
	t.Fatalf("no row for %s at %d", code, at)
	return google.Trouble{}
}

func TestEveryCodeHasItsRowAndRemedy(t *testing.T) {
	seen := map[string]bool{}
	for _, want := range rows {
		got := row(t, want.at, want.code)
		seen[got.Title] = true
		if got.Remedy != want.remedy || got.Link != want.link {
			t.Errorf("%s at %d: %q does %d with %q", want.code, want.at, got.Title, got.Remedy, got.Link)
		}
	}
	for words, remedy := range uncoded {
		i := slices.IndexFunc(google.Troubles, func(t google.Trouble) bool {
			return len(t.Codes) == 0 && (t.Title == words || slices.Contains(t.Says, words))
		})
		if i < 0 || google.Troubles[i].Remedy != remedy {
			t.Errorf("no row for %q, or of another remedy", words)
			continue
		}
		seen[google.Troubles[i].Title] = true
	}
	for _, trouble := range google.Troubles {
		if !seen[trouble.Title] {
			t.Errorf("%q is in no test", trouble.Title)
		}
	}
}

// jargon is what a person who is no developer need not know.
var jargon = regexp.MustCompile(`(?i)\b(json|https?|oauth|endpoint|\w+_\w+|pkce|id token|nonce|grant|scopes?|issuer|audience|refresh|` +
	`redirect|exchange|null|timeout|server error|status|exception|localhost|loopback|port|process|parse|consent|quota|[45]\d\d|uri|url|html)\b`)

var (
	quoted   = regexp.MustCompile(`“[^”]*”`)
	sentence = regexp.MustCompile(`[.!?](\s|$)`)
)

func TestTroublesAreInWordsForPeople(t *testing.T) {
	titles := map[string]bool{}
	for _, trouble := range google.Troubles {
		if titles[trouble.Title] {
			t.Errorf("%q stands twice", trouble.Title)
		}
		titles[trouble.Title] = true
		checkWords(t, trouble.Title, trouble.Detail)
		if (trouble.Remedy == google.OpenPage) != (trouble.Link != "") {
			t.Errorf("%s: remedy %d with link %q", trouble.Title, trouble.Remedy, trouble.Link)
		}
		if trouble.Link != "" && !isGoogles(trouble.Link) {
			t.Errorf("%s: %s is not Google's", trouble.Title, trouble.Link)
		}
		if trouble.Where <= 0 || trouble.Where >= google.Gmail<<1 {
			t.Errorf("%s: at %d", trouble.Title, trouble.Where)
		}
		if trouble.Where&google.Page != 0 && len(trouble.Says) == 0 {
			t.Errorf("%s: a page that says nothing", trouble.Title)
		}
	}
}

func checkWords(t *testing.T, title, detail string) {
	t.Helper()
	if n := len(strings.Fields(title)); n < 2 || n > 10 || strings.HasSuffix(title, ".") || !unicode.IsUpper(rune(title[0])) {
		t.Errorf("title %q", title)
	}
	if !strings.HasSuffix(detail, ".") || strings.HasSuffix(detail, "..") {
		t.Errorf("%s: %q does not end with a full stop", title, detail)
	}
	plain := quoted.ReplaceAllString(detail, "it")
	if n := len(sentence.FindAllString(plain, -1)); n < 1 || n > 3 {
		t.Errorf("%s: %d sentences", title, n)
	}
	if found := jargon.FindString(title + " " + plain); found != "" {
		t.Errorf("%s: %q is jargon", title, found)
	}
	if strings.ContainsAny(title+detail, "\"{}<>\n\t") || strings.Contains(detail, "  ") {
		t.Errorf("%s: typing errors in %q", title, detail)
	}
}

func isGoogles(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "https" && u.User == nil && strings.HasSuffix(u.Host, ".google.com")
}

func TestRedirectErrorsAreFoundByCode(t *testing.T) {
	for code, title := range map[string]string{
		"access_denied":         "Access was not given", // not what the page of the same code means
		"admin_policy_enforced": "Your organisation's admin blocks this",
		"org_internal":          "The project is for its own organisation only",
		"server_error":          "Google has trouble right now",
	} {
		if got, ok := google.AtRedirect(code); !ok || got.Title != title {
			t.Errorf("%s: %q, %t", code, got.Title, ok)
		}
	}
	for _, code := range []string{"", "accessNotConfigured", "invalid_grant", "ACCESS_DENIED", "never heard of"} {
		if got, ok := google.AtRedirect(code); ok {
			t.Errorf("%q: %q", code, got.Title)
		}
	}
}

func TestTokenErrorsAreFoundByCodeAndSubtype(t *testing.T) {
	for _, test := range []struct {
		code, subtype string
		refresh       bool
		title         string
	}{
		{"invalid_grant", "", true, "Google asks for a new sign-in"},
		{"invalid_grant", "", false, "The sign-in came too late"},
		{"invalid_grant", "invalid_rapt", true, "Your organisation asks for a new sign-in"},
		{"invalid_grant", "rapt_required", true, "Your organisation asks for a new sign-in"},
		{"invalid_grant", "account_deleted", true, "The account was deleted"},
		{"invalid_grant", "never_heard_of", true, "Google asks for a new sign-in"},
		{"invalid_grant", "invalid_client", true, "Google asks for a new sign-in"},
		{"invalid_client", "invalid_rapt", true, "Google does not accept the client"},
		{"invalid_client", "", false, "Google does not accept the client"},
		{"unauthorized_client", "", true, "This client may not do that"},
		{"invalid_request", "", false, "The client's secret is missing"},
		{"deleted_client", "", true, "The client was deleted"},
		{"admin_policy_enforced", "", true, "Your organisation's admin blocks this"},
		{"", "", true, ""},
		{"", "invalid_rapt", true, ""},
		{"accessNotConfigured", "", true, ""},
		{"redirect_uri_mismatch", "", false, ""},
		{"Bad Request", "", true, ""},
	} {
		got, ok := google.AtToken(test.code, test.subtype, test.refresh)
		if got.Title != test.title || ok != (test.title != "") {
			t.Errorf("%+v: %q, %t", test, got.Title, ok)
		}
	}
}

func TestWhatGoogleSaysInASentenceAloneBecomesACode(t *testing.T) {
	for _, test := range []struct{ given, description, want string }{
		{"", "Account has been deleted", "account_deleted"},
		{"", "The account has been deleted.", "account_deleted"},
		{"invalid_rapt", "Account has been deleted", "invalid_rapt"},
		{"", "Token has been expired or revoked.", ""},
		{"", "1//secret Account has been deleted", ""},
		{"", "", ""},
	} {
		if got := google.Subtype(test.given, test.description); got != test.want {
			t.Errorf("%+v: %q", test, got)
		}
	}
}

// Promise 3: nothing but an ended grant asks for a new sign-in.
func TestOnlyAnEndedGrantAsksToSignInAgain(t *testing.T) {
	for _, trouble := range google.Troubles {
		if trouble.Where&(google.Exchange|google.Refresh) == 0 || trouble.Remedy != google.SignInAgain {
			continue
		}
		for _, code := range trouble.Codes {
			if !slices.Contains([]string{"invalid_grant", "invalid_rapt", "rapt_required", "account_deleted"}, code) {
				t.Errorf("%s asks for a new sign-in", code)
			}
		}
	}
}
