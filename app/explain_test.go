package app

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tokentray/app/desktop"
	"tokentray/oauth"
	"tokentray/oauth/google"
	"tokentray/oauth/keychain"
	"tokentray/oauth/loopback"
)

// unexplained are the errors that no window shows, and why.
var unexplained = map[string]string{
	"keychain.ErrNotFound":    "the engine makes ErrTokenLost or ErrClientLost of it, or carries on without",
	"oauth.ErrCancelled":      "the person did it and knows",
	"oauth.ErrClosed":         "the program ends",
	"oauth.ErrUnknownAccount": "its row has just gone",
	"loopback.ErrClosed":      "the sign-in has ended, and its own error says why",
}

func TestEveryErrorIsExplainedOrSaidNotToNeedIt(t *testing.T) {
	explained := map[string]bool{}
	file := parse(t, "explain.go")
	ast.Inspect(file, func(n ast.Node) bool {
		if selected, ok := n.(*ast.SelectorExpr); ok {
			if pkg, ok := selected.X.(*ast.Ident); ok {
				explained[pkg.Name+"."+selected.Sel.Name] = true
			}
		}
		return true
	})
	found := map[string]bool{}
	for _, folder := range []string{"../oauth", "../oauth/keychain", "../oauth/loopback", "../oauth/google", "desktop"} {
		for _, name := range sentinels(t, folder) {
			found[name] = true
			if explained[name] == (unexplained[name] != "") {
				t.Errorf("%s: explained is %t, and the reason not to is %q", name, explained[name], unexplained[name])
			}
		}
	}
	if len(found) < 40 {
		t.Errorf("only %d errors were found", len(found))
	}
	for name := range unexplained {
		if !found[name] {
			t.Errorf("%s is no error any more", name)
		}
	}
}

// sentinels are the exported Err variables of a package, as package.Name.
func sentinels(t *testing.T, folder string) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file := parse(t, path)
		for _, declared := range file.Decls {
			group, ok := declared.(*ast.GenDecl)
			if !ok || group.Tok != token.VAR {
				continue
			}
			for _, spec := range group.Specs {
				for _, name := range spec.(*ast.ValueSpec).Names {
					if strings.HasPrefix(name.Name, "Err") {
						names = append(names, file.Name.Name+"."+name.Name)
					}
				}
			}
		}
	}
	return names
}

