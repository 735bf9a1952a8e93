package practice_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"html"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/oauth2"

	"tokentray/oauth/practice"
	"tokentray/oauth/practice/practicetest"
)

const (
	modify   = "https://www.googleapis.com/auth/gmail.modify"
	identity = "openid https://www.googleapis.com/auth/userinfo.email"
)

// course is what happened at each step of a sign-in and with what came of it. A step that was not reached is not there.
type course map[string]string

// well is the course without a problem.
var well = course{
	"consent": "code for " + identity + " " + modify, "exchange": "200", "refresh token": "yes", "lives": "3600 s",
	"ID token": "alice@example.com", "userinfo": "200 alice@example.com", "tokeninfo": "200 alice@example.com",
	"profile": "200 alice@example.com", "refresh": "200", "profile after": "200 alice@example.com", "revoke": "200",
}

const (
	stopped     = "Access blocked: "
	unallowed   = "403 PERMISSION_DENIED insufficientPermissions"
	noLogin     = "401 UNAUTHENTICATED authError"
	notFound    = "401 invalid_client"
	noSecret    = "400 invalid_request"
	tooMany     = "429 rate_limit_exceeded, again in 5"
	proxy       = "403 page 403 Forbidden"
	portal      = "200 page Log in to this network"
	busy        = "503 temporarily_unavailable"
	inTrouble   = "500 internal_failure"
	bob         = "200 bob@example.com"
	allOfGmail  = " https://mail.google.com/"
	gmailPrefix = " https://www.googleapis.com/auth/gmail."
)

