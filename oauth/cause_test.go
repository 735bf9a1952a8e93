package oauth

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"tokentray/oauth/keychain"
)

// sorted tells which errors somebody decides on an error is.
func sorted(err error) (is []bool) {
	for _, known := range []error{
		ErrNoClient, ErrSignInAgain, ErrClientRefused, ErrTokenLost, ErrUnreachable, ErrBadAnswer, ErrNotSaved, ErrIssuer,
		ErrCodeRefused, ErrTokenDamaged, ErrClientLost, keychain.ErrFault, keychain.ErrLocked, keychain.ErrDismissed, keychain.ErrNoBus, keychain.ErrNoService,
		keychain.ErrTimeout, keychain.ErrNotKept, keychain.ErrTooLarge, keychain.ErrNotFound,
	} {
		is = append(is, errors.Is(err, known))
	}
	return is
}

// There is no text of a cause in a file, and yet what is read back is sorted as the error was.
func TestCauseIsReadBackAsItWas(t *testing.T) {
	refusal := func(sentinel error, status int, code, subtype string) error {
		return fmt.Errorf("could not renew: %w", fmt.Errorf("%w: %w", sentinel, &ServerError{Status: status, Code: code, Subtype: subtype}))
	}
	for name, err := range map[string]error{
		"ended":              refusal(ErrSignInAgain, 400, "invalid_grant", ""),
		"by an organisation": refusal(ErrSignInAgain, 400, "invalid_grant", "invalid_rapt"),
		"deleted":            refusal(ErrSignInAgain, 400, "invalid_grant", "account_deleted"),
		"ended, bare":        ErrSignInAgain,
		"client":             refusal(ErrClientRefused, 401, "deleted_client", ""),
		"busy":               refusal(ErrBadAnswer, 503, "", ""),
		"asked too often":    refusal(ErrBadAnswer, 429, "RATE_LIMIT_EXCEEDED", ""),
		"asked, otherwise":   refusal(ErrBadAnswer, 403, "rateLimitExceeded", ""),
		"portal":             fmt.Errorf("%w: not an OAuth answer", ErrBadAnswer),
		"offline":            fmt.Errorf("%w: %w", ErrUnreachable, errors.New("dial tcp: lookup host: no such host")),
		"lost":               ErrTokenLost,
		"damaged":            ErrTokenDamaged,
		"client lost":        ErrClientLost,
		"keychain failed":    fmt.Errorf("could not read: %w", keychain.ErrFault),
		"no client":          fmt.Errorf("%w: its secret is gone", ErrNoClient),
		"dismissed":          fmt.Errorf("%w: %w", keychain.ErrLocked, keychain.ErrDismissed),
		"no bus":             keychain.ErrNoBus,
		"no service":         keychain.ErrNoService,
		"silent":             fmt.Errorf("could not read: %w", keychain.ErrTimeout),
		"too large":          keychain.ErrTooLarge,
		"joined":             errors.Join(ErrBadAnswer, keychain.ErrNotKept),
		"unknown":            errors.New("never heard of"),
	} {
		text, fault := json.Marshal(causeOf(err))
		if fault != nil {
			t.Fatal(fault)
		}
		var c cause
		if fault := json.Unmarshal(text, &c); fault != nil {
			t.Fatal(fault)
		}
		again := c.err()
		if !reflect.DeepEqual(sorted(again), sorted(err)) || stateOf(again) != stateOf(err) {
			t.Errorf("%s: %s is read as %v", name, text, again)
		}
		var was, is *ServerError
		if errors.As(err, &was) != errors.As(again, &is) || was != nil && *was != *is {
			t.Errorf("%s: the codes were %v and are %v", name, was, is)
		}
		if causeOf(again) != c || again.Error() == "" || strings.Contains(again.Error(), "\n") {
			t.Errorf("%s: %q", name, again)
		}
	}
}

