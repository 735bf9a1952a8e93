package practice_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"tokentray/oauth/practice"
	"tokentray/oauth/practice/practicetest"
)

func TestCodeIsGoodOnce(t *testing.T) {
	p := start(t, practice.Options{})
	c := newProgram(t, p, mail)
	code := c.code(t)
	token, err := c.exchange(code)
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.exchange(code)
	wantError(t, err, "invalid_grant")
	_, err = c.refresh(token.RefreshToken)
	wantError(t, err, "invalid_grant") // the first use's grant fell with the second
	if status := profileStatus(t, p, token.AccessToken); status != http.StatusUnauthorized {
		t.Errorf("the first use's access token still works: %d", status)
	}
}

func TestCodeIsGoodOnceHoweverManyComeAtATime(t *testing.T) {
	c := newProgram(t, start(t, practice.Options{}))
	code := c.code(t)
	var all sync.WaitGroup
	won := make(chan bool, 8)
	for range cap(won) {
		all.Go(func() {
			_, err := c.exchange(code)
			won <- err == nil
		})
	}
	all.Wait()
	close(won)
	winners := 0
	for yes := range won {
		if yes {
			winners++
		}
	}
	if winners != 1 {
		t.Errorf("%d exchanges got tokens, want 1", winners)
	}
}

func TestCodeIsGoodForAMinute(t *testing.T) {
	clock := newClock()
	c := newProgram(t, start(t, practice.Options{Now: clock.Now}))
	inTime, late := c.code(t), c.code(t)
	clock.advance(time.Minute - time.Millisecond)
	if _, err := c.exchange(inTime); err != nil {
		t.Errorf("just in time: %v", err)
	}
	clock.advance(time.Millisecond)
	_, err := c.exchange(late)
	wantError(t, err, "invalid_grant")
}

func TestCodeIsBoundToRedirectAndVerifier(t *testing.T) {
	p := start(t, practice.Options{})
	c := newProgram(t, p)
	code := c.code(t)
	form := func(changes ...string) url.Values {
		v := url.Values{
			"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {c.RedirectURL},
			"code_verifier": {c.verifier}, "client_id": {c.ClientID}, "client_secret": {c.ClientSecret},
		}
		for i := 0; i < len(changes); i += 2 {
			if v.Set(changes[i], changes[i+1]); changes[i+1] == "" {
				v.Del(changes[i])
			}
		}
		return v
	}
	for name, changes := range map[string][]string{
		"other redirect":            {"redirect_uri", "http://127.0.0.1:1/callback"},
		"no redirect":               {"redirect_uri", ""},
		"wrong verifier":            {"code_verifier", oauth2.GenerateVerifier()},
		"challenge as the verifier": {"code_verifier", oauth2.S256ChallengeFromVerifier(c.verifier)},
		"no verifier":               {"code_verifier", ""},
		"another code":              {"code", "guessed"},
		"no code":                   {"code", ""},
	} {
		r := send(t, p.Issuer()+"/token", form(changes...))
		if r.StatusCode != http.StatusBadRequest || r.json(t)["error"] != "invalid_grant" {
			t.Errorf("%s: %d %s", name, r.StatusCode, r.body)
		}
		if missing := r.json(t)["error_description"] == "Missing code verifier."; missing != (name == "no verifier") {
			t.Errorf("%s: %s", name, r.body)
		}
	}
	r := send(t, p.Issuer()+"/token", form())
	if r.StatusCode != http.StatusOK {
		t.Fatalf("the true exchange: %d %s", r.StatusCode, r.body)
	}
	if r.Header.Get("Cache-Control") != "no-store" || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		t.Errorf("headers %v", r.Header)
	}
}

