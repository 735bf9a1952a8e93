package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template"

	"fyne.io/fyne/v2/lang"

	"tokentray/assets"
	"tokentray/oauth/google"
	"tokentray/oauth/loopback"
	"tokentray/oauth/practice"
)

// Tests speak English, whoever runs them.
func TestMain(m *testing.M) {
	if err := errors.Join(os.Setenv("LC_ALL", "C"), speakSystemsLanguage()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// speak has the program say these sentences in other words, as in another language, until the test ends.
func speak(t *testing.T, words map[string]string) {
	t.Helper()
	data, err := json.Marshal(words)
	if err != nil {
		t.Fatal(err)
	}
	if err := lang.AddTranslationsForLocale(data, "en"); err != nil {
		t.Fatal(err)
	}
	before := spoken
	spoken = "de"
	t.Cleanup(func() {
		spoken = before
		if err := lang.AddTranslationsFS(assets.Translations, "translations"); err != nil {
			t.Error(err)
		}
	})
}

// inTables are the sentences that are said from a table: lang.L(row.words).
func inTables() []string {
	all := append(slices.Clone(weekdays[:]), months[:]...)
	for _, p := range problems {
		all = append(all, p.title, p.detail)
	}
	for _, f := range formats {
		all = append(all, f.label, f.said)
	}
	for _, trouble := range google.Troubles {
		all = append(all, trouble.Title, trouble.Detail)
	}
	for _, step := range google.Steps {
		all = append(all, step.Title, step.Words)
	}
	for _, access := range google.Presets {
		all = append(all, access.Name, access.Words)
	}
	for _, scope := range google.Scopes {
		all = append(all, scope.Words)
	}
	for _, review := range reviews {
		all = append(all, review.words)
	}
	all = append(all, google.AskTesting.Title, google.AskTesting.Detail, google.AskTesting.Open, google.AskTesting.Done)
	all = slices.Concat(all, loopback.Sentences, practice.Sentences)
	return slices.DeleteFunc(all, func(sentence string) bool { return sentence == "" })
}

// sentence is one that the program says: whether it has plural forms, and where it stands.
type sentence struct {
	plural bool
	at     string
}

// sentences are all that the program says.
func sentences(t *testing.T) map[string]sentence {
	t.Helper()
	all := map[string]sentence{}
	for _, text := range inTables() {
		all[text] = sentence{at: "a table"}
	}
	files := token.NewFileSet()
	parsed, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range parsed {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			function, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if of, ok := function.X.(*ast.Ident); !ok || of.Name != "lang" {
				return true
			}
			if function.Sel.Name == "L" || function.Sel.Name == "N" {
				if text, ok := literal(call.Args[0]); ok {
					all[text] = sentence{function.Sel.Name == "N", files.Position(call.Pos()).String()}
				}
			}
			return true
		})
	}
	return all
}

// literal is a string that stands in the source, in one piece or several.
func literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		left, ok := literal(e.X)
		right, also := literal(e.Y)
		return left + right, ok && also
	}
	return "", false
}

// translation reads a language's file: each sentence with its forms, of which those without a number have "other" alone.
func translation(t *testing.T, language string) map[string]map[string]string {
	t.Helper()
	data, err := fs.ReadFile(assets.Translations, "translations/"+language+".json")
	if err != nil {
		t.Fatal(err)
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		t.Fatalf("%s: %v", language, err)
	}
	all := map[string]map[string]string{}
	for text, value := range raw {
		var plain string
		var forms map[string]string
		if json.Unmarshal(value, &plain) == nil {
			forms = map[string]string{"other": plain}
		} else if err := json.Unmarshal(value, &forms); err != nil {
			t.Fatalf("%s, %q: %v", language, text, err)
		}
		all[text] = forms
	}
	return all
}

// TOKENTRAY_UPDATE=1 writes en.json anew: of a new sentence with a number, the singular must then be put in by hand.
func TestEnglishIsComplete(t *testing.T) {
	said, english := sentences(t), translation(t, "en")
	if os.Getenv("TOKENTRAY_UPDATE") != "" {
		writeEnglish(t, said, english)
		return // what was embedded is the file before
	}
	for text, where := range said {
		forms, known := english[text]
		switch {
		case !known:
			t.Errorf("%s: %q is not in en.json", where.at, text)
		case forms["other"] != text:
			t.Errorf("%q says %q in en.json", text, forms["other"])
		case where.plural && forms["one"] == "":
			t.Errorf("%s: %q has no singular in en.json", where.at, text)
		}
	}
	for text := range english {
		if _, used := said[text]; !used {
			t.Errorf("nothing says %q any more", text)
		}
	}
}

func writeEnglish(t *testing.T, said map[string]sentence, english map[string]map[string]string) {
	t.Helper()
	all := map[string]any{}
	for text, s := range said {
		all[text] = text
		if s.plural {
			all[text] = map[string]string{"one": english[text]["one"], "other": text}
		}
	}
	var file bytes.Buffer
	encoder := json.NewEncoder(&file)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "\t")
	if err := encoder.Encode(all); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("../assets/translations/en.json", file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

var filled = regexp.MustCompile(`{{[^}]*\.(\w+)[^}]*}}`)

// holes are what is filled in in a sentence, such as the address.
func holes(text string) []string {
	found := map[string]bool{}
	for _, match := range filled.FindAllStringSubmatch(text, -1) {
		found[match[1]] = true
	}
	return slices.Sorted(maps.Keys(found))
}

func TestEachLanguageHasEverySentence(t *testing.T) {
	english := translation(t, "en")
	for _, language := range languages {
		spoken := translation(t, language)
		for text, forms := range english {
			translated := spoken[text]
			wanted := []string{"other"}
			if len(forms) > 1 && language != "ja" { // Japanese has one form for any number
				wanted = append(wanted, "one")
			}
			for _, form := range wanted {
				if strings.TrimSpace(translated[form]) == "" {
					t.Errorf("%s has no %q form of %q", language, form, text)
				}
			}
			for form, words := range translated {
				if _, err := template.New("").Parse(words); err != nil {
					t.Errorf("%s, %q: %v", language, text, err)
				}
				for _, name := range holes(words) {
					if !slices.Contains(holes(text), name) {
						t.Errorf("%s, %q, form %q: nothing fills {{.%s}}", language, text, form, name)
					}
				}
				if form != "one" && len(holes(words)) < len(holes(text)) {
					t.Errorf("%s leaves something out of %q: %q", language, text, words)
				}
			}
		}
		for text := range spoken {
			if _, known := english[text]; !known {
				t.Errorf("%s translates %q, which nothing says", language, text)
			}
		}
	}
}