// courses has, for each problem, where its course is another than well; stops is where it ends.
var courses = map[string]struct {
	differs course
	stops   string
}{
	"page:access_denied":         {course{"consent": "page 403 " + stopped + "Practice app has not completed the Google verification process | Error 403: access_denied"}, "consent"},
	"page:unverified":            {course{"consent": "page 200 Google hasn't verified this app |"}, "consent"},
	"page:temporarily_disabled":  {course{"consent": "page 403 Sign in with Google temporarily disabled for this app |"}, "consent"},
	"page:policy_enforced":       {course{"consent": "page 400 " + stopped + "Practice app is not approved by Advanced Protection | Error 400: policy_enforced"}, "consent"},
	"page:admin_policy_enforced": {course{"consent": "page 400 " + stopped + "Authorization Error | Error 400: admin_policy_enforced"}, "consent"},
	"page:org_internal":          {course{"consent": "page 403 " + stopped + "Practice app can only be used within its organization | Error 403: org_internal"}, "consent"},
	"page:deleted_client":        {course{"consent": "page 401 " + stopped + "Authorization Error | Error 401: deleted_client"}, "consent"},
	"page:invalid_client":        {course{"consent": "page 401 " + stopped + "Authorization Error | Error 401: invalid_client"}, "consent"},
	"page:redirect_uri_mismatch": {course{"consent": "page 400 " + stopped + "This app's request is invalid | Error 400: redirect_uri_mismatch"}, "consent"},
	"page:invalid_scope":         {course{"consent": "page 400 " + stopped + "Authorization Error | Error 400: invalid_scope"}, "consent"},
	"page:restricted_client":     {course{"consent": "page 403 " + stopped + "Authorization Error | Error 403: restricted_client"}, "consent"},
	"page:disallowed_useragent":  {course{"consent": "page 403 " + stopped + "Practice app's request does not comply with Google's policies | Error 403: disallowed_useragent"}, "consent"},

	"redirect:access_denied":           {course{"consent": "error access_denied"}, "consent"},
	"redirect:admin_policy_enforced":   {course{"consent": "error admin_policy_enforced"}, "consent"},
	"redirect:policy_enforced":         {course{"consent": "error policy_enforced"}, "consent"},
	"redirect:org_internal":            {course{"consent": "error org_internal"}, "consent"},
	"redirect:invalid_scope":           {course{"consent": "error invalid_scope"}, "consent"},
	"redirect:invalid_request":         {course{"consent": "error invalid_request"}, "consent"},
	"redirect:unauthorized_client":     {course{"consent": "error unauthorized_client"}, "consent"},
	"redirect:server_error":            {course{"consent": "error server_error"}, "consent"},
	"redirect:temporarily_unavailable": {course{"consent": "error temporarily_unavailable"}, "consent"},

	"grant:somebody_else": {course{"ID token": "bob@example.com", "userinfo": bob, "tokeninfo": bob, "profile": bob, "profile after": bob}, ""},
	"grant:no_access":     {course{"consent": "code for " + identity, "profile": unallowed, "profile after": unallowed}, ""},
	"grant:more_access": {course{"consent": "code for " + identity + allOfGmail + gmailPrefix + "modify" + gmailPrefix + "readonly" + gmailPrefix + "metadata" +
		gmailPrefix + "compose" + gmailPrefix + "insert" + gmailPrefix + "settings.basic" + gmailPrefix + "send" + gmailPrefix + "labels"}, ""},

	"exchange:invalid_grant":       {course{"exchange": "400 invalid_grant"}, "exchange"},
	"exchange:invalid_client":      {course{"exchange": notFound}, "exchange"},
	"exchange:unauthorized_client": {course{"exchange": "401 unauthorized_client"}, "exchange"},
	"exchange:invalid_request":     {course{"exchange": noSecret}, "exchange"},
	"exchange:429":                 {course{"exchange": tooMany}, "exchange"},
	"exchange:500":                 {course{"exchange": inTrouble}, "exchange"},
	"exchange:503":                 {course{"exchange": busy}, "exchange"},
	"exchange:html_403":            {course{"exchange": proxy}, "exchange"},
	"exchange:web_page":            {course{"exchange": portal}, "exchange"},
	"exchange:no_refresh_token":    {course{"refresh token": "no"}, "refresh"},

	"refresh:ended": {course{"userinfo": "401 invalid_token", "tokeninfo": "400 invalid_token", "profile": noLogin, "refresh": "400 invalid_grant",
		"revoke": "400 invalid_token"}, "profile after"},
	"refresh:invalid_grant":       {course{"lives": "10 s", "refresh": "400 invalid_grant"}, "profile after"},
	"refresh:invalid_rapt":        {course{"lives": "10 s", "refresh": "400 invalid_grant invalid_rapt"}, "profile after"},
	"refresh:rapt_required":       {course{"lives": "10 s", "refresh": "400 invalid_grant rapt_required"}, "profile after"},
	"refresh:account_deleted":     {course{"lives": "10 s", "refresh": "400 invalid_grant"}, "profile after"},
	"refresh:invalid_client":      {course{"lives": "10 s", "refresh": notFound}, "profile after"},
	"refresh:unauthorized_client": {course{"lives": "10 s", "refresh": "401 unauthorized_client"}, "profile after"},
	"refresh:invalid_request":     {course{"lives": "10 s", "refresh": noSecret}, "profile after"},
	"refresh:429":                 {course{"lives": "10 s", "refresh": tooMany}, "profile after"},
	"refresh:500":                 {course{"lives": "10 s", "refresh": inTrouble}, "profile after"},
	"refresh:503":                 {course{"lives": "10 s", "refresh": busy}, "profile after"},
	"refresh:html_403":            {course{"lives": "10 s", "refresh": proxy}, "profile after"},
	"refresh:web_page":            {course{"lives": "10 s", "refresh": portal}, "profile after"},

	"gmail:accessNotConfigured":     gmailCourse("403 PERMISSION_DENIED accessNotConfigured SERVICE_DISABLED"),
	"gmail:insufficientPermissions": gmailCourse(unallowed),
	"gmail:failedPrecondition":      gmailCourse("400 FAILED_PRECONDITION failedPrecondition"),
	"gmail:authErrorOnce":           {course{"profile": noLogin}, ""},
	"gmail:authError":               gmailCourse(noLogin),
	"gmail:rateLimitExceeded":       gmailCourse("429 RESOURCE_EXHAUSTED rateLimitExceeded, again in 5"),
	"gmail:userRateLimitExceeded":   gmailCourse("403 PERMISSION_DENIED userRateLimitExceeded"),
	"gmail:backendError":            gmailCourse("503 UNAVAILABLE backendError"),
}

