package google

import (
	"regexp"
	"strings"
)

// maxPasted is in bytes; a real ID or secret has less than 100.
const maxPasted = 512

var idForm = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z_-]*\.apps\.googleusercontent\.com$`)

// ParsePasted takes a client ID and secret of Google's that were typed or
// pasted, with whatever came along around them, also in the wrong order. A whole
// client file pasted as the ID is read as one. The error is one of this
// package's.
func ParsePasted(id, secret string) (Client, error) {
	id, secret = bare(id), bare(secret)
	if strings.HasPrefix(id, "{") {
		return ParseClient([]byte(id), OnlyGoogle)
	}
	if idForm.MatchString(secret) && !idForm.MatchString(id) {
		id, secret = secret, id
	}
	switch {
	case bareAPIKey.MatchString(id), bareAPIKey.MatchString(secret):
		return Client{}, ErrAPIKey
	case len(id) > maxPasted || !idForm.MatchString(id):
		return Client{}, ErrPastedID
	case secret == "" || len(secret) > maxPasted || strings.ContainsFunc(secret, notVisible):
		return Client{}, ErrPastedSecret
	}
	return Client{ID: id, Secret: secret}, nil
}

// bare drops what copying brings along: spaces, also ones that can't be seen,
// quotes, and the comma behind them.
func bare(text string) string {
	return strings.Trim(text, " \t\r\n\u00a0\u200b\ufeff\"'“”‘’,")
}
