package loopback_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tokentray/oauth/loopback"
)

// FuzzRedirect sends a request, as bytes, through the server of a receiver with
// any redirect ("" for one of its own) on a network that is only memory. The
// request counts only with all that makes it right, and after one that doesn't
// the right one still does.
func FuzzRedirect(f *testing.F) {
	const good, usual, own = "code=c&state=" + state, "/callback?", "http://localhost:8080/oauth2callback"
	for _, query := range []string{
		"", "state=" + state, good, "error=access_denied&state=" + state,
		"state=x&code=c", "state=" + state + "&" + good, "code=a&" + good,
		"error=e&" + good, "code=%zz&state=" + state, "code=c;state=" + state,
		"iss=a&iss=b&" + good, "stat%65=" + state + "&code=%00", good + "#&state=x",
	} {
		f.Add("", "GET", usual+query, "127.0.0.1:4000", "")
		f.Add(own, "GET", "/oauth2callback?"+query, "localhost:8080", "")
	}
	for _, row := range [][5]string{
		{"", "GET", usual + good, "127.0.0.1:4001", ""},
		{"", "GET", usual + good, "rebound.example:4000", ""},
		{"", "GET", usual + good, "", ""},
		{"", "GET", "/callback/?" + good, "127.0.0.1:4000", ""},
		{"", "GET", "//callback?" + good, "127.0.0.1:4000", ""},
		{"", "GET", "http://127.0.0.1:4000/callback?" + good, "rebound.example", ""},
		{"", "GET", "http://rebound.example/callback?" + good, "127.0.0.1:4000", ""},
		{"", "HEAD", usual + good, "127.0.0.1:4000", ""},
		{"", "POST", usual + good, "127.0.0.1:4000", "Content-Length: 1\r\n\r\nx"},
		{"", "GET", usual + good, "127.0.0.1:4000", "Content-Length: 9"},
		{"", "GET", usual + good, "127.0.0.1:4000", "Transfer-Encoding: chunked"},
		{"", "GET", usual + good, "127.0.0.1:4000", "Sec-Purpose: Prefetch;prerender"},
		{"", "GET", usual + good, "127.0.0.1:4000", "Host: rebound.example"},
		{"", "OPTIONS", "*", "127.0.0.1:4000", ""},
		{"", "CONNECT", "127.0.0.1:4000", "127.0.0.1:4000", ""},
		{own, "GET", "/oauth2callback?" + good, "127.0.0.1:8080", ""},
		{own, "GET", "/oauth2callback?" + good, "LOCALHOST:8080", ""},
		{own, "GET", "/o%61uth2callback?" + good, "localhost:8080", ""},
		{own, "GET", usual + good, "localhost:8080", ""},
		{"http://localhost:80", "GET", "/?" + good, "localhost", ""},
		{"http://localhost:80", "GET", "http://localhost?" + good, "localhost", ""},
		{"http://[::1]:8080/", "GET", "/?" + good, "[::1]:8080", ""},
		{"http://[::ffff:127.0.0.1]:8080/{a}", "GET", "/%7Ba%7D?" + good, "127.0.0.1:8080", ""},
		{"http://127.0.0.2:09999/a%2fb//", "GET", "/a%2Fb//?" + good, "127.0.0.2:9999", ""},
		{"http://localhost:9999/favicon.ico", "GET", "/favicon.ico?" + good, "localhost:9999", ""},
		{"http://rebound.example:80/", "GET", "/?" + good, "rebound.example", ""},
		{"http://localhost:80@rebound.example/", "GET", "/?" + good, "rebound.example", ""},
		{"http://localhost:8080/%zz?x#", "GET", "/", "localhost:8080", ""},
	} {
		f.Add(row[0], row[1], row[2], row[3], row[4])
	}
	f.Fuzz(func(t *testing.T, redirect, method, target, host, header string) {
		if strings.ContainsAny(method+target+host, "\r\n") || len(redirect) > 1<<10 {
			return // another request than it seems, or no room for one
		}
		knock := make(wire)
		r, err := loopback.ListenThrough(state, redirect, func(_, address string) (net.Listener, error) {
			onlyThisComputer(t, address)
			return knock.listen(), nil
		})
		if err != nil {
			if redirect == "" || !errors.Is(err, loopback.ErrNoPort) {
				t.Fatalf("Listen = %v", err)
			}
			return
		}
		defer shut(t, r)
		if redirect != "" && r.RedirectURL() != redirect {
			t.Fatalf("RedirectURL = %q, not %q", r.RedirectURL(), redirect)
		}
		raw := method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n" + header + "\r\n\r\n"
		a, page := knock.ask(t, r, raw)
		if strings.Contains(page, state) {
			t.Fatalf("the page repeats the query: %q", page)
		}
		if a != nil {
			onlyRight(t, a)
			rightRequest(t, r.RedirectURL(), raw)
			return
		}
		if strings.HasPrefix(page, "HTTP/1.1 200 ") {
			t.Fatalf("no answer, but %q", page)
		}
		u, err := url.Parse(r.RedirectURL())
		if err != nil {
			t.Fatalf("listens at %q", redirect)
		}
		u.RawQuery = "code=c0de&state=" + state
		if a, page = knock.ask(t, r, "GET "+u.RequestURI()+" HTTP/1.1\r\nHost: "+u.Host+"\r\n\r\n"); a == nil || a.Code != "c0de" {
			t.Fatalf("after it, the right request got %q", page)
		}
	})
}

