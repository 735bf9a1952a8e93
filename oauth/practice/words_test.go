package practice_test

import (
	"html"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"tokentray/oauth/practice"
	"tokentray/oauth/practice/practicetest"
)

// translator says every sentence between arrows, and remembers those that it was asked for.
type translator struct {
	mu   sync.Mutex
	said []string
}

func (t *translator) words(english string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.said = append(t.said, english)
	return "«" + english + "»"
}

func (t *translator) options() practice.Options {
	return practice.Options{Words: t.words, Lang: "fr"}
}

// visible are the texts of a page and those of its attributes that a person meets, tags and style left out.
func visible(page string) (texts []string) {
	page = regexp.MustCompile(`(?s)<style.*?</style>`).ReplaceAllString(page, "")
	for _, found := range regexp.MustCompile(` (?:aria-label|label)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		texts = append(texts, html.UnescapeString(found[1]))
	}
	for _, text := range regexp.MustCompile(`<[^>]*>`).Split(page, -1) {
		if text = strings.TrimSpace(html.UnescapeString(text)); text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}

func TestPagesSpeakThePersonsLanguage(t *testing.T) {
	var french translator
	p := start(t, french.options())
	c := newProgram(t, p, mail)
	again := func(choices ...practicetest.Choice) string {
		page, _ := practicetest.Submit(t.Context(), c.address(), true, choices...)
		return page.Body
	}
	both := url.Values{"request": {requestOf(t, send(t, c.address(), nil).body)}, "person": {"alice@example.com"}, "address": {"carol@example.com"}, "answer": {"allow"}}
	nobody := url.Values{"request": {requestOf(t, send(t, c.address(), nil).body)}, "answer": {"allow"}}
	unknown := url.Values{"request": {requestOf(t, send(t, c.address(), nil).body)}, "answer": {"allow"}, "problem": {"page:nonsense"}}
	for name, page := range map[string]string{
		"consent":          send(t, c.address(), nil).body,
		"offline":          send(t, c.address("access_type", "offline"), nil).body,
		"no address asked": send(t, c.address("scope", "openid"), nil).body,
		"no address":       again(practicetest.As(" ")),
		"bad address":      again(practicetest.As("carol")),
		"long address":     again(practicetest.As(strings.Repeat("x", 200) + "@example.com")),
		"both":             send(t, p.Issuer()+"/authorize", both).body,
		"nobody":           send(t, p.Issuer()+"/authorize", nobody).body,
		"refusal":          send(t, c.address("client_id", "other"), nil).body,
		"no redirect":      send(t, c.address("redirect_uri", ""), nil).body,
		"answered before":  send(t, p.Issuer()+"/authorize", url.Values{"request": {"odd"}}).body,
		"unknown problem":  send(t, p.Issuer()+"/authorize", unknown).body,
		"another page's":   send(t, p.Issuer()+"/authorize", url.Values{}, "Origin", "http://stranger.example").body,
	} {
		if !strings.Contains(page, `<html lang="fr">`) {
			t.Errorf("%s: not in French:\n%s", name, page)
		}
		for _, text := range visible(page) {
			quoted := strings.HasPrefix(text, "«") && strings.HasSuffix(text, "»")
			if !quoted && !slices.Contains([]string{"Alice", "Bob", "alice@example.com", "bob@example.com"}, text) {
				t.Errorf("%s: %q is not translated", name, text)
			}
		}
	}
	for _, english := range french.said {
		if !slices.Contains(practice.Sentences, english) {
			t.Errorf("%q is not among the sentences", english)
		}
	}
}

func TestGooglesWordsStayGoogles(t *testing.T) {
	var french translator
	p := start(t, french.options())
	c := newProgram(t, p, mail)
	for _, problem := range []string{"page:access_denied", "page:unverified"} {
		page, _ := practicetest.Submit(t.Context(), c.address(), true, practicetest.Problem(problem))
		if page.Status == http.StatusSeeOther || !strings.Contains(page.Body, `<html lang="en">`) ||
			!strings.Contains(page.Body, `<p class="note" lang="fr">«`) || strings.Count(page.Body, "«") != 1 {
			t.Errorf("%s:\n%s", problem, page.Body)
		}
	}
}

func TestEverySentenceIsListedOnceAndSaid(t *testing.T) {
	sorted := slices.Sorted(slices.Values(practice.Sentences))
	if len(slices.Compact(sorted)) != len(practice.Sentences) || slices.Contains(practice.Sentences, "") {
		t.Error("a sentence is empty or listed twice")
	}
	var templates strings.Builder
	files, err := filepath.Glob("*.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		templates.Write(file)
	}
	said := regexp.MustCompile(`\.Say "([^"]*)"`).FindAllStringSubmatch(templates.String(), -1)
	if len(said) == 0 {
		t.Fatal("the templates say nothing")
	}
	for _, found := range said {
		if !slices.Contains(practice.Sentences, found[1]) {
			t.Errorf("%q is not among the sentences", found[1])
		}
	}
}
