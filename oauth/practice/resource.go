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
		(&oauthError{http.StatusUnauthorized, "invalid_token", "The access token is not live."}).send(w, r)
		return
	}
	if !c.Scopes.has(scopeOpenID) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="practice", error="insufficient_scope", scope="openid"`)
		(&oauthError{http.StatusForbidden, "insufficient_scope", "The access does not include openid."}).send(w, r)
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
	switch {
	case !ok:
		w.Header().Set("WWW-Authenticate", `Bearer realm="practice", error="invalid_token"`)
		answer(w, r, http.StatusUnauthorized, googleError(http.StatusUnauthorized, "UNAUTHENTICATED",
			"Request had invalid authentication credentials.",
			map[string]any{"message": "Invalid Credentials", "domain": "global", "reason": "authError", "location": "Authorization", "locationType": "header"}))
	case !c.Scopes.readsProfile():
		w.Header().Set("WWW-Authenticate", `Bearer realm="practice", error="insufficient_scope"`)
		answer(w, r, http.StatusForbidden, googleError(http.StatusForbidden, "PERMISSION_DENIED",
			"Request had insufficient authentication scopes.",
			map[string]any{"message": "Insufficient Permission", "domain": "global", "reason": "insufficientPermissions"}))
	default:
		answer(w, r, http.StatusOK, map[string]any{
			"emailAddress":  c.Address,
			"messagesTotal": 128,
			"threadsTotal":  64,
			"historyId":     "4096", // a number in text, as Gmail writes it
		})
	}
}

// googleError is an error as Google's APIs write it.
func googleError(code int, status, message string, detail map[string]any) map[string]any {
	return map[string]any{"error": map[string]any{
		"code":    code,
		"message": message,
		"status":  status,
		"errors":  []any{detail},
	}}
}
