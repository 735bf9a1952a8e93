package google_test

import (
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"tokentray/oauth/google"
)

// disabled is Gmail's answer while its API is off in the project, with one thing replaced by another.
func disabled(replace ...string) string {
	return strings.NewReplacer(replace...).Replace(`{"error":{"code":403,` +
		`"message":"Gmail API has not been used in project 123456789012 before or it is disabled.",` +
		`"errors":[{"message":"Gmail API has not been used","domain":"usageLimits","reason":"accessNotConfigured","extendedHelp":"https://console.developers.google.com"}],` +
		`"status":"PERMISSION_DENIED","details":[` +
		`{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"SERVICE_DISABLED","domain":"googleapis.com",` +
		`"metadata":{"service":"gmail.googleapis.com","activationUrl":"` + activation + `","consumer":"projects/777"}},` +
		`{"@type":"type.googleapis.com/google.rpc.Help","links":[{"description":"x","url":"https://evil.example/"}]}]}}`)
}

const (
	activation = "https://console.developers.google.com/apis/api/gmail.googleapis.com/overview?project=123456789012"
	ofClient   = google.GmailPage + "?project=123456789012" // by the client ID
)

// old is an answer with the older list of errors.
func old(reason, message string) string {
	return `{"error":{"errors":[{"domain":"global","reason":"` + reason + `","message":"` + message + `"}],"code":400,"message":"` + message + `"}}`
}

const (
	off       = "The Gmail API is not turned on"
	empty     = "The box for Gmail was left empty"
	noMailbox = "This account has no Gmail"
	badToken  = "Gmail does not accept the token"
	tooOften  = "Google was asked too often"
	later     = "Gmail can't answer right now"
	refused   = "Gmail refused"
)

