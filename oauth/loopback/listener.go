package loopback

import (
	"net"
	"sync"
)

// limitListener accepts a connection only while fewer than its limit are open,
// so that nobody can use up the program's file descriptors; others wait in the
// system's queue.
type limitListener struct {
	net.Listener
	open  chan struct{} // a place for each open connection
	ended chan struct{}
	end   func()
}

func newLimitListener(l net.Listener, limit int) *limitListener {
	ended := make(chan struct{})
	return &limitListener{
		Listener: l,
		open:     make(chan struct{}, limit),
		ended:    ended,
		end:      sync.OnceFunc(func() { close(ended) }),
	}
}

func (l *limitListener) Accept() (net.Conn, error) {
	select {
	case l.open <- struct{}{}:
	case <-l.ended:
		return nil, net.ErrClosed
	}
	conn, err := l.Listener.Accept()
	if err != nil {
		<-l.open
		return nil, err
	}
	return &limitConn{Conn: conn, leave: sync.OnceFunc(func() { <-l.open })}, nil
}

func (l *limitListener) Close() error {
	l.end()
	return l.Listener.Close()
}

// limitConn gives its place back when it is closed.
type limitConn struct {
	net.Conn
	leave func()
}

func (c *limitConn) Close() error {
	defer c.leave()
	return c.Conn.Close()
}
