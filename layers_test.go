package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"tokentray/app"
)

type packageImports struct {
	ImportPath string
	Imports    []string
}

// listed are the program's packages with what they import, tests left out.
func listed(t *testing.T) (all []packageImports) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", "list", "-tags", "ci,migrated_fynedo", "-json=ImportPath,Imports", "./...")
	var errs bytes.Buffer
	command.Stderr = &errs
	out, err := command.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, &errs)
	}
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p packageImports
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// within tells whether a package is root or lies below it.
func within(path string, roots ...string) bool {
	for _, root := range roots {
		if path == root || strings.HasPrefix(path, root+"/") {
			return true
		}
	}
	return false
}

// forbidden says why one package must not import another; empty: it may.
func forbidden(from, to string) string {
	ours := within(to, "tokentray")
	switch {
	case within(to, "fyne.io") && from != "tokentray" && !within(from, "tokentray/app"):
		return "only main and app know Fyne"
	case ours && within(from, "tokentray/assets"):
		return "assets is a leaf"
	case strings.Contains(strings.Split(to, "/")[0], ".") && within(from, "tokentray/assets"):
		return "assets needs nothing but the standard library"
	case within(from, "tokentray/oauth") && ours && !within(to, "tokentray/oauth"):
		return "the engine knows no screen"
	case within(from, "tokentray/oauth/practice") && ours && !within(to, "tokentray/oauth/practice"):
		return "practice must not share the engine's misunderstandings"
	case from != "tokentray/oauth" && within(from, "tokentray/oauth") && to == "tokentray/oauth":
		return "the engine stands above its parts"
	case to == "tokentray":
		return "main stands above everything"
	case from == "tokentray" && ours && to != "tokentray/app":
		return "main is the door to app and nothing else"
	}
	return ""
}

func TestNoArrowTurnsRound(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range listed(t) {
		seen[p.ImportPath] = true
		for _, imported := range p.Imports {
			if why := forbidden(p.ImportPath, imported); why != "" {
				t.Errorf("%s imports %s: %s", p.ImportPath, imported, why)
			}
		}
	}
	for _, needed := range []string{"tokentray", "tokentray/app", "tokentray/app/desktop", "tokentray/assets", "tokentray/oauth",
		"tokentray/oauth/google", "tokentray/oauth/keychain", "tokentray/oauth/loopback", "tokentray/oauth/practice"} {
		if !seen[needed] {
			t.Errorf("%s was not looked at", needed)
		}
	}
}

func TestTurnedArrowsAreFound(t *testing.T) {
	for from, to := range map[string]string{
		"tokentray/oauth":               "fyne.io/fyne/v2",
		"tokentray/assets":              "fyne.io/fyne/v2/theme",
		"tokentray/oauth/google":        "tokentray/oauth",
		"tokentray/oauth/practice":      "tokentray/oauth/google",
		"tokentray/oauth/keychain":      "tokentray/assets",
		"tokentray/oauth/loopback":      "tokentray/app",
		"tokentray":                     "tokentray/oauth",
		"tokentray/app/desktop":         "tokentray",
		"tokentray/oauth/practice/test": "tokentray/oauth/loopback",
	} {
		if forbidden(from, to) == "" {
			t.Errorf("%s may import %s", from, to)
		}
	}
	for from, to := range map[string]string{
		"tokentray/app": "fyne.io/fyne/v2", "tokentray/oauth": "tokentray/oauth/google", "tokentray/assets": "html/template",
		"tokentray/oauth/practice/practicetest": "tokentray/oauth/practice", "tokentray": "tokentray/app",
	} {
		if why := forbidden(from, to); why != "" {
			t.Errorf("%s may not import %s: %s", from, to, why)
		}
	}
}

// Fyne's packager reads FyneApp.toml, the program its own constants.
func TestPackagerIsToldTheSame(t *testing.T) {
	data, err := os.ReadFile("FyneApp.toml")
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]string{}
	section := ""
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			section = strings.Trim(line, "[]") + "."
		} else if name, value, ok := strings.Cut(line, "="); ok {
			said[section+strings.TrimSpace(name)] = strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	for name, want := range map[string]string{
		"Details.ID": app.ID, "Details.Name": app.Name, "Details.Version": app.Version, "Migrations.fyneDo": "true",
	} {
		if said[name] != want {
			t.Errorf("%s is %q, want %q", name, said[name], want)
		}
	}
	if info, err := os.Stat(said["Details.Icon"]); err != nil || !info.Mode().IsRegular() {
		t.Errorf("the icon %q is not there (%v)", said["Details.Icon"], err)
	}
}