func TestClientIsAuthenticated(t *testing.T) {
	p := start(t, practice.Options{ClientID: "an id", ClientSecret: "a secret: é+%"})
	c := newProgram(t, p)
	refresh := c.signIn(t).RefreshToken
	for name, test := range map[string]struct {
		id, secret string
		status     int
		want       string
	}{
		"right":          {p.ClientID(), p.ClientSecret(), 200, ""},
		"bad secret":     {p.ClientID(), "guessed", 401, "invalid_client"},
		"unknown client": {"somebody", p.ClientSecret(), 401, "invalid_client"},
		"no secret":      {p.ClientID(), "", 400, "invalid_request"},
		"no client":      {"", p.ClientSecret(), 400, "invalid_request"},
	} {
		form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh}}
		basic, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil)
		basic.SetBasicAuth(url.QueryEscape(test.id), url.QueryEscape(test.secret))
		byBasic := send(t, p.Issuer()+"/token", form, "Authorization", basic.Header.Get("Authorization"))
		form.Set("client_id", test.id)
		form.Set("client_secret", test.secret)
		byPost := send(t, p.Issuer()+"/token", form)
		for how, r := range map[string]reply{"post": byPost, "basic": byBasic} {
			if got, _ := r.json(t)["error"].(string); r.StatusCode != test.status || got != test.want {
				t.Errorf("%s by %s: %d %q, want %d %q", name, how, r.StatusCode, got, test.status, test.want)
			}
			if asked := r.Header.Get("WWW-Authenticate") != ""; asked != (r.StatusCode == 401) {
				t.Errorf("%s by %s: %d with WWW-Authenticate %t", name, how, r.StatusCode, asked)
			}
		}
		if both := send(t, p.Issuer()+"/token", form, "Authorization", basic.Header.Get("Authorization")); name == "right" && both.json(t)["error"] != "invalid_request" {
			t.Errorf("by post and basic at a time: %d %s", both.StatusCode, both.body)
		}
		if name == "no secret" && byPost.json(t)["error_description"] != "client_secret is missing." {
			t.Errorf("no secret: %s", byPost.body)
		}
	}
}

func TestMalformedTokenRequestsAreNamed(t *testing.T) {
	p := start(t, practice.Options{})
	with := func(params ...string) url.Values {
		v := url.Values{"client_id": {p.ClientID()}, "client_secret": {p.ClientSecret()}}
		for i := 0; i < len(params); i += 2 {
			v.Add(params[i], params[i+1])
		}
		return v
	}
	for name, test := range map[string]struct {
		form   url.Values
		status int
		want   string
	}{
		"no grant type":     {with(), 400, "invalid_request"},
		"other grant type":  {with("grant_type", "password"), 400, "unsupported_grant_type"},
		"no refresh token":  {with("grant_type", "refresh_token"), 400, "invalid_request"},
		"no token":          {with("grant_type", "refresh_token", "refresh_token", "nonsense"), 400, "invalid_grant"},
		"given twice":       {with("grant_type", "refresh_token", "grant_type", "refresh_token"), 400, "invalid_request"},
		"more than 64 KiB":  {with("grant_type", strings.Repeat("x", 64<<10)), 413, "invalid_request"},
		"just below 64 KiB": {with("grant_type", strings.Repeat("x", 60<<10)), 400, "unsupported_grant_type"},
	} {
		r := send(t, p.Issuer()+"/token", test.form)
		if r.StatusCode != test.status || r.json(t)["error"] != test.want {
			t.Errorf("%s: %d %s", name, r.StatusCode, r.body)
		}
	}
	r := send(t, p.Issuer()+"/token", with(), "Content-Type", "application/json")
	if r.StatusCode != 400 || r.json(t)["error"] != "invalid_request" {
		t.Errorf("a body that is no form: %d %s", r.StatusCode, r.body)
	}
}

func TestRefreshMayAskForLess(t *testing.T) {
	p := start(t, practice.Options{Rotate: true})
	c := newProgram(t, p, mail)
	form := func(refresh, scope string) url.Values {
		return url.Values{
			"grant_type": {"refresh_token"}, "refresh_token": {refresh}, "scope": {scope},
			"client_id": {p.ClientID()}, "client_secret": {p.ClientSecret()},
		}
	}
	refresh := c.signIn(t).RefreshToken
	for _, more := range []string{"https://www.googleapis.com/auth/gmail.send", "https://example.com/all"} {
		if r := send(t, p.Issuer()+"/token", form(refresh, more)); r.json(t)["error"] != "invalid_scope" {
			t.Errorf("more than granted: %s", r.body)
		}
	}
	less := send(t, p.Issuer()+"/token", form(refresh, "openid")).json(t)
	if less["scope"] != "openid" {
		t.Fatalf("less than granted: scope %v", less["scope"])
	}
	if status := profileStatus(t, p, less["access_token"].(string)); status != http.StatusForbidden {
		t.Errorf("less than granted: profile %d", status)
	}
	token, err := c.refresh(less["refresh_token"].(string))
	if err != nil {
		t.Fatal(err)
	}
	if status := profileStatus(t, p, token.AccessToken); status != http.StatusOK {
		t.Errorf("the grant shrank with one refresh: profile %d", status)
	}
}

