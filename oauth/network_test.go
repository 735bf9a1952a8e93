package oauth_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tokentray/oauth"
)

// reroute carries the engine's requests as usual until the test says where else they go.
type reroute struct {
	to atomic.Pointer[http.RoundTripper]
}

func (r *reroute) RoundTrip(request *http.Request) (*http.Response, error) {
	if to := r.to.Load(); to != nil {
		return (*to).RoundTrip(request)
	}
	return http.DefaultTransport.RoundTrip(request)
}

func (r *reroute) set(to http.RoundTripper) { r.to.Store(&to) }

// dialing connects every request to one address, whatever host it is for.
func dialing(address string) *http.Transport {
	return &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, address)
		},
	}
}

// secure sends every request over TLS, as those to Google go.
type secure struct{ *http.Transport }

func (s secure) RoundTrip(request *http.Request) (*http.Response, error) {
	request = request.Clone(request.Context())
	request.URL.Scheme, request.URL.Host = "https", "token.invalid"
	return s.Transport.RoundTrip(request)
}

// elsewhere sends every request to another host.
type elsewhere string

func (host elsewhere) RoundTrip(request *http.Request) (*http.Response, error) {
	request = request.Clone(request.Context())
	request.URL.Host = string(host)
	return (&http.Transport{DisableKeepAlives: true}).RoundTrip(request)
}

// serving starts a server for a test.
func serving(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

// closedPort is an address that refuses connections.
func closedPort(t *testing.T) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// quiet is for servers whose handshakes are meant to fail.
var quiet = log.New(io.Discard, "", 0)

// Each way in which a network fails, from the cable to the hotel's login page, over real connections.
func TestNetworkNeverCostsASignIn(t *testing.T) {
	for name, c := range map[string]struct {
		way  func(t *testing.T) http.RoundTripper
		want error
	}{
		"connection refused": {func(t *testing.T) http.RoundTripper { return dialing(closedPort(t)) }, oauth.ErrUnreachable},
		"unknown name":       {func(*testing.T) http.RoundTripper { return elsewhere("token.invalid") }, oauth.ErrUnreachable},
		"connection closed at once": {func(t *testing.T) http.RoundTripper {
			listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { listener.Close() })
			go func() {
				for {
					connection, err := listener.Accept()
					if err != nil {
						return
					}
					connection.Close()
				}
			}()
			return dialing(listener.Addr().String())
		}, oauth.ErrUnreachable},
		"another protocol": {func(t *testing.T) http.RoundTripper {
			server := httptest.NewUnstartedServer(http.NotFoundHandler())
			server.Config.ErrorLog = quiet
			server.StartTLS() // answers plain HTTP with 400 and a sentence
			t.Cleanup(server.Close)
			return dialing(server.Listener.Addr().String())
		}, oauth.ErrBadAnswer},
		"portal's page": {func(t *testing.T) http.RoundTripper {
			server := serving(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/html")
				_, _ = io.WriteString(w, "<html>Welcome to our hotel</html>")
			})
			return dialing(server.Listener.Addr().String())
		}, oauth.ErrBadAnswer},
		"portal's redirect": {func(t *testing.T) http.RoundTripper {
			server := serving(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/login" {
					t.Error("the redirect was followed")
				}
				http.Redirect(w, r, "/login", http.StatusFound)
			})
			return dialing(server.Listener.Addr().String())
		}, oauth.ErrBadAnswer},
		"portal asks for a login (RFC 6585)": {func(t *testing.T) http.RoundTripper {
			server := serving(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNetworkAuthenticationRequired) })
			return dialing(server.Listener.Addr().String())
		}, oauth.ErrBadAnswer},
		"portal with a certificate of its own": {func(t *testing.T) http.RoundTripper {
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
				t.Error("a secret was sent to whoever answered")
			}))
			server.Config.ErrorLog = quiet
			server.StartTLS()
			t.Cleanup(server.Close)
			return secure{dialing(server.Listener.Addr().String())}
		}, oauth.ErrUnreachable},
		"certificate for another host": {func(t *testing.T) http.RoundTripper {
			server := httptest.NewUnstartedServer(http.NotFoundHandler())
			server.Config.ErrorLog = quiet
			server.StartTLS()
			t.Cleanup(server.Close)
			trusted := x509.NewCertPool()
			trusted.AddCert(server.Certificate())
			transport := dialing(server.Listener.Addr().String())
			transport.TLSClientConfig = &tls.Config{RootCAs: trusted}
			return secure{transport}
		}, oauth.ErrUnreachable},
		"proxy that is gone": {func(t *testing.T) http.RoundTripper {
			return proxied("http://" + closedPort(t))
		}, oauth.ErrUnreachable},
		"proxy that wants a password": {func(t *testing.T) http.RoundTripper {
			server := serving(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusProxyAuthRequired) })
			return proxied(server.URL)
		}, oauth.ErrBadAnswer},
		"proxy that forbids the tunnel": {func(t *testing.T) http.RoundTripper {
			server := serving(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
			return secure{proxied(server.URL)}
		}, oauth.ErrUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			way := &reroute{}
			w.close()
			w.config.Transport = way
			w.open()
			a := w.signIn()
			kept, before := w.token(a, 0), w.refreshToken(a)
			way.set(c.way(t))
			check := func(when string) {
				t.Helper()
				token, err := w.engine.Token(context.Background(), a.Key, anew)
				wantError(t, err, c.want)
				if errors.Is(err, oauth.ErrSignInAgain) || token.Access != kept.Access {
					t.Errorf("%s: %v", when, err)
				}
				now := w.awaitState(oauth.Waiting) // at a start the engine tries by itself as well
				if now.NeedsSignIn() || w.refreshToken(a) != before {
					t.Errorf("%s: account is %+v", when, now)
				}
			}
			check("endpoints known")
			w.restart() // now the endpoints must be found first
			check("at a start")
			way.set(http.DefaultTransport)
			if _, err := w.engine.Token(context.Background(), a.Key, anew); err != nil {
				w.token(a, anew) // the first call may have waited for a try that had begun before
			}
		})
	}
}

