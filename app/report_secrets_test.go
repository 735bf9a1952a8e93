package app

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"tokentray/oauth"
	"tokentray/oauth/practice/practicetest"
)

// tap listens to what the engine and its provider say to each other.
type tap struct {
	mu   sync.Mutex
	said []string // bodies, to and fro
}

func (t *tap) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.Body != nil {
		body, err := io.ReadAll(request.Body)
		if err != nil {
			return nil, err
		}
		t.note(body)
		request = request.Clone(request.Context())
		request.Body = io.NopCloser(bytes.NewReader(body))
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	t.note(body)
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}

func (t *tap) note(body []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.said = append(t.said, string(body))
}

// heard is everything secret that was said, by its name.
func (t *tap) heard() map[string]string {
	t.mu.Lock()
	defer t.mu.Unlock()
	secrets := map[string]string{}
	for _, body := range t.said {
		form, _ := url.ParseQuery(body)
		var answer map[string]any
		_ = json.Unmarshal([]byte(body), &answer)
		for _, name := range []string{"code", "code_verifier", "client_secret", "refresh_token", "access_token", "id_token"} {
			if value := form.Get(name); value != "" {
				secrets[name] = value
			}
			if value, ok := answer[name].(string); ok {
				secrets[name] = value
			}
		}
	}
	return secrets
}

// realSecrets signs alice in and returns everything secret about it, and the texts that carried it.
func realSecrets(s *stage) (secrets, carriers map[string]string) {
	s.Helper()
	listening := &tap{}
	s.transport = listening
	s.start()
	s.press("Add account…")
	link := s.link()
	landing := practicetest.Allow(s, link)
	s.awaitAccount("alice@example.com")
	secrets = listening.heard()
	for _, name := range []string{"state", "nonce"} {
		secrets[name] = query(s.T, link).Get(name)
	}
	secrets["xoauth2"] = base64.StdEncoding.EncodeToString([]byte("user=alice@example.com\x01auth=Bearer " + secrets["access_token"] + "\x01\x01"))
	for _, name := range []string{"code", "code_verifier", "client_secret", "refresh_token", "access_token", "id_token", "state", "nonce"} {
		if len(secrets[name]) < 20 {
			s.Fatalf("no real %s was found, but %q", name, secrets[name])
		}
	}
	carriers = map[string]string{"the redirect": landing.URL, "the link": link}
	maps.Copy(carriers, s.secrets.Entries())
	return secrets, carriers
}

// careless is what somebody might log without a thought.
type careless struct {
	Name   string
	Value  string
	Inner  *struct{ Text string }
	Header http.Header
}

// valuer gives a secret only when it is logged.
type valuer struct{ secret string }

func (v valuer) LogValue() slog.Value {
	return slog.GroupValue(slog.String("inner", v.secret), slog.Any("list", []string{v.secret}))
}

// forms are the ways in which a text gets into a log line.
func forms(secret string) []any {
	quoted, _ := json.Marshal(map[string]any{"x": secret, "client_secret": secret, "list": []string{secret}})
	again, _ := json.Marshal(string(quoted))
	once := url.QueryEscape(secret)
	at := &url.URL{Scheme: "http", Host: "127.0.0.1:1", Path: "/callback", RawQuery: url.Values{"code": {secret}, "x": {secret}}.Encode()}
	wrapped := fmt.Errorf("could not do it: %w", &url.Error{Op: "Get", URL: at.String(), Err: errors.New(secret)})
	return []any{
		secret, []byte(secret), errors.New(secret), wrapped, errors.Join(wrapped, fmt.Errorf("%q", secret)),
		at, at.String(), url.QueryEscape(at.String()), once, url.QueryEscape(once), url.PathEscape(secret),
		string(quoted), string(again), json.RawMessage(quoted),
		strconv.Quote(secret), strconv.Quote(strconv.Quote(secret)), fmt.Sprintf("%q", []string{secret, secret}), "`" + secret + "'",
		[]string{secret, "x", secret}, map[string]string{"value": secret, "state": secret}, map[string][]string{secret: {secret}},
		careless{"x", secret, nil, http.Header{"Authorization": {"Bearer " + secret}}},
		&careless{Value: secret}, fmt.Sprintf("%+v", careless{Value: secret}), fmt.Sprintf("%#v", careless{Value: secret}),
		[]any{secret, []byte(secret)}, struct{ Raw []byte }{[]byte(secret)}, fmt.Sprintf("%#v", []byte(secret)),
		hex.EncodeToString([]byte(secret)), fmt.Sprintf("% x|%X", secret, secret), base64.StdEncoding.EncodeToString([]byte(secret)),
		"Authorization: Bearer " + secret, "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("id:"+secret)),
		"AUTHENTICATE XOAUTH2 " + secret, "user=a\x01auth=Bearer " + secret + "\x01\x01",
		"token=" + secret, "token: " + secret, "Token " + secret, "token:" + secret, `token="` + secret + `"`, "<b>" + secret + "</b>",
		secret + " at the start", "at the end " + secret, "two " + secret + " of " + secret, secret + secret, secret + "," + secret,
		"(" + secret + ")", secret + ".", secret + "!", secret + ";x", "[" + secret + "]", "…" + secret + "…", "'" + secret + "'", secret + "/x",
		"first\n" + secret, "first\r\n\t" + secret + "\nlast", "\x00" + secret + "\x1b[0m", "x=" + secret + "&y=" + secret + "#" + secret,
	}
}

