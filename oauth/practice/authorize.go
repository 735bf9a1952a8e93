package practice

import (
	"encoding/base64"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// questionLifetime is how long a consent page can be answered.
const questionLifetime = 10 * time.Minute

// question is an authorization request that passed its checks, and what its consent page shows.
type question struct {
	redirectURI string
	state       string
	hint        string // login_hint
	nonce       string
	challenge   string
	wanted      scopeSet
	offline     bool
	shown       choice
}

// authorize is the authorization endpoint (RFC 6749 §3.1): GET shows the consent page, POST is a person's answer to it.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		p.answered(w, r)
		return
	}
	params, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		p.refuse(w, strangeRequest)
		return
	}
	if words := p.distrust(params); words != "" {
		p.refuse(w, words)
		return
	}
	q, bad := readQuestion(params)
	if bad != nil {
		p.sendBack(w, r, params.Get("redirect_uri"), params.Get("state"), bad.params())
		return
	}
	kept := q
	p.mu.Lock()
	key := p.asked.put(&kept, p.now(), questionLifetime)
	p.mu.Unlock()
	p.consent(w, http.StatusOK, key, q)
}

// distrust says in words why a request must not be answered by a redirect (RFC 6749 §4.1.2.1), or "".
func (p *Provider) distrust(params url.Values) string {
	switch {
	case len(params["client_id"]) > 1, len(params["redirect_uri"]) > 1:
		return namedTwice
	case params.Get("client_id") == "":
		return clientMissing
	case params.Get("client_id") != p.clientID:
		return clientUnknown
	case params.Get("redirect_uri") == "":
		return redirectMissing
	case loopbackOrigin(params.Get("redirect_uri")) == "":
		return redirectForeign
	}
	return ""
}

var (
	loopback4 = netip.MustParseAddr("127.0.0.1")
	loopback6 = netip.MustParseAddr("::1")
)

// loopbackOrigin is the origin of a redirect address as RFC 8252 §7.3 wants it: http, a loopback IP literal, any port,
// any path. Anything else gives "".
func loopbackOrigin(redirect string) string {
	u, err := url.Parse(redirect)
	if err != nil || u.Scheme != "http" || u.User != nil || strings.Contains(redirect, "#") {
		return ""
	}
	ip, err := netip.ParseAddr(u.Hostname())
	if err != nil || ip != loopback4 && ip != loopback6 {
		return ""
	}
	bare := strings.TrimSuffix(netip.AddrPortFrom(ip, 0).String(), ":0")
	if u.Host == bare {
		return "http://" + bare
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	if err != nil || port == 0 {
		return ""
	}
	return "http://" + netip.AddrPortFrom(ip, uint16(port)).String()
}

// readQuestion checks what is left of a request that may be answered by a redirect.
func readQuestion(params url.Values) (question, *oauthError) {
	q := question{
		redirectURI: params.Get("redirect_uri"),
		state:       params.Get("state"),
		hint:        params.Get("login_hint"),
		nonce:       params.Get("nonce"),
		challenge:   params.Get("code_challenge"),
	}
	invalid := func(text string) (question, *oauthError) {
		return question{}, &oauthError{code: "invalid_request", text: text}
	}
	if repeated(params) != "" {
		return invalid("A parameter is given twice.")
	}
	switch kind := params.Get("response_type"); {
	case kind == "":
		return invalid("response_type is missing.")
	case kind != "code":
		return question{}, &oauthError{code: "unsupported_response_type", text: "Only response_type=code is known here."}
	}
	if mode := params.Get("response_mode"); mode != "" && mode != "query" {
		return invalid("Only response_mode=query is known here.")
	}
	hash, err := base64.RawURLEncoding.Strict().DecodeString(q.challenge)
	switch {
	case q.challenge == "":
		return invalid("code_challenge is missing: PKCE is required.")
	case params.Get("code_challenge_method") != "S256":
		return invalid("code_challenge_method must be S256.")
	case err != nil, len(hash) != 32:
		return invalid("code_challenge is not a SHA-256 in base64url.")
	}
	wanted, unknown := parseScopes(params.Get("scope"))
	switch {
	case unknown != "":
		return question{}, &oauthError{code: "invalid_scope", text: "A scope is not known here."}
	case wanted == 0:
		return invalid("scope is missing.")
	}
	if slices.Contains(strings.Fields(params.Get("prompt")), "none") {
		return question{}, &oauthError{code: "interaction_required", text: "Nobody can be signed in without being asked."}
	}
	q.wanted = wanted
	q.offline = params.Get("access_type") == "offline" || wanted.has(scopeOffline)
	q.shown = firstChoice(q.hint, wanted)
	return q, nil
}

// sendBack answers by redirect, with state and iss (RFC 9207) in any case.
func (p *Provider) sendBack(w http.ResponseWriter, r *http.Request, redirectURI, state string, params url.Values) {
	u, err := url.Parse(redirectURI)
	if err != nil { // it was checked; a page is the safe answer
		p.refuse(w, strangeRedirect)
		return
	}
	if state != "" {
		params.Set("state", state)
	}
	params.Set("iss", p.Issuer())
	if u.RawQuery != "" {
		u.RawQuery += "&"
	}
	u.RawQuery += params.Encode()
	w.Header().Set("Referrer-Policy", "no-referrer")
	http.Redirect(w, r, u.String(), http.StatusSeeOther) //nolint:gosec // only to this computer: it was checked
}
