package loopback

import (
	"net/url"
	"strings"
	"unicode"
)

// Paste takes the address that a person copied from the browser, for when the
// browser couldn't reach this computer. It forgives what copying does to an
// address: spaces and line breaks anywhere, a missing scheme, https for http,
// quotes or brackets around it, a full stop or comma after it, and another name
// of this computer: only the state protects. Then it counts like a hit: nil means
// that there is an answer now. It fails with
// [ErrNotRedirect], [ErrWrongState] or [ErrClosed].
func (r *Receiver) Paste(address string) error {
	select {
	case <-r.closed:
		return ErrClosed
	default:
	}
	if len(address) > r.limits.header {
		return ErrNotRedirect
	}
	u, err := url.Parse(tidy(address))
	if err != nil || u.User != nil || (u.Scheme != "http" && u.Scheme != "https") || path(u) != r.address.path {
		return ErrNotRedirect
	}
	host, port := split(u.Host)
	if !ours(host) {
		return ErrNotRedirect
	}
	if port != r.address.port {
		return ErrWrongState
	}
	return r.accept(u.RawQuery)
}

// tidy makes one whole address of what was pasted.
func tidy(address string) string {
	address = strings.Map(func(c rune) rune {
		if unicode.IsSpace(c) || !unicode.IsGraphic(c) {
			return -1
		}
		return c
	}, address)
	address = strings.TrimLeft(address, `<("'“‘«`)
	address = strings.TrimRight(address, `>)"'”’».,;`)
	address = strings.ReplaceAll(address, "&amp;", "&")
	if !strings.Contains(strings.SplitN(address, "?", 2)[0], "://") {
		address = "http://" + address
	}
	return address
}
