package loopback_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"tokentray/oauth/loopback"
)

const state = "st4te-Of_this.sign-in~"

// patience is how long a test waits for what should come at once.
const patience = 20 * time.Second

var client = &http.Client{
	Transport:     &http.Transport{DisableKeepAlives: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	Timeout:       patience,
}

func listen(t *testing.T, change loopback.Limits) *loopback.Receiver {
	t.Helper()
	r, err := loopback.ListenWith(state, change)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

// listenAt listens where the pattern says, PORT being one that is free.
func listenAt(t *testing.T, pattern string) *loopback.Receiver {
	t.Helper()
	if strings.Contains(pattern, "[::1]") {
		needIPv6(t)
	}
	for tries := 20; ; tries-- { // somebody else may take the port meanwhile
		r, err := loopback.Listen(state, strings.Replace(pattern, "PORT", freePort(t), 1), nil)
		if errors.Is(err, loopback.ErrPortTaken) && tries > 0 {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = r.Close() })
		return r
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// shut closes what a test opened, which has to go well.
func shut(t testing.TB, opened io.Closer) {
	t.Helper()
	if err := opened.Close(); err != nil {
		t.Errorf("could not be closed: %v", err)
	}
}

func needIPv6(t *testing.T) {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp6", "[::1]:0")
	if err != nil {
		t.Skipf("this computer has no IPv6: %v", err)
	}
	_ = l.Close()
}

func unconnected(t *testing.T, redirect string) *loopback.Receiver {
	t.Helper()
	r, err := loopback.Unconnected(state, redirect)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func right(r *loopback.Receiver) string {
	return r.RedirectURL() + "?state=" + url.QueryEscape(state) + "&code=c0de"
}

// response is what a browser got.
type response struct {
	status int
	header http.Header
	body   string
	err    error
}

func do(req *http.Request) response { return doThrough(client, req) }

func doThrough(client *http.Client, req *http.Request) response {
	answer, err := client.Do(req)
	if err != nil {
		return response{err: err}
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return response{answer.StatusCode, answer.Header, string(body), err}
}

func get(address string) response { return getThrough(client, address) }

func getThrough(client *http.Client, address string) response {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, address, nil)
	if err != nil {
		return response{err: err}
	}
	return doThrough(client, req)
}

// browse asks for the address while the test goes on.
func browse(address string) <-chan response {
	got := make(chan response, 1)
	go func() { got <- get(address) }()
	return got
}

func wait[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case value := <-from:
		return value
	case <-time.After(patience):
		t.Fatal("nothing came")
		panic("unreachable")
	}
}

func answer(t *testing.T, r *loopback.Receiver) *loopback.Answer {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	a, err := r.Answer(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func stillWaiting(t *testing.T, r *loopback.Receiver) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if a, err := r.Answer(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("Answer = %+v, %v; want to be waiting still", a, err)
	}
}

// noneLeft fails when a goroutine of a closed receiver still runs.
func noneLeft(t *testing.T) {
	t.Helper()
	buffer := make([]byte, 1<<20)
	for end := time.Now().Add(patience); ; runtime.Gosched() {
		left := ""
		for stack := range strings.SplitSeq(string(buffer[:runtime.Stack(buffer, true)]), "\n\n") {
			if strings.Contains(stack, "http.(*Server)") || strings.Contains(stack, "http.(*conn)") ||
				strings.Contains(stack, "http.(*connReader)") || strings.Contains(stack, "loopback.(*Receiver)") {
				left = stack
			}
		}
		if left == "" {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("still running after Close:\n%s", left)
		}
	}
}

func dial(t *testing.T, r *loopback.Receiver) net.Conn {
	t.Helper()
	u, err := url.Parse(r.RedirectURL())
	if err != nil {
		t.Fatal(err)
	}
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return conn
}
