package loopback

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
)

var (
	// ErrNoPort means that this computer gave no port to listen on; it wraps the reason.
	ErrNoPort = errors.New("no loopback port to receive the redirect")
	// ErrPortTaken means that the client's redirect names a port at which another
	// program listens. It is an [ErrNoPort].
	ErrPortTaken = fmt.Errorf("another program uses the port of this client's redirect: %w", ErrNoPort)
)

// opener is net.Listen, or stands for it.
type opener func(network, address string) (net.Listener, error)

// reserve listens where the redirect leads, or where the system has room if it is empty.
func reserve(redirect string, open opener) (address, []net.Listener, error) {
	if redirect == "" {
		return anyPort(open)
	}
	at, err := parse(redirect)
	if err != nil {
		return address{}, nil, fmt.Errorf("%w: %w", ErrNoPort, err)
	}
	listening, err := exactPort(at, open)
	return at, listening, err
}

// anyPort listens on a port of the system's choosing, at 127.0.0.1 or, where
// there is no IPv4, at [::1].
func anyPort(open opener) (address, []net.Listener, error) {
	l, err := open("tcp4", "127.0.0.1:0")
	if err != nil {
		var err6 error
		if l, err6 = open("tcp6", "[::1]:0"); err6 != nil {
			return address{}, nil, fmt.Errorf("%w: %w", ErrNoPort, errors.Join(err, err6))
		}
	}
	at, err := parse("http://" + l.Addr().String() + Path)
	if err != nil {
		_ = l.Close()
		return address{}, nil, fmt.Errorf("%w: %w", ErrNoPort, err)
	}
	return at, []net.Listener{l}, nil
}

// exactPort listens on the port of an address and on no other. Of localhost's
// two addresses one is enough where the computer has no other; but where another
// program listens at either, the browser might take the answer there.
func exactPort(at address, open opener) (listening []net.Listener, err error) {
	var failed []error
	for _, ip := range at.ips() {
		network := "tcp6"
		if ip.Is4() {
			network = "tcp4"
		}
		l, err := open(network, netip.AddrPortFrom(ip, at.port).String())
		if err != nil {
			failed = append(failed, err)
			continue
		}
		listening = append(listening, l)
	}
	reason := errors.Join(failed...)
	switch {
	case taken(reason):
		for _, l := range listening {
			_ = l.Close()
		}
		return nil, fmt.Errorf("%w: %w", ErrPortTaken, reason)
	case len(listening) == 0:
		return nil, fmt.Errorf("%w: %w", ErrNoPort, reason)
	}
	return listening, nil
}

// wsaInUse is Windows' WSAEADDRINUSE: there syscall.EADDRINUSE is a number of
// Go's own, which no system call returns.
const wsaInUse = syscall.Errno(10048)

func taken(err error) bool {
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, wsaInUse)
}
