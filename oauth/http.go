package oauth

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"
)

const (
	requestTimeout = 30 * time.Second
	maxBody        = 1 << 20
)

var errBodyTooLong = errors.New("the answer is longer than 1 MiB")

// newHTTPClient gives base the manners that every request here needs: an end in time, an end in length, and no
// redirects, since a token endpoint never redirects and a captive portal does.
func newHTTPClient(base http.RoundTripper) *http.Client {
	return &http.Client{
		Transport:     bounded{base},
		Timeout:       requestTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// usualTransport is Go's own, with its proxy from the environment, that gives up sooner where nobody answers: a request
// that was caught by a change of network must not keep its account from being tried on the new one.
func usualTransport() *http.Transport {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DialContext = (&net.Dialer{Timeout: 15 * time.Second}).DialContext
	transport.HTTP2 = &http.HTTP2Config{SendPingTimeout: 10 * time.Second, PingTimeout: 5 * time.Second}
	return transport
}

// Do sends a request with the engine's manners: an end in time and in length, no redirects. An answer of any status
// is no error; that none came is [ErrUnreachable]. The request's address must not hold a secret.
func (e *Engine) Do(request *http.Request) (status int, body []byte, err error) {
	response, err := e.http.Do(request) //nolint:gosec // whoever calls says where
	if err != nil {
		return 0, nil, fmt.Errorf("%w: %w", ErrUnreachable, plainNetwork(err))
	}
	defer response.Body.Close()
	body, err = io.ReadAll(response.Body)
	if err != nil {
		return 0, nil, fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	return response.StatusCode, body, nil
}

type bounded struct{ base http.RoundTripper }

func (b bounded) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := b.base.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	response.Body = &boundedBody{ReadCloser: response.Body, left: maxBody}
	return response, nil
}

// CloseIdleConnections is what http.Client's method of this name looks for.
func (b bounded) CloseIdleConnections() { closeIdle(b.base) }

func closeIdle(base http.RoundTripper) {
	if base, ok := base.(interface{ CloseIdleConnections() }); ok {
		base.CloseIdleConnections()
	}
}

type boundedBody struct {
	io.ReadCloser
	left int
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errBodyTooLong
	}
	if len(p) > b.left {
		p = p[:b.left]
	}
	n, err := b.ReadCloser.Read(p)
	b.left -= n
	return n, err
}

// isNetwork tells a request that never got its answer from an answer that makes no sense.
func isNetwork(err error) bool {
	var wrapped *url.Error
	var network net.Error
	return errors.As(err, &wrapped) || errors.As(err, &network) || errors.Is(err, io.ErrUnexpectedEOF)
}

// plainNetwork drops method and address from an HTTP client's error: an address may carry a parameter that is
// nobody's business.
func plainNetwork(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}

// isLoopback tells whether host (without port) is this computer, as an IP literal or "localhost".
func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// safeURL tells whether a secret may be sent to an address: https, or http that stays on this computer.
func safeURL(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname())
}
