package google

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// What can be wrong with a client file. None of the errors repeats what stands
// in the file, nor its path.
var (
	ErrMissing          = errors.New("the client file doesn't exist")
	ErrUnreadable       = errors.New("the client file can't be read") // wraps the reason where the system gave one
	ErrPlaceholder      = errors.New("the client file is still in the cloud")
	ErrEmptyFile        = errors.New("the client file is empty")
	ErrTooBig           = errors.New("the client file is too big to be one")
	ErrNotJSON          = errors.New("the client file is not JSON")
	ErrHTML             = errors.New("the client file is a web page")
	ErrCutOff           = errors.New("the client file is incomplete")
	ErrWebClient        = errors.New("the client file is for a web application, not for a desktop app")
	ErrServiceAccount   = errors.New("the client file is the key of a service account")
	ErrAuthorizedUser   = errors.New("the client file holds somebody's sign-in, not a client")
	ErrAPIKey           = errors.New("this is an API key, not a client")
	ErrForeignEndpoints = errors.New("the client file names endpoints that are not Google's")
	ErrNoClientID       = errors.New("the client file has no client ID in it")
	ErrNoSecret         = errors.New("the client file has no client secret in it")
)

// What can be wrong with a client that was typed or pasted.
var (
	ErrPastedID     = fmt.Errorf("this can't be a client ID: %w", ErrNoClientID)
	ErrPastedSecret = fmt.Errorf("this can't be a client secret: %w", ErrNoSecret)
)

// Client is the program's registration with the provider.
type Client struct {
	ID      string
	Secret  string // "" for a public client
	Project string // "" where the file doesn't say
	// Redirect is the one address to which the provider sends the browser back,
	// a loopback address with a port. It is "" for a desktop client, which takes
	// any port.
	Redirect string
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
