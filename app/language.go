package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

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

// fynesOwn are the languages that Fyne speaks and the program does not.
var fynesOwn = []string{"cs", "el", "pl", "ru", "sv", "ta", "uk", "zh-Hans"}

// spoken is the language in which the program speaks.
var spoken = "en"

// speakSystemsLanguage has package lang know the program's sentences in the system's language. It comes before anything is
// said, and not while something is.
func speakSystemsLanguage() error {
	manner = desktop.SystemManner(lang.SystemLocale().String())
	if err := lang.AddTranslationsFS(assets.Translations, "translations"); err != nil {
		return fmt.Errorf("could not read the translations: %w", err)
	}
	if spoken = language(); spoken == "pt" {
		return addPortuguese()
	} else if slices.Contains(languages, spoken) {
		return nil
	}
	spoken = "en"
	english, err := englishForOthers()
	for _, other := range fynesOwn {
		err = errors.Join(err, lang.AddTranslationsForLocale(english, fyne.Locale(other)))
	}
	return err
}

// addPortuguese has both of Fyne's kinds of it know the program's sentences: it tells Brazil's from Portugal's.
func addPortuguese() error {
	data, err := assets.Translations.ReadFile("translations/pt.json")
	if err != nil {
		return err
	}
	return lang.AddTranslationsForLocale(data, "pt-BR")
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

// language is the system's language, such as "de".
func language() string {
	tag := lang.SystemLocale().LanguageString()
	if len(tag) > 2 && tag[2] == '-' {
		tag = tag[:2]
	}
	return tag
}

// englishForOthers is English for who speaks another language than the program: else each sentence would be looked for in
// vain. Other languages sort numbers in their own way, and English has only two forms: each of theirs has both.
func englishForOthers() ([]byte, error) {
	data, err := assets.Translations.ReadFile("translations/en.json")
	if err != nil {
		return nil, err
	}
	var sentences map[string]any
	if err := json.Unmarshal(data, &sentences); err != nil {
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