// everyWay logs a value through each call that there is, at each level.
func everyWay(log *slog.Logger, value any, text string) {
	ctx := context.Background()
	for _, level := range []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError, slog.LevelError + 4} {
		log.Log(ctx, level, text, "value", value)
	}
	log.Debug(text, "value", value)
	log.Info(text, "value", value)
	log.Warn(text, "err", value)
	log.Error(text, "account", value)
	log.WarnContext(ctx, text)
	log.LogAttrs(ctx, slog.LevelWarn, "x", slog.Any("a", value), slog.Group("g", "b", value, slog.Group("h", "c", value)))
	log.With("kept", value).WithGroup("group").With("more", text).Warn("x", "inner", value)
	log.WithGroup("state").Warn("x", text, value)
	log.Warn("x", value) // a value without a key
	log.Warn("x", text, text)
	log.Warn("x", "v", valuer{text}, slog.Any("s", slog.AnyValue(value)))
}

// Nothing that a sign-in brings can be found in the log or in the report, whichever way it got there.
func TestNoSecretReachesTheLogOrTheReport(t *testing.T) {
	s := newStage(t)
	secrets, carriers := realSecrets(s)
	left := leftOf(slices.Collect(maps.Values(secrets)))
	maps.Copy(secrets, carriers)
	for name, secret := range secrets {
		for i, form := range forms(secret) {
			text := fmt.Sprint(form)
			before := len(s.stderr.String())
			if i < 5 {
				everyWay(s.app.log, form, text)
			} else {
				s.app.log.Warn(text, "value", form)
			}
			logged := s.stderr.String()[before:]
			if found := left(logged); found != "" || logged == "" {
				t.Fatalf("%q of form %d of %s is in the log:\n%s", found, i, name, logged)
			}
		}
		kept := s.app.lastLines.all()
		f := facts{now: s.app.now(), opened: true, provider: secret, clipboard: secret, keychain: secret}
		f.system = system{desktop: secret, session: secret, name: secret}
		f.view = view{accounts: []oauth.Account{{Address: secret, Cause: errors.New(secret), Scopes: []string{"openid", secret}}}}
		f.history = map[oauth.Key][]oauth.Event{{}: {{Kind: oauth.Failed, Cause: errors.New(secret)}}}
		f.log = append(kept[len(kept)-20:], secret, "x "+secret)
		if found := left(reportText(f)); found != "" {
			t.Fatalf("%q of %s is in the report:\n%s", found, name, reportText(f))
		}
		if found := left(strings.Join(kept, "\n")); found != "" {
			t.Fatalf("%q of %s is in the lines kept", found, name)
		}
	}
	s.app.copyReport(nil)
	s.awaitWords("The report is on the clipboard.")
	if found := left(s.board.holds()); found != "" {
		t.Errorf("%q is in the report:\n%s", found, s.board.holds())
	}
	s.board.written = nil // a report is no token
}

// leftOf returns a function that finds in a text twelve letters in a row of any of the secrets, the same in another
// alphabet, or alice.
func leftOf(secrets []string) func(text string) string {
	const length = 12
	pieces := map[string]bool{}
	add := func(text string) {
		for i := 0; i+length <= len(text); i++ {
			pieces[text[i:i+length]] = true
		}
	}
	for _, secret := range secrets {
		add(secret)
		add(hex.EncodeToString([]byte(secret)))
		add(strings.ToUpper(hex.EncodeToString([]byte(secret))))
		add(fmt.Sprintf("% x", secret))
		add(strings.Trim(fmt.Sprint([]byte(secret)), "[]")) //nolint:staticcheck // as numbers
		add(base64.StdEncoding.EncodeToString([]byte(secret)))
	}
	return func(text string) string {
		if strings.Contains(text, "alice") {
			return "alice"
		}
		for i := 0; i+length <= len(text); i++ {
			if pieces[text[i:i+length]] {
				return text[i : i+length]
			}
		}
		return ""
	}
}

// The engine's own lines name nobody in full either.
func TestEnginesLinesShortenAddresses(t *testing.T) {
	s := newStage(t)
	s.start()
	s.signIn("alice@example.com")
	s.board.fail(errors.New("no"))
	s.app.copyToken(s.account("alice@example.com"))
	s.until("a line is logged", func() bool { return strings.Contains(s.stderr.String(), "token not copied") })
	if text := s.stderr.String(); !strings.Contains(text, "account=a***@example.com") || strings.Contains(text, "alice") {
		t.Errorf("the log says %q", text)
	}
	s.board.fail(nil)
}