func parse(t *testing.T, path string) *ast.File {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// jargon is what a person who is no developer need not know.
var jargon = regexp.MustCompile(`(?i)\b(json|http|oauth|endpoint|invalid_\w*|d-?bus|bus|pkce|id token|nonce|sub|daemon|` +
	`stderr|stdout|nil|grant|scope|token endpoint|issuer|audience|refresh|exit|null|timeout|server error|status [0-9]+|` +
	`exception|panic|errno|EOF|socket|localhost|loopback|port|process|thread|parse|hash|x509|certificate)\b`)

func TestExplanationsAreForPeople(t *testing.T) {
	all := []problem{explain(errors.New("never heard of"), "Google")}
	for _, known := range problems {
		p := explain(fmt.Errorf("could not do it: %w", fmt.Errorf("on the way: %w", known.err)), practiceName)
		if p.title == all[0].title {
			t.Errorf("%v, wrapped, is not found", known.err)
		}
		all = append(all, p)
	}
	for _, p := range all {
		if p.title == "" || strings.ContainsAny(p.title[len(p.title)-1:], ".!?:") {
			t.Errorf("title %q: empty or ends like a sentence", p.title)
		}
		if !strings.HasSuffix(p.detail, ".") {
			t.Errorf("%s: detail %q does not end with a full stop", p.title, p.detail)
		}
		if strings.ContainsAny(p.line(), "{}%\n") {
			t.Errorf("%s: something is not filled in: %q", p.title, p.detail)
		}
		if capital(p.title) != p.title || capital(p.detail) != p.detail {
			t.Errorf("%q does not begin like a sentence", p.line())
		}
		plain := strings.NewReplacer("http://127.0.0.1", "", "http://", "", "https://", "", ".json", "", "--issuer", "").Replace(p.line())
		if found := jargon.FindString(plain); found != "" {
			t.Errorf("%s: %q is jargon: %q", p.title, found, p.detail)
		}
		if p.remedy == noRemedy != (p.remedy.label() == "") {
			t.Errorf("%s: the button says %q", p.title, p.remedy.label())
		}
	}
}

func TestExplanationsNameTheProvider(t *testing.T) {
	if got := explain(oauth.ErrUnreachable, "the practice provider").title; got != "The practice provider can't be reached" {
		t.Errorf("%q", got)
	}
	if got := explain(oauth.ErrUnreachable, "Google").line(); !strings.HasPrefix(got, "Google can't be reached. ") {
		t.Errorf("%q", got)
	}
	if got := explain(oauth.ErrNoClient, "Google").detail; !strings.Contains(got, "Google gave you") {
		t.Errorf("%q", got)
	}
}

func TestUnknownErrorsGetWordsToo(t *testing.T) {
	p := explain(errors.New("ya29.secret"), "Google")
	if p.title != "Something went wrong" || p.remedy != tryAgain || strings.Contains(p.line(), "ya29") {
		t.Errorf("%+v", p)
	}
}

func TestNearerCauseIsExplained(t *testing.T) {
	tests := map[string]struct{ err, want error }{
		"file":          {fmt.Errorf("%w: %w", oauth.ErrNotSaved, fs.ErrPermission), oauth.ErrNotSaved},
		"list and keys": {errors.Join(oauth.ErrNotSaved, keychain.ErrLocked), keychain.ErrLocked},
		"prompt":        {fmt.Errorf("%w: %w", keychain.ErrLocked, keychain.ErrDismissed), keychain.ErrDismissed},
		"keychain":      {fmt.Errorf("%w: %w", oauth.ErrUnreachable, keychain.ErrTimeout), keychain.ErrTimeout},
		"no bus":        {fmt.Errorf("%w: %w", keychain.ErrNoService, keychain.ErrNoBus), keychain.ErrNoBus},
		"cut off":       {fmt.Errorf("%w: %w", google.ErrNotJSON, google.ErrCutOff), google.ErrCutOff},
		"network":       {fmt.Errorf("%w: %w", oauth.ErrBadAnswer, oauth.ErrUnreachable), oauth.ErrUnreachable},
		"paste":         {fmt.Errorf("could not: %w", loopback.ErrWrongState), loopback.ErrWrongState},
		"clipboard":     {fmt.Errorf("%w: %w", desktop.ErrClipboard, desktop.ErrClipboardBusy), desktop.ErrClipboardBusy},
	}
	for name, test := range tests {
		if got, want := explain(test.err, "Google"), explain(test.want, "Google"); got != want {
			t.Errorf("%s: %q, want %q", name, got.title, want.title)
		}
	}
}

func TestGooglesOwnCodesHaveWordsOfTheirOwn(t *testing.T) {
	tests := map[string]struct {
		err  error
		want string
	}{
		"busy":     {fmt.Errorf("%w: %w", oauth.ErrBadAnswer, &oauth.ServerError{Status: 503, Code: "temporarily_unavailable"}), "Nothing is wrong with your account"},
		"blocked":  {fmt.Errorf("%w: %w", oauth.ErrBadAnswer, &oauth.ServerError{Status: 400, Code: "admin_policy_enforced"}), "admin"},
		"guarded":  {fmt.Errorf("%w: %w", oauth.ErrRefused, &oauth.ServerError{Code: "policy_enforced"}), "Advanced Protection"},
		"redirect": {fmt.Errorf("%w: %w", oauth.ErrRefused, &oauth.ServerError{Code: "admin_policy_enforced"}), "admin"},
		"refresh":  {fmt.Errorf("%w: %w", oauth.ErrSignInAgain, &oauth.ServerError{Status: 400, Code: "invalid_grant", Subtype: "invalid_rapt"}), "organi"},
	}
	for name, test := range tests {
		p := explain(test.err, googleName)
		if !strings.Contains(p.line(), test.want) {
			t.Errorf("%s: %q", name, p.line())
		}
		if other := explain(test.err, "example.com:443"); other == p {
			t.Errorf("%s: another provider is given Google's words", name)
		}
	}
	for _, trouble := range google.Troubles {
		if p := troubled(trouble); p.title == "" || p.detail == "" {
			t.Errorf("%v has no words", trouble.Codes)
		}
	}
}
