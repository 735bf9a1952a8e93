package google

import (
	"cmp"
	"encoding/base64"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// maxSearch is in bytes; what follows is not looked at.
const maxSearch = 64 << 10

// Search finds troubles by what a person types or pastes from Google's page: its code, its words, its address, or all
// of the page. The best come first: those whose code stands there, then those whose words do, then those whose
// code stands there in other spelling; failing all these, those that contain every word typed.
func Search(text string) []Trouble {
	if len(text) > maxSearch {
		text = text[:maxSearch]
	}
	q := newQuestion(text)
	scores := make([]int, len(index))
	for i, e := range index {
		scores[i] = q.codes(e) + q.phrases(e)
	}
	if !slices.ContainsFunc(scores, func(score int) bool { return score >= exact }) {
		for i, e := range index {
			scores[i] += q.spelled(e)
		}
	}
	if !slices.ContainsFunc(scores, func(score int) bool { return score > 0 }) {
		for i, e := range index {
			scores[i] = q.typed(e)
		}
	}
	var found []int
	for i, score := range scores {
		if score > 0 {
			found = append(found, i)
		}
	}
	slices.SortStableFunc(found, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	var rows []Trouble
	for _, i := range found {
		rows = append(rows, Troubles[i])
	}
	return rows
}

// What a find is worth, without the length of what was found.
const (
	exact   = 9000 // a code, as Google writes it, also broken over two lines
	phrase  = 4000
	spelled = 1000 // a code in other spelling: "access denied"
	typed   = 1
)

// maxTyped is how many words a person types at most; more of them are pasted, and then single words say nothing.
const maxTyped = 8

// entry is what is compared of a row of Troubles, folded.
type entry struct {
	codes []string // without those that are also words
	says  []string
	words []string // of everything
}

// index has the entries of Troubles, in the same order, and longestFirst their codes.
var (
	index        = newIndex(Troubles)
	longestFirst = codesOf(index)
)

func codesOf(entries []entry) (codes []string) {
	for _, e := range entries {
		codes = append(codes, e.codes...)
	}
	slices.SortFunc(codes, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	return slices.Compact(codes)
}

func newIndex(rows []Trouble) []entry {
	entries := make([]entry, len(rows))
	for i, t := range rows {
		e := &entries[i]
		for _, code := range t.Codes {
			if isCode(code) {
				e.codes = append(e.codes, strings.ToLower(code))
			}
		}
		for _, says := range t.Says {
			e.says = append(e.says, fold(says))
		}
		all := slices.Concat(t.Codes, t.Says, []string{t.Title, t.Detail})
		e.words = strings.FieldsFunc(fold(strings.Join(all, " ")), notInCode)
	}
	return entries
}

type question struct {
	plain   string          // see fold
	words   []string        // of plain
	known   map[string]bool // see knownCodes
	compact string          // the words without anything between them, where they are few enough to be typed
}

func newQuestion(text string) question {
	q := question{plain: fold(authError.ReplaceAllString(text, " ") + " " + authErrors(text))}
	q.words = strings.FieldsFunc(q.plain, notInCode)
	q.known = knownCodes(q.plain, q.words)
	if len(q.words) <= maxTyped {
		q.compact = compact(q.plain)
	}
	return q
}

// knownCodes finds the codes in a folded text. Those with an underscore may be broken over two lines; of two of which
// one is part of the other, the longer counts.
func knownCodes(plain string, words []string) map[string]bool {
	known := map[string]bool{}
	for _, word := range words {
		if !strings.Contains(word, "_") {
			known[word] = true
		}
	}
	joined := strings.ReplaceAll(plain, " ", "")
	for _, code := range longestFirst {
		if strings.Contains(code, "_") && strings.Contains(joined, code) {
			known[code] = true
			joined = strings.ReplaceAll(joined, code, " ")
		}
	}
	return known
}

func (q *question) codes(e entry) int {
	if slices.ContainsFunc(e.codes, func(code string) bool { return q.known[code] }) {
		return exact
	}
	return 0
}

func (q *question) phrases(e entry) (best int) {
	for _, says := range e.says {
		if strings.Contains(q.plain, says) {
			best = max(best, phrase+len(says))
		}
	}
	return best
}

func (q *question) spelled(e entry) (best int) {
	for _, code := range e.codes {
		if strings.Contains(q.compact, compact(code)) {
			best = max(best, spelled+len(code))
		}
	}
	return best
}

// typed takes each word as the start of one, since the person may still be typing.
func (q *question) typed(e entry) int {
	if len(q.words) > maxTyped {
		return 0
	}
	found := 0
	for _, word := range q.words {
		if word == "error" || word == "google" {
			continue // in every question, and in no row or all of them
		}
		if !slices.ContainsFunc(e.words, func(w string) bool { return strings.HasPrefix(w, word) }) {
			return 0
		}
		found++
	}
	return min(found, typed)
}

// fold makes words comparable: lower case, one space between them, plain apostrophes, nothing that can't be seen.
func fold(text string) string {
	text = strings.Map(func(c rune) rune {
		switch c {
		case '\u2018', '\u2019', '\u02bc', '`', '\u00b4':
			return '\''
		case '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad':
			return -1
		}
		if unicode.IsControl(c) {
			return ' '
		}
		return unicode.ToLower(c)
	}, text)
	return strings.Join(strings.Fields(text), " ")
}

func notInCode(c rune) bool {
	return (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_'
}

func compact(folded string) string {
	return strings.Map(func(c rune) rune {
		if c == '_' || notInCode(c) {
			return -1
		}
		return c
	}, folded)
}

// isCode tells codes from those that are also words, such as UNAVAILABLE.
func isCode(code string) bool {
	return strings.Contains(code, "_") || strings.ToUpper(code) != code && strings.ToLower(code) != code
}

var authError = regexp.MustCompile(`(?i)\bautherror=([a-z0-9%+/_=-]*)`)

// authErrors are the words in the addresses of Google's error pages: their authError parameter is a protocol buffer in
// base64, with the code and the page's words as plain text in it.
func authErrors(text string) string {
	var words strings.Builder
	for _, found := range authError.FindAllStringSubmatch(text, 8) {
		encoded, err := url.PathUnescape(found[1])
		if err != nil {
			encoded = found[1]
		}
		encoded = strings.NewReplacer("-", "+", "_", "/").Replace(encoded)
		encoded, _, _ = strings.Cut(encoded, "=")
		decoded, _ := base64.RawStdEncoding.DecodeString(encoded) // of one that is cut off, what is there
		words.Write(decoded)
		words.WriteByte(' ')
	}
	return words.String()
}
