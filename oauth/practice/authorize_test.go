package practice_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tokentray/oauth/practice"
	"tokentray/oauth/practice/practicetest"
)

func TestUntrustedRequestGetsAPageAndNoRedirect(t *testing.T) {
	c := newProgram(t, start(t, practice.Options{}))
	for name, changes := range map[string][]string{
		"unknown client":   {"client_id", "somebody"},
		"no client":        {"client_id", ""},
		"no redirect":      {"redirect_uri", ""},
		"https":            {"redirect_uri", "https://127.0.0.1:4000/callback"},
		"another host":     {"redirect_uri", "http://example.com/callback"},
		"localhost":        {"redirect_uri", "http://localhost:4000/callback"},
		"another loopback": {"redirect_uri", "http://127.0.0.2:4000/callback"},
		"a long zero":      {"redirect_uri", "http://127.0.0.1:04000x/callback"},
		"prefix only":      {"redirect_uri", "http://127.0.0.1.example.com/callback"},
		"user":             {"redirect_uri", "http://127.0.0.1:80@example.com/callback"},
		"password":         {"redirect_uri", "http://a:b@127.0.0.1/callback"},
		"fragment":         {"redirect_uri", "http://127.0.0.1:4000/callback#here"},
		"empty fragment":   {"redirect_uri", "http://127.0.0.1:4000/callback#"},
		"port 0":           {"redirect_uri", "http://127.0.0.1:0/callback"},
		"port 70000":       {"redirect_uri", "http://127.0.0.1:70000/callback"},
		"empty port":       {"redirect_uri", "http://127.0.0.1:/callback"},
		"zone":             {"redirect_uri", "http://[::1%25lo]:4000/callback"},
		"long IPv6":        {"redirect_uri", "http://[::ffff:127.0.0.1]:4000/callback"},
		"custom scheme":    {"redirect_uri", "app.example:/callback"},
		"script":           {"redirect_uri", "javascript:alert(1)"},
		"relative":         {"redirect_uri", "/callback"},
	} {
		t.Run(name, func(t *testing.T) {
			r := send(t, c.address(changes...), nil)
			if r.StatusCode != http.StatusBadRequest || r.Header.Get("Location") != "" {
				t.Errorf("status %d, location %q", r.StatusCode, r.Header.Get("Location"))
			}
			if !strings.Contains(r.body, "This sign-in can&#39;t go on") && !strings.Contains(r.body, "This sign-in can't go on") {
				t.Errorf("no plain words in %q", r.body)
			}
			if strings.Contains(r.body, "<form") {
				t.Error("the page has a form")
			}
		})
	}
	for _, twice := range []string{"client_id=practice", "redirect_uri=http%3A%2F%2F127.0.0.1%2F"} {
		if r := send(t, c.address()+"&"+twice, nil); r.StatusCode != http.StatusBadRequest {
			t.Errorf("%s given twice: status %d", twice, r.StatusCode)
		}
	}
}

func TestAnyLoopbackPortAndPathWillDo(t *testing.T) {
	c := newProgram(t, start(t, practice.Options{}))
	for redirect, target := range map[string]string{
		"http://127.0.0.1:4000/callback":   "http://127.0.0.1:4000",
		"http://127.0.0.1/":                "http://127.0.0.1",
		"http://127.0.0.1:65535":           "http://127.0.0.1:65535",
		"http://[::1]:4000/a/b":            "http:", // a policy can't name an IPv6 address
		"http://127.0.0.1:4000/cb?a=b&c=d": "http://127.0.0.1:4000",
	} {
		landing := practicetest.Allow(t, c.address("redirect_uri", redirect), practicetest.WithoutFollowing())
		if !strings.HasPrefix(landing.URL, redirect) || params(t, landing.URL).Get("code") == "" {
			t.Errorf("%s: sent to another address, or without a code", redirect)
		}
		policy := send(t, c.address("redirect_uri", redirect), nil).Header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "form-action 'self' "+target+";") {
			t.Errorf("%s: policy %q does not let the redirect through", redirect, policy)
		}
	}
	landing := practicetest.Allow(t, c.address("redirect_uri", "http://127.0.0.1:4000/cb?a=b"), practicetest.WithoutFollowing())
	if params(t, landing.URL).Get("a") != "b" {
		t.Error("the redirect address lost its own parameter")
	}
}

