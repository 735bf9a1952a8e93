package loopback

import (
	"net"
	"net/http"
	"time"
)

// Limits lets a test tighten or loosen one bound.
type Limits struct {
	Conns, Held              int
	Read, Write, Hold, Close time.Duration
}

// ListenWith is Listen with other bounds; zero leaves one as it is.
func ListenWith(state string, change Limits) (*Receiver, error) {
	l := usual
	set(&l.conns, change.Conns)
	set(&l.held, change.Held)
	set(&l.read, change.Read)
	set(&l.write, change.Write)
	set(&l.hold, change.Hold)
	set(&l.close, change.Close)
	return listen(state, "", nil, l, net.Listen)
}

func set[T comparable](to *T, value T) {
	var zero T
	if value != zero {
		*to = value
	}
}

// ListenThrough is Listen on a computer whose network is open.
func ListenThrough(state, redirect string, open func(network, address string) (net.Listener, error)) (*Receiver, error) {
	return listen(state, redirect, nil, usual, open)
}

// Unconnected is a receiver without a listener.
func Unconnected(state, redirect string) (*Receiver, error) {
	at, err := parse(redirect)
	return newReceiver(state, at, usual), err
}

// Serve hands the receiver one request.
func (r *Receiver) Serve(w http.ResponseWriter, req *http.Request) { r.serve(w, req) }

// NewLimitListener is what stands between the port and the server.
func NewLimitListener(l net.Listener, limit int) net.Listener { return newLimitListener(l, limit) }
