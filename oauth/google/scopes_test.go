package google_test

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"testing"

	"tokentray/oauth/google"
)

const prefix = "https://www.googleapis.com/auth/"

func TestEverythingIsTheFirstPreset(t *testing.T) {
	if !slices.Equal(google.Presets[0].Scopes, []string{"https://mail.google.com/"}) {
		t.Fatalf("the default is %+v", google.Presets[0])
	}
}

func TestPresetsAreMadeOfKnownScopes(t *testing.T) {
	for _, access := range google.Presets {
		if access.Name == "" || access.Words == "" || len(access.Scopes) == 0 {
			t.Errorf("incomplete: %+v", access)
		}
		for _, scope := range access.Scopes {
			if !slices.ContainsFunc(google.Scopes, func(s google.Scope) bool { return s.ID == scope }) {
				t.Errorf("%s asks for %s", access.Name, scope)
			}
		}
	}
}

func TestScopesAreCompleteAndDifferent(t *testing.T) {
	seen := map[string]bool{}
	for _, scope := range google.Scopes {
		if seen[scope.ID] || seen[scope.Words] {
			t.Errorf("twice: %+v", scope)
		}
		seen[scope.ID], seen[scope.Words] = true, true
		if scope.ID != "https://mail.google.com/" && !strings.HasPrefix(scope.ID, prefix+"gmail.") {
			t.Errorf("not Gmail's: %s", scope.ID)
		}
		if scope.Words == "" || scope.Class.String() == "unknown" {
			t.Errorf("incomplete: %+v", scope)
		}
	}
}

func TestScopesHaveGooglesClass(t *testing.T) {
	for id, class := range map[string]google.Class{
		"https://mail.google.com/": google.Restricted,
		prefix + "gmail.modify":    google.Restricted,
		prefix + "gmail.readonly":  google.Restricted,
		prefix + "gmail.metadata":  google.Restricted,
		prefix + "gmail.send":      google.Sensitive,
		prefix + "gmail.labels":    google.NotSensitive,
		prefix + "gmail.compose":   google.Restricted,
		prefix + "gmail.insert":    google.Restricted,
	} {
		i := slices.IndexFunc(google.Scopes, func(s google.Scope) bool { return s.ID == id })
		if i < 0 || google.Scopes[i].Class != class {
			t.Errorf("%s is not %s", id, class)
		}
	}
}

func TestAliasesAreOneScope(t *testing.T) {
	for scope, want := range map[string]string{
		prefix + "userinfo.email": "email", "email": "email",
		prefix + "userinfo.profile": "profile", "profile": "profile",
		"openid": "openid", prefix + "gmail.send": prefix + "gmail.send", "": "",
	} {
		if got := google.Canonical(scope); got != want {
			t.Errorf("Canonical(%q) = %q, want %q", scope, got, want)
		}
	}
}

func TestMissingIsWhatWasWantedAndNotGranted(t *testing.T) {
	for name, row := range map[string]struct{ wanted, granted, want string }{
		"all there":   {"openid email https://mail.google.com/", "https://mail.google.com/ openid", "email"},
		"alias":       {"openid email profile", "openid " + prefix + "userinfo.email " + prefix + "userinfo.profile", ""},
		"other way":   {prefix + "userinfo.email", "email", ""},
		"box empty":   {"openid email " + prefix + "gmail.send", "openid email", prefix + "gmail.send"},
		"more":        {"openid", "openid email", ""},
		"named once":  {"a b a", "", "a b"},
		"alias twice": {"email " + prefix + "userinfo.email", "", "email"},
		"nothing":     {"", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := google.Missing(strings.Fields(row.wanted), strings.Fields(row.granted))
			if strings.Join(got, " ") != row.want {
				t.Errorf("Missing = %q, want %q", got, row.want)
			}
		})
	}
}

