package app

import (
	"path/filepath"
	"strings"
	"testing"

	"tokentray/oauth"
	"tokentray/oauth/google"
)

func TestIssuerIsNamedByHostAndPort(t *testing.T) {
	for issuer, want := range map[string]string{
		"https://id.example.com":           "id.example.com:443",
		"https://id.example.com/realm/one": "id.example.com:443",
		"http://localhost":                 "localhost:80",
		"http://127.0.0.1:9998/":           "127.0.0.1:9998",
		"http://[::1]:9998":                "[::1]:9998",
	} {
		if got := hostAndPort(issuer); got != want {
			t.Errorf("%s: %q, want %q", issuer, got, want)
		}
	}
}

func TestEachIssuerHasAFolderOfItsOwn(t *testing.T) {
	issuers := []string{
		"https://id.example.com", "https://id.example.com:8443", "https://id.example.com/realm", "https://id.example.com/realm/one",
		"https://id.example.com/realm_one", "https://id.example.com/Realm", "http://127.0.0.1:9998", "http://127.0.0.1:9999",
		"http://localhost:9998", "https://localhost:9998", "http://[::1]:9998", "https://google", "https://practice", "https://id.example.com/a%2Fb",
		"https://id.example.com/a/b",
	}
	seen := map[string]string{"google": "Google's", "practice": "the practice provider's"}
	for _, issuer := range issuers {
		name := fileName(issuer)
		if fileName(issuer) != name {
			t.Errorf("%s: not the same each time", issuer)
		}
		// Windows and macOS take upper and lower case for the same.
		if other, taken := seen[strings.ToLower(name)]; taken {
			t.Errorf("%s and %s share the folder %q", issuer, other, name)
		}
		seen[strings.ToLower(name)] = issuer
	}
}

func TestIssuersFolderStaysBelowTheProgramsOwn(t *testing.T) {
	for _, issuer := range []string{
		"https://..", "https://../..", "https://./", "https://x/../../..", `https://x\..\..`, "https:///etc", "https://", "https://con",
		"https://x/" + strings.Repeat("long", 100), "https://x/a\x00b", "https://é",
	} {
		name := fileName(issuer)
		if name == "" || name == "." || name == ".." || !filepath.IsLocal(name) || filepath.Base(name) != name || len(name) > 200 {
			t.Errorf("%.40q: the folder is called %q", issuer, name)
		}
	}
}

func TestAccessIsFoundByName(t *testing.T) {
	s := &session{choices: google.Presets}
	if got := s.access("Send only"); got.Name != "Send only" || got.Scopes[0] != google.ScopeSend {
		t.Errorf("%+v", got)
	}
	for _, unknown := range []string{"", "Everything else"} {
		if got := s.access(unknown); got.Scopes[0] != google.ScopeEverything {
			t.Errorf("%q: %+v", unknown, got)
		}
	}
	if got := (&session{}).access("Send only"); len(got.Scopes) != 0 || got.Name != "" {
		t.Errorf("without choices: %+v", got)
	}
}

func TestUnusableIssuerOpensNothing(t *testing.T) {
	for _, issuer := range []string{"http://id.example.com", "id.example.com", "https://id.example.com/?x=1", "file:///etc"} {
		root := t.TempDir()
		s, err := openSession(t.Context(), place{issuer: issuer}, root, nil, newLog(&buffer{}))
		if s != nil || explain(err, "x").title != explain(oauth.ErrIssuer, "x").title {
			t.Errorf("%s: %v", issuer, err)
		}
		if left, _ := filepath.Glob(filepath.Join(root, "*")); left != nil {
			t.Errorf("%s: left behind %q", issuer, left)
		}
	}
}
