package loopback_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tokentray/oauth/loopback"
)

func TestListenFallsBackToIPv6(t *testing.T) {
	var asked []string
	r, err := loopback.ListenThrough(state, "", func(network, address string) (net.Listener, error) {
		asked = append(asked, network+" "+address)
		if network == "tcp4" {
			return nil, errors.New("no IPv4")
		}
		return new(net.ListenConfig).Listen(t.Context(), "tcp4", "127.0.0.1:0") // stands for [::1], which not every machine has
	})
	if err != nil {
		t.Fatal(err)
	}
	defer shut(t, r)
	if got := strings.Join(asked, ", "); got != "tcp4 127.0.0.1:0, tcp6 [::1]:0" {
		t.Errorf("listened on %s", got)
	}
}

func TestNoPortIsNamedWithItsReason(t *testing.T) {
	reason := errors.New("not permitted")
	_, err := loopback.ListenThrough(state, "", func(string, string) (net.Listener, error) { return nil, reason })
	if !errors.Is(err, loopback.ErrNoPort) || !errors.Is(err, reason) {
		t.Fatalf("err = %v", err)
	}
}

func TestEmptyStateIsRefused(t *testing.T) {
	if r, err := loopback.Listen("", "", nil); err == nil {
		_ = r.Close()
		t.Fatal("listens without a state")
	}
}

func TestPageReplacesTheDefaultsByName(t *testing.T) {
	r := listen(t, loopback.Limits{})
	got := browse(right(r))
	body := []byte("<p>done")
	header := http.Header{"content-type": {"text/html; charset=utf-8"}, "Content-Security-Policy": {"default-src 'none'; style-src x"}}
	a := answer(t, r)
	a.Show(http.StatusAccepted, header, body)
	body[0] = 'X'
	a.Show(http.StatusTeapot, nil, []byte("second"))
	page := wait(t, got)
	if page.err != nil || page.status != http.StatusAccepted || page.body != "<p>done" {
		t.Errorf("page = %+v", page)
	}
	if types := page.header.Values("Content-Type"); len(types) != 1 || types[0] != "text/html; charset=utf-8" {
		t.Errorf("Content-Type = %q", types)
	}
	if csp := page.header.Values("Content-Security-Policy"); len(csp) != 1 || csp[0] != "default-src 'none'; style-src x" {
		t.Errorf("Content-Security-Policy = %q", csp)
	}
	private(t, page.header)
}

func TestNonsenseStatusIsOK(t *testing.T) {
	for _, status := range []int{-1, 0, 100, 600, 1000} {
		r := listen(t, loopback.Limits{})
		got := browse(right(r))
		answer(t, r).Show(status, nil, nil)
		if page := wait(t, got); page.status != http.StatusOK {
			t.Errorf("Show(%d) gave %+v", status, page)
		}
	}
}

func TestReloadGetsTheSamePage(t *testing.T) {
	r := listen(t, loopback.Limits{})
	first := browse(right(r))
	a := answer(t, r)
	second := browse(strings.Replace(right(r), "c0de", "0ther", 1))
	a.Show(http.StatusOK, nil, []byte("done"))
	for _, got := range []<-chan response{first, second, browse(right(r)), browse(right(r))} {
		if page := wait(t, got); page.status != http.StatusOK || page.body != "done" {
			t.Errorf("page = %+v", page)
		}
	}
	if again := answer(t, r); again != a || again.Code != "c0de" {
		t.Errorf("a reload changed the answer to %+v", again)
	}
}

func TestAnswerEndsWithItsContext(t *testing.T) {
	r := listen(t, loopback.Limits{})
	ctx, cancel := context.WithCancelCause(t.Context())
	failed := make(chan error, 1)
	go func() { _, err := r.Answer(ctx); failed <- err }()
	cancel(nil)
	if err := wait(t, failed); !errors.Is(err, context.Canceled) {
		t.Fatalf("err = %v", err)
	}
}

func TestAnswerEndsWithClose(t *testing.T) {
	r := listen(t, loopback.Limits{})
	failed := make(chan error, 1)
	go func() { _, err := r.Answer(t.Context()); failed <- err }()
	_ = r.Close()
	if err := wait(t, failed); !errors.Is(err, loopback.ErrClosed) {
		t.Fatalf("err = %v", err)
	}
}

func TestClosedBeforeShowTheBrowserStillGetsAPage(t *testing.T) {
	r := listen(t, loopback.Limits{})
	got := browse(right(r))
	a := answer(t, r)
	_ = r.Close()
	page := wait(t, got)
	if page.err != nil || page.status != http.StatusGone || !strings.HasPrefix(page.body, "This sign-in has ended. You can close this tab.") {
		t.Errorf("page = %+v", page)
	}
	private(t, page.header)
	a.Show(http.StatusOK, nil, nil) // too late, and harmless
	noneLeft(t)
}

func TestShownPageArrivesAlthoughCloseFollowsAtOnce(t *testing.T) {
	for _, body := range []string{"done", strings.Repeat("page ", 4000)} {
		for range 200 {
			r := listen(t, loopback.Limits{})
			got := browse(right(r))
			answer(t, r).Show(http.StatusOK, nil, []byte(body))
			_ = r.Close()
			if page := wait(t, got); page.err != nil || page.body != body {
				t.Fatalf("status %d, %d bytes, %v", page.status, len(page.body), page.err)
			}
		}
	}
	noneLeft(t)
}

