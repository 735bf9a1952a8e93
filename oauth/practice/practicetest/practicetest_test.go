package practicetest_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"tokentray/oauth/practice"
	"tokentray/oauth/practice/practicetest"
)

// setUp gives an authorization address and a count of the requests that reached the program behind its redirect.
func setUp(t *testing.T) (authURL, redirect string, reached chan url.Values) {
	t.Helper()
	p, err := practice.Start(practice.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	reached = make(chan url.Values, 8)
	program := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reached <- r.URL.Query()
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "signed in")
	}))
	t.Cleanup(program.Close)
	redirect = program.URL + "/callback"
	return p.Issuer() + "/authorize?" + url.Values{
		"client_id": {p.ClientID()}, "redirect_uri": {redirect}, "response_type": {"code"}, "state": {"s"},
		"scope": {"openid email https://mail.google.com/"}, "code_challenge_method": {"S256"},
		"code_challenge": {strings.Repeat("A", 43)},
	}.Encode(), redirect, reached
}

func TestAllowEndsOnTheProgramsPage(t *testing.T) {
	authURL, redirect, reached := setUp(t)
	landing := practicetest.Allow(t, authURL, practicetest.Without("https://mail.google.com/"))
	if landing.Status != http.StatusTeapot || landing.Body != "signed in" || !strings.HasPrefix(landing.URL, redirect+"?") {
		t.Errorf("landed on %d %q", landing.Status, landing.Body)
	}
	if got := <-reached; got.Get("code") == "" || strings.Contains(got.Get("scope"), "mail.google.com") {
		t.Errorf("the program got scope %q, code %t", got.Get("scope"), got.Has("code"))
	}
}

func TestDenyEndsOnTheProgramsPage(t *testing.T) {
	authURL, _, reached := setUp(t)
	if landing := practicetest.Deny(t, authURL); landing.Body != "signed in" {
		t.Errorf("landed on %q", landing.Body)
	}
	if got := <-reached; got.Get("error") != "access_denied" {
		t.Errorf("the program got error %q", got.Get("error"))
	}
}

func TestWithoutFollowingNeverReachesTheProgram(t *testing.T) {
	authURL, redirect, reached := setUp(t)
	landing := practicetest.Allow(t, authURL, practicetest.WithoutFollowing())
	if landing.Status != http.StatusSeeOther || !strings.HasPrefix(landing.URL, redirect+"?") || len(reached) != 0 {
		t.Errorf("status %d, %d requests reached the program", landing.Status, len(reached))
	}
}

func TestRedirectWithoutAPageIsFollowed(t *testing.T) {
	authURL, _, reached := setUp(t)
	practicetest.Allow(t, strings.Replace(authURL, "S256", "plain", 1))
	if got := <-reached; got.Get("error") != "invalid_request" {
		t.Errorf("the program got error %q", got.Get("error"))
	}
}

func TestSubmitSaysWhenThereWasNoRedirect(t *testing.T) {
	authURL, _, _ := setUp(t)
	landing, err := practicetest.Submit(t.Context(), strings.Replace(authURL, "client_id=practice", "client_id=else", 1), true)
	if !errors.Is(err, practicetest.ErrNoRedirect) || landing.Status != http.StatusBadRequest || landing.Body == "" || landing.URL != "" {
		t.Errorf("got %v, status %d", err, landing.Status)
	}
}

func TestErrorsHoldNoCode(t *testing.T) {
	authURL, redirect, _ := setUp(t)
	gone := strings.Replace(authURL, url.QueryEscape(redirect), url.QueryEscape("http://127.0.0.1:1/callback"), 1)
	landing, err := practicetest.Submit(t.Context(), gone, true)
	if err == nil || landing.URL == "" || strings.Contains(err.Error(), "code=") {
		t.Errorf("error %v", err)
	}
}
