package oauth

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"

	"tokentray/oauth/keychain"
)

// A cause is what a file keeps of an error: which of the errors it is that somebody decides on, and the codes of a
// provider's refusal. An error's text is not kept, since it may hold what other programs wrote; what is kept makes the
// same words for a person.
type cause struct {
	is            uint16 // a bit for each of causes
	status        uint16 // of the provider's answer; zero: it gave none
	code, subtype string // see [ServerError]
}

// causes are the errors that the renewal of a token can end with, by their names in files. A name stays what it is, and new
// ones come last.
var causes = []struct {
	name string
	err  error
}{
	{"sign_in_again", ErrSignInAgain},
	{"token_lost", ErrTokenLost},
	{"client_refused", ErrClientRefused},
	{"no_client", ErrNoClient},
	{"unreachable", ErrUnreachable},
	{"bad_answer", ErrBadAnswer},
	{"keychain_locked", keychain.ErrLocked},
	{"keychain_dismissed", keychain.ErrDismissed},
	{"keychain_no_bus", keychain.ErrNoBus},
	{"keychain_no_service", keychain.ErrNoService},
	{"keychain_timeout", keychain.ErrTimeout},
	{"keychain_not_kept", keychain.ErrNotKept},
	{"keychain_too_large", keychain.ErrTooLarge},
	{"keychain_fault", keychain.ErrFault},
	{"token_damaged", ErrTokenDamaged},
	{"client_lost", ErrClientLost},
}

// causeOf is what can be kept of an error.
func causeOf(err error) (c cause) {
	for i, known := range causes {
		if errors.Is(err, known.err) {
			c.is |= 1 << i
		}
	}
	var refused *ServerError
	if errors.As(err, &refused) {
		c.status, c.code, c.subtype = status(refused.Status), errorCode(refused.Code), errorCode(refused.Subtype)
	}
	return c
}

// err is an error of the same words as the one that c is of: errors.Is finds what was found then, and errors.As the
// provider's codes.
func (c cause) err() error {
	var found []error
	for i, known := range causes {
		if c.is&(1<<i) != 0 {
			found = append(found, known.err)
		}
	}
	if c.status != 0 || c.code != "" {
		found = append(found, &ServerError{Status: int(c.status), Code: c.code, Subtype: c.subtype})
	}
	return &recalled{found}
}

// recalled is a cause as an error.
type recalled struct{ found []error }

func (r *recalled) Error() string {
	if len(r.found) == 0 {
		return "for a reason that is not known"
	}
	var texts []string
	for _, err := range r.found {
		texts = append(texts, err.Error())
	}
	return strings.Join(texts, ": ")
}

func (r *recalled) Unwrap() []error { return r.found }

// codes have the shape of OAuth's and Google's, which no token has: letters alone, and few.
var codes = regexp.MustCompile(`^[A-Za-z_]{1,40}$`)

// errorCode is a code that may be kept, or nothing.
func errorCode(text string) string {
	if !codes.MatchString(text) {
		return ""
	}
	return text
}

// status is an HTTP status, or nothing.
func status(number int) uint16 {
	if number < 100 || number > 599 {
		return 0
	}
	return uint16(number)
}

// causeFile is how a cause stands in a file.
type causeFile struct {
	Is      []string `json:"is,omitempty"`
	Status  int      `json:"status,omitempty"`
	Code    string   `json:"code,omitempty"`
	Subtype string   `json:"subtype,omitempty"`
}

// MarshalJSON writes the names and codes.
func (c cause) MarshalJSON() ([]byte, error) {
	file := causeFile{Status: int(c.status), Code: c.code, Subtype: c.subtype}
	for i, known := range causes {
		if c.is&(1<<i) != 0 {
			file.Is = append(file.Is, known.name)
		}
	}
	return json.Marshal(file)
}

// UnmarshalJSON reads them. What this program would not have written is no cause, and no reason to drop what has it.
func (c *cause) UnmarshalJSON(data []byte) error {
	*c = cause{}
	var file causeFile
	if json.Unmarshal(data, &file) != nil {
		return nil
	}
	read := cause{status: status(file.Status), code: errorCode(file.Code), subtype: errorCode(file.Subtype)}
	for _, name := range file.Is {
		bit := bitOf(name)
		if bit == 0 {
			return nil
		}
		read.is |= bit
	}
	if int(read.status) == file.Status && read.code == file.Code && read.subtype == file.Subtype {
		*c = read
	}
	return nil
}

func bitOf(name string) uint16 {
	for i, known := range causes {
		if known.name == name {
			return 1 << i
		}
	}
	return 0
}
