package practice

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	idTokenLifetime = time.Hour
	codeMemory      = 10 * time.Minute // a code is known this long after its end, so that a second use is noticed
)

// code is what stands behind an authorization code (RFC 6749 §4.1.2). There is one client, so it is bound to that.
type code struct {
	question
	address string
	granted scopeSet
	problem *Problem
	expiry  time.Time
	grant   string // the one made from it; empty: not used yet
}

// issue is what an answer of the token endpoint gives.
type issue struct {
	claims
	instead    failure  // nil: the tokens
	scopes     scopeSet // of the access token; a refresh may ask for less than was granted
	access     time.Duration
	refresh    bool // give a refresh token
	generation int  // of that
	nonce      string
}

// token is the token endpoint (RFC 6749 §3.2).
func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	form, bad := readForm(r)
	if bad == nil {
		bad = p.authenticate(w, r, form)
	}
	var is issue
	if bad == nil {
		switch form.Get("grant_type") {
		case "authorization_code":
			is, bad = p.redeem(form)
		case "refresh_token":
			is, bad = p.refresh(form)
		case "":
			bad = &oauthError{code: "invalid_request", text: "grant_type is missing."}
		default:
			bad = &oauthError{code: "unsupported_grant_type", text: "Only authorization_code and refresh_token are known here."}
		}
	}
	if bad != nil {
		bad.send(w, r)
		return
	}
	if is.instead != nil {
		is.instead.send(w, r)
		return
	}
	body, err := p.tokens(is, faultOf(r))
	if err != nil {
		(&oauthError{status: http.StatusInternalServerError, code: "server_error", text: "The tokens could not be made."}).send(w, r)
		return
	}
	answer(w, r, http.StatusOK, body)
}

// readForm reads a form body; a parameter given twice is an error (RFC 6749 §3.2).
func readForm(r *http.Request) (url.Values, *oauthError) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/x-www-form-urlencoded" {
		return nil, &oauthError{code: "invalid_request", text: "The body must be a form (application/x-www-form-urlencoded)."}
	}
	if err := r.ParseForm(); err != nil {
		if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
			return nil, &oauthError{status: http.StatusRequestEntityTooLarge, code: "invalid_request", text: "The request is too large."}
		}
		return nil, &oauthError{code: "invalid_request", text: "The form can't be read."}
	}
	if name := repeated(r.PostForm); name != "" {
		return nil, &oauthError{code: "invalid_request", text: "A parameter is given twice."}
	}
	return r.PostForm, nil
}

func repeated(form url.Values) string {
	for name, values := range form {
		if len(values) > 1 {
			return name
		}
	}
	return ""
}

// authenticate wants the client's ID and secret, in the form or as HTTP Basic (RFC 6749 §2.3.1), with Google's errors.
func (p *Provider) authenticate(w http.ResponseWriter, r *http.Request, form url.Values) *oauthError {
	id, secret := form.Get("client_id"), form.Get("client_secret")
	if user, password, basic := r.BasicAuth(); basic {
		if secret != "" {
			return &oauthError{code: "invalid_request", text: "The client secret is given twice."}
		}
		var idErr, secretErr error
		id, idErr = url.QueryUnescape(user)
		secret, secretErr = url.QueryUnescape(password)
		if idErr != nil || secretErr != nil {
			return &oauthError{code: "invalid_request", text: "The Authorization header can't be read."}
		}
	}
	switch {
	case id == "":
		return &oauthError{code: "invalid_request", text: "Could not determine client ID from request."}
	case secret == "":
		return &oauthError{code: "invalid_request", text: "client_secret is missing."}
	case !same(id, p.clientID):
		w.Header().Set("WWW-Authenticate", `Basic realm="practice"`)
		return &oauthError{status: http.StatusUnauthorized, code: "invalid_client", text: "The OAuth client was not found."}
	case !same(secret, p.clientSecret):
		w.Header().Set("WWW-Authenticate", `Basic realm="practice"`)
		return &oauthError{status: http.StatusUnauthorized, code: "invalid_client", text: "The provided client secret is invalid."}
	}
	return nil
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// redeem exchanges a code (RFC 6749 §4.1.3, RFC 7636 §4.6). A second use ends what the first one got.
func (p *Provider) redeem(form url.Values) (issue, *oauthError) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	c, found := p.codes.get(form.Get("code"), now)
	if !found {
		return issue{}, &oauthError{code: "invalid_grant", text: "Malformed auth code."}
	}
	if c.grant != "" {
		p.endGrant(c.grant)
		return issue{}, &oauthError{code: "invalid_grant", text: "The code was used before."}
	}
	verifier := form.Get("code_verifier")
	challenge := sha256.Sum256([]byte(verifier))
	switch {
	case !now.Before(c.expiry):
		return issue{}, &oauthError{code: "invalid_grant", text: "The code is too old."}
	case form.Get("redirect_uri") != c.redirectURI:
		return issue{}, &oauthError{code: "invalid_grant", text: "redirect_uri is not the one that the code was sent to."}
	case verifier == "":
		return issue{}, &oauthError{code: "invalid_grant", text: "Missing code verifier."}
	case len(verifier) < 43, len(verifier) > 128,
		!same(base64.RawURLEncoding.EncodeToString(challenge[:]), c.challenge):
		return issue{}, &oauthError{code: "invalid_grant", text: "Invalid code verifier."}
	}
	if c.problem.exchange != nil {
		return issue{instead: c.problem.exchange}, nil
	}
	is := issue{
		claims:     p.newGrant(c.address, c.granted, c.problem),
		scopes:     c.granted,
		access:     p.accessLifetime,
		refresh:    c.offline && !c.problem.noRefreshToken,
		generation: 1,
		nonce:      c.nonce,
	}
	if c.problem.refresh != nil {
		is.access = min(is.access, soon)
	}
	c.grant = is.Grant
	return is, nil
}

