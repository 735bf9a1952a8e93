package loopback_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"

	"tokentray/oauth/loopback"
)

func TestRegisteredRedirectIsUsedByteForByte(t *testing.T) {
	for _, pattern := range []string{
		"http://localhost:PORT/oauth2callback",
		"http://localhost:PORT",
		"http://localhost:PORT/",
		"http://127.0.0.1:PORT/",
		"http://127.0.0.1:0PORT/x",
		"http://[::1]:PORT",
		"http://[::1]:PORT/callback/",
		"http://[0:0::0:1]:PORT/x",
		"HTTP://LocalHost:PORT/Up",
		"http://localhost:PORT/a%2Fb/%63/%C3%A9",
		"http://localhost:PORT//twice",
		"http://localhost:PORT/favicon.ico",
	} {
		t.Run(pattern, func(t *testing.T) {
			r := listenAt(t, pattern)
			before, after, _ := strings.Cut(pattern, "PORT")
			if got := r.RedirectURL(); !strings.HasPrefix(got, before) || !strings.HasSuffix(got, after) {
				t.Fatalf("RedirectURL = %q", got)
			}
			got := browse(right(r))
			answer(t, r).Show(http.StatusOK, nil, []byte("done"))
			if page := wait(t, got); page.body != "done" {
				t.Errorf("page = %+v", page)
			}
			if page := get(right(r)); page.body != "done" {
				t.Errorf("a reload got %+v", page)
			}
		})
	}
}

// from asks for the address at one IP, whatever its name says.
func from(ip, address string) <-chan response {
	u, _ := url.Parse(address)
	transport := &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, net.JoinHostPort(ip, u.Port()))
	}}
	got := make(chan response, 1)
	go func() { got <- getThrough(&http.Client{Transport: transport, Timeout: patience}, address) }()
	return got
}

func TestLocalhostIsReceivedWhicheverAddressTheBrowserTries(t *testing.T) {
	needIPv6(t)
	for _, ip := range []string{"127.0.0.1", "::1"} {
		r := listenAt(t, "http://localhost:PORT/oauth2callback")
		got := from(ip, right(r))
		answer(t, r).Show(http.StatusOK, nil, nil)
		if page := wait(t, got); page.status != http.StatusOK {
			t.Errorf("at %s: %+v", ip, page)
		}
		_ = r.Close()
		for _, ip := range []string{"127.0.0.1", "::1"} {
			if page := wait(t, from(ip, right(r))); page.err == nil {
				t.Errorf("%s still answers after Close: %+v", ip, page)
			}
		}
	}
	noneLeft(t)
}

func TestOnlyTheRegisteredPathAndHostCount(t *testing.T) {
	const good = "?code=c0de&state=" + state
	for name, row := range map[string]struct {
		redirect, path, host string
		status               int
	}{
		"the usual path":       {"http://localhost:PORT/oauth2callback", "/callback", "", 404},
		"the root":             {"http://localhost:PORT/oauth2callback", "", "", 404},
		"path below":           {"http://localhost:PORT/oauth2callback", "/oauth2callback/", "", 404},
		"path in other case":   {"http://localhost:PORT/oauth2callback", "/OAuth2Callback", "", 404},
		"path in disguise":     {"http://localhost:PORT/oauth2callback", "/o%61uth2callback", "", 404},
		"path out of disguise": {"http://localhost:PORT/a%2Fb", "/a/b", "", 404},
		"path below the root":  {"http://localhost:PORT", "/callback", "", 404},
		"icon":                 {"http://localhost:PORT", "/favicon.ico", "", 204},
		"another host":         {"http://localhost:PORT", "/", "rebound.example:PORT", 403},
		"the host's number":    {"http://localhost:PORT", "/", "127.0.0.1:PORT", 403},
		"the number's name":    {"http://127.0.0.1:PORT", "/", "localhost:PORT", 403},
		"another number":       {"http://127.0.0.1:PORT", "/", "127.0.0.2:PORT", 403},
		"another port":         {"http://localhost:PORT", "/", "localhost:1", 403},
		"no port":              {"http://localhost:PORT", "/", "localhost", 403},
		"host below":           {"http://localhost:PORT", "/", "x.localhost:PORT", 403},
		"host with a name":     {"http://localhost:PORT", "/", "x@localhost:PORT", 403},
		"a look-alike":         {"http://localhost:PORT", "/", "localho\u017ft:PORT", 403},
	} {
		t.Run(name, func(t *testing.T) {
			r := listenAt(t, row.redirect)
			base, _ := url.Parse(r.RedirectURL())
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+base.Host+row.path+good, nil)
			if err != nil {
				t.Fatal(err)
			}
			w := httptest.NewRecorder()
			req.Host = base.Host
			if row.host != "" {
				req.Host = strings.Replace(row.host, "PORT", base.Port(), 1)
			}
			r.Serve(w, req) // a client would tidy the host
			if w.Code != row.status {
				t.Errorf("status = %d, want %d", w.Code, row.status)
			}
			stillWaiting(t, r)
			if err := r.Paste(right(r)); err != nil {
				t.Errorf("the right address afterwards: %v", err)
			}
		})
	}
}

