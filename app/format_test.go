package app

import (
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"

	"tokentray/oauth"
)

// What tools expect, byte for byte.
func TestFormatsAreExact(t *testing.T) {
	c := copied{address: "someuser@example.com", token: "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg",
		profile: "https://gmail.googleapis.com/gmail/v1/users/me/profile"}
	for name, want := range map[formatName]string{
		bareToken: "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg",
		"bearer":  "Authorization: Bearer ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg",
		// the example in Google's description of XOAUTH2
		"xoauth2": "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ==",
		"shell":   "export GMAIL_ACCESS_TOKEN=ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg",
		"curl": "curl --header 'Authorization: Bearer ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg' " +
			"https://gmail.googleapis.com/gmail/v1/users/me/profile",
	} {
		if got := formatNamed(name).text(c); got != want {
			t.Errorf("%s:\n%s, want\n%s", name, got, want)
		}
	}
}

// A provider could put anything into a token. A shell must not run it.
func TestShellTakesAnyTokenAsOneWord(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // no shell that these are for
	}
	for _, token := range []string{"ya29.a0-_~+/=", "it's", "$(touch pwned)", "`id`", "a b", "a;b&c|d>e", `\`, `"`, "*", "é", "'"} {
		for _, f := range []formatName{"shell", curlCommand} {
			line := formatNamed(f).text(copied{"a@b.c", token, "http://127.0.0.1:1/"})
			if f == curlCommand {
				line = `curl() { GMAIL_ACCESS_TOKEN=${2#"Authorization: Bearer "}; }; ` + line
			}
			out, err := exec.CommandContext(t.Context(), "sh", "-c", line+`; printf %s "$GMAIL_ACCESS_TOKEN"`).Output()
			if err != nil || string(out) != token {
				t.Errorf("%s: %q arrives as %q, %v", f, token, out, err)
			}
		}
	}
}

func TestFormatIsRememberedForItsAccount(t *testing.T) {
	s := newStage(t)
	s.start()
	alice, bob := s.signIn("alice@example.com"), s.signIn("bob@example.com")
	s.app.copyAs(alice, formatNamed("bearer"))
	s.awaitWords("Copied for alice@example.com as an Authorization header, good until")
	if !strings.HasPrefix(s.board.holds(), "Authorization: Bearer ") {
		t.Error("something else was copied")
	}
	s.stop()
	s.restart()
	s.copyFrom("tray", "alice@example.com")
	s.awaitWords("as an Authorization header")
	s.copyFrom("tray", "bob@example.com")
	s.awaitWords("Copied for bob@example.com, good until")
	if got := s.ownerOf(s.board.holds()); got != bob.Address {
		t.Errorf("copied was the token of %q", got)
	}
	s.remove("alice@example.com")
	s.awaitWords("was removed")
	if got := s.app.settings.Formats; len(got) != 0 {
		t.Errorf("its format is still there: %v", got)
	}
}

func TestDefaultFormatIsForAccountsWithoutOneOfTheirOwn(t *testing.T) {
	s := newStage(t)
	s.start()
	alice, bob := s.signIn("alice@example.com"), s.signIn("bob@example.com")
	s.app.rememberFormat(alice, formatNamed("xoauth2"))
	s.app.settings.Format = "shell"
	if got := s.app.formatOf(alice).name; got != "xoauth2" {
		t.Errorf("alice's is %s", got)
	}
	if got := s.app.formatOf(bob).name; got != "shell" {
		t.Errorf("bob's is %s", got)
	}
}

func TestCurlIsOfferedWhereAProfileCanBeAskedFor(t *testing.T) {
	has := func(s *session) bool {
		return slices.ContainsFunc(s.formats(), func(f format) bool { return f.name == curlCommand })
	}
	if !has(&session{profile: "https://example.com/profile"}) || has(&session{}) {
		t.Error("it is not")
	}
	s := newStage(t)
	s.start()
	alice := s.signIn("alice@example.com")
	s.app.session.profile = ""
	s.app.settings.Format = curlCommand
	if got := s.app.formatOf(alice).name; got != bareToken {
		t.Errorf("copied would be %s", got)
	}
}

func TestTrayOffersEachFormatAndTicksTheAccountsOwn(t *testing.T) {
	ended := people(3)
	ended[2].State = oauth.SignInAgain
	v := view{accounts: ended, formats: formats, formatOf: func(a oauth.Account) format {
		if a.Address == "person1@gmail.com" {
			return formatNamed("curl")
		}
		return formats[0]
	}}
	var chosen []string
	do := actions{copyAs: func(a oauth.Account, f format) { chosen = append(chosen, a.Address+" "+string(f.name)) }}
	items := menu(v, do).Items
	i := slices.Index(labels(menu(v, do)), "Copy as")
	if i < 0 {
		t.Fatalf("the menu is %q", labels(menu(v, do)))
	}
	accounts := items[i].ChildMenu
	if got := labels(accounts); !slices.Equal(got, []string{"person0@gmail.com", "person1@gmail.com"}) {
		t.Errorf("it offers %q", got)
	}
	for _, account := range accounts.Items {
		for j, item := range account.ChildMenu.Items {
			if item.Label != formats[j].label {
				t.Errorf("%q stands where %q should", item.Label, formats[j].label)
			}
			own := account.Label == "person1@gmail.com" && formats[j].name == "curl" || account.Label == "person0@gmail.com" && j == 0
			if item.Checked != own {
				t.Errorf("%s, %s: ticked is %t", account.Label, item.Label, item.Checked)
			}
		}
		account.ChildMenu.Items[1].Action()
	}
	if !slices.Equal(chosen, []string{"person0@gmail.com bearer", "person1@gmail.com bearer"}) {
		t.Errorf("chosen was %q", chosen)
	}
	v.accounts = people(1)
	if got := labels(menu(v, do).Items[slices.Index(labels(menu(v, do)), "Copy as")].ChildMenu); got[0] != "Token alone" || len(got) != len(formats) {
		t.Errorf("for a single account it offers %q", got)
	}
}
