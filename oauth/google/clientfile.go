package google

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
)

// maxClientFile is in bytes; a real one has about 400.
const maxClientFile = 64 << 10

// Endpoints that Google has written into client files over the years.
var (
	googleAuth = []string{
		AuthURL,
		"https://accounts.google.com/o/oauth2/auth",
	}
	googleToken = []string{
		TokenURL,
		"https://accounts.google.com/o/oauth2/token",
		"https://www.googleapis.com/oauth2/v3/token",
		"https://www.googleapis.com/oauth2/v4/token",
	}
)

// clientFile is what Google's console gives out under Download JSON, and
// enough of the files that people take for it.
type clientFile struct {
	Type      string          `json:"type"`
	Web       json.RawMessage `json:"web"`
	Installed json.RawMessage `json:"installed"`
}

// registration is what a client file says of its client.
type registration struct {
	ID       string `json:"client_id"`
	Secret   string `json:"client_secret"`
	Project  string `json:"project_id"`
	AuthURI  string `json:"auth_uri"`
	TokenURI string `json:"token_uri"`
}

func (r registration) client() Client {
	return Client{ID: strings.TrimSpace(r.ID), Secret: strings.TrimSpace(r.Secret), Project: strings.TrimSpace(r.Project)}
}

// ParseClient reads the content of a client file. A byte order mark, UTF-16
// with one, and any line ends are fine. The client of a web application will do
// where one of its redirects leads to this computer, with a port. The error is
// one of this package's.
func ParseClient(data []byte, rule Endpoints) (Client, error) {
	if len(data) > maxClientFile {
		return Client{}, ErrTooBig
	}
	if absent(data) {
		return Client{}, ErrPlaceholder
	}
	data = bytes.TrimSpace(asUTF8(data))
	if bareAPIKey.Match(data) {
		return Client{}, ErrAPIKey
	}
	if err := whole(data); err != nil {
		return Client{}, err
	}
	var file clientFile
	malformed := json.Unmarshal(data, &file) != nil // JSON, but a field is of another type
	switch file.Type {
	case "service_account":
		return Client{}, ErrServiceAccount
	case "authorized_user":
		return Client{}, ErrAuthorizedUser
	}
	var found registration
	malformed = !given(file.Installed) || json.Unmarshal(file.Installed, &found) != nil || malformed
	client := found.client()
	switch {
	case client.ID == "" && given(file.Web):
		found = registration{}
		malformed = json.Unmarshal(file.Web, &found) != nil
		client = found.client()
		client.Redirect = loopbackRedirect(file.Web)
		if client.Redirect == "" {
			return Client{}, ErrWebClient
		}
	case !given(file.Installed) && anyAPIKey.Match(data):
		return Client{}, ErrAPIKey
	}
	switch {
	case malformed || client.ID == "" || strings.ContainsFunc(client.ID, notVisible):
		return Client{}, ErrNoClientID
	case rule != AnyEndpoints && (!among(googleAuth, found.AuthURI) || !among(googleToken, found.TokenURI)):
		return Client{}, ErrForeignEndpoints
	case rule != AnyEndpoints && client.Secret == "":
		return Client{}, ErrNoSecret
	}
	return client, nil
}

func given(part json.RawMessage) bool { return len(part) > 0 && string(part) != "null" }

// asUTF8 undoes what editors and PowerShell on Windows do to text: a byte order
// mark, and UTF-16 after one.
func asUTF8(data []byte) []byte {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}):
		order = binary.LittleEndian
	case bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		order = binary.BigEndian
	default:
		return bytes.TrimPrefix(data, []byte("\ufeff"))
	}
	var units []uint16
	for pair := range slices.Chunk(data[2:len(data)-len(data)%2], 2) {
		units = append(units, order.Uint16(pair))
	}
	return []byte(string(utf16.Decode(units)))
}

// whole tells what is wrong with data that is not one whole piece of JSON.
func whole(data []byte) error {
	switch {
	case len(data) == 0:
		return ErrEmptyFile
	case json.Valid(data):
		return nil
	case data[0] == '<':
		return ErrHTML
	}
	var first json.RawMessage
	err := json.NewDecoder(bytes.NewReader(data)).Decode(&first)
	if data[0] == '{' && errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrCutOff
	}
	return ErrNotJSON
}

// Google's API keys, which its console shows beside the clients.
var (
	anyAPIKey  = regexp.MustCompile(`"AIza[0-9A-Za-z_-]{35}"`)
	bareAPIKey = regexp.MustCompile(`^["']?AIza[0-9A-Za-z_-]{35}["']?$`)
)

// notVisible tells what can't stand in a client ID or secret (RFC 6749
// appendices A.1 and A.2), and a space, which never does.
func notVisible(c rune) bool { return c <= ' ' || c > '~' }

// among accepts also an endpoint that the file leaves out.
func among(known []string, endpoint string) bool {
	return endpoint == "" || slices.Contains(known, endpoint)
}
