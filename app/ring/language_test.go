//go:build linux && desktop

package ring_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"tokentray/app/ring/virtual"
	"tokentray/assets"
)

// spoken is a language's file: from each sentence in English to the one that people read.
type spoken map[string]any

func speaking(t *testing.T, language string) spoken {
	t.Helper()
	data, err := assets.Translations.ReadFile("translations/" + language + ".json")
	must(t, err)
	var sentences spoken
	must(t, json.Unmarshal(data, &sentences))
	return sentences
}

// say is a sentence with its holes filled: say("{{.Address}} is here", "Address", address).
func (s spoken) say(english string, fill ...string) string {
	said, _ := s[english].(string)
	for i := 0; i+1 < len(fill); i += 2 {
		said = strings.ReplaceAll(said, "{{."+fill[i]+"}}", fill[i+1])
	}
	return said
}

// From the first start to a copied token in each language: the tray, the window, the page in the browser. Who speaks none of
// them is spoken to in English, and that without a complaint in the log.
func TestSpeaksTheSystemsLanguage(t *testing.T) {
	d := virtual.ForTest(t, virtual.Options{})
	for _, c := range []struct{ locale, language string }{
		{"de_DE.UTF-8", "de"}, {"fr_CH.UTF-8", "fr"}, {"es_MX.UTF-8", "es"}, {"pt_BR.UTF-8", "pt"}, {"pt_PT.UTF-8", "pt"},
		{"ja_JP.UTF-8", "ja"}, {"en_US.UTF-8", "en"}, {"ru_RU.UTF-8", "en"},
	} {
		t.Run(c.locale, func(t *testing.T) {
			words := speaking(t, c.language)
			d.SetLocale(c.locale)
			p, err := d.Run(virtual.Binary(t), "--practice")
			must(t, err)
			tray, err := p.Tray(t.Context())
			must(t, err)
			must(t, tray.WaitFor(t.Context(), words.say("Practice mode: these are not real accounts")))
			who := strings.ReplaceAll(strings.ToLower(c.locale[:5]), "_", "-") + "@example.com"
			must(t, tray.Click(t.Context(), words.say("Add account…")))
			link, err := d.NextURL(t.Context())
			must(t, err)
			page, err := d.Consent(t.Context(), link, virtual.Answer{Person: who})
			must(t, err)
			if want := words.say("{{.Address}} is signed in", "Address", who); !strings.Contains(page.Text, want) {
				t.Errorf("the browser ends at %q, want %q", page.Text, want)
			}
			entry := words.say("Copy token: {{.Address}}", "Address", who)
			must(t, tray.WaitFor(t.Context(), entry))
			w, err := p.Window(t.Context())
			must(t, err)
			must(t, w.Settle(t.Context()))
			must(t, w.Screenshot(t.Context(), filepath.Join(d.Artifacts, c.locale+".png")))
			must(t, tray.Click(t.Context(), entry))
			await(t, "the token on the clipboard", func() bool { // the program before has taken its own away
				token, err := d.Clipboard(t.Context())
				return err == nil && token != ""
			})
			wantExit(t, p, 0)
			if log := p.Output(); strings.Contains(log, "ranslation") {
				t.Errorf("it complains: %s", log)
			}
		})
	}
}