// Each error that makes a state of its own is told apart in a file.
func TestEveryCauseThatMattersCanBeKept(t *testing.T) {
	names := map[string]bool{}
	for _, known := range causes {
		if names[known.name] || causeOf(known.err).is == 0 {
			t.Errorf("%s stands twice or is lost", known.name)
		}
		names[known.name] = true
	}
	if len(causes) > 16 {
		t.Error("there are more than cause.is has bits")
	}
}

func TestNoTextOfAServersIsKept(t *testing.T) {
	for _, said := range []string{
		"1//0gSecretRefreshToken", "ya29.secret", "GOCSPX-secret", "abc123", "two words", "line\nline", "ünlaut",
		strings.Repeat("a", 41), "<script>", `"quoted"`,
	} {
		text, err := json.Marshal(causeOf(fmt.Errorf("%w: %w: %s", ErrSignInAgain, &ServerError{Status: 400, Code: said, Subtype: said}, said)))
		if err != nil || string(text) != `{"is":["sign_in_again"],"status":400}` {
			t.Errorf("%q: %s, %v", said, text, err)
		}
	}
	if text, _ := json.Marshal(causeOf(&ServerError{Status: 70000})); string(text) != "{}" {
		t.Errorf("%s", text)
	}
}

// What somebody else wrote in a cause's place costs no account.
func TestDoctoredCauseIsIgnored(t *testing.T) {
	for name, text := range map[string]string{
		"a number":      `7`,
		"a list":        `["sign_in_again"]`,
		"other types":   `{"is":"sign_in_again"}`,
		"unknown name":  `{"is":["sign_in_again","never_heard_of"]}`,
		"a token":       `{"is":["sign_in_again"],"code":"1//0gSecret"}`,
		"a long code":   `{"is":["sign_in_again"],"subtype":"` + strings.Repeat("a", 1000) + `"}`,
		"no status":     `{"is":["sign_in_again"],"status":-1}`,
		"a high status": `{"is":["sign_in_again"],"status":66136}`,
		"null":          `null`,
	} {
		var r row
		text = `{"issuer":"i","subject":"s","address":"a@b","ended":"2026-01-02T03:04:05Z","cause":` + text + `}`
		if err := json.Unmarshal([]byte(text), &r); err != nil || !r.valid("i") {
			t.Errorf("%s: the row is lost: %v", name, err)
		}
		if r.Why != (cause{}) {
			t.Errorf("%s: read as %v", name, r.Why.err())
		}
		if a := listed(r); a.state != SignInAgain || a.standing != SignInAgain || !errors.Is(a.cause, ErrSignInAgain) {
			t.Errorf("%s: the account is in state %d because of %v", name, a.state, a.cause)
		}
	}
}

// A cause says why, but nothing else than the end of the grant keeps an account from being tried at a start.
func TestStateAtAStartIsTheLists(t *testing.T) {
	at := time.Date(2026, time.January, 2, 3, 4, 5, 0, time.UTC)
	for name, c := range map[string]struct {
		ended time.Time
		why   error
		want  State
	}{
		"well":                  {time.Time{}, nil, Ready},
		"ended":                 {at, ErrSignInAgain, SignInAgain},
		"ended long ago":        {at, nil, SignInAgain},
		"ended, and yet locked": {at, keychain.ErrLocked, SignInAgain},
		"never ended":           {time.Time{}, ErrSignInAgain, Ready},
		"lost":                  {time.Time{}, ErrTokenLost, Lost},
		"damaged":               {time.Time{}, ErrTokenDamaged, Lost},
		"client":                {time.Time{}, ErrClientRefused, ClientTrouble},
		"client lost":           {time.Time{}, ErrClientLost, ClientTrouble},
		"offline":               {time.Time{}, ErrUnreachable, Ready},
	} {
		r := row{Ended: c.ended}
		if c.why != nil {
			r.Why = causeOf(c.why)
		}
		a := listed(r)
		if a.state != c.want || a.standing != c.want || stateOf(a.cause) != c.want || (a.Why != cause{}) != (c.want != Ready) {
			t.Errorf("%s: %d (%d) because of %v", name, a.state, a.standing, a.cause)
		}
	}
}
