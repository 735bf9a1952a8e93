package google_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tokentray/oauth/google"
)

func TestScopesAreReadHoweverTheyArePasted(t *testing.T) {
	send, read := prefix+"gmail.send", prefix+"gmail.readonly"
	for text, want := range map[string][]string{
		"":                                          nil,
		" \r\n,\t, \u00a0\u200b\"\" []":             nil,
		read:                                        {read},
		"gmail.readonly":                            {read},
		"Gmail.ReadOnly":                            {read},
		"gmail.readonly gmail.send":                 {read, send},
		"gmail.readonly,gmail.send":                 {read, send},
		"gmail.readonly,\r\n  gmail.send,\n":        {read, send},
		`["` + read + `", "` + send + `"]`:          {read, send},
		`'` + read + `';`:                           {read},
		"“gmail.send”":                              {send},
		`\"gmail.send\"`:                            {send},
		"gmail.send " + send + " gmail.send":        {send},
		"…/auth/gmail.send":                         {send},
		".../auth/gmail.send":                       {send},
		"auth/gmail.send":                           {send},
		"http://www.googleapis.com/auth/gmail.send": {send},
		"www.googleapis.com/auth/gmail.send/":       {send},
		"https://mail.google.com/":                  {google.ScopeEverything},
		"https://mail.google.com":                   {google.ScopeEverything},
		"mail.google.com, https://mail.google.com/": {google.ScopeEverything},
		"gmail.settings.basic":                      {prefix + "gmail.settings.basic"},
		"…/auth/calendar":                           {prefix + "calendar"},
		prefix + "calendar.readonly":                {prefix + "calendar.readonly"},
		"openid email " + prefix + "userinfo.email": {"openid", "email"},
		"userinfo.email email":                      {prefix + "userinfo.email"},
		"calendar custom:scope/x#y~!":               {"calendar", "custom:scope/x#y~!"},
	} {
		got, err := google.ParseScopes(text)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
}

func TestWhatIsNoScopeIsNamed(t *testing.T) {
	for text, want := range map[string]string{
		"gmail.send gmäil.readonly":           "gmäil.readonly",
		`gmail.send"gmail.labels`:             `gmail.send"gmail.labels`,
		`a\b`:                                 `a\b`,
		"gmail.send \x01x":                    "\x01x",
		"x\x7f":                               "x\x7f",
		"\xffabc":                             "\xffabc",
		strings.Repeat("a", 300):              strings.Repeat("a", 24) + "…",
		"gmail.send ya29.a0AfH6SMBhush":       "", // a token
		`"access_token":"ya29.a0AfH6SMBhush"`: "",
		`{"refresh_token":"1//0ghush"}`:       "",
		"1//0ghush":                           "",
		"4/0Adhush":                           "",
		secret:                                "",
		"key=" + apiKey:                       "",
		"eyJhbGciOiJub25lIn0.e30.hush":        "",
	} {
		got, err := google.ParseScopes(text)
		var named *google.ScopeError
		if got != nil || !errors.Is(err, google.ErrScope) || !errors.As(err, &named) {
			t.Errorf("%q: %q, %v", text, got, err)
			continue
		}
		if named.Scope != want || strings.Contains(err.Error(), "hush") || strings.Contains(err.Error(), apiKey) {
			t.Errorf("%q: %q, %v", text, named.Scope, err)
		}
	}
}

func TestNumberOfScopesIsBounded(t *testing.T) {
	var many strings.Builder
	for i := range 100 {
		fmt.Fprintf(&many, "scope%d same ", i)
	}
	if _, err := google.ParseScopes(many.String()); !errors.Is(err, google.ErrScope) {
		t.Errorf("101 scopes: %v", err)
	}
	if got, err := google.ParseScopes(strings.Repeat("gmail.send ", 5000)); err != nil || len(got) != 1 {
		t.Errorf("%d, %v", len(got), err)
	}
}

func FuzzParseScopes(f *testing.F) {
	for _, text := range []string{"gmail.send, openid", `["https://mail.google.com/"]`, "…/auth/x \xff", "ya29.x", "a\\b"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		scopes, err := google.ParseScopes(text)
		if (err != nil) != errors.Is(err, google.ErrScope) || err != nil && scopes != nil {
			t.Fatalf("%q, %v", scopes, err)
		}
		for _, scope := range scopes {
			if scope == "" || strings.ContainsFunc(scope, func(c rune) bool { return c <= ' ' || c > '~' || c == '"' || c == '\\' }) {
				t.Fatalf("%q is no scope", scope)
			}
		}
		again, err := google.ParseScopes(strings.Join(scopes, " "))
		if err != nil || !slices.Equal(again, scopes) {
			t.Fatalf("%q is read as %q, %v", scopes, again, err)
		}
	})
}
