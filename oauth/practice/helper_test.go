package practice_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"tokentray/oauth/practice"
	"tokentray/oauth/practice/practicetest"
)

const mail = "https://mail.google.com/"

// clock is a time that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Now()} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func start(t *testing.T, o practice.Options) *practice.Provider {
	t.Helper()
	p, err := practice.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return p
}

// program is a client that this project did not write: x/oauth2 and go-oidc, with a redirect address of its own.
type program struct {
	oauth2.Config
	ctx      context.Context
	provider *oidc.Provider
	verifier string
}

func newProgram(t *testing.T, p *practice.Provider, scopes ...string) *program {
	t.Helper()
	callback := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "You can close this page.")
	}))
	t.Cleanup(callback.Close)
	// A transport of its own: no connection outlives the test's provider.
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	ctx := oidc.ClientContext(t.Context(), &http.Client{Transport: transport})
	provider, err := oidc.NewProvider(ctx, p.Issuer())
	if err != nil {
		t.Fatalf("discovery: %v", err)
	}
	endpoint := provider.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInParams
	return &program{
		ctx:      ctx,
		provider: provider,
		verifier: oauth2.GenerateVerifier(),
		Config: oauth2.Config{
			ClientID:     p.ClientID(),
			ClientSecret: p.ClientSecret(),
			Endpoint:     endpoint,
			RedirectURL:  callback.URL + "/callback",
			Scopes:       append([]string{"openid", "email"}, scopes...),
		},
	}
}

// address is where the browser is sent; changes are parameters to set, or, empty, to leave out.
func (c *program) address(changes ...string) string {
	u, _ := url.Parse(c.AuthCodeURL("the state", oauth2.AccessTypeOffline, oidc.Nonce("the nonce"), oauth2.S256ChallengeOption(c.verifier)))
	params := u.Query()
	for change := range slices.Chunk(changes, 2) {
		name, value := change[0], change[1]
		params.Set(name, value)
		if value == "" {
			params.Del(name)
		}
	}
	u.RawQuery = params.Encode()
	return u.String()
}

// code signs in and gives the authorization code.
func (c *program) code(t *testing.T, choices ...practicetest.Choice) string {
	t.Helper()
	code := params(t, practicetest.Allow(t, c.address(), choices...).URL).Get("code")
	if code == "" {
		t.Fatal("no code in the redirect")
	}
	return code
}

func (c *program) exchange(code string) (*oauth2.Token, error) {
	return c.Exchange(c.ctx, code, oauth2.VerifierOption(c.verifier))
}

// signIn gives the tokens of a whole sign-in.
func (c *program) signIn(t *testing.T, choices ...practicetest.Choice) *oauth2.Token {
	t.Helper()
	token, err := c.exchange(c.code(t, choices...))
	if err != nil {
		t.Fatalf("exchange: %v", err)
	}
	return token
}

func (c *program) refresh(refreshToken string) (*oauth2.Token, error) {
	return c.TokenSource(c.ctx, &oauth2.Token{RefreshToken: refreshToken}).Token()
}

func params(t *testing.T, address string) url.Values {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

// wantError wants an error answer of the token endpoint.
func wantError(t *testing.T, err error, code string) {
	t.Helper()
	refused, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok || refused.ErrorCode != code {
		t.Errorf("got %v, want %s", err, code)
	}
}

// reply is an HTTP answer, read.
type reply struct {
	*http.Response
	body string
}

func (r reply) json(t *testing.T) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(r.body), &v); err != nil {
		t.Fatalf("not JSON: %q", r.body)
	}
	return v
}

// try sends a request without following redirects; headers are pairs. A nil form is a GET.
func try(t *testing.T, address string, form url.Values, headers ...string) (reply, error) {
	t.Helper()
	method := http.MethodGet
	if form != nil {
		method = http.MethodPost
	}
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
	}
	transport := &http.Transport{DisableKeepAlives: true}
	client := http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(r)
	if err != nil {
		return reply{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return reply{response, string(body)}, err
}

func send(t *testing.T, address string, form url.Values, headers ...string) reply {
	t.Helper()
	r, err := try(t, address, form, headers...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
