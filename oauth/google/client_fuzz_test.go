package google_test

import (
	"encoding/json"
	"errors"
	"net"
	"net/url"
	"slices"
	"strings"
	"testing"

	"tokentray/oauth/google"
)

// faults are all that ParseClient may say of a file. They are compared as they
// are, not unwrapped: an error with anything added to it could repeat the file.
var faults = []error{
	google.ErrPlaceholder, google.ErrEmptyFile, google.ErrTooBig, google.ErrNotJSON, google.ErrHTML, google.ErrCutOff,
	google.ErrWebClient, google.ErrServiceAccount, google.ErrAuthorizedUser, google.ErrAPIKey, google.ErrForeignEndpoints,
	google.ErrNoClientID, google.ErrNoSecret,
}

// FuzzParseClient reads any file. Its fault is named and not a word of it is
// repeated; or it is a whole client, with nobody's endpoints but Google's where
// that is the rule.
func FuzzParseClient(f *testing.F) {
	for _, row := range files {
		if len(row.data) < 4<<10 {
			f.Add([]byte(row.data))
		}
	}
	f.Add([]byte(strings.Replace(file(), `"token_uri"`, `"TOKEN_URI":"https://evil.example/token","token_uri"`, 1)))
	f.Add([]byte(strings.Replace(file(), `"}}`, `","Token_Uri":"https://evil.example/token"}}`, 1)))
	f.Add([]byte(file("{\"installed\"", "{\"installed\":{\"token_uri\":\"https://evil.example/\"},\"INSTALLED\"")))
	f.Add([]byte(file(id, `\u0130\u0000`)))
	f.Add([]byte(web("http://[::ffff:127.0.0.1]:080/%2F", "http://[::1%25lo]:80/")))
	f.Fuzz(func(t *testing.T, data []byte) {
		any, anyErr := google.ParseClient(data, google.AnyEndpoints)
		only, onlyErr := google.ParseClient(data, google.OnlyGoogle)
		wholeOrFault(t, any, anyErr)
		wholeOrFault(t, only, onlyErr)
		if onlyErr == nil && (anyErr != nil || any != only) {
			t.Fatalf("OnlyGoogle accepts what AnyEndpoints doesn't: %v", anyErr)
		}
		if onlyErr == nil && only.Secret == "" {
			t.Fatal("Google demands a secret")
		}
		if anyErr == nil && onlyErr != nil && !errors.Is(onlyErr, google.ErrForeignEndpoints) && !errors.Is(onlyErr, google.ErrNoSecret) {
			t.Fatalf("the rule about endpoints made it %v", onlyErr)
		}
		if onlyErr == nil {
			onlyGoogles(t, data, only)
		}
	})
}

func wholeOrFault(t *testing.T, client google.Client, err error) {
	t.Helper()
	if err != nil {
		if client != (google.Client{}) || !slices.Contains(faults, err) {
			t.Fatalf("a client beside an error, or an error of another kind: %v, %v", client, err)
		}
		return
	}
	if client.ID == "" || strings.ContainsFunc(client.ID, func(c rune) bool { return c <= ' ' || c > '~' }) {
		t.Fatalf("client ID %q", client.ID)
	}
	if client.Redirect == "" {
		return
	}
	u, err := url.Parse(client.Redirect)
	if err != nil || u.Scheme != "http" || u.Port() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" ||
		u.Hostname() != "localhost" && !net.ParseIP(u.Hostname()).IsLoopback() {
		t.Fatalf("leads to %q", client.Redirect)
	}
}

// onlyGoogles reads the file of an accepted client in its own way: the endpoints
// beside the client ID are at Google.
func onlyGoogles(t *testing.T, data []byte, client google.Client) {
	t.Helper()
	var kinds map[string]map[string]any
	if json.Unmarshal(data, &kinds) != nil {
		return // a byte order mark, UTF-16, or more than clients: the tables have them
	}
	kind := "installed"
	if client.Redirect != "" {
		kind = "web"
	}
	if ambiguous(kinds) || ambiguous(kinds[kind]) {
		return
	}
	for _, name := range []string{"auth_uri", "token_uri"} {
		value, _ := kinds[kind][name].(string)
		if value != "" && !strings.HasPrefix(value, "https://accounts.google.com/") &&
			!strings.HasPrefix(value, "https://oauth2.googleapis.com/") && !strings.HasPrefix(value, "https://www.googleapis.com/") {
			t.Fatalf("accepted with %s %q", name, value)
		}
	}
}

// ambiguous tells whether two names differ only in case: encoding/json takes
// either for the field.
func ambiguous[T any](fields map[string]T) bool {
	seen := map[string]bool{}
	for name := range fields {
		name = strings.ToLower(name)
		if seen[name] {
			return true
		}
		seen[name] = true
	}
	return false
}