func TestWidestScopesTellWhatAllAllow(t *testing.T) {
	for scopes, want := range map[string]string{
		"": "",
		"openid email " + prefix + "userinfo.email":                               "",
		"openid email https://mail.google.com/":                                   "read, write, send and delete all mail",
		prefix + "gmail.send https://mail.google.com/ " + prefix + "gmail.modify": "read, write, send and delete all mail",
		prefix + "gmail.send " + prefix + "gmail.send":                            "send mail",
		prefix + "gmail.send " + prefix + "gmail.labels":                          "send mail, see and change labels",
		prefix + "gmail.send " + prefix + "gmail.labels " + prefix + "calendar":   "send mail, see and change labels, calendar",
		"https://elsewhere.example/all":                                           "https://elsewhere.example/all",
	} {
		var got []string
		for _, scope := range google.Widest(strings.Fields(scopes)) {
			got = append(got, cmp.Or(scope.Words, scope.Short()))
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("Widest(%q) = %q, want %q", scopes, got, want)
		}
	}
}

func TestEveryPageIsGooglesOwn(t *testing.T) {
	pages := []string{
		google.Issuer, google.AuthURL, google.TokenURL, google.RevokeURL, google.KeysURL, google.ProfileURL,
		google.PermissionsURL, google.GmailPageFor("x"), google.GmailPageFor("12-x"),
	}
	for _, step := range google.Steps {
		if step.Title == "" || step.Words == "" {
			t.Errorf("incomplete: %+v", step)
		}
		pages = append(pages, step.Page)
	}
	for _, page := range pages {
		u, err := url.Parse(page)
		if err != nil || u.Scheme != "https" || !strings.HasSuffix(u.Host, ".google.com") && !strings.HasSuffix(u.Host, ".googleapis.com") {
			t.Errorf("%q, %v", page, err)
		}
	}
}

func TestGmailPageNamesTheProject(t *testing.T) {
	for clientID, want := range map[string]string{
		"123-abc.apps.googleusercontent.com": google.GmailPage + "?project=123",
		"":                                   google.GmailPage,
		"abc":                                google.GmailPage,
		"123":                                google.GmailPage,
		"-abc":                               google.GmailPage,
		"1&x=2-abc":                          google.GmailPage,
	} {
		if got := google.GmailPageFor(clientID); got != want {
			t.Errorf("GmailPageFor(%q) = %q, want %q", clientID, got, want)
		}
	}
}

func TestIdentityScopesGiveNoAccess(t *testing.T) {
	for _, scope := range []string{"openid", "email", "profile", "offline_access", prefix + "userinfo.email", prefix + "userinfo.profile"} {
		if !google.IsIdentity(scope) {
			t.Errorf("%s counts as access", scope)
		}
	}
	for _, scope := range google.Scopes {
		if google.IsIdentity(scope.ID) {
			t.Errorf("%s counts as identity", scope.ID)
		}
	}
}

func TestScopesAreNamedByTheirPreset(t *testing.T) {
	for _, preset := range google.Presets {
		granted := append([]string{"openid", "https://www.googleapis.com/auth/userinfo.email"}, preset.Scopes...)
		if got := google.Named(granted); got.Name != preset.Name {
			t.Errorf("%s is called %q", preset.Name, got.Name)
		}
	}
	two := []string{google.ScopeSend, "openid", google.ScopeReadOnly}
	if got := google.Named(two); got.Name != google.CustomName || !slices.Equal(got.Scopes, []string{google.ScopeSend, google.ScopeReadOnly}) {
		t.Errorf("send and read is %+v", got)
	}
	if got := google.Named([]string{"openid"}); got.Name != google.CustomName || len(got.Scopes) != 0 {
		t.Errorf("nothing is %+v", got)
	}
}

func TestScopesForToolsAreThoseOfTheApi(t *testing.T) {
	for _, scope := range google.ForTools() {
		if strings.Contains(scope.ID, "addons") || strings.Contains(scope.ID, "sharing") {
			t.Errorf("%s is offered", scope.ID)
		}
	}
	if got := len(google.ForTools()); got != 9 {
		t.Errorf("%d scopes are offered", got)
	}
}