// proxied sends every request through a proxy. The environment's proxy is never asked for loopback addresses.
func proxied(address string) *http.Transport {
	proxy, err := url.Parse(address)
	if err != nil {
		panic(err)
	}
	return &http.Transport{DisableKeepAlives: true, Proxy: http.ProxyURL(proxy)}
}

func TestProxyCarriesTheRequests(t *testing.T) {
	var asked atomic.Int32
	proxy := serving(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		r.RequestURI = ""
		response, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer response.Body.Close()
		w.Header().Set("Content-Type", response.Header.Get("Content-Type"))
		w.WriteHeader(response.StatusCode)
		_, _ = io.Copy(w, response.Body)
	})
	w := newWorld(t)
	w.close()
	w.config.Transport = proxied(proxy.URL)
	w.open()
	a := w.signIn()
	if !w.alive(w.token(a, anew)) || asked.Load() < 3 { // discovery, exchange, refresh
		t.Errorf("the proxy was asked %d times", asked.Load())
	}
}

// On an IPv6-only network names lead to IPv6 addresses alone. Where this computer has no such loopback address, the
// failing of the dialing is what is looked at.
func TestIPv6AloneIsEnough(t *testing.T) {
	w := newWorld(t)
	provider, err := url.Parse(w.provider.Issuer())
	if err != nil {
		t.Fatal(err)
	}
	way := &reroute{}
	w.close()
	w.config.Transport = way
	w.open()
	a := w.signIn()
	kept := w.token(a, 0)
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp6", "[::1]:0")
	if err != nil {
		t.Logf("no IPv6 here: %v", err)
		way.set(dialing("[::1]:1"))
		token, err := w.engine.Token(context.Background(), a.Key, anew)
		wantError(t, err, oauth.ErrUnreachable)
		if token != kept || w.engine.Accounts()[0].NeedsSignIn() {
			t.Errorf("account is %+v", w.engine.Accounts()[0])
		}
		return
	}
	var asked atomic.Int32
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		r.RequestURI, r.URL.Scheme, r.URL.Host = "", "http", provider.Host
		response, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			rw.WriteHeader(http.StatusBadGateway)
			return
		}
		defer response.Body.Close()
		rw.Header().Set("Content-Type", "application/json")
		rw.WriteHeader(response.StatusCode)
		_, _ = io.Copy(rw, response.Body)
	})}
	go func() { _ = server.Serve(listener) }()
	defer shut(w, server)
	way.set(elsewhere(listener.Addr().String()))
	if token := w.token(a, anew); token == kept || asked.Load() != 1 {
		t.Errorf("%d requests went over IPv6", asked.Load())
	}
}

// An answer that never ends, or never comes, is given up after 30 seconds.
func TestSlowAnswerIsGivenUp(t *testing.T) {
	for name, serve := range map[string]func(net.Conn){
		"nothing": func(net.Conn) {},
		"a header, letter by letter": func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nX: ")
			drip(c)
		},
		"a body, letter by letter": func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{\"access_token\":\"")
			drip(c)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				transport := &http.Transport{DisableKeepAlives: true, DialContext: func(context.Context, string, string) (net.Conn, error) {
					client, server := net.Pipe()
					go func() {
						if _, err := server.Read(make([]byte, 4096)); err != nil { // the request
							return
						}
						go func() { _, _ = io.Copy(io.Discard, server) }()
						serve(server)
					}()
					return client, nil
				}}
				e, key := oauth.OpenVirtual(t, transport)
				defer func() {
					shut(t, e)
					time.Sleep(2 * time.Second) // the server notices
				}()
				began := time.Now()
				_, err := e.Token(t.Context(), key, 0)
				if took := time.Since(began); took != 30*time.Second {
					t.Errorf("given up after %v", took)
				}
				if !errors.Is(err, oauth.ErrUnreachable) && !errors.Is(err, oauth.ErrBadAnswer) {
					t.Errorf("%v", err)
				}
				synctest.Wait()
				if a := e.Accounts()[0]; a.NeedsSignIn() || a.State != oauth.Waiting && a.State != oauth.Renewing {
					t.Errorf("account is %+v", a)
				}
				if strings.Contains(err.Error(), "refresh_token") {
					t.Errorf("the error says too much: %v", err)
				}
			})
		})
	}
}

// drip sends a letter a second until nobody listens any more.
func drip(c net.Conn) {
	for {
		if _, err := io.WriteString(c, "x"); err != nil {
			return
		}
		time.Sleep(time.Second)
	}
}