func gmailCourse(answer string) struct {
	differs course
	stops   string
} {
	return struct {
		differs course
		stops   string
	}{course{"profile": answer, "profile after": answer}, ""}
}

// expected is the whole course of a problem.
func expected(t *testing.T, code string) course {
	t.Helper()
	c, known := courses[code]
	if !known {
		t.Fatalf("no course is written down for %s", code)
	}
	want := maps.Clone(well)
	maps.Copy(want, c.differs)
	for _, step := range map[string][]string{
		"consent":       {"exchange", "refresh token", "lives", "ID token", "userinfo", "tokeninfo", "profile", "refresh", "profile after", "revoke"},
		"exchange":      {"refresh token", "lives", "ID token", "userinfo", "tokeninfo", "profile", "refresh", "profile after", "revoke"},
		"refresh":       {"refresh", "profile after"},
		"profile after": {"profile after"},
	}[c.stops] {
		delete(want, step)
	}
	return want
}

func TestEveryProblemTakesItsCourse(t *testing.T) {
	for _, problem := range practice.Problems {
		stops := courses[problem.Code].stops
		for name, restart := range map[string]bool{"": false, " after a restart": true} {
			if restart && (stops == "consent" || stops == "exchange") {
				continue // there is nothing that could outlive it
			}
			t.Run(problem.Code+name, func(t *testing.T) {
				key, err := practice.NewKey()
				if err != nil {
					t.Fatal(err)
				}
				p := start(t, practice.Options{Key: key})
				program := newProgram(t, p, modify)
				bystander, other := signInCourse(t, program)
				met, tokens := signInCourse(t, program, practicetest.Problem(problem.Code))
				if restart {
					_ = p.Close()
					p = start(t, practice.Options{Key: key})
				}
				accountCourse(t, p, met, tokens)
				wantCourse(t, met, expected(t, problem.Code))
				accountCourse(t, p, bystander, other)
				wantCourse(t, bystander, well)
			})
		}
	}
	for code := range courses {
		if !slices.ContainsFunc(practice.Problems, func(p practice.Problem) bool { return p.Code == code }) {
			t.Errorf("no problem %s is left", code)
		}
	}
}

func wantCourse(t *testing.T, got, want course) {
	t.Helper()
	if maps.Equal(got, want) {
		return
	}
	for step := range well {
		if got[step] != want[step] {
			t.Errorf("%s: %q, want %q", step, got[step], want[step])
		}
	}
}

// signInCourse goes through the browser and the exchange; the tokens are nil where there are none.
func signInCourse(t *testing.T, c *program, choices ...practicetest.Choice) (course, map[string]any) {
	t.Helper()
	met := course{}
	c.verifier = oauth2.GenerateVerifier()
	landing, err := practicetest.Submit(t.Context(), c.address(), true, choices...)
	back := params(t, landing.URL)
	switch {
	case errors.Is(err, practicetest.ErrNoRedirect):
		met["consent"] = strings.TrimSpace(strings.Join([]string{"page", statusText(landing.Status), element(landing.Body, "h1"), "|", element(landing.Body, "p class=\"soft\" id=\"error\"")}, " "))
		return met, nil
	case err != nil:
		t.Fatal(err)
	case back.Get("state") != "the state" || back.Get("iss") == "":
		t.Errorf("the redirect has %v: no state or no issuer", back)
	case back.Get("code") == "":
		met["consent"] = "error " + back.Get("error")
		return met, nil
	}
	met["consent"] = "code for " + back.Get("scope")
	r := send(t, c.Endpoint.TokenURL, url.Values{
		"grant_type": {"authorization_code"}, "code": {back.Get("code")}, "redirect_uri": {c.RedirectURL},
		"code_verifier": {c.verifier}, "client_id": {c.ClientID}, "client_secret": {c.ClientSecret},
	})
	met["exchange"] = inWords(r)
	if met["exchange"] != "200" {
		return met, nil
	}
	tokens := r.json(t)
	if tokens["scope"] != back.Get("scope") {
		t.Errorf("the redirect names %q, the tokens are for %q", back.Get("scope"), tokens["scope"])
	}
	met["refresh token"] = map[bool]string{true: "yes", false: "no"}[tokens["refresh_token"] != nil]
	lives, _ := json.Marshal(tokens["expires_in"])
	met["lives"] = string(lives) + " s"
	idToken, _ := tokens["id_token"].(string)
	payload, _ := base64.RawURLEncoding.DecodeString(strings.Split(idToken+"..", ".")[1])
	var claims struct{ Email string }
	_ = json.Unmarshal(payload, &claims)
	met["ID token"] = claims.Email
	return met, tokens
}