func TestHostIsComparedAsBrowsersWriteIt(t *testing.T) {
	for _, row := range []struct{ redirect, host string }{
		{"http://localhost:80/x", "localhost"},
		{"http://localhost:80/x", "localhost:80"},
		{"http://127.0.0.1:80/x", "127.0.0.1"},
		{"http://[::1]:80/x", "[::1]"},
		{"http://localhost:8080/x", "LOCALHOST:8080"},
		{"http://LocalHost:8080/x", "localhost:8080"},
		{"http://localhost:08080/x", "localhost:8080"},
		{"http://[0:0:0::1]:8080/x", "[::1]:8080"},
		{"http://[::ffff:127.0.0.1]:8080/x", "[::ffff:7f00:1]:8080"},
	} {
		r := unconnected(t, row.redirect)
		gone, leave := context.WithCancel(t.Context())
		leave()
		req := httptest.NewRequestWithContext(gone, http.MethodGet, "/x?code=c&state="+state, nil)
		req.Host = row.host
		r.Serve(httptest.NewRecorder(), req)
		if _, err := r.Answer(gone); err != nil {
			t.Errorf("%s, asked at %q: %v", row.redirect, row.host, err)
		}
	}
}

func TestPortOfAnotherProgramIsNamed(t *testing.T) {
	for _, row := range []struct{ taken, redirect string }{
		{"127.0.0.1:0", "http://127.0.0.1:PORT/"},
		{"127.0.0.1:0", "http://localhost:PORT/"},
		{"[::1]:0", "http://[::1]:PORT/"},
		{"[::1]:0", "http://localhost:PORT/"},
	} {
		t.Run(row.taken+" "+row.redirect, func(t *testing.T) {
			if strings.Contains(row.taken, "::1") {
				needIPv6(t)
			}
			other, err := new(net.ListenConfig).Listen(t.Context(), "tcp", row.taken)
			if err != nil {
				t.Fatal(err)
			}
			defer other.Close()
			_, port, _ := net.SplitHostPort(other.Addr().String())
			r, err := loopback.Listen(state, strings.Replace(row.redirect, "PORT", port, 1), nil)
			if err == nil {
				_ = r.Close()
			}
			if !errors.Is(err, loopback.ErrPortTaken) || !errors.Is(err, loopback.ErrNoPort) {
				t.Fatalf("err = %v", err)
			}
		})
	}
}

// door is a listener at which nobody knocks.
type door struct {
	net.Listener
	closed *bool
}

func (d door) Close() error { *d.closed = true; return nil }

// refused is what the system says about a port, as the net package passes it on.
func refused(number syscall.Errno) error {
	return &net.OpError{Op: "listen", Err: os.NewSyscallError("bind", number)}
}

func TestHalfALocalhostIsGivenBackWhereAnotherProgramHasTheRest(t *testing.T) {
	for name, number := range map[string]syscall.Errno{"this system": syscall.EADDRINUSE, "Windows": 10048} {
		var closed bool
		_, err := loopback.ListenThrough(state, "http://localhost:4000/x", func(network, _ string) (net.Listener, error) {
			if network == "tcp6" {
				return nil, refused(number)
			}
			return door{closed: &closed}, nil
		})
		if !errors.Is(err, loopback.ErrPortTaken) || !closed {
			t.Errorf("%s: err = %v, and the port is given back: %t", name, err, closed)
		}
	}
}

