package practice_test

import (
	"bytes"
	"errors"
	"net/http"
	"reflect"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"tokentray/oauth/practice"
)

func TestDiscoveryNamesWhatIsThere(t *testing.T) {
	p := start(t, practice.Options{})
	d := send(t, p.Issuer()+"/.well-known/openid-configuration", nil).json(t)
	for name, want := range map[string]any{
		"issuer":                                         p.Issuer(),
		"authorization_endpoint":                         p.Issuer() + "/authorize",
		"token_endpoint":                                 p.Issuer() + "/token",
		"revocation_endpoint":                            p.Issuer() + "/revoke",
		"jwks_uri":                                       p.Issuer() + "/jwks",
		"userinfo_endpoint":                              p.Issuer() + "/userinfo",
		"gmail_profile_endpoint":                         p.Issuer() + "/gmail/v1/users/me/profile",
		"response_types_supported":                       []any{"code"},
		"subject_types_supported":                        []any{"public"},
		"id_token_signing_alg_values_supported":          []any{"ES256"},
		"code_challenge_methods_supported":               []any{"S256"},
		"token_endpoint_auth_methods_supported":          []any{"client_secret_post", "client_secret_basic"},
		"authorization_response_iss_parameter_supported": true,
	} {
		if !reflect.DeepEqual(d[name], want) {
			t.Errorf("%s is %v, want %v", name, d[name], want)
		}
	}
	scopes, _ := d["scopes_supported"].([]any)
	if len(scopes) != 11 || scopes[0] != "openid" || scopes[1] != "email" || scopes[2] != mail {
		t.Errorf("scopes_supported is %v", scopes)
	}
}

func TestPublishedKeysHaveNoPrivatePart(t *testing.T) {
	p := start(t, practice.Options{})
	keys, _ := send(t, p.Issuer()+"/jwks", nil).json(t)["keys"].([]any)
	if len(keys) != 1 {
		t.Fatalf("%d keys", len(keys))
	}
	key, _ := keys[0].(map[string]any)
	if key["d"] != nil || key["kid"] == "" || key["alg"] != "ES256" || key["use"] != "sig" || key["crv"] != "P-256" {
		t.Errorf("key has kid %v, alg %v, use %v, crv %v, private part %t", key["kid"], key["alg"], key["use"], key["crv"], key["d"] != nil)
	}
}

func TestOnlyTheListenersOwnHostIsAnswered(t *testing.T) {
	p := start(t, practice.Options{})
	port := p.Issuer()[strings.LastIndexByte(p.Issuer(), ':'):]
	for _, host := range []string{"evil.example", "evil.example" + port, "localhost" + port, "127.0.0.1", "127.0.0.1:1"} {
		if r := send(t, p.Issuer()+"/jwks", nil, "Host", host); r.StatusCode != http.StatusMisdirectedRequest {
			t.Errorf("host %s: %d", host, r.StatusCode)
		}
	}
	if got := p.Requests(practice.Keys); got != 0 {
		t.Errorf("%d requests reached the endpoint", got)
	}
}

func TestWrongMethodsAreRefused(t *testing.T) {
	p := start(t, practice.Options{})
	for _, path := range []string{"/token", "/revoke"} {
		if r := send(t, p.Issuer()+path, nil); r.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("GET %s: %d", path, r.StatusCode)
		}
	}
	if r := send(t, p.Issuer()+"/jwks", map[string][]string{}); r.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST /jwks: %d", r.StatusCode)
	}
}

func TestCloseEndsEverythingAtOnce(t *testing.T) {
	p, err := practice.Start(practice.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p.SetFault(practice.Keys, practice.Fault{Delay: time.Hour})
	p.SetFault(practice.UserInfo, practice.Fault{Endless: true})
	ended := make(chan error, 3)
	for _, path := range []string{"/jwks", "/jwks", "/userinfo"} {
		go func() {
			_, err := try(t, p.Issuer()+path, nil)
			ended <- err
		}()
	}
	for p.Requests(practice.Keys) < 2 || p.Requests(practice.UserInfo) < 1 {
		runtime.Gosched()
	}
	began := time.Now()
	if err := p.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("close took %v", took)
	}
	for range cap(ended) {
		if err := <-ended; err == nil {
			t.Error("a held-back request was answered")
		}
	}
	var stacks, left string
	for deadline := time.Now().Add(time.Second); ; runtime.Gosched() {
		if stacks, left = leftRunning(); left == "" || time.Now().After(deadline) {
			break // a connection's goroutine has a few instructions to go after it is counted as ended
		}
	}
	if left != "" {
		t.Errorf("a goroutine is left in %s:\n%s", left, stacks)
	}
	if err := p.Close(); err != nil {
		t.Errorf("closing again: %v", err)
	}
	if _, err := try(t, p.Issuer()+"/jwks", nil); err == nil {
		t.Error("it still answers")
	}
}

// leftRunning names a function of the provider or its server that a goroutine is in, or "".
func leftRunning() (stacks, left string) {
	var text bytes.Buffer
	_ = pprof.Lookup("goroutine").WriteTo(&text, 1)
	for _, name := range []string{"practice.(*Provider)", "http.(*Server).Serve", "http.(*conn).serve"} {
		if strings.Contains(text.String(), name) {
			return text.String(), name
		}
	}
	return "", ""
}

func TestKeySurvivesTheKeychain(t *testing.T) {
	key, err := practice.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	text, err := practice.MarshalKey(key)
	if err != nil {
		t.Fatal(err)
	}
	if len(text) > 256 || strings.ContainsAny(text, "\r\n") {
		t.Errorf("%d bytes", len(text))
	}
	again, err := practice.ParseKey(text)
	if err != nil || !again.Equal(key) {
		t.Errorf("another key came back: %v", err)
	}
	for _, bad := range []string{"", "nonsense", "AAAA", text[:len(text)-8]} {
		if _, err := practice.ParseKey(bad); !errors.Is(err, practice.ErrKey) {
			t.Errorf("%d bytes of another text: %v", len(bad), err)
		}
	}
}
