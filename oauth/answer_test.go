package oauth

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/oauth2"
)

// edited is a good answer to a refresh with some fields set, or left out where they are nil.
func edited(fields map[string]any) answer {
	all := map[string]any{"access_token": "new", "expires_in": 3600, "token_type": "Bearer"}
	maps.Copy(all, fields)
	maps.DeleteFunc(all, func(_ string, v any) bool { return v == nil })
	body, err := json.Marshal(all)
	if err != nil {
		panic(err)
	}
	return answer{body: string(body)}
}

// idToken is one that claims such things; nobody signed it.
func idToken(issuer, audience, subject string) string {
	part := base64.RawURLEncoding.EncodeToString
	claims, err := json.Marshal(map[string]any{"iss": issuer, "aud": audience, "sub": subject, "exp": 1, "iat": 0})
	if err != nil {
		panic(err)
	}
	return part([]byte(`{"alg":"RS256"}`)) + "." + part(claims) + "." + part([]byte("signature"))
}

// listed are an account's scopes as a restart would find them.
func (v *virtual) listed(t *testing.T) []string {
	t.Helper()
	rows, err := readList(filepath.Join(v.folder, "accounts.json"), "virtual", v.now())
	if err != nil || len(rows) != 1 {
		t.Fatalf("the list has %d rows, %v", len(rows), err)
	}
	return rows[0].Scopes
}

