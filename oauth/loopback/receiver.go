// Package loopback receives the redirect that ends an authorization request in
// the browser, on this computer and for one sign-in (RFC 8252 section 7.3).
//
// The browser's request is held until [Answer.Show], so that the page it gets
// can say how the sign-in went. Whatever else knocks at the port (another path
// or method, a wrong state, an icon, a prefetch, a reload) is answered and
// changes nothing. Nothing is logged.
package loopback

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

// Path is where the browser is sent, unless the client has a redirect of its own.
const Path = "/callback"

// ErrClosed means that the receiver was closed before an answer came.
var ErrClosed = errors.New("the redirect receiver is closed")

// limits bound what a stranger at the port can use up.
type limits struct {
	header int           // bytes of a request's header; net/http allows 4 KiB more
	conns  int           // connections open at a time, for each listener
	held   int           // requests held for their page at a time
	read   time.Duration // for a request to arrive
	write  time.Duration // for an answer to leave
	hold   time.Duration // for a held request to wait for its page
	close  time.Duration // for Close to wait for pages being written
}

var usual = limits{
	header: 16 << 10,
	conns:  64,
	held:   8,
	read:   10 * time.Second,
	write:  10 * time.Second,
	hold:   90 * time.Second,
	close:  2 * time.Second,
}

// Receiver waits for the redirect of one sign-in. Its methods may be called
// from any goroutine.
type Receiver struct {
	limits  limits
	state   string
	words   func(english string) string // nil: English
	address address                     // where the browser is sent: nothing else counts

	deliver  sync.Once
	answer   *Answer       // set before answered is closed
	answered chan struct{} // closed with the first right answer

	show  sync.Once
	page  page          // set before shown is closed
	shown chan struct{} // closed by the first Answer.Show

	held   chan struct{} // a place for each request that is held
	busy   sync.RWMutex  // read-locked by each handler while it runs
	conns  sync.WaitGroup
	served sync.WaitGroup // the listeners' goroutines
	closed chan struct{}
	end    sync.Once

	listeners []net.Listener
	server    *http.Server
}

// Listen waits for the answer that carries state. Where redirect is empty, it
// opens 127.0.0.1 on a port of the system's choosing, or [::1] where there is no
// IPv4 loopback. Else the client is registered with that one address, such as
// http://localhost:8080/oauth2callback: plain http, a loopback host, a port, and
// only a path; then it listens there, for localhost with IPv4 and IPv6. The
// error wraps [ErrNoPort]; it is [ErrPortTaken] where another program has the
// port. words says one of [Sentences] in the person's language, on any goroutine;
// nil: they stay English. The caller closes the receiver.
func Listen(state, redirect string, words func(english string) string) (*Receiver, error) {
	return listen(state, redirect, words, usual, net.Listen)
}

func listen(state, redirect string, words func(string) string, limits limits, open opener) (*Receiver, error) {
	if state == "" {
		return nil, errors.New("loopback: the state is empty")
	}
	at, listening, err := reserve(redirect, open)
	if err != nil {
		return nil, err
	}
	r := newReceiver(state, at, limits)
	r.words = words
	r.server = &http.Server{
		Handler:                      http.HandlerFunc(r.serve),
		DisableGeneralOptionsHandler: true,
		ReadTimeout:                  limits.read,
		WriteTimeout:                 limits.write,
		MaxHeaderBytes:               limits.header,
		ErrorLog:                     log.New(io.Discard, "", 0),
		ConnState:                    r.count,
	}
	r.server.SetKeepAlivesEnabled(false)
	for _, l := range listening {
		l = newLimitListener(l, limits.conns)
		r.listeners = append(r.listeners, l)
		r.served.Go(func() { _ = r.server.Serve(l) })
	}
	return r, nil
}

func newReceiver(state string, at address, limits limits) *Receiver {
	return &Receiver{
		limits:   limits,
		state:    state,
		address:  at,
		answered: make(chan struct{}),
		shown:    make(chan struct{}),
		held:     make(chan struct{}, limits.held),
		closed:   make(chan struct{}),
	}
}

// inWords says a sentence in the person's language.
func (r *Receiver) inWords(english string) string {
	if r.words == nil {
		return english
	}
	return r.words(english)
}

// count follows the connections, so that Close can wait for their goroutines.
func (r *Receiver) count(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		r.conns.Add(1)
	case http.StateClosed:
		r.conns.Done()
	}
}

// RedirectURL is the redirect_uri of the authorization request: the client's own,
// byte for byte, or http://127.0.0.1:PORT/callback.
func (r *Receiver) RedirectURL() string { return r.address.whole }

// Answer waits for the first answer that carries the right state, from the
// browser or from [Receiver.Paste]. It fails with the context's error, or with
// [ErrClosed]. Once there is an answer, every call returns that one.
func (r *Receiver) Answer(ctx context.Context) (*Answer, error) {
	select {
	case <-r.answered:
		return r.answer, nil
	default:
	}
	select {
	case <-r.answered:
		return r.answer, nil
	case <-r.closed:
		return nil, ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Close stops listening and lets every held request end: with the page, where
// one was shown, else with a line that says that the sign-in has ended. It
// waits up to 2 s for answers being written, leaves no goroutine and always
// returns nil. Closing twice is harmless.
func (r *Receiver) Close() error {
	r.end.Do(func() {
		close(r.closed)
		for _, l := range r.listeners {
			_ = l.Close()
		}
		r.served.Wait()

		written := make(chan struct{})
		go func() {
			r.busy.Lock()
			defer r.busy.Unlock()
			close(written)
		}()
		patience := time.NewTimer(r.limits.close)
		defer patience.Stop()
		select {
		case <-written:
		case <-patience.C:
		}
		_ = r.server.Close()
		<-written
		r.conns.Wait()
	})
	return nil
}
