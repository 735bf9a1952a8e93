package main

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// person is somebody at a browser: it follows the provider's pages as far as the redirect that ends the sign-in.
type person struct {
	username, password string
	browser            *http.Client
}

// newPerson returns a person with a browser that was never used.
func newPerson(t *testing.T, p *Provider) *person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &person{p.Username, p.Password, &http.Client{
		Jar: jar,
		CheckRedirect: func(next *http.Request, _ []*http.Request) error {
			if next.URL.Path == "/callback" {
				return http.ErrUseLastResponse // the program's own listener: the test looks at the address
			}
			return nil
		},
	}}
}

var (
	formAction = regexp.MustCompile(`<form method="POST" action="([^"]+)"`)
	formID     = regexp.MustCompile(`<input type="hidden" name="id" value="([^"]+)"`)
)

// ask sends a form to an address, or only asks for it where form is nil.
func ask(t *testing.T, browser *http.Client, address string, form url.Values) *http.Response {
	t.Helper()
	method := http.MethodGet
	if form != nil {
		method = http.MethodPost
	}
	request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := browser.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	return response
}

// signIn opens the authorization address, fills in the form and returns the parameters of the redirect.
func (p *person) signIn(t *testing.T, authorization string) url.Values {
	t.Helper()
	page := ask(t, p.browser, authorization, nil)
	text := body(t, page)
	action, id := formAction.FindStringSubmatch(text), formID.FindStringSubmatch(text)
	if action == nil || id == nil {
		t.Fatalf("%s is not the form that Provider describes:\n%s", page.Request.URL, text)
	}
	target, err := page.Request.URL.Parse(action[1])
	if err != nil {
		t.Fatal(err)
	}
	answer := ask(t, p.browser, target.String(), url.Values{
		"id": {id[1]}, "username": {p.username}, "password": {p.password},
	})
	answer.Body.Close()
	end, err := answer.Location()
	if err != nil || !strings.HasPrefix(end.Path, "/callback") {
		t.Fatalf("the sign-in ended with %s at %v, %v", answer.Status, end, err)
	}
	return end.Query()
}
