package practice_test

import (
	"net/http"
	"strings"
	"testing"

	"tokentray/oauth/practice"
	"tokentray/oauth/practice/practicetest"
)

func TestProfileAnswersAsGmailDoes(t *testing.T) {
	p := start(t, practice.Options{})
	address := p.Issuer() + "/gmail/v1/users/me/profile"
	c := newProgram(t, p, mail)

	r := send(t, address, nil, "Authorization", "Bearer "+c.signIn(t, practicetest.As("bob@example.com")).AccessToken)
	profile := r.json(t)
	if _, isText := profile["historyId"].(string); r.StatusCode != http.StatusOK || profile["emailAddress"] != "bob@example.com" ||
		!isText || profile["messagesTotal"] == nil || profile["threadsTotal"] == nil {
		t.Errorf("profile: %d %s", r.StatusCode, r.body)
	}

	for name, headers := range map[string][]string{"no token": nil, "nonsense": {"Authorization", "Bearer nonsense"}, "basic": {"Authorization", "Basic YTpi"}} {
		r := send(t, address, nil, headers...)
		if status, reason := googleReason(t, r); r.StatusCode != http.StatusUnauthorized || status != "UNAUTHENTICATED" || reason != "authError" ||
			!strings.HasPrefix(r.Header.Get("WWW-Authenticate"), "Bearer ") {
			t.Errorf("%s: %d %s", name, r.StatusCode, r.body)
		}
	}
	r = send(t, address, nil, "Authorization", "Bearer "+c.signIn(t, practicetest.Without(mail)).AccessToken)
	if status, reason := googleReason(t, r); r.StatusCode != http.StatusForbidden || status != "PERMISSION_DENIED" || reason != "insufficientPermissions" {
		t.Errorf("box left empty: %d %s", r.StatusCode, r.body)
	}
}

func googleReason(t *testing.T, r reply) (status, reason string) {
	t.Helper()
	detail, _ := r.json(t)["error"].(map[string]any)
	if detail["code"] != float64(r.StatusCode) {
		t.Errorf("code %v in an answer with status %d", detail["code"], r.StatusCode)
	}
	list, _ := detail["errors"].([]any)
	if len(list) == 1 {
		reason, _ = list[0].(map[string]any)["reason"].(string)
	}
	status, _ = detail["status"].(string)
	return status, reason
}

func TestProfileTakesTheScopesThatGmailTakes(t *testing.T) {
	p := start(t, practice.Options{})
	for scope, want := range map[string]int{
		"modify": 200, "readonly": 200, "metadata": 200, "compose": 200,
		"insert": 403, "settings.basic": 403, "send": 403, "labels": 403,
	} {
		c := newProgram(t, p, "https://www.googleapis.com/auth/gmail."+scope)
		if got := profileStatus(t, p, c.signIn(t).AccessToken); got != want {
			t.Errorf("gmail.%s: %d, want %d", scope, got, want)
		}
	}
}

func TestUserInfoTellsWhatWasGranted(t *testing.T) {
	p := start(t, practice.Options{})
	c := newProgram(t, p)
	info := func(scope string) reply {
		landing := practicetest.Allow(t, c.address("scope", scope))
		token, err := c.exchange(params(t, landing.URL).Get("code"))
		if err != nil {
			t.Fatal(err)
		}
		return send(t, p.Issuer()+"/userinfo", nil, "Authorization", "Bearer "+token.AccessToken)
	}
	if r := info("openid"); r.StatusCode != 200 || r.json(t)["sub"] == nil || r.json(t)["email"] != nil {
		t.Errorf("openid alone: %d %s", r.StatusCode, r.body)
	}
	if r := info(mail); r.StatusCode != http.StatusForbidden || r.json(t)["error"] != "insufficient_scope" {
		t.Errorf("without openid: %d %s", r.StatusCode, r.body)
	}
	if r := send(t, p.Issuer()+"/userinfo", nil); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("without a token: %d", r.StatusCode)
	}
}
