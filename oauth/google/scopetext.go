package google

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// ErrScope is what every [ScopeError] is.
var ErrScope = errors.New("this can't be a scope")

// ScopeError names what can't be a scope.
type ScopeError struct {
	Scope string // as it was typed, shortened; "" for something that may be a secret
}

func (e *ScopeError) Error() string {
	if e.Scope == "" {
		return ErrScope.Error()
	}
	return ErrScope.Error() + ": " + strconv.Quote(e.Scope)
}

func (e *ScopeError) Unwrap() error { return ErrScope }

// maxScopes is how many scopes are taken at most, maxScope how long one is in bytes.
const (
	maxScopes = 100
	maxScope  = 256
)

// ParseScopes reads scopes that a person typed or pasted: separated by spaces,
// commas or line breaks, with quotes or brackets around them or not, Gmail's
// also by their short names (gmail.send). Each comes once, in the order typed;
// none for text without any. The error is a [ScopeError].
func ParseScopes(text string) ([]string, error) {
	var scopes []string
	seen := map[string]bool{}
	for word := range strings.FieldsFuncSeq(text, separatesScopes) {
		word = strings.Trim(word, "\"'`“”‘’„«»()[]{}<>;\\")
		if word == "" {
			continue
		}
		if looksSecret(word) {
			return nil, &ScopeError{}
		}
		scope := fullScope(word)
		if len(scope) > maxScope || strings.ContainsFunc(scope, notInScope) || len(scopes) == maxScopes {
			return nil, &ScopeError{Scope: shortened(word)}
		}
		if name := Canonical(scope); !seen[name] {
			seen[name] = true
			scopes = append(scopes, scope)
		}
	}
	return scopes, nil
}

func separatesScopes(c rune) bool {
	return unicode.IsSpace(c) || c == ',' || c == '\u200b' || c == '\ufeff'
}

// notInScope tells what can't stand in a scope (RFC 6749 section 3.3).
func notInScope(c rune) bool { return c <= ' ' || c > '~' || c == '"' || c == '\\' }

// looksSecret keeps what was pasted into the wrong field out of requests, the
// settings and errors: tokens, codes, client secrets, keys.
func looksSecret(word string) bool {
	return strings.HasPrefix(word, "4/") || slices.ContainsFunc([]string{"ya29.", "1//0", "GOCSPX-", "AIza", "eyJhbG", "eyJ0eX"}, func(sign string) bool {
		return strings.Contains(word, sign)
	})
}

// fullScope gives the scope for a short name of Google's, or the name itself.
func fullScope(word string) string {
	name := strings.ToLower(word)
	for _, start := range []string{"https://", "http://", "…/", ".../", "www.googleapis.com/", "auth/"} {
		name = strings.TrimPrefix(name, start)
	}
	name = strings.TrimSuffix(name, "/")
	if name == "mail.google.com" {
		return ScopeEverything
	}
	if name == "userinfo.email" || name == "userinfo.profile" || slices.ContainsFunc(Scopes, func(s Scope) bool { return s.ID == prefix+name }) {
		return prefix + name
	}
	for _, start := range []string{"…/auth/", ".../auth/", "www.googleapis.com/auth/"} { // as Google's documents write them
		if rest, ok := strings.CutPrefix(word, start); ok {
			return prefix + rest
		}
	}
	return word
}

func shortened(word string) string {
	const most = 24 // too little of a secret to matter
	if letters := []rune(word); len(letters) > most {
		return string(letters[:most]) + "…"
	}
	return word
}
