package oauth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"tokentray/oauth/google"
)

// What a caller decides on. Errors of the engine wrap one of these, or one of the keychain's or loopback's own.
var (
	// ErrNoClient: no OAuth client is known yet.
	ErrNoClient = errors.New("no client is set up")
	// ErrClientLost: the keychain no longer has the client's secret, or has something in its place that can't be one.
	ErrClientLost = errors.New("the keychain no longer has the client's secret")
	// ErrClientInUse: accounts were signed in through the client.
	ErrClientInUse = errors.New("the client still has accounts")
	// ErrSignInRunning: one sign-in at a time.
	ErrSignInRunning = errors.New("a sign-in is under way")
	// ErrCancelled: the person pressed Cancel, or the program ends.
	ErrCancelled = errors.New("the sign-in was cancelled")
	// ErrTimedOut: nobody came back from the browser.
	ErrTimedOut = errors.New("nobody came back from the browser in time")
	// ErrDenied: the person said no (access_denied, RFC 6749 section 4.1.2.1).
	ErrDenied = errors.New("access was denied")
	// ErrRefused: the authorization endpoint sent another error back.
	ErrRefused = errors.New("the provider refused the sign-in")
	// ErrOtherPerson: somebody else signed in than the person whose account is signed in again.
	ErrOtherPerson = errors.New("somebody else signed in")
	// ErrCodeRefused: the authorization code was used, too old or not for us (invalid_grant at the exchange).
	ErrCodeRefused = errors.New("the authorization code was refused")
	// ErrNoRefreshToken: the answer lacks what would keep the person signed in.
	ErrNoRefreshToken = errors.New("the provider sent no refresh token")
	// ErrIDToken: the ID token is missing or does not stand up to verification.
	ErrIDToken = errors.New("the provider's proof of identity is not valid")
	// ErrWrongIssuer: the redirect came from another provider than the one that was asked (RFC 9207).
	ErrWrongIssuer = errors.New("the answer came from another provider")
	// ErrUnreachable: no answer arrived.
	ErrUnreachable = errors.New("the provider can't be reached")
	// ErrBadAnswer: an answer arrived that is not OAuth's, or a passing server error.
	ErrBadAnswer = errors.New("the provider's answer can't be used")
	// ErrSignInAgain: the grant has ended (invalid_grant at a refresh).
	ErrSignInAgain = errors.New("the provider asks for a new sign-in")
	// ErrClientRefused: the client is unknown to the provider or its secret is wrong.
	ErrClientRefused = errors.New("the provider refuses the client")
	// ErrTokenLost: the keychain no longer has the account's refresh token.
	ErrTokenLost = errors.New("the keychain no longer has the sign-in")
	// ErrTokenDamaged: what the keychain has in its place can't be one. It is an ErrTokenLost.
	ErrTokenDamaged = fmt.Errorf("%w: what stands in its place is none", ErrTokenLost)
	// ErrNotSaved: the account list could not be written.
	ErrNotSaved = errors.New("the account list can't be saved")
	// ErrListAside: the account list could not be read and was put aside under another name.
	ErrListAside = errors.New("the account list was damaged and put aside")
	// ErrInUse: another process has this provider's folder open.
	ErrInUse = errors.New("another Token Tray is running")
	// ErrUnknownAccount: there is no account with this key.
	ErrUnknownAccount = errors.New("no such account")
	// ErrNoRevocation: the provider has no revocation endpoint.
	ErrNoRevocation = errors.New("the provider can't withdraw access")
	// ErrClosed: the engine was closed.
	ErrClosed = errors.New("the program is closing")
	// ErrIssuer: the issuer's address can't be used.
	ErrIssuer = errors.New("not a usable issuer address")
)

// ServerError is a provider's refusal, without its free text: that may hold anything, so nothing is shown of it
// and nothing is decided on it.
type ServerError struct {
	// Status is the HTTP status.
	Status int
	// Code is OAuth's "error" (RFC 6749 section 5.2), or empty.
	Code string
	// Subtype is Google's "error_subtype", or what [google.Subtype] has in its place, or empty.
	Subtype string
	// RetryAfter is how long the server asks to wait; zero when it does not.
	RetryAfter time.Duration
}

func (e *ServerError) Error() string {
	text := "status " + strconv.Itoa(e.Status)
	if e.Code != "" {
		text += " " + e.Code
	}
	if e.Subtype != "" {
		text += " (" + e.Subtype + ")"
	}
	return text
}

// serverError takes from x/oauth2's error what is safe to keep: its own text quotes the whole body.
func serverError(err error) (*ServerError, bool) {
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) {
		return nil, false
	}
	found := &ServerError{Code: word(refused.ErrorCode)}
	if refused.Response != nil {
		found.Status = refused.Response.StatusCode
		found.RetryAfter = retryAfter(refused.Response.Header, time.Now())
	}
	var body struct {
		Subtype string `json:"error_subtype"`
	}
	if json.Unmarshal(refused.Body, &body) == nil {
		found.Subtype = word(google.Subtype(body.Subtype, refused.ErrorDescription))
	}
	return found, true
}

// readRefusal reads an error answer of an endpoint that x/oauth2 does not cover.
func readRefusal(response *http.Response) *ServerError {
	refused := &ServerError{Status: response.StatusCode, RetryAfter: retryAfter(response.Header, time.Now())}
	var body struct {
		Code    string `json:"error"`
		Subtype string `json:"error_subtype"`
	}
	if json.NewDecoder(response.Body).Decode(&body) == nil {
		refused.Code, refused.Subtype = word(body.Code), word(body.Subtype)
	}
	return refused
}

// word passes an error code through if it looks like one, so that a hostile server can't speak through our log.
func word(code string) string {
	if len(code) > 64 {
		return "unreadable"
	}
	for _, c := range code {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '-' && c != '.' {
			return "unreadable"
		}
	}
	return code
}

// tokenError sorts what the token endpoint's client said into the sentinels above. grantEnded is what an
// invalid_grant means at this place: the code was refused, or the person must sign in again.
func tokenError(err, grantEnded error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	refused, ok := serverError(err)
	if !ok {
		if isNetwork(err) {
			return fmt.Errorf("%w: %w", ErrUnreachable, plainNetwork(err))
		}
		return fmt.Errorf("%w: not an OAuth answer", ErrBadAnswer)
	}
	if refused.Status == http.StatusBadRequest || refused.Status == http.StatusUnauthorized {
		switch refused.Code {
		case "invalid_grant":
			return fmt.Errorf("%w: %w", grantEnded, refused)
		case "invalid_client", "unauthorized_client", "deleted_client", "invalid_request", "unsupported_grant_type":
			return fmt.Errorf("%w: %w", ErrClientRefused, refused)
		}
	}
	return fmt.Errorf("%w: %w", ErrBadAnswer, refused)
}

// retryAfter reads the Retry-After header: seconds or a date (RFC 9110 section 10.2.3). Anything else is zero.
func retryAfter(header http.Header, now time.Time) time.Duration {
	text := strings.TrimSpace(header.Get("Retry-After"))
	if text == "" {
		return 0
	}
	if seconds, err := strconv.Atoi(text); err == nil {
		return max(0, time.Duration(min(seconds, 1<<30))*time.Second)
	}
	if date, err := http.ParseTime(text); err == nil {
		return max(0, date.Sub(now))
	}
	return 0
}