func TestOddAnswerToARefresh(t *testing.T) {
	const whole = time.Hour
	before := []string{"openid", "mail"}
	for name, c := range map[string]struct {
		answer   answer
		lifetime time.Duration // of the new token; zero: the answer is refused and the old token stays
		refresh  string        // in the keychain afterwards; empty: the old one
		scopes   []string      // nil: as before
	}{
		"as usual":                      {answer: edited(nil), lifetime: whole},
		"no expires_in":                 {answer: edited(map[string]any{"expires_in": nil}), lifetime: whole},
		"expires_in null":               {answer: edited(map[string]any{"expires_in": json.RawMessage("null")}), lifetime: whole},
		"expires_in a string":           {answer: edited(map[string]any{"expires_in": "1800"}), lifetime: whole / 2},
		"expires_in a float":            {answer: edited(map[string]any{"expires_in": 1800.9}), lifetime: whole / 2},
		"expires_in with an exponent":   {answer: answer{body: `{"access_token":"new","token_type":"Bearer","expires_in":1.8e3}`}, lifetime: whole / 2},
		"expires_in ten years":          {answer: edited(map[string]any{"expires_in": 10 * 365 * 86400}), lifetime: 24 * time.Hour},
		"expires_in beyond all numbers": {answer: edited(map[string]any{"expires_in": json.Number("1e300")}), lifetime: 24 * time.Hour},
		"expires_in in words":           {answer: edited(map[string]any{"expires_in": "an hour"}), lifetime: whole},
		"expires_in an object":          {answer: edited(map[string]any{"expires_in": map[string]any{}}), lifetime: whole},
		"expires_in 0":                  {answer: edited(map[string]any{"expires_in": 0})},
		"expires_in less than 0":        {answer: edited(map[string]any{"expires_in": -3600})},
		"expires_in less than a second": {answer: edited(map[string]any{"expires_in": 0.5})},

		"no access token":        {answer: edited(map[string]any{"access_token": nil})},
		"an empty access token":  {answer: edited(map[string]any{"access_token": ""})},
		"a number for a token":   {answer: edited(map[string]any{"access_token": 7})},
		"no token type":          {answer: edited(map[string]any{"token_type": nil}), lifetime: whole},
		"token type bearer":      {answer: edited(map[string]any{"token_type": "bearer"}), lifetime: whole},
		"token type mac":         {answer: edited(map[string]any{"token_type": "mac"})},
		"token type DPoP":        {answer: edited(map[string]any{"token_type": "DPoP"})},
		"an error beside it":     {answer: edited(map[string]any{"error": "invalid_grant"})},
		"only an error":          {answer: answer{body: `{"error":"invalid_grant"}`}},
		"a form instead of JSON": {answer: answer{body: "access_token=new&token_type=Bearer", header: map[string][]string{"Content-Type": {"text/plain"}}}},
		"JSON called plain text": {answer: answer{body: edited(nil).body, header: map[string][]string{"Content-Type": {"text/plain"}}}, lifetime: whole},
		"no content at all":      {answer: answer{status: 204}},
		"a list":                 {answer: answer{body: "[]"}},
		"null":                   {answer: answer{body: "null"}},

		"a new refresh token":                        {answer: edited(map[string]any{"refresh_token": "r1"}), lifetime: whole, refresh: "r1"},
		"an empty refresh token":                     {answer: edited(map[string]any{"refresh_token": ""}), lifetime: whole},
		"a new refresh token, the access token over": {answer: edited(map[string]any{"refresh_token": "r1", "expires_in": 0}), refresh: "r1"},
		"a new refresh token, the access token mac":  {answer: edited(map[string]any{"refresh_token": "r1", "token_type": "mac"}), refresh: "r1"},

		"less access":            {answer: edited(map[string]any{"scope": "openid"}), lifetime: whole, scopes: []string{"openid"}},
		"more access":            {answer: edited(map[string]any{"scope": "openid mail calendar"}), lifetime: whole, scopes: []string{"openid", "mail", "calendar"}},
		"the same, another way":  {answer: edited(map[string]any{"scope": " mail  openid "}), lifetime: whole},
		"an empty scope":         {answer: edited(map[string]any{"scope": ""}), lifetime: whole},
		"a scope that is a list": {answer: edited(map[string]any{"scope": []string{"openid"}}), lifetime: whole},
		"an unprintable scope":   {answer: edited(map[string]any{"scope": "openid \x07"}), lifetime: whole},
		"a scope without end":    {answer: edited(map[string]any{"scope": strings.Repeat("a ", 100_000)}), lifetime: whole},

		"the person's ID token":      {answer: edited(map[string]any{"id_token": idToken("https://virtual", "c", "0")}), lifetime: whole},
		"an empty ID token":          {answer: edited(map[string]any{"id_token": ""}), lifetime: whole},
		"somebody else's ID token":   {answer: edited(map[string]any{"id_token": idToken("https://virtual", "c", "1"), "refresh_token": "theirs", "scope": "theirs"})},
		"another client's ID token":  {answer: edited(map[string]any{"id_token": idToken("https://virtual", "d", "0"), "refresh_token": "theirs"})},
		"another issuer's ID token":  {answer: edited(map[string]any{"id_token": idToken("https://other", "c", "0"), "refresh_token": "theirs"})},
		"an ID token without a body": {answer: edited(map[string]any{"id_token": "nonsense", "refresh_token": "theirs"})},
		"a number for an ID token":   {answer: edited(map[string]any{"id_token": 1, "refresh_token": "theirs"})},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				provider := &tokens{}
				v := newVirtual(t, provider, 1, nil)
				defer shut(t, v)
				key := v.keys[0]
				synctest.Wait()
				kept, entry := v.atHand(key), v.secrets.Entries()[accessEntry(key)]
				provider.answer.Store(&c.answer)
				got, err := v.Replace(t.Context(), key, kept)
				account := v.Accounts()[0]
				if c.lifetime > 0 {
					if err != nil || got.Access != "new" || got.Lifetime != c.lifetime || got.Expiry.Sub(v.now()) != c.lifetime {
						t.Errorf("a token for %v, %v; want %v", got.Lifetime, err, c.lifetime)
					}
					if account.State != Ready || !account.Expiry.Equal(got.Expiry) {
						t.Errorf("account is %+v", account)
					}
				} else {
					if !errors.Is(err, ErrBadAnswer) || got != kept || v.atHand(key) != kept {
						t.Errorf("the old token is gone, or the error is not ErrBadAnswer: %v", err)
					}
					if account.State != Waiting || account.NeedsSignIn() {
						t.Errorf("account is %+v", account)
					}
					if v.secrets.Entries()[accessEntry(key)] != entry {
						t.Error("the keychain lost the token that is still good")
					}
				}
				refresh, scopes := c.refresh, c.scopes
				if refresh == "" {
					refresh = "r0"
				}
				if scopes == nil {
					scopes = before
				}
				if found := v.secrets.Entries()[refreshEntry(key)]; found != refresh {
					t.Errorf("the keychain has %q for a refresh token, want %q", found, refresh)
				}
				if listed := v.listed(t); !slices.Equal(account.Scopes, scopes) || !slices.Equal(listed, scopes) {
					t.Errorf("scopes shown are %v, listed %v, want %v", account.Scopes, listed, scopes)
				}

				// Whatever it was, it passes: the scheduler asks again, sooner or later.
				provider.answer.Store(nil)
				time.Sleep(longestLifetime)
				synctest.Wait()
				if a := v.Accounts()[0]; a.State != Ready || !v.atHand(key).lasts(v.now(), 0) || v.atHand(key).Access == "new" {
					t.Errorf("a day later it is %+v", a)
				}
			})
		})
	}
}

