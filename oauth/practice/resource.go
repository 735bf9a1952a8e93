package practice

import (
	"net/http"
	"strings"
)

// bearer gives what the request's access token says (RFC 6750 §2.1), or false where there is no live one.
func (p *Provider) bearer(r *http.Request) (claims, bool) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return claims{}, false
	}
	return p.liveAccess(token)
}

// liveAccess gives what an access token says, or false where it is not a live one.
func (p *Provider) liveAccess(token string) (claims, bool) {
	c, ok := p.read(token)
	if !ok || c.Kind != kindAccess {
		return claims{}, false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return c, p.live(c)
}

// userInfo is OpenID Connect Core §5.3.
func (p *Provider) userInfo(w http.ResponseWriter, r *http.Request) {
	c, ok := p.bearer(r)
	if !ok {
		w.Header().Set("WWW-Authenticate", `Bearer realm="practice", error="invalid_token"`)
		(&oauthError{status: http.StatusUnauthorized, code: "invalid_token", text: "The access token is not live."}).send(w, r)
		return
	}
	if !c.Scopes.has(scopeOpenID) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="practice", error="insufficient_scope", scope="openid"`)
		(&oauthError{status: http.StatusForbidden, code: "insufficient_scope", text: "The access does not include openid."}).send(w, r)
		return
	}
	body := map[string]any{"sub": subject(c.Address)}
	if c.Scopes.has(scopeEmail) {
		body["email"], body["email_verified"] = c.Address, true
	}
	answer(w, r, http.StatusOK, body)
}

// profile answers as Gmail's users.getProfile does, for a mailbox that isn't there.
func (p *Provider) profile(w http.ResponseWriter, r *http.Request) {
	c, ok := p.bearer(r)
	if !ok {
		gmailUnauthenticated.send(w, r)
		return
	}
	if problem := c.problem(); problem.gmail != nil {
		problem.gmail.send(w, r)
		return
	}
	if !c.Scopes.readsProfile() {
		gmailInsufficient.send(w, r)
		return
	}
	answer(w, r, http.StatusOK, map[string]any{
		"emailAddress":  c.Address,
		"messagesTotal": 128,
		"threadsTotal":  64,
		"historyId":     "4096", // a number in text, as Gmail writes it
	})
}
