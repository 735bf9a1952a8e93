package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"github.com/jeandeaual/go-locale"
	"golang.org/x/text/language"

	"tokentray/app/desktop"
	"tokentray/assets"
)

// with fills the places of a sentence: with{"Address": address} is for {{.Address}}.
type with = map[string]any

// languages are those that the program speaks.
var languages = func() (all []string) {
	files, err := assets.Translations.ReadDir("translations")
	if err != nil {
		panic("no translations: " + err.Error()) // they are part of the program
	}
	for _, file := range files {
		all = append(all, strings.TrimSuffix(file.Name(), ".json"))
	}
	return all
}()

// fynes are the languages that Fyne speaks, in its order: of two that are as close to the system's it takes the first.
var fynes = []string{"en", "cs", "de", "el", "es", "fr", "ja", "pl", "pt", "pt-BR", "ru", "sv", "ta", "uk", "zh-Hans"}

// spoken is the language in which the program speaks.
var spoken = "en"

// speakSystemsLanguage has package lang know the program's sentences in the system's language. It comes before anything is
// said, and not while something is.
func speakSystemsLanguage() error {
	manner = desktop.SystemManner(lang.SystemLocale().String())
	spoken = "en"
	english, err := assets.Translations.ReadFile("translations/en.json")
	if err != nil {
		return err
	}
	err = lang.AddTranslationsForLocale(english, "en")
	tag := fynesChoice()
	if tag == "en" {
		return err
	}
	sentences, failed := englishForOthers(english)
	if base, _, _ := strings.Cut(tag, "-"); slices.Contains(languages, base) { // Portugal's Portuguese is Brazil's as well
		spoken = base
		sentences, failed = assets.Translations.ReadFile("translations/" + base + ".json")
	}
	return errors.Join(err, failed, lang.AddTranslationsForLocale(sentences, fyne.Locale(tag)))
}

// fynesChoice is the language of Fyne's that its package lang takes, which does not tell.
func fynesChoice() string {
	locales, err := locale.GetLocales()
	if err != nil {
		return "en"
	}
	var wanted []language.Tag
	for _, name := range locales {
		wanted = append(wanted, language.Make(name))
	}
	var offered []language.Tag
	for _, name := range fynes {
		offered = append(offered, language.Make(name))
	}
	_, i, confidence := language.NewMatcher(offered).Match(wanted...)
	if confidence == language.No {
		return "en"
	}
	return fynes[i]
}

// wrapping is how paragraphs go on in another line: Japanese has no spaces to do so at.
func wrapping() fyne.TextWrap {
	if spoken == "ja" {
		return fyne.TextWrapBreak
	}
	return fyne.TextWrapWord
}

// translated says a sentence of the engine's. Any goroutine may call it.
func translated(english string) string { return lang.L(english) }

// englishForOthers is English for who speaks another language than the program: else each sentence would be looked for in
// vain. Other languages sort numbers in their own way, and English has only two forms: each of theirs has both.
func englishForOthers(english []byte) ([]byte, error) {
	var sentences map[string]any
	if err := json.Unmarshal(english, &sentences); err != nil {
		return nil, fmt.Errorf("could not read the English sentences: %w", err)
	}
	for _, sentence := range sentences {
		if forms, ok := sentence.(map[string]any); ok {
			both := fmt.Sprintf("{{if eq .PluralCount 1}}%s{{else}}%s{{end}}", forms["one"], forms["other"])
			for _, form := range []string{"zero", "one", "two", "few", "many", "other"} {
				forms[form] = both
			}
		}
	}
	return json.Marshal(sentences)
}
