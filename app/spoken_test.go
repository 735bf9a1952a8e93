package app

import (
	"bytes"
	"log"
	"os"
	"testing"
	"time"

	"fyne.io/fyne/v2/lang"
)

// speakAs has the program speak as on a system with this locale, for one test.
func speakAs(t *testing.T, locale string) {
	t.Helper()
	t.Cleanup(func() { // when the environment is what it was
		if err := speakSystemsLanguage(); err != nil {
			t.Error(err)
		}
	})
	t.Setenv("LC_ALL", locale)
	if err := speakSystemsLanguage(); err != nil {
		t.Fatal(err)
	}
}

func TestSystemsLanguageIsSpoken(t *testing.T) {
	for locale, want := range map[string]string{
		"de_DE.UTF-8": "de", "de_AT": "de", "fr_FR.UTF-8": "fr", "fr_CA.UTF-8": "fr", "es_ES.UTF-8": "es", "es_AR.UTF-8": "es",
		"pt_PT.UTF-8": "pt", "pt_BR.UTF-8": "pt", "ja_JP.UTF-8": "ja", "en_GB.UTF-8": "en", "en_US.UTF-8": "en",
		// Close to one that it speaks.
		"gl_ES.UTF-8": "es", "lb_LU.UTF-8": "de", "br_FR.UTF-8": "fr",
		// Those that the program does not speak, and what is no language.
		"ru_RU.UTF-8": "en", "zh_CN.UTF-8": "en", "pl_PL.UTF-8": "en", "sv_SE.UTF-8": "en", "da_DK.UTF-8": "en", "nb_NO.UTF-8": "en",
		"ar_EG.UTF-8": "en", "be_BY.UTF-8": "en", "zh_TW.UTF-8": "en", "C": "en", "POSIX": "en", "C.UTF-8": "en",
	} {
		t.Run(locale, func(t *testing.T) {
			var complaints bytes.Buffer
			log.SetOutput(&complaints)
			defer log.SetOutput(os.Stderr)
			speakAs(t, locale)
			words := translation(t, want)
			if got := lang.L("Copy token"); got != words["Copy token"]["other"] {
				t.Errorf("“Copy token” is %q", got)
			}
			if spoken != want {
				t.Errorf("it is said to be %q", spoken)
			}
			if got := minutes(21 * time.Minute); want == "en" && got != "21 minutes" {
				t.Errorf("%q", got)
			}
			if got := minutes(time.Minute); want == "en" && got != "1 minute" {
				t.Errorf("%q", got)
			}
			if complaints.Len() > 0 {
				t.Errorf("Fyne complains: %s", &complaints)
			}
		})
	}
}