var gmailAnswers = map[string]struct {
	status int
	body   string
	title  string
	link   string
}{
	"API off":                    {403, disabled(), off, activation},
	"API off, other console":     {403, disabled("console.developers.google.com/apis/api", "console.cloud.google.com/apis/api"), off, strings.Replace(activation, "developers", "cloud", 1)},
	"API off, only old errors":   {403, old("accessNotConfigured", "x"), off, ofClient},
	"API off, old errors spoilt": {403, disabled(`"errors":[`, `"errors":7,"x":[`), off, activation},
	"API off, details spoilt":    {403, disabled(`"details":[`, `"details":{"x":7},"y":[`), off, ofClient},
	"script":                     {403, disabled(activation, "javascript:alert(1)//console.cloud.google.com"), off, ofClient},
	"without TLS":                {403, disabled("https://console.dev", "http://console.dev"), off, ofClient},
	"other host":                 {403, disabled("console.developers.google.com", "evil.example"), off, ofClient},
	"longer host":                {403, disabled("console.developers.google.com", "console.cloud.google.com.evil.example"), off, ofClient},
	"host at the end":            {403, disabled("console.developers.google.com", "evilconsole.cloud.google.com"), off, ofClient},
	"other host of Google's":     {403, disabled("console.developers.google.com", "sites.google.com"), off, ofClient},
	"user info":                  {403, disabled("console.developers.google.com", "console.cloud.google.com@evil.example"), off, ofClient},
	"password":                   {403, disabled("console.developers.google.com", "evil:x@console.cloud.google.com"), off, ofClient},
	"port":                       {403, disabled("console.developers.google.com", "console.cloud.google.com:8443"), off, ofClient},
	"backslash":                  {403, disabled("console.developers.google.com", `evil.example\\\\@console.cloud.google.com`), off, ofClient},
	"no host":                    {403, disabled("https://console.developers.google.com", "https:console.cloud.google.com"), off, ofClient},
	"host in the path":           {403, disabled("https://console.developers.google.com", "https:///console.cloud.google.com"), off, ofClient},
	"line break":                 {403, disabled("console.developers", `console.\ndevelopers`), off, ofClient},
	"another alphabet":           {403, disabled("console.developers.google.com", "console.cloud.gооgle.com"), off, ofClient},
	"endless":                    {403, disabled("overview", strings.Repeat("a", 5000)), off, ofClient},
	"address is a number":        {403, disabled(`"`+activation+`"`, "7"), off, ofClient},
	"metadata is text":           {403, disabled(`"metadata":{`, `"metadata":"x","y":{`), off, ofClient},

	"newer words before older": {403, disabled("accessNotConfigured", "rateLimitExceeded"), off, activation},
	"box empty":                {403, old("insufficientPermissions", "Insufficient Permission"), empty, ""},
	"box empty, newer":         {403, `{"error":{"status":"PERMISSION_DENIED","details":[{"reason":"ACCESS_TOKEN_SCOPE_INSUFFICIENT"}]}}`, empty, ""},
	"no mailbox":               {400, old("failedPrecondition", "Mail service not enabled"), noMailbox, ""},
	"no mailbox, newer":        {400, `{"error":{"status":"FAILED_PRECONDITION"}}`, noMailbox, ""},
	"admin":                    {403, old("domainPolicy", "The domain administrators have disabled Gmail apps."), "Your organisation's admin blocks Gmail", ""},
	"token":                    {401, `{"error":{"code":401,"status":"UNAUTHENTICATED","errors":[{"reason":"authError","location":"Authorization"}]}}`, badToken, ""},
	"401 without words":        {401, "", badToken, ""},
	"401 without a reason":     {401, `{"error":{"code":401}}`, badToken, ""},
	"401 with a page":          {401, "<html>", badToken, ""},
	"rate":                     {403, old("rateLimitExceeded", "x"), tooOften, ""},
	"rate of the person":       {403, old("userRateLimitExceeded", "x"), tooOften, ""},
	"rate by status":           {429, "", tooOften, ""},
	"rate, newer":              {429, `{"error":{"status":"RESOURCE_EXHAUSTED"}}`, tooOften, ""},
	"server":                   {500, "", later, ""},
	"server, newer":            {503, `{"error":{"status":"UNAVAILABLE"}}`, later, ""},
	"server, unknown reason":   {502, old("neverHeardOf", "x"), later, ""},
	"slow":                     {408, "", later, ""},
	"403 with a page":          {403, "<!doctype html><title>Log in to this network", later, ""},
	"403 without words":        {403, "", later, ""},
	"200 with a page":          {200, "<html>", later, ""},
	"not Google's error":       {400, `{"error":"invalid_grant"}`, later, ""},
	"error is a list":          {403, `{"error":[]}`, later, ""},
	"error is null":            {403, `{"error":null}`, later, ""},
	"huge":                     {403, disabled() + strings.Repeat(" ", 64<<10), later, ""},
	"deep":                     {403, strings.Repeat("[", 60<<10), later, ""},
	"deep in details":          {403, `{"error":{"details":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `}}`, refused, ""},
	"unknown reason":           {403, old("neverHeardOf", "accessNotConfigured"), refused, ""},
	"reason is a number":       {403, `{"error":{"errors":[{"reason":7},[],null,"x"],"details":[7]}}`, refused, ""},
	"nothing said":             {403, `{"error":{}}`, refused, ""},
	"not found":                {404, old("notFound", "x"), refused, ""},
	"a token's code":           {400, old("invalid_grant", "x"), refused, ""},
}

func TestEachAnswerOfGmailsIsExplained(t *testing.T) {
	for name, answer := range gmailAnswers {
		t.Run(name, func(t *testing.T) {
			got := google.AtGmail(answer.status, []byte(answer.body), id)
			if got.Title != answer.title || got.Link != answer.link {
				t.Errorf("%q with %q, want %q with %q", got.Title, got.Link, answer.title, answer.link)
			}
		})
	}
}

func TestGmailIsTurnedOnInTheProjectThatTheAnswerNames(t *testing.T) {
	body := disabled(activation, "")
	for clientID, want := range map[string]string{
		id:       ofClient,
		"":       google.GmailPage + "?project=777",
		"custom": google.GmailPage + "?project=777",
	} {
		if got := google.AtGmail(403, []byte(body), clientID).Link; got != want {
			t.Errorf("%q: %s", clientID, got)
		}
	}
	for _, consumer := range []string{"", "projects/", "projects/a&b=c", "projects/1/../2", "7-7"} {
		if got := google.AtGmail(403, []byte(disabled(activation, "", "projects/777", consumer)), "").Link; got != google.GmailPage && got != google.GmailPage+"?project=7" {
			t.Errorf("%q: %s", consumer, got)
		}
	}
	if link := row(t, google.Gmail, "accessNotConfigured").Link; link != google.GmailPage {
		t.Errorf("the table was changed: %s", link)
	}
}

func FuzzAtGmail(f *testing.F) {
	for _, answer := range gmailAnswers {
		if len(answer.body) < 8<<10 {
			f.Add(answer.status, []byte(answer.body), id)
		}
	}
	f.Add(403, []byte(disabled(activation, "")), "")
	f.Fuzz(func(t *testing.T, status int, body []byte, clientID string) {
		got := google.AtGmail(status, body, clientID)
		if got.Title == "" || got.Where&google.Gmail == 0 {
			t.Fatalf("no words: %+v", got)
		}
		if got.Link != "" {
			u, err := url.Parse(got.Link)
			if err != nil || u.Scheme != "https" || u.User != nil || u.Host != "console.cloud.google.com" && u.Host != "console.developers.google.com" {
				t.Fatalf("leads to %q", got.Link)
			}
		}
		i := slices.IndexFunc(google.Troubles, func(t google.Trouble) bool { return t.Title == got.Title })
		if i < 0 {
			t.Fatalf("%+v is no row", got)
		}
		got.Link = google.Troubles[i].Link
		if !reflect.DeepEqual(got, google.Troubles[i]) {
			t.Fatalf("%+v is not as in the table", got)
		}
	})
}
