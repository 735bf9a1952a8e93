// Package practice is a small OpenID provider with a consent page, for practising: nothing behind it is Google and no
// real mailbox is touched. It behaves as Google does towards an installed application (RFC 8252, PKCE, tick boxes for
// each access, refresh tokens only for access_type=offline) and listens on this computer only. A person can choose on
// the consent page what goes wrong (Problems); a program can have any endpoint misbehave (SetFault).
//
// Its tokens are self-contained: signed with Options.Key and understood by every later provider that has the same key,
// on whatever port. What was revoked and which refresh token of a rotating grant is the live one is kept in memory
// only, so a restart forgets it: a revoked grant lives again, and the first refresh token shown of a grant is taken for
// its live one.
package practice

import (
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

// Options say what a provider is like. The zero value is a usable provider.
type Options struct {
	// Key signs everything (P-256, ES256). Nil: a fresh one. Grants are self-contained, so the same key makes them
	// survive a restart, even on another port.
	Key *ecdsa.PrivateKey
	// ClientID and ClientSecret are the one client it knows. Empty: "practice" and a random secret.
	ClientID, ClientSecret string
	// AccessLifetime is how long an access token lives. Zero: an hour.
	AccessLifetime time.Duration
	// CodeLifetime is how long an authorization code is good. Zero: a minute.
	CodeLifetime time.Duration
	// Rotate makes each refresh return a new refresh token; the one before it is dead from then on.
	Rotate bool
	// Leeway is how long the one before works on all the same, for programs that missed the answer: Okta's "grace
	// period", Auth0's "rotation overlap period". Zero: not at all.
	Leeway time.Duration
	// Now tells the time for lifetimes; it is called from many goroutines. Nil: time.Now.
	Now func() time.Time
	// Words says one of [Sentences] in the person's language; it is called from many goroutines. Nil: they stay English.
	Words func(english string) string
	// Lang names that language to the browser, such as "de". Empty: English.
	Lang string
}

const (
	defaultAccessLifetime = time.Hour
	defaultCodeLifetime   = time.Minute
	closeLimit            = 5 * time.Second
	maxBody               = 64 << 10
)

// ErrStillBusy is what Close answers when a request did not end in time.
var ErrStillBusy = errors.New("practice provider closed, but a request is still running")

// Provider is a running practice provider. Its methods may be called from any goroutine.
type Provider struct {
	host         string
	clientID     string
	clientSecret string
	codeLifetime time.Duration
	leeway       time.Duration
	now          func() time.Time
	words        func(english string) string
	lang         string
	signer       *signer

	server  *http.Server
	running sync.WaitGroup // the accept loop and each connection
	close   func() error

	mu             sync.Mutex // guards everything below
	accessLifetime time.Duration
	rotate         bool
	asked          shelf[*question]
	codes          shelf[*code]
	grants         map[string]*grant
	faults         map[Endpoint]*Fault
	requests       map[Endpoint]int
}

// Start listens on a free port of 127.0.0.1 and serves until Close.
func Start(o Options) (*Provider, error) {
	if o.Key == nil {
		key, err := NewKey()
		if err != nil {
			return nil, err
		}
		o.Key = key
	}
	signer, err := newSigner(o.Key)
	if err != nil {
		return nil, err
	}
	if o.ClientID == "" {
		o.ClientID = "practice"
	}
	if o.ClientSecret == "" {
		o.ClientSecret = rand.Text()
	}
	if o.CodeLifetime == 0 {
		o.CodeLifetime = defaultCodeLifetime
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Words == nil {
		o.Words = func(english string) string { return english }
	}
	if o.Lang == "" {
		o.Lang = "en"
	}
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("practice provider could not listen: %w", err)
	}
	p := &Provider{
		host:         listener.Addr().String(),
		clientID:     o.ClientID,
		clientSecret: o.ClientSecret,
		codeLifetime: o.CodeLifetime,
		leeway:       o.Leeway,
		now:          o.Now,
		words:        o.Words,
		lang:         o.Lang,
		signer:       signer,
		rotate:       o.Rotate,
		asked:        newShelf[*question](256),
		codes:        newShelf[*code](256),
		grants:       map[string]*grant{},
		faults:       map[Endpoint]*Fault{},
		requests:     map[Endpoint]int{},
	}
	p.close = sync.OnceValue(p.stop)
	p.SetAccessLifetime(o.AccessLifetime)
	p.serve(listener)
	return p, nil
}

func (p *Provider) serve(listener net.Listener) {
	p.server = &http.Server{
		Handler:           p.handler(),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    maxBody,
		ErrorLog:          log.New(io.Discard, "", 0),
		ConnState: func(_ net.Conn, state http.ConnState) {
			switch state {
			case http.StateNew:
				p.running.Add(1)
			case http.StateClosed:
				p.running.Done()
			}
		},
	}
	p.running.Go(func() { _ = p.server.Serve(listener) })
}

// Issuer is the provider's address, http://127.0.0.1:PORT.
func (p *Provider) Issuer() string { return "http://" + p.host }

// ClientID names the one client that the provider knows.
func (p *Provider) ClientID() string { return p.clientID }

// ClientSecret is that client's secret.
func (p *Provider) ClientSecret() string { return p.clientSecret }

// SetRotate decides whether refreshes from now on return a new refresh token and end the old one, after the leeway.
func (p *Provider) SetRotate(rotate bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rotate = rotate
}

// SetAccessLifetime decides how long access tokens issued from now on live. Zero: an hour.
func (p *Provider) SetAccessLifetime(d time.Duration) {
	if d == 0 {
		d = defaultAccessLifetime
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.accessLifetime = d
}

// Close cuts every connection, delayed and endless answers included, and waits for the provider's goroutines to end,
// at most five seconds (then ErrStillBusy). Closing again answers the same.
func (p *Provider) Close() error { return p.close() }

func (p *Provider) stop() error {
	err := p.server.Close()
	ended := make(chan struct{})
	go func() {
		p.running.Wait()
		close(ended)
	}()
	limit := time.NewTimer(closeLimit)
	defer limit.Stop()
	select {
	case <-ended:
		return err
	case <-limit.C:
		return ErrStillBusy
	}
}