func TestLocalhostNeedsOnlyOneOfItsAddresses(t *testing.T) {
	for _, missing := range []string{"tcp4", "tcp6"} {
		var asked []string
		r, err := loopback.ListenThrough(state, "http://localhost:4000/x", func(network, address string) (net.Listener, error) {
			asked = append(asked, network+" "+address)
			if network == missing {
				return nil, refused(syscall.EADDRNOTAVAIL)
			}
			return new(net.ListenConfig).Listen(t.Context(), "tcp4", "127.0.0.1:0") // stands for the other
		})
		if err != nil {
			t.Fatalf("without %s: %v", missing, err)
		}
		_ = r.Close()
		if got := strings.Join(asked, ", "); got != "tcp4 127.0.0.1:4000, tcp6 [::1]:4000" {
			t.Errorf("listened on %s", got)
		}
	}
}

func TestRefusedPortIsNotCalledAnotherProgram(t *testing.T) {
	_, err := loopback.ListenThrough(state, "http://localhost:80/", func(string, string) (net.Listener, error) {
		return nil, refused(syscall.EACCES)
	})
	if !errors.Is(err, loopback.ErrNoPort) || errors.Is(err, loopback.ErrPortTaken) || !errors.Is(err, syscall.EACCES) {
		t.Fatalf("err = %v", err)
	}
}

func TestRedirectElsewhereIsNeverOpened(t *testing.T) {
	for _, redirect := range []string{
		" ", "x", "localhost:8080", "http:", "http://", "http://localhost", "http://localhost:", "http://localhost:0/",
		"http://localhost:65536/", "http://localhost:-1/", "http://:8080/", "http://0.0.0.0:8080/", "http://[::]:8080/",
		"http://192.168.1.2:8080/", "http://example.com:8080/", "http://localhost.example:8080/", "http://[::1%25lo]:8080/",
		"https://localhost:8080/", "http:localhost:8080", "http://a@localhost:8080/", "http://localhost:80@x.example/",
		"http://localhost:8080/?x", "http://localhost:8080?", "http://localhost:8080/#", "http://localhost:8080/%zz",
		"http://[::1:8080/", "http://localhost:8080/\n", "http://localho\u017ft:8080/",
	} {
		r, err := loopback.ListenThrough(state, redirect, func(string, string) (net.Listener, error) {
			t.Errorf("%q is opened", redirect)
			return nil, errors.New("no")
		})
		if r != nil || !errors.Is(err, loopback.ErrNoPort) {
			t.Errorf("%q: err = %v", redirect, err)
		}
	}
}

func TestAddressIsPastedUnderAnyNameOfThisComputer(t *testing.T) {
	const query = "?code=c&state=" + state
	for _, row := range []struct {
		redirect, pasted string
		want             error
	}{
		{"http://localhost:8080/oauth2callback", "http://localhost:8080/oauth2callback", nil},
		{"http://localhost:8080/oauth2callback", "http://127.0.0.1:8080/oauth2callback", nil},
		{"http://localhost:8080/oauth2callback", "[::1]:8080/oauth2callback", nil},
		{"http://127.0.0.1:8080/oauth2callback", "LocalHost:8080/oauth2callback", nil},
		{"http://127.0.0.1:8080", "http://127.0.0.1:8080/", nil},
		{"http://127.0.0.1:8080/", "http://127.0.0.1:8080", nil},
		{"http://localhost:80/x", "http://localhost/x", nil},
		{"http://localhost:80/x", "localhost:80/x", nil},
		{"http://localhost:8080/a%2Fb", "http://localhost:8080/a%2Fb", nil},
		{"http://localhost:8080/a%2Fb", "http://localhost:8080/a/b", loopback.ErrNotRedirect},
		{"http://localhost:8080/oauth2callback", "http://localhost:8080/callback", loopback.ErrNotRedirect},
		{"http://localhost:8080/oauth2callback", "http://localhost:8080", loopback.ErrNotRedirect},
		{"http://localhost:8080/x", "http://rebound.example:8080/x", loopback.ErrNotRedirect},
		{"http://localhost:8080/x", "http:/x", loopback.ErrNotRedirect},
		{"http://localhost:8080/x", "http://localhost:8081/x", loopback.ErrWrongState},
		{"http://localhost:8080/x", "http://localhost/x", loopback.ErrWrongState},
	} {
		r := unconnected(t, row.redirect)
		if err := r.Paste(row.pasted + query); !errors.Is(err, row.want) {
			t.Errorf("%s, pasted %s: %v, want %v", row.redirect, row.pasted, err, row.want)
		}
	}
}