// accountCourse adds what can be done with the tokens.
func accountCourse(t *testing.T, p *practice.Provider, met course, tokens map[string]any) {
	t.Helper()
	if tokens == nil {
		return
	}
	access, _ := tokens["access_token"].(string)
	last := access
	profile := func() string {
		return inWords(send(t, p.Issuer()+"/gmail/v1/users/me/profile", nil, "Authorization", "Bearer "+last))
	}
	met["userinfo"] = inWords(send(t, p.Issuer()+"/userinfo", nil, "Authorization", "Bearer "+access))
	met["tokeninfo"] = inWords(send(t, p.Issuer()+"/tokeninfo", url.Values{"access_token": {access}}))
	met["profile"] = profile()
	if refresh, _ := tokens["refresh_token"].(string); refresh != "" {
		r := send(t, p.Issuer()+"/token", url.Values{
			"grant_type": {"refresh_token"}, "refresh_token": {refresh}, "client_id": {p.ClientID()}, "client_secret": {p.ClientSecret()},
		})
		met["refresh"] = inWords(r)
		if met["refresh"] == "200" {
			last, _ = r.json(t)["access_token"].(string)
			met["profile after"] = profile()
		}
	}
	met["revoke"] = inWords(revoke(t, p, access))
}

// inWords is an answer's status and the rest that a program decides on.
func inWords(r reply) string {
	words := []string{statusText(r.StatusCode)}
	var body struct {
		Error        json.RawMessage
		Subtype      string `json:"error_subtype"`
		Email        string
		EmailAddress string
	}
	if json.Unmarshal([]byte(r.body), &body) != nil {
		return statusText(r.StatusCode) + " page " + element(r.body, "h1")
	}
	var google struct {
		Code    int
		Status  string
		Errors  []struct{ Reason string }
		Details []struct{ Reason string }
	}
	var code string
	if json.Unmarshal(body.Error, &google) == nil && google.Code == r.StatusCode {
		words = append(words, google.Status)
		for _, e := range append(google.Errors, google.Details...) {
			words = append(words, e.Reason)
		}
	}
	_ = json.Unmarshal(body.Error, &code)
	words = append(words, code, body.Subtype, body.Email, body.EmailAddress)
	text := strings.Join(strings.Fields(strings.Join(words, " ")), " ")
	if wait := r.Header.Get("Retry-After"); wait != "" {
		text += ", again in " + wait
	}
	return text
}

func statusText(status int) string {
	text, _ := json.Marshal(status)
	return string(text)
}

// element is the text of the first element that begins so.
func element(page, begins string) string {
	name, _, _ := strings.Cut(begins, " ")
	found := regexp.MustCompile(`<` + regexp.QuoteMeta(begins) + `>([^<]*)</` + name + `>`).FindStringSubmatch(page)
	if found == nil {
		return ""
	}
	return html.UnescapeString(found[1])
}