func TestRotationEndsTheOldRefreshToken(t *testing.T) {
	p := start(t, practice.Options{Rotate: true})
	c := newProgram(t, p)
	first := c.signIn(t).RefreshToken
	second, err := c.refresh(first)
	if err != nil {
		t.Fatal(err)
	}
	if second.RefreshToken == "" || second.RefreshToken == first {
		t.Fatal("no new refresh token")
	}
	_, err = c.refresh(first)
	wantError(t, err, "invalid_grant")
	third, err := c.refresh(second.RefreshToken)
	if err != nil {
		t.Fatalf("the live one: %v", err)
	}

	p.SetRotate(false)
	for range 2 {
		kept, err := c.refresh(third.RefreshToken)
		if err != nil || kept.RefreshToken != third.RefreshToken {
			t.Errorf("rotation off: %v", err)
		}
	}
}

func TestLeewayForgivesAnAnswerThatWasLost(t *testing.T) {
	clock := newClock()
	p := start(t, practice.Options{Rotate: true, Leeway: 10 * time.Second, Now: clock.Now})
	c := newProgram(t, p)
	first := c.signIn(t).RefreshToken
	lost, err := c.refresh(first)
	if err != nil {
		t.Fatal(err)
	}
	clock.advance(10*time.Second - time.Millisecond)
	second, err := c.refresh(first)
	if err != nil {
		t.Fatalf("within the leeway: %v", err)
	}
	if second.RefreshToken == first || second.RefreshToken == lost.RefreshToken {
		t.Error("no new refresh token")
	}
	clock.advance(time.Millisecond)
	_, err = c.refresh(first) // a second use does not make the leeway longer
	wantError(t, err, "invalid_grant")
	if _, err := c.refresh(lost.RefreshToken); err != nil {
		t.Errorf("the one that was replaced later: %v", err)
	}
	clock.advance(10 * time.Second)
	_, err = c.refresh(lost.RefreshToken)
	wantError(t, err, "invalid_grant")
}

func TestAccessLifetimeCanBeChanged(t *testing.T) {
	clock := newClock()
	p := start(t, practice.Options{AccessLifetime: 10 * time.Second, Now: clock.Now})
	c := newProgram(t, p, mail)
	token := c.signIn(t)
	if token.ExpiresIn != 10 {
		t.Errorf("expires in %d s, want 10", token.ExpiresIn)
	}
	clock.advance(10*time.Second - time.Millisecond)
	if status := profileStatus(t, p, token.AccessToken); status != http.StatusOK {
		t.Errorf("before its end: %d", status)
	}
	clock.advance(time.Millisecond)
	if status := profileStatus(t, p, token.AccessToken); status != http.StatusUnauthorized {
		t.Errorf("after its end: %d", status)
	}
	for set, want := range map[time.Duration]int64{20 * time.Second: 20, 0: 3600} {
		p.SetAccessLifetime(set)
		if token, err := c.refresh(token.RefreshToken); err != nil || token.ExpiresIn != want {
			t.Errorf("set to %v: %v, expires in %d s", set, err, token.ExpiresIn)
		}
	}
}

func TestSomeoneElsesCodeIsNotEndedByAFailedTry(t *testing.T) {
	c := newProgram(t, start(t, practice.Options{}))
	code := c.code(t, practicetest.As("bob@example.com"))
	_, err := c.Exchange(c.ctx, code, oauth2.VerifierOption(oauth2.GenerateVerifier()))
	wantError(t, err, "invalid_grant")
	if _, err := c.exchange(code); err != nil {
		t.Errorf("the rightful exchange: %v", err)
	}
}
