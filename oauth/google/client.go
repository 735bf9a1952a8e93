package google

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"strings"
)

// What can be wrong with a client file. None of the errors repeats what stands
// in the file, nor its path.
var (
	ErrMissing          = errors.New("the client file doesn't exist")
	ErrUnreadable       = errors.New("the client file can't be read") // wraps the reason where the system gave one
	ErrEmptyFile        = errors.New("the client file is empty")
	ErrTooBig           = errors.New("the client file is too big to be one")
	ErrNotJSON          = errors.New("the client file is not JSON")
	ErrHTML             = errors.New("the client file is a web page")
	ErrCutOff           = errors.New("the client file is incomplete")
	ErrWebClient        = errors.New("the client file is for a web application, not for a desktop app")
	ErrServiceAccount   = errors.New("the client file is the key of a service account")
	ErrAuthorizedUser   = errors.New("the client file holds somebody's sign-in, not a client")
	ErrForeignEndpoints = errors.New("the client file names endpoints that are not Google's")
	ErrNoClientID       = errors.New("the client file has no client ID in it")
	ErrNoSecret         = errors.New("the client file has no client secret in it")
)

// maxClientFile is in bytes; a real one has about 400.
const maxClientFile = 64 << 10

// Client is the program's registration with the provider.
type Client struct {
	ID      string
	Secret  string // "" for a public client
	Project string // "" where the file doesn't say
}

// Format keeps the secret out of everything that fmt makes, whatever the verb.
func (c Client) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "client "+c.ID) }

// LogValue keeps the secret out of logs.
func (c Client) LogValue() slog.Value { return slog.StringValue(c.ID) }

// Endpoints says which endpoints a client file may name.
type Endpoints int

const (
	// OnlyGoogle refuses a file that names endpoints of anybody else, and one
	// without the secret that Google demands of desktop clients.
	OnlyGoogle Endpoints = iota
	// AnyEndpoints is for a provider whose endpoints come from discovery: what
	// the file says about them is passed over, and the secret may be missing.
	AnyEndpoints
)

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
	Type      string `json:"type"`
	Web       any    `json:"web"`
	Installed struct {
		ID       string `json:"client_id"`
		Secret   string `json:"client_secret"`
		Project  string `json:"project_id"`
		AuthURI  string `json:"auth_uri"`
		TokenURI string `json:"token_uri"`
	} `json:"installed"`
}

// ReadClient reads the client file at path. Only a regular file is read, and no
// more than 64 KiB of it. The error is one of this package's.
func ReadClient(path string, rule Endpoints) (Client, error) {
	data, err := readRegular(path)
	if err != nil {
		return Client{}, err
	}
	return ParseClient(data, rule)
}

func readRegular(path string) ([]byte, error) {
	info, err := os.Stat(path) // first, since opening a FIFO waits for its writer
	if err != nil {
		return nil, unreadable(err)
	}
	if !info.Mode().IsRegular() {
		return nil, ErrUnreadable
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, unreadable(err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxClientFile+1))
	if err != nil {
		return nil, unreadable(err)
	}
	return data, nil
}

// unreadable drops the path from the error: people paste the file itself where
// its name should be.
func unreadable(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return ErrMissing
	}
	if where := (*fs.PathError)(nil); errors.As(err, &where) {
		err = where.Err
	}
	return fmt.Errorf("%w: %w", ErrUnreadable, err)
}

// ParseClient reads the content of a client file. A byte order mark and any
// line ends are fine. The error is one of this package's.
func ParseClient(data []byte, rule Endpoints) (Client, error) {
	if len(data) > maxClientFile {
		return Client{}, ErrTooBig
	}
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff")))
	if err := whole(data); err != nil {
		return Client{}, err
	}
	var file clientFile
	malformed := json.Unmarshal(data, &file) != nil // JSON, but a field is of another type
	client := Client{
		ID:      strings.TrimSpace(file.Installed.ID),
		Secret:  strings.TrimSpace(file.Installed.Secret),
		Project: strings.TrimSpace(file.Installed.Project),
	}
	switch {
	case file.Type == "service_account":
		return Client{}, ErrServiceAccount
	case file.Type == "authorized_user":
		return Client{}, ErrAuthorizedUser
	case client.ID == "" && file.Web != nil:
		return Client{}, ErrWebClient
	case malformed || client.ID == "" || strings.ContainsFunc(client.ID, notVisible):
		return Client{}, ErrNoClientID
	case rule != AnyEndpoints && !(among(googleAuth, file.Installed.AuthURI) && among(googleToken, file.Installed.TokenURI)):
		return Client{}, ErrForeignEndpoints
	case rule != AnyEndpoints && client.Secret == "":
		return Client{}, ErrNoSecret
	}
	return client, nil
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

// notVisible tells what can't stand in a client ID (RFC 6749 appendix A.1),
// and a space, which never does.
func notVisible(c rune) bool { return c <= ' ' || c > '~' }

// among accepts also an endpoint that the file leaves out.
func among(known []string, endpoint string) bool {
	return endpoint == "" || slices.Contains(known, endpoint)
}