// refresh answers a refresh token (RFC 6749 §6), rotating it where the provider does.
func (p *Provider) refresh(form url.Values) (issue, *oauthError) {
	given := form.Get("refresh_token")
	if given == "" {
		return issue{}, &oauthError{code: "invalid_request", text: "refresh_token is missing."}
	}
	c, ok := p.read(given)
	p.mu.Lock()
	defer p.mu.Unlock()
	if !ok || c.Kind != kindRefresh || !p.live(c) {
		return issue{}, &oauthError{code: "invalid_grant", text: "Token has been expired or revoked."}
	}
	problem := c.problem()
	if problem.refresh != nil {
		return issue{instead: problem.refresh}, nil
	}
	if problem.untilRenewed {
		c.Problem = ""
	}
	is := issue{claims: c, scopes: c.Scopes, access: p.accessLifetime, refresh: p.rotate}
	if asked := form.Get("scope"); asked != "" {
		narrower, unknown := parseScopes(asked)
		if unknown != "" || narrower&^c.Scopes != 0 {
			return issue{}, &oauthError{code: "invalid_scope", text: "More access was asked for than was granted."}
		}
		is.scopes = narrower
	}
	if p.rotate {
		is.generation = p.rotateFrom(c)
	}
	return is, nil
}

// tokens makes the answer (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3).
func (p *Provider) tokens(is issue, f *Fault) (map[string]any, error) {
	access, err := p.accessToken(is.claims, is.scopes, is.access)
	if err != nil {
		return nil, err
	}
	body := map[string]any{
		"access_token": access,
		"expires_in":   int(is.access / time.Second),
		"scope":        is.scopes.String(),
		"token_type":   "Bearer",
	}
	if is.refresh {
		if body["refresh_token"], err = p.refreshToken(is.claims, is.generation); err != nil {
			return nil, err
		}
	}
	if is.scopes.has(scopeOpenID) {
		if body["id_token"], err = p.idToken(is, access, f); err != nil {
			return nil, err
		}
	}
	return body, nil
}

// idToken is OpenID Connect Core §2, with at_hash of §3.1.3.6.
func (p *Provider) idToken(is issue, access string, f *Fault) (string, error) {
	hash := sha256.Sum256([]byte(access))
	now := p.now()
	claims := map[string]any{
		"iss":     p.Issuer(),
		"aud":     p.clientID,
		"azp":     p.clientID,
		"sub":     subject(is.Address),
		"iat":     now.Unix(),
		"exp":     now.Add(idTokenLifetime).Unix(),
		"at_hash": base64.RawURLEncoding.EncodeToString(hash[:len(hash)/2]),
	}
	if is.nonce != "" {
		claims["nonce"] = is.nonce
	}
	if is.scopes.has(scopeEmail) {
		claims["email"], claims["email_verified"] = is.Address, true
	}
	if f.EditIDToken != nil {
		f.EditIDToken(claims)
	}
	with := p.signer.idToken
	if f.ForeignKey {
		var err error
		if with, err = p.signer.foreign(); err != nil {
			return "", err
		}
	}
	return sign(with, claims)
}

// revoke is RFC 7009, with Google's manners: no client authentication, and an unknown or dead token is an error.
// Either token of a grant ends all of it.
func (p *Provider) revoke(w http.ResponseWriter, r *http.Request) {
	form, bad := readForm(r)
	if bad != nil {
		bad.send(w, r)
		return
	}
	c, ok := p.read(strings.TrimSpace(form.Get("token")))
	p.mu.Lock()
	ok = ok && p.live(c)
	if ok {
		p.endGrant(c.Grant)
	}
	p.mu.Unlock()
	if !ok {
		(&oauthError{code: "invalid_token", text: "Token expired or revoked"}).send(w, r)
		return
	}
	answer(w, r, http.StatusOK, map[string]any{})
}