func TestCloseDoesNotWaitForSilentConnections(t *testing.T) {
	r := listen(t, loopback.Limits{Read: time.Hour, Close: time.Hour})
	silent, halfway := dial(t, r), dial(t, r)
	if _, err := io.WriteString(halfway, "GET /callback HTTP/1.1\r\nHo"); err != nil {
		t.Fatal(err)
	}
	if got := get(r.RedirectURL()); got.status != http.StatusBadRequest { // both are accepted by now
		t.Fatalf("got %+v", got)
	}
	closed := make(chan struct{})
	go func() { _ = r.Close(); close(closed) }()
	wait(t, closed)
	for _, conn := range []net.Conn{silent, halfway} {
		if _, err := io.ReadAll(conn); errors.Is(err, context.DeadlineExceeded) {
			t.Error("a connection is still open")
		}
	}
	noneLeft(t)
}

func TestCloseIsBoundedWhenTheBrowserDoesNotRead(t *testing.T) {
	r := listen(t, loopback.Limits{Write: time.Hour, Hold: time.Hour, Close: 20 * time.Millisecond})
	conn := dial(t, r)
	address, _ := strings.CutPrefix(right(r), "http://")
	host, path, _ := strings.Cut(address, "/")
	if _, err := io.WriteString(conn, "GET /"+path+" HTTP/1.1\r\nHost: "+host+"\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	answer(t, r).Show(http.StatusOK, nil, make([]byte, 64<<20))
	closed := make(chan struct{})
	go func() { _ = r.Close(); _ = r.Close(); close(closed) }()
	wait(t, closed)
	noneLeft(t)
}

func TestHeldRequestOutlivesTheTimeToRead(t *testing.T) {
	r := listen(t, loopback.Limits{Read: 50 * time.Millisecond, Write: 50 * time.Millisecond})
	got := browse(right(r))
	a := answer(t, r)
	slow := dial(t, r)
	if _, err := io.ReadAll(slow); err != nil { // ends when the server has lost patience with it
		t.Fatal(err)
	}
	a.Show(http.StatusOK, nil, []byte("done"))
	if page := wait(t, got); page.err != nil || page.body != "done" {
		t.Fatalf("page = %+v", page)
	}
}

func TestHeldRequestEndsInTheEnd(t *testing.T) {
	r := listen(t, loopback.Limits{Hold: time.Millisecond})
	got := get(right(r))
	if got.status != http.StatusOK || !strings.Contains(got.body, "longer than usual") {
		t.Fatalf("got %+v", got)
	}
	answer(t, r)
}

func TestHeldRequestsAreFew(t *testing.T) {
	r := listen(t, loopback.Limits{Held: 2})
	got := make(chan response, 3)
	var browsers sync.WaitGroup
	for range 3 {
		browsers.Go(func() { got <- get(right(r)) })
	}
	if page := wait(t, got); page.status != http.StatusServiceUnavailable {
		t.Fatalf("the one too many got %+v", page)
	}
	answer(t, r).Show(http.StatusOK, nil, []byte("done"))
	for range 2 {
		if page := wait(t, got); page.body != "done" {
			t.Errorf("page = %+v", page)
		}
	}
	browsers.Wait()
	if page := get(right(r)); page.body != "done" {
		t.Errorf("the places were not given back: %+v", page)
	}
}

func TestHitComesThroughManySilentConnections(t *testing.T) {
	r := listen(t, loopback.Limits{Conns: 4, Read: 50 * time.Millisecond})
	for range 40 {
		dial(t, r)
	}
	got := browse(right(r))
	answer(t, r).Show(http.StatusOK, nil, []byte("done"))
	if page := wait(t, got); page.body != "done" {
		t.Fatalf("page = %+v", page)
	}
}

// knocks is a listener at which hundreds knock, and then say nothing.
type knocks struct {
	accepted atomic.Int32
	linger   chan struct{} // a closed connection's Read returns when this is closed
	ended    chan struct{}
	end      sync.Once
}

func newKnocks() *knocks {
	return &knocks{linger: make(chan struct{}), ended: make(chan struct{})}
}

func (k *knocks) Accept() (net.Conn, error) {
	if k.accepted.Add(1) > 300 {
		<-k.ended
		return nil, net.ErrClosed
	}
	conn, _ := net.Pipe()
	return silent{conn, k.linger}, nil
}

func (k *knocks) Close() error { k.end.Do(func() { close(k.ended) }); return nil }
func (*knocks) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 4000} }

type silent struct {
	net.Conn
	linger chan struct{}
}

func (s silent) Read(p []byte) (int, error) {
	n, err := s.Conn.Read(p)
	<-s.linger
	return n, err
}

func TestConnectionsAreFewAndCloseWaitsForTheirEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		port := newKnocks()
		r, err := loopback.ListenThrough(state, "", func(string, string) (net.Listener, error) { return port, nil })
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if n := port.accepted.Load(); n != 64 {
			t.Errorf("%d connections are open", n)
		}

		closed := make(chan struct{})
		go func() { _ = r.Close(); close(closed) }()
		synctest.Wait()
		select {
		case <-closed:
			t.Error("Close returned while connections were still served")
		default:
		}
		close(port.linger)
		<-closed
	})
}

func TestPlaceOfAConnectionIsGivenBackOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := loopback.NewLimitListener(newKnocks(), 3)
		accepted := make(chan net.Conn, 10)
		var accepting sync.WaitGroup
		accepting.Go(func() {
			for {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				accepted <- conn
			}
		})
		synctest.Wait()
		if len(accepted) != 3 {
			t.Fatalf("%d connections are open", len(accepted))
		}
		first := <-accepted
		_ = first.Close()
		_ = first.Close()
		synctest.Wait()
		if len(accepted) != 3 {
			t.Fatalf("%d connections after one was closed", len(accepted))
		}
		_ = l.Close()
		accepting.Wait()
	})
}
