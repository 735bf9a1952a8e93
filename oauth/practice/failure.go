package practice

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strconv"
)

// failure is what an endpoint answers in place of what was asked for.
type failure interface {
	send(w http.ResponseWriter, r *http.Request)
}

// oauthError is an error answer of RFC 6749 §5.2 or, sent by redirect, §4.1.2.1.
type oauthError struct {
	status  int // zero: 400
	code    string
	subtype string // Google's error_subtype; empty: none
	text    string
	wait    int // Retry-After in seconds; zero: none
}

func (e *oauthError) send(w http.ResponseWriter, r *http.Request) {
	status := e.status
	if status == 0 {
		status = http.StatusBadRequest
	}
	body := map[string]any{"error": e.code, "error_description": e.text}
	if e.subtype != "" {
		body["error_subtype"] = e.subtype
	}
	retryAfter(w, e.wait)
	answer(w, r, status, body)
}

func (e *oauthError) params() url.Values {
	return url.Values{"error": {e.code}, "error_description": {e.text}}
}

// googleError is an error as Google's APIs write it (google.rpc.Status, with the older list of errors beside it).
type googleError struct {
	code      int    // HTTP status
	status    string // such as PERMISSION_DENIED
	message   string
	domain    string // of the reason; empty: global
	reason    string
	challenge string          // the error of WWW-Authenticate (RFC 6750 §3); empty: no such header
	details   json.RawMessage // nil: none
	wait      int             // Retry-After in seconds; zero: none
}

func (e *googleError) send(w http.ResponseWriter, r *http.Request) {
	first := map[string]any{"message": e.message, "domain": e.domain, "reason": e.reason}
	if e.domain == "" {
		first["domain"] = "global"
	}
	if e.code == http.StatusUnauthorized {
		first["location"], first["locationType"] = "Authorization", "header"
	}
	told := map[string]any{"code": e.code, "message": e.message, "status": e.status, "errors": []any{first}}
	if e.details != nil {
		told["details"] = e.details
	}
	if e.challenge != "" {
		w.Header().Set("WWW-Authenticate", `Bearer realm="practice", error="`+e.challenge+`"`)
	}
	retryAfter(w, e.wait)
	answer(w, r, e.code, map[string]any{"error": told})
}

// webPage is what stands between a program and the provider sends: not OAuth's, and not JSON.
type webPage struct {
	status int
	title  string
}

func (p *webPage) send(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(p.status)
	_, _ = fmt.Fprintf(w, "<!doctype html>\n<title>%[1]s</title>\n<h1>%[1]s</h1>\n", html.EscapeString(p.title))
}

func retryAfter(w http.ResponseWriter, seconds int) {
	if seconds > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
	}
}