// Nobody is there to see the scheduler's failures: each leaves a line in the log, and nothing of the answer.
func TestRefusedAnswerIsLoggedWithoutWhatItSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		provider := &tokens{}
		bad := edited(map[string]any{"id_token": idToken("https://virtual", "c", "mallory"), "refresh_token": "theirs"})
		provider.answer.Store(&bad)
		v := newVirtual(t, provider, 1, nil)
		time.Sleep(time.Second)
		synctest.Wait()
		if err := v.Close(); err != nil {
			t.Fatal(err)
		}
		log := v.log.String()
		if strings.Count(log, "ID token of somebody else") != 1 {
			t.Errorf("the log says %q", log)
		}
		for _, theirs := range []string{"mallory", "theirs", "eyJ"} {
			if strings.Contains(log, theirs) {
				t.Errorf("the log holds %q: %s", theirs, log)
			}
		}
	})
}

func TestServerThatAsksForTimeIsGivenIt(t *testing.T) {
	for text, want := range map[string]struct{ atLeast, atMost time.Duration }{
		"":                              {0, 10 * time.Second},
		"90":                            {90 * time.Second, 91 * time.Second},
		"-90":                           {0, 10 * time.Second},
		"later":                         {0, 10 * time.Second},
		"Sat, 01 Jan 2000 00:10:00 GMT": {10 * time.Minute, 10*time.Minute + time.Second}, // synctest's clock begins with 2000
		"Fri, 31 Dec 1999 00:10:00 GMT": {0, 10 * time.Second},
		"31536000":                      {time.Hour, time.Hour + time.Second},
		"Mon, 01 Jan 2001 00:00:00 GMT": {time.Hour, time.Hour + time.Second},
		"99999999999999999999999999":    {0, 10 * time.Second},
	} {
		t.Run(text, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				provider := &tokens{}
				provider.answer.Store(&answer{status: 429, header: map[string][]string{"Retry-After": {text}}})
				v := newVirtual(t, provider, 1, nil)
				defer shut(t, v)
				synctest.Wait()
				if a := v.Accounts()[0]; a.State != Waiting {
					t.Errorf("account is %+v", a)
				}
				provider.answer.Store(nil)
				start := time.Now()
				for provider.asked.Load() < 2 {
					time.Sleep(time.Second / 4)
					synctest.Wait()
				}
				if waited := time.Since(start); waited < want.atLeast || waited > want.atMost {
					t.Errorf("waited %v, want %v to %v", waited, want.atLeast, want.atMost)
				}
			})
		})
	}
}

// An entry that no earlier run can have written is not believed: it would never be renewed, or not be over in time.
func TestImplausibleTokenInTheKeychainIsNotUsed(t *testing.T) {
	for name, text := range map[string]string{
		"for years":        `{"access_token":"old","expiry":"2010-01-01T00:00:00Z","lifetime_ns":3600000000000}`,
		"of no lifetime":   `{"access_token":"old","expiry":"2000-01-01T00:50:00Z"}`,
		"of less than one": `{"access_token":"old","expiry":"2000-01-01T00:50:00Z","lifetime_ns":-1}`,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				v := newVirtual(t, &tokens{}, 1, func(s Secrets, key Key) {
					if err := s.Set(t.Context(), accessEntry(key), text); err != nil {
						t.Fatal(err)
					}
				})
				defer shut(t, v)
				synctest.Wait()
				if got := v.atHand(v.keys[0]).Access; got != "a1" {
					t.Errorf("the token at hand is %q", got)
				}
			})
		})
	}
}

func FuzzWholeSeconds(f *testing.F) {
	for _, seed := range []string{`3600`, `"3600"`, `3599.5`, `null`, `-1`, `"NaN"`, `{}`, `1e999`} {
		f.Add(`{"expires_in":` + seed + `,"access_token":"a"}`)
	}
	f.Fuzz(func(t *testing.T, body string) {
		read := func(text []byte) (fields map[string]any, err error) {
			decoder := json.NewDecoder(bytes.NewReader(text))
			decoder.UseNumber()
			err = decoder.Decode(&fields)
			return fields, err
		}
		before, err := read([]byte(body))
		if err != nil {
			if string(wholeSeconds([]byte(body))) != body {
				t.Error("what is no object was changed")
			}
			return
		}
		after, err := read(wholeSeconds([]byte(body)))
		if err != nil {
			t.Fatalf("not JSON any more: %v", err)
		}
		delete(before, "expires_in")
		delete(after, "expires_in")
		if fmt.Sprint(before) != fmt.Sprint(after) {
			t.Errorf("%v became %v", before, after)
		}
	})
}

func TestScopesAreASet(t *testing.T) {
	if !sameScopes([]string{"a", "b"}, []string{"b", "a", "a"}) || sameScopes([]string{"a"}, []string{"a", "b"}) || sameScopes(nil, []string{"a"}) {
		t.Error("not compared as sets")
	}
	if got := grantedScopes((&oauth2.Token{}).WithExtra(map[string]any{"scope": " "})); got != nil {
		t.Errorf("nothing was named, and %q granted", got)
	}
}
