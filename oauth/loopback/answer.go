package loopback

import (
	"crypto/subtle"
	"errors"
	"net/http"
	"net/url"
)

var (
	// ErrNotRedirect means that an address is not (or not the whole of) the
	// one to which this sign-in sends the browser.
	ErrNotRedirect = errors.New("not the address at which this sign-in ends")
	// ErrWrongState means that an address is of the right kind, but belongs
	// to another sign-in.
	ErrWrongState = errors.New("an address of another sign-in")
)

// Answer is what the authorization server sent through the browser: a Code or
// an Error, never both (RFC 6749 section 4.1.2).
type Answer struct {
	Code   string
	Error  string     // such as access_denied
	Issuer string     // the iss parameter, "" where the server sends none (RFC 9207)
	Query  url.Values // everything, the above included

	receiver *Receiver
}

// Show gives the browser its page: to the request that is held, and to every
// reload until the receiver is closed. The header replaces the defaults
// (Cache-Control, Referrer-Policy, Content-Security-Policy and the like) name by
// name; a status outside 200 to 599 counts as 200. Only the first call counts.
// Where the answer was pasted no browser waits: the page is there for one that
// still comes.
func (a *Answer) Show(status int, header http.Header, body []byte) {
	if status < 200 || status > 599 {
		status = http.StatusOK
	}
	r := a.receiver
	r.show.Do(func() {
		r.page = page{status: status, header: header.Clone(), body: append([]byte(nil), body...)}
		close(r.shown)
	})
}

// accept reads the parameters of a redirect. The first that is right becomes
// the answer of the receiver; a later one is a reload and changes nothing.
func (r *Receiver) accept(rawQuery string) error {
	answer, err := read(rawQuery, r.state)
	if err != nil {
		return err
	}
	r.deliver.Do(func() {
		answer.receiver = r
		r.answer = answer
		close(r.answered)
	})
	return nil
}

// read holds the rules for the parameters: exactly one state, and the right
// one; a code or an error; and none of those twice (RFC 6749 section 3.1).
func read(rawQuery, state string) (*Answer, error) {
	query, err := url.ParseQuery(rawQuery)
	if err != nil {
		return nil, ErrNotRedirect // the error would quote the query
	}
	states := query["state"]
	if len(states) == 0 {
		return nil, ErrNotRedirect
	}
	if len(states) > 1 || subtle.ConstantTimeCompare([]byte(states[0]), []byte(state)) != 1 {
		return nil, ErrWrongState
	}
	for _, name := range []string{"code", "error", "iss"} {
		if len(query[name]) > 1 {
			return nil, ErrNotRedirect
		}
	}
	answer := &Answer{
		Code:   query.Get("code"),
		Error:  query.Get("error"),
		Issuer: query.Get("iss"),
		Query:  query,
	}
	if (answer.Code == "") == (answer.Error == "") {
		return nil, ErrNotRedirect
	}
	return answer, nil
}
