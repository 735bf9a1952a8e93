package oauth

import (
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// behindProxy names the token endpoint that the test's own child asks; Go reads the environment's proxy once in a process.
const behindProxy = "TOKENTRAY_TEST_PROXY"

// In many offices the proxy is the only way out, and only the environment tells of it. (That Go trusts the test's server
// by SSL_CERT_FILE is Linux's.)
func TestProxyOfTheEnvironmentIsUsed(t *testing.T) {
	if endpoint := os.Getenv(behindProxy); endpoint != "" {
		askForAToken(t, endpoint)
		return
	}
	provider := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"access_token":"a","expires_in":3600,"token_type":"Bearer"}`)
	}))
	defer provider.Close()
	var tunnels atomic.Int32
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect || r.Host != "example.com:443" {
			t.Errorf("the proxy is asked for %s %s", r.Method, r.Host)
		}
		tunnels.Add(1)
		tunnel(t, w, provider.Listener.Addr().String())
	}))
	defer proxy.Close()
	trusted := filepath.Join(t.TempDir(), "trusted.pem")
	if err := os.WriteFile(trusted, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: provider.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		host        string
		environment []string
		works       bool
	}{
		"HTTPS_PROXY":               {"example.com", []string{"HTTPS_PROXY=" + proxy.URL}, true}, // the certificate's host
		"https_proxy":               {"example.com", []string{"https_proxy=" + proxy.URL}, true},
		"HTTPS_PROXY, but NO_PROXY": {"token.invalid", []string{"HTTPS_PROXY=" + proxy.URL, "NO_PROXY=.invalid"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			tunnels.Store(0)
			child := exec.CommandContext(t.Context(), "/proc/self/exe", "-test.run=^TestProxyOfTheEnvironmentIsUsed$", "-test.timeout=1m")
			child.Env = append([]string{behindProxy + "=https://" + c.host + "/token", "SSL_CERT_FILE=" + trusted, "SSL_CERT_DIR=" + t.TempDir(), "TMPDIR=" + t.TempDir()}, c.environment...)
			output, err := child.CombinedOutput()
			if (err == nil) != c.works || (tunnels.Load() > 0) != c.works {
				t.Errorf("%v, %d tunnels\n%s", err, tunnels.Load(), output)
			}
			if !c.works && !strings.Contains(string(output), ErrUnreachable.Error()) {
				t.Errorf("went wrong otherwise:\n%s", output)
			}
		})
	}
}

func askForAToken(t *testing.T, endpoint string) {
	e, key := openVirtualAt(t, endpoint, nil)
	defer shut(t, e)
	if _, err := e.Token(t.Context(), key, 0); err != nil {
		t.Fatal(err)
	}
}

// tunnel joins a proxy's client to an address.
func tunnel(t *testing.T, w http.ResponseWriter, address string) {
	far, err := (&net.Dialer{Timeout: 10 * time.Second}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Error(err)
		return
	}
	defer far.Close()
	near, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		t.Error(err)
		return
	}
	defer near.Close()
	_, _ = io.WriteString(near, "HTTP/1.1 200 Connection established\r\n\r\n")
	go func() {
		_, _ = io.Copy(far, near)
		far.Close()
	}()
	_, _ = io.Copy(near, far)
}