// FuzzPaste pastes any address. It counts only where it names this computer, the
// port, the path and the state, and never for another sign-in as well.
func FuzzPaste(f *testing.F) {
	const base, own = "127.0.0.1:4000/callback?", "http://localhost:80"
	for _, seed := range []string{
		"", " ", ".", "http://", "://", "http://[", "http://127.0.0.1:4000/callback",
		"http://" + base + "code=c&state=" + state, base + "state=" + state + "&error=access_denied.",
		"<https://" + base + "code=c\r\n&amp;state=" + state + ">", "http://x@" + base + "code=c&state=" + state,
		"http://" + base + "code=c&state=other", "http://" + base + "code=c&state=" + state + "&state=" + state,
		"http://127.0.0.1:4000/callback#?code=c&state=" + state, "\xff" + base + "code=\xff&state=" + state,
		"localhost:4000/callback?code=c&st%61te=" + state, "http://[::1]:4000/callback?code=c&state=" + state,
		"http:" + base + "code=c&state=" + state, "http:/callback?code=c&state=" + state,
		"http://127.0.0.1:4000@rebound.example/callback?code=c&state=" + state,
	} {
		f.Add("http://127.0.0.1:4000/callback", seed)
		f.Add("http://localhost:4000/callback", seed)
	}
	for _, seed := range []string{
		"localhost?code=c&state=" + state, "https://127.0.0.1/?code=c&state=" + state, "?code=c&state=" + state,
		"http:?code=c&state=" + state, "http://:80?code=c&state=" + state, "[::1]:080/?code=c&state=" + state,
	} {
		f.Add(own, seed)
	}
	f.Fuzz(func(t *testing.T, redirect, pasted string) {
		r, err := loopback.Unconnected(state, redirect)
		if err != nil {
			return
		}
		over, stop := context.WithCancel(t.Context())
		stop()
		said := r.Paste(pasted)
		a, err := r.Answer(over)
		if (said == nil) != (err == nil) {
			t.Fatalf("Paste = %v, but Answer = %v", said, err)
		}
		if said != nil {
			if !errors.Is(said, loopback.ErrNotRedirect) && !errors.Is(said, loopback.ErrWrongState) {
				t.Fatalf("Paste = %v", said)
			}
			if text := said.Error(); text != loopback.ErrNotRedirect.Error() && text != loopback.ErrWrongState.Error() {
				t.Fatalf("the error says more than it should: %q", text)
			}
			return
		}
		onlyRight(t, a)
		if !strings.Contains(unescaped(pasted), "state="+state) {
			t.Fatalf("accepted without the state: %q", pasted)
		}
		for _, state := range []string{state + "x", state[1:], strings.ToUpper(state)} {
			other, err := loopback.Unconnected(state, redirect)
			if err != nil || !errors.Is(other.Paste(pasted), loopback.ErrWrongState) {
				t.Fatalf("accepted for another sign-in: %q", pasted)
			}
		}
	})
}

// onlyRight checks an accepted answer against the rules, from its parameters.
func onlyRight(t *testing.T, a *loopback.Answer) {
	t.Helper()
	if states := a.Query["state"]; len(states) != 1 || states[0] != state {
		t.Fatalf("accepted with state %q", states)
	}
	if (a.Code == "") == (a.Error == "") || len(a.Query["code"]) > 1 || len(a.Query["error"]) > 1 || len(a.Query["iss"]) > 1 {
		t.Fatalf("accepted %v", a.Query)
	}
}

