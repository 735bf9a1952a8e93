//go:build linux && desktop

package ring_test

import (
	"strings"
	"time"
)

// tokenCopy is a click that put a token on the clipboard.
type tokenCopy struct {
	took time.Duration // from the click until it was read from there
	left time.Duration // what it had to live at the click
}

// copyAny copies the token of somebody else than last time, so that the clipboard has to change.
func (s *soak) copyAny() {
	person := s.people[s.chance.IntN(len(s.people))]
	for person == s.person {
		person = s.people[s.chance.IntN(len(s.people))]
	}
	s.copyToken(person)
}

// copyAll copies everybody's token, now that nothing is wrong any more.
func (s *soak) copyAll() {
	s.unlock()
	s.hide()
	last := s.person
	for _, person := range s.people {
		if person != last && !s.copyToken(person) {
			s.Errorf("%s has no token although nothing is wrong", person)
		}
	}
	if !s.copyToken(last) {
		s.Errorf("%s has no token although nothing is wrong", last)
	}
}

// copyToken clicks an entry. It tells whether a token came of it, rather than a sentence that says why not.
func (s *soak) copyToken(person string) bool {
	entry, err := s.tray.Find(s.Context(), "Copy token: "+person)
	must(s.T, err) // whoever is to sign in again has no such entry
	logged, notified := len(s.program.Output()), len(s.desktop.Notifications())
	clicked := time.Now()
	must(s.T, s.tray.ClickEntry(s.Context(), entry))
	var text string
	await(s.T, person+"'s token, or a word why not", func() bool {
		if text, err = s.desktop.Clipboard(s.Context()); err == nil && text != s.text {
			return true
		}
		if text = ""; strings.Contains(s.program.Output()[logged:], "token not copied") {
			return true
		}
		s.answerPrompt()
		return false
	})
	if text == "" {
		s.heedWhyNot(person)
		return false
	}

	address, left := s.provider.Inspect(text)
	took := time.Since(clicked)
	s.text, s.person = text, person
	if left == 0 {
		s.dead++
		s.Errorf("%s: the token is dead, %v after the click", person, took)
		return true
	}
	if address != person {
		s.Errorf("%s: the token is %s's", person, address)
	}
	c := tokenCopy{took, left + took}
	s.copies = append(s.copies, c)
	if said := s.saidOfCopy(person, notified, c.left < soakLeast); c.left < soakLeast {
		s.short++
		if !said {
			s.Errorf("%s: the token had %v to live at the click, and nobody was told", person, c.left)
		}
	}
	return true
}

// saidOfCopy waits for what is said of a copy, and tells whether that is that the token could not be renewed. While the
// window shows it is said there, and read only where it is needed.
func (s *soak) saidOfCopy(person string, notified int, needed bool) (said bool) {
	const words = "could not be renewed"
	if s.shown {
		if !needed {
			return false
		}
		window, err := s.program.Window(s.Context())
		must(s.T, err)
		return window.WaitForText(s.Context(), words) == nil
	}
	await(s.T, "a notification of "+person+"'s copy", func() bool {
		for _, n := range s.desktop.Notifications()[notified:] {
			if strings.HasPrefix(n.Body, "A token was copied") {
				said = strings.Contains(n.Body, words)
				return true
			}
		}
		return false
	})
	return said
}

// heedWhyNot looks at the sentence that took the place of a token, for which the window shows itself, and puts it away. It
// is read once for each person: reading takes longer than anything else here.
func (s *soak) heedWhyNot(person string) {
	window, err := s.program.Window(s.Context())
	must(s.T, err)
	if !s.heeded[person] {
		s.heeded[person] = true
		must(s.T, window.WaitForText(s.Context(), "Nothing was lost"))
	}
	must(s.T, window.Key(s.Context(), "Escape"))
	s.told++
	if !s.shown {
		s.hide()
	}
}
