package app

import (
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"
)

// address is an e-mail address, also percent-encoded or in JSON, after an escape such as \n or %3D that is not part of
// it.
var address = regexp.MustCompile(`((?:\\+(?:[abfnrtv]|x[0-9a-f]{2}|u[0-9a-fA-F]{4})|` + percent + `[0-7][0-9A-Fa-f])?)` +
	`((?:[\p{L}\p{M}\p{N}_]|%[89A-Fa-f][0-9A-Fa-f])` +
	`(?:[\p{L}\p{M}\p{N}._+~'!#$^|{}` + "`" + `-]|%(?:25)*(?:[89A-Fa-f][0-9A-Fa-f]|2[BbDdEe7]|5[Ff]|7[Ee]))*)` +
	`(@|` + percent + `40|\\+u0040)` +
	`([\p{L}\p{M}\p{N}_%][\p{L}\p{M}\p{N}_.%-]*)`)

// release is what stands behind the @ of a Go module.
var release = regexp.MustCompile(`^v\d+(?:[.\d-]|$)`)

// shortenAddresses leaves the first letter and the domain of each e-mail address.
func shortenAddresses(text string) string {
	return address.ReplaceAllStringFunc(text, func(found string) string {
		part := address.FindStringSubmatch(found)
		escape, local, at, domain := part[1], part[2], part[3], part[4]
		if release.MatchString(domain) {
			return found
		}
		return escape + firstLetter(local) + "***" + at + domain
	})
}

// shortAddress is an account's label as others may see it: a***@gmail.com, or a*** where it is no address.
func shortAddress(label string) string {
	local, domain, ok := strings.Cut(label, "@")
	short := firstLetter(local) + "***"
	if ok {
		short += "@" + domain
	}
	return short
}

func firstLetter(text string) string {
	if plain, err := url.PathUnescape(text); err == nil {
		text = plain
	}
	_, size := utf8.DecodeRuneInString(text)
	return text[:size]
}
