package oauth

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// What is read from a token endpoint's answer, and what is made of one that is odd. Two things guide it: a token that
// can't be vouched for is not handed out, and a refresh token is not dropped over a slip elsewhere in the answer, since
// the one before it may be dead by then.

const (
	// usualLifetime stands in where a provider does not say how long a token lives (RFC 6749 section 5.1 leaves that
	// to its documents; it is Google's).
	usualLifetime = time.Hour
	// longestLifetime is the most that is believed. The provider is asked again within a day whatever it promised, so
	// that an access that was withdrawn does not look alive for years.
	longestLifetime = 24 * time.Hour
	// longestScopes bounds what a provider can write into the account list.
	longestScopes = 8 << 10
)

// tokenFrom reads the access token. One that is no bearer token, which pasting could not use, or that is over as it
// arrives is [ErrBadAnswer].
func (e *Engine) tokenFrom(answer *oauth2.Token) (Token, error) {
	if answer.Type() != "Bearer" { // x/oauth2 does not look (RFC 6749 section 7.1)
		return Token{}, fmt.Errorf("%w: not a bearer token", ErrBadAnswer)
	}
	lifetime := usualLifetime
	if answer.Extra("expires_in") != nil {
		lifetime = min(time.Duration(answer.ExpiresIn)*time.Second, longestLifetime)
	}
	if lifetime <= 0 {
		return Token{}, fmt.Errorf("%w: a token that is over", ErrBadAnswer)
	}
	return Token{Access: answer.AccessToken, Expiry: e.now().Add(lifetime), Lifetime: lifetime}, nil
}

// grantedScopes are those that the answer names, or nil when it names none: then they are as they were, at a sign-in
// those asked for (RFC 6749 sections 5.1 and 6). Nonsense names none.
func grantedScopes(answer *oauth2.Token) []string {
	text, _ := answer.Extra("scope").(string)
	scopes := strings.Fields(text)
	implausible := func(s string) bool { return !plausible(s, 1024) }
	if len(scopes) == 0 || len(text) > longestScopes || slices.ContainsFunc(scopes, implausible) {
		return nil
	}
	return scopes
}

// sameScopes compares them as the set that they are (RFC 6749 section 3.3).
func sameScopes(a, b []string) bool {
	missing := func(from []string) func(string) bool {
		return func(s string) bool { return !slices.Contains(from, s) }
	}
	return !slices.ContainsFunc(a, missing(b)) && !slices.ContainsFunc(b, missing(a))
}

// samePerson checks the ID token that may come with a refresh: it must be about whoever signed in, by the same issuer,
// for the same client (OpenID Connect Core, section 12.2). Its signature adds nothing to what came straight from the
// token endpoint (section 3.1.3.7), and asking for keys would be one more thing that can fail; its time is not looked
// at, since nothing hangs on it and clocks are wrong.
func (c *contact) samePerson(ctx context.Context, clientID, subject string, answer *oauth2.Token) error {
	given := answer.Extra("id_token")
	if given == nil || given == "" {
		return nil
	}
	raw, _ := given.(string)
	found, err := c.Verifier(&oidc.Config{
		ClientID:                   clientID,
		SkipExpiryCheck:            true,
		InsecureSkipSignatureCheck: true,
	}).Verify(ctx, raw)
	if err != nil {
		// The library's text quotes claims, which are not ours to log.
		return fmt.Errorf("%w: ID token of another issuer or client", ErrBadAnswer)
	}
	if found.Subject != subject {
		return fmt.Errorf("%w: ID token of somebody else", ErrBadAnswer)
	}
	return nil
}

// tokenAnswers makes a token endpoint's answers fit for x/oauth2, which rejects all of an answer over an expires_in of
// 3599.5, and takes a form for JSON's equal.
type tokenAnswers struct{ base http.RoundTripper }

func (t tokenAnswers) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := t.base.RoundTrip(request)
	if err != nil || request.Method != http.MethodPost || response.StatusCode != http.StatusOK {
		return response, err
	}
	body, err := io.ReadAll(response.Body)
	closeErr := response.Body.Close()
	if err != nil {
		response.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), broken{err}))
		return response, nil
	}
	response.Header.Set("Content-Type", "application/json") // anything else is no answer (RFC 6749 section 5.1)
	response.Body = io.NopCloser(bytes.NewReader(wholeSeconds(body)))
	response.ContentLength = -1
	return response, closeErr
}

// wholeSeconds rewrites expires_in as a whole number, and leaves one out that is no number: it says nothing.
func wholeSeconds(body []byte) []byte {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil || fields["expires_in"] == nil {
		return body
	}
	const most = math.MaxInt32 // what x/oauth2 reads
	seconds, err := strconv.ParseFloat(strings.Trim(string(fields["expires_in"]), `" `), 64)
	if err != nil || math.IsNaN(seconds) {
		delete(fields, "expires_in")
	} else {
		fields["expires_in"] = strconv.AppendInt(nil, int64(max(-most, min(seconds, most))), 10)
	}
	rewritten, err := json.Marshal(fields)
	if err != nil {
		return body
	}
	return rewritten
}

// broken is the end of a body that could not be read to its end.
type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }
