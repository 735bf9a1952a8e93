package app

import (
	"regexp"
	"strings"
)

var (
	// run is a longest text without anything between its letters that a base64 would not have, percent-encoded or not;
	// or an escape, which belongs to no run. What was hidden before belongs to the run that it was taken from.
	run = regexp.MustCompile(`\\+(?:[abfnrtv]|x[0-9a-f]{2}|u[0-9a-fA-F]{4})` +
		`|(?:[A-Za-z0-9_.~+/=-]|\(hidden\)|\\+/|` + percent + `(?:2[BbDdEeFf]|3[Dd]|5[Ff]|7[Ee]))+` +
		`|` + percent + `[0-9A-Fa-f]{2}`)
	// segment is a part of a run that a base64url could be; paths and parameters have several. The rest is what stands
	// between two.
	segment = regexp.MustCompile(percent + `(?:2[BbFf]|3[Dd])` +
		`|((?:[A-Za-z0-9_.~-]|\(hidden\)|` + percent + `(?:2[DdEe]|5[Ff]|7[Ee]))+)`)
	// piece is a part of a segment: in readable text a word or a number.
	piece = regexp.MustCompile(`[A-Za-z0-9]+`)
	// readable are words, wordsLikeThis, a number, a name with its number, and the time in a file's name.
	readable = regexp.MustCompile(`^(?:[A-Z]?[a-z]{0,20}\d{0,4}|[a-z]{2,14}(?:[A-Z][a-z]{1,14})+|(?:[A-Z][a-z]{1,14})+` +
		`|[A-Z]{1,14}\d{0,4}|DBus|\d{1,8}|\d{8}T\d{6}Z?)$`)
	// simple are words and numbers that nobody takes for a part of something random that stands beside them.
	simple   = regexp.MustCompile(`^(?:[A-Z]?[a-z]{0,9}|\d{1,8})$`)
	plusSign = regexp.MustCompile(`\+|` + percent + `2[Bb]`)
	encoded  = regexp.MustCompile(percent + `[0-9A-Fa-f]{2}`)
)

// How much of a text must be unreadable before it is taken for random. From longRun on a single piece is enough:
// what has 32 letters is a secret or a sentence. Below shortRun there is no telling a secret from a name.
const (
	longRun        = 32
	shortRun       = 16
	unreadableRun  = 12
	unreadablePath = 16
	unreadablePlus = 8
)

// hideRandom hides long runs that look like random letters, whoever made them.
func hideRandom(text string) string { return run.ReplaceAllStringFunc(text, hideInRun) }

// hideInRun hides a run if one of its segments or all together look random: all but the words at both ends, which may
// be a path's. A plus sign stands in no path.
func hideInRun(text string) string {
	segments := segment.FindAllStringSubmatchIndex(text, -1)
	sum, random := 0, false
	for _, at := range segments {
		if at[2] < 0 {
			continue
		}
		part := text[at[2]:at[3]]
		count := letters(part, readable)
		sum += count
		random = random || strings.Contains(part, hidden) ||
			len(part) >= longRun && count > 0 || len(part) >= shortRun && count >= unreadableRun
	}
	plus := plusSign.MatchString(text)
	if !random && sum < unreadablePath && (!plus || sum < unreadablePlus) {
		return text
	}
	first, last := len(text), 0
	for _, at := range segments {
		if at[2] < 0 {
			continue
		}
		if part := text[at[2]:at[3]]; plus || strings.Contains(part, hidden) || letters(part, simple) > 0 {
			first, last = min(first, at[2]), at[3]
		}
	}
	for text[last-1] == '.' { // a sentence's end
		last--
	}
	return text[:first] + hidden + text[last:]
}

// letters counts the letters of a segment that stand in a piece of another kind.
func letters(segment string, kind *regexp.Regexp) (count int) {
	for _, p := range piece.FindAllString(encoded.ReplaceAllString(segment, "-"), -1) {
		if !kind.MatchString(p) {
			count += len(p)
		}
	}
	return count
}
