package google

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// maxGmailError is in bytes; a real one has about 1,500.
const maxGmailError = 64 << 10

// AtGmail explains an answer of Gmail's API that is not the one wanted, by its HTTP status and the codes in its body. A
// 401 is to be tried once with a fresh token before. The link to turn on the Gmail API leads to the project that the
// answer names, or else to that of the client.
func AtGmail(status int, body []byte, clientID string) Trouble {
	refusal, ok := readGmailError(body)
	for _, code := range refusal.codes {
		if t, known := find(Gmail, code); known {
			if t.Link == GmailPage {
				t.Link = refusal.enablePage(clientID)
			}
			return t
		}
	}
	code := ""
	switch {
	case status == http.StatusUnauthorized:
		code = "authError"
	case status == http.StatusTooManyRequests:
		code = "rateLimitExceeded"
	case status >= 500, status == http.StatusRequestTimeout, !ok: // not Gmail speaks, but something on the way to it
		code = "backendError"
	}
	if t, known := find(Gmail, code); known {
		return t
	}
	return gmailRefused
}

// gmailError is what can be decided on in an error of Gmail's, the most exact code first. Its free text is left out.
type gmailError struct {
	codes      []string
	activation string // an address that is not to be trusted
	consumer   string // "projects/123"
}

// readGmailError takes what it can use, and tells whether the body is an error of Google's at all
// (https://google.aip.dev/193, and "errors" from before it). Nothing in it need be of the right type.
func readGmailError(body []byte) (found gmailError, ok bool) {
	var answer struct {
		Error map[string]json.RawMessage `json:"error"`
	}
	if len(body) > maxGmailError || json.Unmarshal(body, &answer) != nil || answer.Error == nil {
		return found, false
	}
	for _, field := range []string{"details", "errors"} {
		var list []json.RawMessage
		_ = json.Unmarshal(answer.Error[field], &list)
		for _, entry := range list {
			var detail map[string]json.RawMessage
			_ = json.Unmarshal(entry, &detail)
			var metadata map[string]json.RawMessage
			_ = json.Unmarshal(detail["metadata"], &metadata)
			found.add(text(detail["reason"]), text(metadata["activationUrl"]), text(metadata["consumer"]))
		}
	}
	found.add(text(answer.Error["status"]), "", "")
	return found, true
}

func (e *gmailError) add(code, activation, consumer string) {
	if code != "" {
		e.codes = append(e.codes, code)
	}
	if e.activation == "" {
		e.activation = activation
	}
	if e.consumer == "" {
		e.consumer = consumer
	}
}

// text is a JSON string's, or empty for anything else.
func text(raw json.RawMessage) (s string) {
	_ = json.Unmarshal(raw, &s)
	return s
}

// enablePage is where the Gmail API is turned on for the project.
func (e *gmailError) enablePage(clientID string) string {
	if page, ok := consolePage(e.activation); ok {
		return page
	}
	if page := GmailPageFor(clientID); page != GmailPage {
		return page
	}
	number, _ := strings.CutPrefix(e.consumer, "projects/")
	return GmailPageFor(number + "-")
}

// consolePage lets through only addresses in Google's console.
func consolePage(address string) (string, bool) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.User != nil || u.Opaque != "" || len(address) > 2<<10 {
		return "", false
	}
	if u.Host != "console.cloud.google.com" && u.Host != "console.developers.google.com" {
		return "", false
	}
	return u.String(), true
}
