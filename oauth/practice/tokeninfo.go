package practice

import (
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Inspect tells whose an access token is and how long it still works: zero where it does not. It counts as no request,
// and meets no fault.
func (p *Provider) Inspect(accessToken string) (address string, left time.Duration) {
	c, ok := p.liveAccess(accessToken)
	if !ok {
		return c.Address, 0
	}
	return c.Address, max(0, time.UnixMilli(c.Expiry).Sub(p.now()))
}

// tokenInfo tells what an access token is for, as Google's does: no client authentication, and numbers in text. GET
// takes the token in the query, POST in a form too.
func (p *Provider) tokenInfo(w http.ResponseWriter, r *http.Request) {
	params, err := url.ParseQuery(r.URL.RawQuery)
	if r.Method == http.MethodPost && len(params["access_token"]) == 0 {
		form, bad := readForm(r)
		if bad != nil {
			bad.send(w, r)
			return
		}
		params = form
	}
	given := params["access_token"]
	if err != nil || len(given) != 1 {
		(&oauthError{code: "invalid_request", text: "One access_token is required."}).send(w, r)
		return
	}
	c, ok := p.liveAccess(given[0])
	if !ok {
		(&oauthError{code: "invalid_token", text: "Invalid Value"}).send(w, r)
		return
	}
	left := time.UnixMilli(c.Expiry).Sub(p.now()) / time.Second
	body := map[string]any{
		"azp":        p.clientID,
		"aud":        p.clientID,
		"scope":      c.Scopes.String(),
		"exp":        strconv.FormatInt(time.UnixMilli(c.Expiry).Unix(), 10),
		"expires_in": strconv.FormatInt(int64(left), 10),
	}
	if c.Scopes.has(scopeOpenID) {
		body["sub"] = subject(c.Address)
	}
	if c.Scopes.has(scopeEmail) {
		body["email"], body["email_verified"] = c.Address, "true"
	}
	answer(w, r, http.StatusOK, body)
}
