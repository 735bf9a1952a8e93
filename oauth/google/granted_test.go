package google_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"tokentray/oauth/google"
)

func TestUntickedIsWhatTheToolWillMiss(t *testing.T) {
	for name, row := range map[string]struct{ wanted, granted, words string }{
		"box empty":              {"openid email https://mail.google.com/", "openid " + prefix + "userinfo.email", "read, write, send and delete all mail"},
		"all ticked":             {"openid email https://mail.google.com/", "https://mail.google.com/ openid", ""},
		"more than wanted":       {prefix + "gmail.send", prefix + "gmail.send " + prefix + "gmail.labels", ""},
		"wider covers narrower":  {prefix + "gmail.readonly " + prefix + "gmail.send", prefix + "gmail.modify", ""},
		"everything covers all":  {prefix + "gmail.modify " + prefix + "gmail.labels", google.ScopeEverything, ""},
		"but not settings":       {prefix + "gmail.settings.basic", google.ScopeEverything, "change settings and filters"},
		"narrower is too little": {prefix + "gmail.modify", prefix + "gmail.readonly " + prefix + "gmail.send", "read, write and send mail, without deleting it for good"},
		"two boxes":              {prefix + "gmail.send " + prefix + "gmail.labels", "", "send mail; see and change labels"},
		"only who one is":        {"openid email profile offline_access", "", ""},
		"unknown":                {prefix + "calendar", "openid", "calendar"},
		"nothing":                {"", "", ""},
		"an empty name":          {"", " ", ""},
	} {
		granted := strings.Fields(row.granted)
		var words []string
		for _, scope := range google.Unticked(strings.Fields(row.wanted), granted) {
			if scope.ID == "" {
				t.Errorf("%s: no ID", name)
			}
			words = append(words, cmp.Or(scope.Words, scope.Short()))
		}
		if got := strings.Join(words, "; "); got != row.words {
			t.Errorf("%s: %q, want %q", name, got, row.words)
		}
		if !slices.Equal(granted, strings.Fields(row.granted)) {
			t.Errorf("%s: what was granted has changed", name)
		}
	}
	if got := google.Unticked([]string{""}, nil); got != nil {
		t.Errorf("%v", got)
	}
}

func TestUntickedLeavesItsArgumentsAlone(t *testing.T) {
	backing := append([]string{google.ScopeEverything, "next"}, make([]string, 20)...)
	google.Unticked([]string{google.ScopeSend}, backing[:1])
	if backing[1] != "next" {
		t.Errorf("%q", backing)
	}
}

func TestUntickedKnowsTheClass(t *testing.T) {
	if got := google.Unticked([]string{google.ScopeSend}, nil); len(got) != 1 || got[0].Class != google.Sensitive {
		t.Errorf("%v", got)
	}
}

func TestProfileIsReadWithMailAccessOnly(t *testing.T) {
	for scopes, want := range map[string]bool{
		google.ScopeEverything: true, google.ScopeModify: true, google.ScopeReadOnly: true,
		prefix + "gmail.metadata": true, prefix + "gmail.compose": true, "openid " + google.ScopeModify: true,
		google.ScopeSend: false, prefix + "gmail.labels": false, prefix + "gmail.insert": false, prefix + "gmail.settings.basic": false,
		"openid email": false, "": false,
	} {
		if got := google.ReadsProfile(strings.Fields(scopes)); got != want {
			t.Errorf("%q: %t", scopes, got)
		}
	}
}

func TestChoicesAreInOrderAndInWords(t *testing.T) {
	var names []string
	for _, access := range google.Presets {
		names = append(names, access.Name)
		if !strings.HasSuffix(access.Words, ".") || strings.HasSuffix(access.Words, "..") {
			t.Errorf("%s: %q", access.Name, access.Words)
		}
	}
	if got := strings.Join(names, ", "); got != "Everything, Read, write and send, Read only, Send only" {
		t.Errorf("%s", got)
	}
	if !strings.Contains(google.Presets[0].Words, "IMAP") || !strings.Contains(google.Presets[0].Words, "SMTP") {
		t.Errorf("%q", google.Presets[0].Words)
	}
}