// rightRequest reads a request that counted once more, and checks it against
// the redirect.
func rightRequest(t *testing.T, redirect, raw string) {
	t.Helper()
	req, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw)))
	if err != nil {
		t.Fatalf("counted, but is no request: %v", err)
	}
	u, _ := url.Parse(redirect)
	got, want := *req.URL, *u
	got.Host, got.Scheme = req.Host, "http" // from the header, or from the target where that is a whole address
	ip := net.ParseIP(got.Hostname())
	if named := strings.EqualFold(u.Hostname(), "localhost"); named != strings.EqualFold(got.Hostname(), "localhost") ||
		!named && !ip.Equal(net.ParseIP(u.Hostname())) {
		t.Fatalf("counted for host %q", req.Host)
	}
	if strings.TrimLeft(want.Port(), "0") != strings.TrimLeft(got.Port(), "0") && (got.Port() != "" || strings.TrimLeft(want.Port(), "0") != "80") {
		t.Fatalf("counted for port %q", got.Port())
	}
	if got.Path != want.Path && strings.Trim(got.Path+want.Path, "/") != "" {
		t.Fatalf("counted for path %q", got.Path)
	}
	if req.Method != http.MethodGet || strings.Contains(strings.ToLower(req.Header.Get("Sec-Purpose")), "prefetch") {
		t.Fatalf("counted: %s, %v", req.Method, req.Header)
	}
	if !strings.Contains(unescaped(req.URL.RawQuery), "state="+state) {
		t.Fatalf("counted without the state: %q", req.URL.RawQuery)
	}
}

// unescaped undoes the escapes of the characters that a state is made of, and
// drops what a paste may have too much.
func unescaped(text string) string {
	text = strings.Map(func(c rune) rune {
		if c <= ' ' || c > '~' {
			return -1
		}
		return c
	}, text)
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		if c, err := url.PathUnescape(text[i:min(i+3, len(text))]); err == nil && text[i] == '%' {
			out.WriteString(c)
			i += 2
			continue
		}
		out.WriteByte(text[i])
	}
	return out.String()
}

func onlyThisComputer(t *testing.T, address string) {
	t.Helper()
	host, port, err := net.SplitHostPort(address)
	if err != nil || port == "" || !net.ParseIP(host).IsLoopback() {
		t.Fatalf("opens %q", address)
	}
}

// wire is a network that brings each request to whichever listener comes first.
type wire chan net.Conn

func (w wire) listen() net.Listener { return &socket{wire: w, knocks: newKnocks()} }

// ask sends a request, shows the page if it is right, and returns all that came
// back. The browser hangs up once it has asked.
func (w wire) ask(t *testing.T, r *loopback.Receiver, raw string) (*loopback.Answer, string) {
	t.Helper()
	ctx, hungUp := context.WithCancel(t.Context())
	defer hungUp()
	asked := &exchange{Reader: strings.NewReader(raw), hungUp: hungUp}
	select {
	case w <- asked:
	case <-time.After(patience):
		t.Fatal("nobody listens")
	}
	_, _ = r.Answer(ctx)
	a, err := r.Answer(ctx) // looks again, in case both came at once
	if err == nil {
		a.Show(http.StatusOK, nil, []byte("done"))
	}
	<-ctx.Done()
	return a, asked.page.String()
}

type socket struct {
	*knocks
	wire wire
}

func (s *socket) Accept() (net.Conn, error) {
	select {
	case conn := <-s.wire:
		return conn, nil
	case <-s.ended:
		return nil, net.ErrClosed
	}
}

// exchange is a connection: the request is read, the page written.
type exchange struct {
	*strings.Reader
	page   bytes.Buffer
	hungUp func()
}

func (e *exchange) Write(p []byte) (int, error)    { return e.page.Write(p) }
func (e *exchange) Close() error                   { e.hungUp(); return nil }
func (*exchange) LocalAddr() net.Addr              { return (*knocks)(nil).Addr() }
func (*exchange) RemoteAddr() net.Addr             { return (*knocks)(nil).Addr() }
func (*exchange) SetDeadline(time.Time) error      { return nil }
func (*exchange) SetReadDeadline(time.Time) error  { return nil }
func (*exchange) SetWriteDeadline(time.Time) error { return nil }