func TestErrorsOfATrustedRequestGoBackByRedirect(t *testing.T) {
	p := start(t, practice.Options{})
	c := newProgram(t, p)
	for name, test := range map[string]struct {
		changes []string
		want    string
	}{
		"no response type":   {[]string{"response_type", ""}, "invalid_request"},
		"implicit flow":      {[]string{"response_type", "token"}, "unsupported_response_type"},
		"fragment":           {[]string{"response_mode", "fragment"}, "invalid_request"},
		"no PKCE":            {[]string{"code_challenge", "", "code_challenge_method", ""}, "invalid_request"},
		"plain PKCE":         {[]string{"code_challenge_method", "plain"}, "invalid_request"},
		"no PKCE method":     {[]string{"code_challenge_method", ""}, "invalid_request"},
		"short challenge":    {[]string{"code_challenge", "abcd"}, "invalid_request"},
		"challenge in hex":   {[]string{"code_challenge", strings.Repeat("ab!", 20)}, "invalid_request"},
		"no scope":           {[]string{"scope", ""}, "invalid_request"},
		"unknown scope":      {[]string{"scope", "openid https://example.com/all"}, "invalid_scope"},
		"nobody to be asked": {[]string{"prompt", "none"}, "interaction_required"},
	} {
		t.Run(name, func(t *testing.T) {
			r := send(t, c.address(test.changes...), nil)
			location := r.Header.Get("Location")
			back := params(t, location)
			if r.StatusCode != http.StatusSeeOther || !strings.HasPrefix(location, c.RedirectURL+"?") {
				t.Fatalf("status %d, location %q", r.StatusCode, location)
			}
			if back.Get("error") != test.want || back.Get("state") != "the state" || back.Get("iss") != p.Issuer() || back.Has("code") {
				t.Errorf("redirect has %v, want error %s with state and iss", back, test.want)
			}
		})
	}
	back := params(t, send(t, c.address()+"&scope=openid", nil).Header.Get("Location"))
	if back.Get("error") != "invalid_request" {
		t.Errorf("a parameter given twice: %v", back)
	}
}

func TestDenyGoesBackAsAccessDenied(t *testing.T) {
	p := start(t, practice.Options{})
	landing := practicetest.Deny(t, newProgram(t, p).address())
	back := params(t, landing.URL)
	if back.Get("error") != "access_denied" || back.Get("state") != "the state" || back.Get("iss") != p.Issuer() || back.Has("code") {
		t.Errorf("redirect has %v", back)
	}
	if landing.Status != 200 {
		t.Errorf("the program's own page: status %d", landing.Status)
	}
}

func TestConsentCountsOnce(t *testing.T) {
	clock := newClock()
	p := start(t, practice.Options{Now: clock.Now})
	c := newProgram(t, p)
	answer := url.Values{"person": {"alice@example.com"}, "answer": {"allow"}, "request": {requestOf(t, send(t, c.address(), nil).body)}}
	if r := send(t, p.Issuer()+"/authorize", answer); r.StatusCode != http.StatusSeeOther {
		t.Fatalf("first answer: status %d", r.StatusCode)
	}
	if r := send(t, p.Issuer()+"/authorize", answer); r.StatusCode != http.StatusBadRequest || r.Header.Get("Location") != "" {
		t.Errorf("second answer: status %d", r.StatusCode)
	}

	answer.Set("request", requestOf(t, send(t, c.address(), nil).body))
	clock.advance(questionLife)
	if r := send(t, p.Issuer()+"/authorize", answer); r.StatusCode != http.StatusBadRequest {
		t.Errorf("an answer after ten minutes: status %d", r.StatusCode)
	}
	answer.Set("request", "a guess")
	if r := send(t, p.Issuer()+"/authorize", answer); r.StatusCode != http.StatusBadRequest {
		t.Errorf("an answer to nothing: status %d", r.StatusCode)
	}
}

func TestOpenConsentPagesAreBounded(t *testing.T) {
	p := start(t, practice.Options{})
	c := newProgram(t, p)
	answer := url.Values{"person": {"alice@example.com"}, "answer": {"allow"}, "request": {requestOf(t, send(t, c.address(), nil).body)}}
	for range 256 {
		send(t, c.address(), nil)
	}
	if r := send(t, p.Issuer()+"/authorize", answer); r.StatusCode != http.StatusBadRequest {
		t.Errorf("the oldest of 257 pages: status %d, want it dropped", r.StatusCode)
	}
	practicetest.Allow(t, c.address())
}

func TestConsentFromAnotherPageIsRefused(t *testing.T) {
	p := start(t, practice.Options{})
	c := newProgram(t, p)
	answer := url.Values{"person": {"alice@example.com"}, "answer": {"allow"}, "request": {requestOf(t, send(t, c.address(), nil).body)}}
	for _, header := range [][]string{
		{"Origin", "http://evil.example"},
		{"Origin", "null"},
		{"Origin", "http://127.0.0.1:1"},
		{"Origin", strings.Replace(p.Issuer(), "http:", "https:", 1)},
		{"Sec-Fetch-Site", "cross-site"},
		{"Sec-Fetch-Site", "same-origin", "Origin", "http://evil.example"},
	} {
		if r := send(t, p.Issuer()+"/authorize", answer, header...); r.StatusCode != http.StatusBadRequest || r.Header.Get("Location") != "" {
			t.Errorf("%v: status %d", header, r.StatusCode)
		}
	}
	if r := send(t, p.Issuer()+"/authorize", answer, "Origin", p.Issuer(), "Sec-Fetch-Site", "same-origin"); r.StatusCode != http.StatusSeeOther {
		t.Errorf("from its own page: status %d", r.StatusCode)
	}
}
