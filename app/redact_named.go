package app

import (
	"regexp"
	"strings"
)

// named is the name of something secret, with what stands between it and its value: state=…, "state": "…",
// \"state\":\"…\", state%3D…, {State:…}, map[state:[…]].
var named = regexp.MustCompile(`(?i)([\w-]*(?:token|secret|code|state|nonce|verifier|assertion|password))` +
	`((?:\\*["'])?)([ \t]*)(=|:|` + percent + `3[DdAa])([ \t]*)\[?`)

// plain are the names that tell nothing secret.
var plain = regexp.MustCompile(`(?i)status|exit|error`)

// compound is a name that no prose has.
var compound = regexp.MustCompile(`[A-Za-z][_-]|[a-z][A-Z]`)

// hideNamed hides the values of parameters, fields and attributes whose names say that they are secret.
func hideNamed(text string) string {
	var out strings.Builder
	for {
		at := named.FindStringSubmatchIndex(text)
		if at == nil {
			break
		}
		group := func(i int) string { return text[at[2*i]:at[2*i+1]] }
		name, quote, assign := group(1), group(2), group(4)
		spaced := group(3)+group(5) != ""
		start := at[1]
		from, to := valueAt(text[start:], assign == ":")
		out.WriteString(text[:start])
		switch {
		case from == to, plain.MatchString(name),
			// "the refresh token: …" is a sentence.
			quote == "" && spaced && !compound.MatchString(name):
		default:
			out.WriteString(text[start : start+from])
			out.WriteString(hidden)
			start += to
		}
		text = text[start:]
	}
	out.WriteString(text)
	return out.String()
}

// valueAt finds the value that text begins with, without its quotes. A quoted one ends at the quote that is escaped
// no deeper than the first; it never goes beyond a line. One in a Go struct or map ends with its bracket too.
func valueAt(text string, bracketed bool) (from, to int) {
	if line := strings.IndexByte(text, '\n'); line >= 0 {
		text = text[:line]
	}
	depth := 0
	for depth < len(text) && text[depth] == '\\' {
		depth++
	}
	if depth < len(text) && (text[depth] == '"' || text[depth] == '\'') {
		quote, from := text[depth], depth+1
		escapes := 0
		for i := from; i < len(text); i++ {
			switch {
			case text[i] == '\\':
				escapes++
				continue
			case text[i] == quote && escapes <= depth:
				return from, i - escapes
			}
			escapes = 0
		}
		return from, len(text)
	}
	if strings.HasPrefix(text, hidden) {
		return 0, len(hidden)
	}
	ends := " \t\r\"&<>\\"
	if bracketed {
		ends += ",;)}]"
	}
	to = strings.IndexAny(text, ends)
	if to < 0 {
		to = len(text)
	}
	if next := nextParameter.FindStringIndex(text[:to]); next != nil {
		to = next[0]
	}
	return 0, to
}

// nextParameter is an ampersand inside something percent-encoded.
var nextParameter = regexp.MustCompile(percent + "26")
