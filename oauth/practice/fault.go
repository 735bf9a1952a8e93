package practice

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"time"
)

// Endpoint names one of the provider's endpoints.
type Endpoint string

// The endpoints. Authorize is both the consent page and the answer to it.
const (
	Discovery Endpoint = "discovery"
	Authorize Endpoint = "authorize"
	Token     Endpoint = "token"
	Revoke    Endpoint = "revoke"
	Keys      Endpoint = "keys"
	Profile   Endpoint = "profile"
	UserInfo  Endpoint = "userinfo"
	TokenInfo Endpoint = "tokeninfo"
)

// Fault is a way for an endpoint to misbehave. Status, Body, Cut and Endless replace the answer: the endpoint's own
// work is not done. With Lose it is done, and nobody hears of it. Delay and Header go with any answer; the Edit functions and ForeignKey change the true one, run
// while it is made, and must not call the provider.
type Fault struct {
	Status      int           // zero, where a Body is given: 200
	Body        string        // sent as it is
	ContentType string        // of Body; empty: application/json
	Header      http.Header   // sent besides the answer's own
	Delay       time.Duration // before anything is sent
	Cut         bool          // close the connection: before the first byte, or in the middle of a given Body
	Endless     bool          // after Body, spaces without end
	Lose        bool          // close the connection instead of sending the endpoint's own answer
	Times       int           // how many requests it strikes; zero: until cleared

	Edit        func(answer map[string]any) // changes a JSON answer: drop, add, retype
	EditIDToken func(claims map[string]any) // changes the ID token's claims before it is signed
	ForeignKey  bool                        // sign the ID token with a key that is not the published one
}

func (f *Fault) replaces() bool {
	return f.Status != 0 || f.Body != "" || f.Cut || f.Endless
}

// SetFault makes an endpoint misbehave from its next request on, in place of any fault set before. The zero Fault
// makes it well again.
func (p *Provider) SetFault(endpoint Endpoint, f Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if reflect.ValueOf(f).IsZero() {
		delete(p.faults, endpoint)
		return
	}
	f.Header = f.Header.Clone()
	p.faults[endpoint] = &f
}

// Requests is how many requests an endpoint has had, those with a fault included.
func (p *Provider) Requests(endpoint Endpoint) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.requests[endpoint]
}

// strike counts a request and gives the fault that it meets; never nil.
func (p *Provider) strike(endpoint Endpoint) *Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.requests[endpoint]++
	f := p.faults[endpoint]
	if f == nil {
		return &Fault{}
	}
	met := *f
	if f.Times > 0 {
		if f.Times--; f.Times == 0 {
			delete(p.faults, endpoint)
		}
	}
	return &met
}

type faultKey struct{}

// faultOf is the fault that the request met.
func faultOf(r *http.Request) *Fault {
	return r.Context().Value(faultKey{}).(*Fault)
}

// at wraps an endpoint's handler with its count and its fault.
func (p *Provider) at(endpoint Endpoint, serve http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f := p.strike(endpoint)
		if f.Delay > 0 {
			wait(w, r, f.Delay)
		}
		for name, values := range f.Header {
			w.Header()[name] = values
		}
		if f.replaces() {
			f.replace(w)
			return
		}
		r = r.WithContext(context.WithValue(r.Context(), faultKey{}, f))
		if f.Lose {
			serve(unheard{}, r)
			panic(http.ErrAbortHandler)
		}
		serve(w, r)
	})
}

// wait ends early when the connection does: because the client left or the provider closed.
func wait(w http.ResponseWriter, r *http.Request, d time.Duration) {
	body, err := io.ReadAll(r.Body) // the client's leaving is only noticed once the body is read
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	endlessly(w)
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
		panic(http.ErrAbortHandler)
	}
}

// unheard takes an answer that is lost.
type unheard struct{}

func (unheard) Header() http.Header            { return http.Header{} }
func (unheard) Write(body []byte) (int, error) { return len(body), nil }
func (unheard) WriteHeader(int)                {}

// endlessly lifts the server's time limits from one answer.
func endlessly(w http.ResponseWriter) {
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Time{}) // would end the request's context
	_ = control.SetWriteDeadline(time.Time{})
}

func (f *Fault) replace(w http.ResponseWriter) {
	if f.Cut && f.Status == 0 && f.Body == "" {
		panic(http.ErrAbortHandler)
	}
	contentType := f.ContentType
	if contentType == "" {
		contentType = "application/json"
	}
	w.Header().Set("Content-Type", contentType)
	if f.Cut {
		w.Header().Set("Content-Length", strconv.Itoa(len(f.Body)+1))
	}
	status := f.Status
	if status == 0 {
		status = http.StatusOK
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, f.Body)
	if !f.Cut && !f.Endless {
		return
	}
	_ = http.NewResponseController(w).Flush()
	if f.Cut {
		panic(http.ErrAbortHandler)
	}
	endlessly(w)
	spaces := bytes.Repeat([]byte(" "), 4<<10)
	for {
		if _, err := w.Write(spaces); err != nil {
			panic(http.ErrAbortHandler)
		}
	}
}
