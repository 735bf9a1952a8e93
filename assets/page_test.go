package assets_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"strings"
	"testing"

	"tokentray/assets"
)

const hostile = `"><script>alert(1)</script><img src=x onerror=y>'{{.Lang}}</style></title>&amp;@example.com`

var pages = map[string]assets.PageText{
	"good":    {Title: "alice@example.com is signed in", Text: "Its token is ready.", Good: true},
	"bad":     {Title: "Nobody was signed in", Text: "You said no.", Lang: "de", Close: "Zurück zu Token Tray."},
	"bare":    {Title: "Done"},
	"hostile": {Title: hostile, Text: hostile, Lang: hostile, Close: hostile},
}

func TestPageSaysWhatItIsGiven(t *testing.T) {
	good := string(assets.Page(pages["good"]))
	for _, want := range []string{
		`<html lang="en">`, "<title>alice@example.com is signed in · Token Tray</title>", ">alice@example.com is signed in</h1>",
		">Its token is ready.</p>", "You can close this tab and go back to Token Tray.", `class="good"`,
	} {
		if !strings.Contains(good, want) {
			t.Errorf("the good page lacks %s:\n%s", want, good)
		}
	}
	bad := string(assets.Page(pages["bad"]))
	for _, want := range []string{`<html lang="de">`, `class="bad"`, ">Zurück zu Token Tray.</p>"} {
		if !strings.Contains(bad, want) {
			t.Errorf("the bad page lacks %s:\n%s", want, bad)
		}
	}
	if strings.Contains(bad, "You can close") || strings.Contains(good, `class="bad"`) {
		t.Error("a page says too much")
	}
}

func TestWhateverAStrangerWritesIsEscaped(t *testing.T) {
	page := string(assets.Page(pages["hostile"]))
	tags := regexp.MustCompile(`<[a-z/!]+`)
	if got, want := tags.FindAllString(page, -1), tags.FindAllString(string(assets.Page(assets.PageText{Title: "x", Text: "x"})), -1); strings.Join(got, "") != strings.Join(want, "") {
		t.Fatalf("the text made tags of its own:\n%s", page)
	}
	if !strings.Contains(page, "&lt;script&gt;alert(1)&lt;/script&gt;") {
		t.Errorf("the text is gone:\n%s", page)
	}
	if lang := regexp.MustCompile(`<html lang="([^"]*)">`).FindStringSubmatch(page); lang == nil || strings.ContainsAny(lang[1], `<>'`) {
		t.Errorf("lang = %q", lang)
	}
}

func TestPageNeedsNoScriptAndNothingFromOutside(t *testing.T) {
	for name, text := range pages {
		if name == "hostile" {
			continue
		}
		page := strings.ToLower(string(assets.Page(text)))
		for _, word := range []string{"http", "//", "<script", "javascript:", "src=", "href=", "url(", "@import", "<link", "<form", " on", "style="} {
			if word == " on" {
				if handler := regexp.MustCompile(`<[^>]*\son[a-z]+=`).FindString(page); handler != "" {
					t.Errorf("%s: %s", name, handler)
				}
				continue
			}
			if strings.Contains(page, word) {
				t.Errorf("%s: the page has %q in it", name, word)
			}
		}
	}
}

func TestHeaderIsStrict(t *testing.T) {
	header := assets.PageHeader()
	for name, want := range map[string]string{
		"Content-Type":           "text/html; charset=utf-8",
		"Cache-Control":          "no-store",
		"Referrer-Policy":        "no-referrer",
		"X-Content-Type-Options": "nosniff",
	} {
		if got := header.Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	header.Set("Cache-Control", "x")
	if assets.PageHeader().Get("Cache-Control") != "no-store" {
		t.Error("a caller changed the header for all")
	}
}

func TestPolicyAllowsTheStyleOfEveryPageAndNothingElse(t *testing.T) {
	for name, text := range pages {
		styles := regexp.MustCompile(`(?s)<style>(.*?)</style>`).FindAllSubmatch(assets.Page(text), -1)
		if len(styles) != 1 {
			t.Fatalf("%s: %d styles", name, len(styles))
		}
		if bytes.ContainsRune(styles[0][1], '\r') {
			t.Errorf("%s: the browser hashes other line ends", name)
		}
		sum := sha256.Sum256(styles[0][1])
		want := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
			"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
		if got := assets.PageHeader().Get("Content-Security-Policy"); got != want {
			t.Errorf("%s: policy %q, want %q", name, got, want)
		}
	}
}
