//go:build linux

package virtual

import (
	"strings"
	"testing"
)

func TestWordsAreFoundHoweverTheyAreRead(t *testing.T) {
	const read = `Sign in agaln: erin@exampIe.com “Copy token” P The sign-in . came too late, try again. Close [Try again]`
	var all []word
	for i, text := range strings.Fields(read) {
		all = append(all, word{text: text, x: i})
	}
	for words, want := range map[string]int{
		"Sign in again: erin@example.com": 1,
		"Copy token":                      1,
		"The sign-in came too late":       1, // with a smudge in between
		"Try again":                       1, // the button, not the sentence
		"again":                           3,
		"Remove":                          0,
		"token Close":                     0,
	} {
		if places := placesOf(all, words); len(places) != want {
			t.Errorf("%q is found %d times, want %d", words, len(places), want)
		}
	}
	if places := placesOf(all, "Try again"); len(places) == 1 && all[places[0].x].text != "[Try" {
		t.Errorf("found at %q", all[places[0].x].text)
	}
}
