package practice_test

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"tokentray/oauth/practice"
	"tokentray/oauth/practice/practicetest"
)

const questionLife = 10 * time.Minute

func requestOf(t *testing.T, page string) string {
	t.Helper()
	found := regexp.MustCompile(`name="request" value="([^"]+)"`).FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("no request in %q", page)
	}
	return found[1]
}

// tag gives the element with the ID, as it stands in the page.
func tag(page, id string) string {
	return regexp.MustCompile(`<[^>]* id="` + regexp.QuoteMeta(id) + `"[^>]*>`).FindString(page)
}

func TestConsentPageCanBeDriven(t *testing.T) {
	r := send(t, newProgram(t, start(t, practice.Options{}), mail, "https://www.googleapis.com/auth/gmail.send").address(), nil)
	if r.StatusCode != http.StatusOK {
		t.Fatalf("status %d", r.StatusCode)
	}
	for id, want := range map[string][]string{
		"person-alice": {`type="radio"`, `name="person"`, `value="alice@example.com"`, ` checked`},
		"person-bob":   {`type="radio"`, `name="person"`, `value="bob@example.com"`},
		"person-other": {`type="radio"`, `name="person"`, `value="other"`},
		"address":      {`type="text"`, `name="address"`, `value=""`},
		"scope-1":      {`type="checkbox"`, `name="scope"`, `value="https://mail.google.com/"`, ` checked`},
		"scope-2":      {`type="checkbox"`, `name="scope"`, `value="https://www.googleapis.com/auth/gmail.send"`, ` checked`},
		"allow":        {`<button`, `type="submit"`, `name="answer"`, `value="allow"`},
		"deny":         {`<button`, `type="submit"`, `name="answer"`, `value="deny"`},
	} {
		for _, part := range want {
			if !strings.Contains(tag(r.body, id), part) {
				t.Errorf("#%s is %q: no %s", id, tag(r.body, id), part)
			}
		}
	}
	if strings.Count(r.body, " checked") != 3 {
		t.Error("one person and two tick boxes should be chosen")
	}
	for _, words := range []string{
		`<html lang="en">`, `<title>Practice sign-in`, "nothing here is Google, no real mailbox is touched",
		"Read, write, send and delete all your mail", "Send mail as you",
	} {
		if !strings.Contains(r.body, words) {
			t.Errorf("the page does not say %q", words)
		}
	}
	for _, bad := range []string{"<script", "http://", "//fonts", " src=", " on"} {
		page := strings.ReplaceAll(r.body, "https://mail.google.com/", "")
		if attributes := strings.Join(regexp.MustCompile(`<[^>]+>`).FindAllString(page, -1), ""); strings.Contains(attributes, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
}

func TestPagesAreGuarded(t *testing.T) {
	c := newProgram(t, start(t, practice.Options{}))
	nonce := regexp.MustCompile(`<style nonce="([^"]+)">`)
	for name, address := range map[string]string{"consent": c.address(), "refusal": c.address("client_id", "")} {
		r := send(t, address, nil)
		style := nonce.FindStringSubmatch(r.body)
		if style == nil {
			t.Fatalf("%s: no style", name)
		}
		target := map[string]string{"consent": "'self' " + strings.TrimSuffix(c.RedirectURL, "/callback"), "refusal": "'none'"}[name]
		for header, want := range map[string]string{
			"Content-Type":            "text/html; charset=utf-8",
			"Cache-Control":           "no-store",
			"Referrer-Policy":         "same-origin",
			"X-Content-Type-Options":  "nosniff",
			"Content-Security-Policy": "default-src 'none'; style-src 'nonce-" + style[1] + "'; form-action " + target + "; base-uri 'none'; frame-ancestors 'none'",
		} {
			if got := r.Header.Get(header); got != want {
				t.Errorf("%s: %s is %q, want %q", name, header, got, want)
			}
		}
	}
}

func TestLoginHintChoosesThePerson(t *testing.T) {
	c := newProgram(t, start(t, practice.Options{}))
	for hint, want := range map[string]struct{ checked, typed string }{
		"bob@example.com":   {"person-bob", ""},
		"Bob@Example.com":   {"person-bob", ""},
		"carol@example.com": {"person-other", "carol@example.com"},
		"nonsense":          {"person-alice", ""},
		`"><script>`:        {"person-alice", ""},
	} {
		page := send(t, c.address("login_hint", hint), nil).body
		for _, id := range []string{"person-alice", "person-bob", "person-other"} {
			if got := strings.Contains(tag(page, id), " checked"); got != (id == want.checked) {
				t.Errorf("hint %q: #%s chosen: %t", hint, id, got)
			}
		}
		if !strings.Contains(tag(page, "address"), `value="`+want.typed+`"`) {
			t.Errorf("hint %q: field is %s", hint, tag(page, "address"))
		}
	}
	landing := practicetest.Allow(t, c.address("login_hint", "carol@example.com"))
	token, err := c.exchange(params(t, landing.URL).Get("code"))
	if err != nil {
		t.Fatal(err)
	}
	info := send(t, c.provider.UserInfoEndpoint(), nil, "Authorization", "Bearer "+token.AccessToken).json(t)
	if info["email"] != "carol@example.com" {
		t.Errorf("signed in as %v", info["email"])
	}
}

func TestBadAddressIsAskedForAgainWithTheChoicesKept(t *testing.T) {
	p := start(t, practice.Options{})
	c := newProgram(t, p, mail, "https://www.googleapis.com/auth/gmail.send")
	for _, typed := range []string{
		"carol", "carol@", "Carol <carol@example.com>", `"c d"@example.com`, "a@b, c@d", "<b>@example.com", "<carol@example.com>", "carol@example.com (work)", "car\u200bol@example.com",
		strings.Repeat("x", 200) + "@example.com", "carol@example.com\r\nX: y", strings.Repeat("Ⱥ", 90) + "@example.com",
	} {
		page, err := practicetest.Submit(t.Context(), c.address(), true, practicetest.As(typed), practicetest.Without(mail))
		if !errors.Is(err, practicetest.ErrNoRedirect) || page.Status != http.StatusUnprocessableEntity {
			t.Errorf("%q: %v, status %d", typed, err, page.Status)
			continue
		}
		if !strings.Contains(page.Body, `role="alert"`) || !strings.Contains(tag(page.Body, "address"), "aria-invalid") {
			t.Errorf("%q: no error on the page", typed)
		}
		if !strings.Contains(tag(page.Body, "person-other"), " checked") ||
			strings.Contains(tag(page.Body, "scope-1"), " checked") || !strings.Contains(tag(page.Body, "scope-2"), " checked") {
			t.Errorf("%q: the choices were not kept", typed)
		}
		form := map[string][]string{"request": {requestOf(t, page.Body)}, "person": {"other"}, "address": {" Carol@example.com "}, "answer": {"allow"}}
		if r := send(t, p.Issuer()+"/authorize", form); r.StatusCode != http.StatusSeeOther {
			t.Errorf("%q: mended, status %d", typed, r.StatusCode)
		}
	}
	page, _ := practicetest.Submit(t.Context(), c.address(), true, practicetest.As("carol at example.com"))
	if !strings.Contains(tag(page.Body, "address"), `value="carol at example.com"`) {
		t.Errorf("the typed address was lost: %s", tag(page.Body, "address"))
	}
}

func TestAddressTypedBesideAnotherPersonIsNotPassedOver(t *testing.T) {
	p := start(t, practice.Options{})
	c := newProgram(t, p)
	form := map[string][]string{"request": {requestOf(t, send(t, c.address(), nil).body)}, "person": {"alice@example.com"}, "address": {"carol@example.com"}, "answer": {"allow"}}
	r := send(t, p.Issuer()+"/authorize", form)
	if r.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(tag(r.body, "person-other"), " checked") ||
		!strings.Contains(tag(r.body, "address"), `value="carol@example.com"`) {
		t.Fatalf("status %d, field %s", r.StatusCode, tag(r.body, "address"))
	}
	if r = send(t, p.Issuer()+"/authorize", form); r.StatusCode != http.StatusSeeOther {
		t.Errorf("Alice chosen again, on purpose: status %d", r.StatusCode)
	}
}

func TestGrantedIsNeverMoreThanAsked(t *testing.T) {
	p := start(t, practice.Options{})
	c := newProgram(t, p)
	form := map[string][]string{"request": {requestOf(t, send(t, c.address(), nil).body)}, "person": {"alice@example.com"}, "scope": {mail, "offline_access"}, "answer": {"allow"}}
	back := params(t, send(t, p.Issuer()+"/authorize", form).Header.Get("Location"))
	if got := back.Get("scope"); got != "openid https://www.googleapis.com/auth/userinfo.email" {
		t.Errorf("granted %q", got)
	}
}

func TestSubmitStopsWithItsContext(t *testing.T) {
	p := start(t, practice.Options{})
	p.SetFault(practice.Authorize, practice.Fault{Delay: time.Hour})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := practicetest.Submit(ctx, newProgram(t, p).address(), true); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}
