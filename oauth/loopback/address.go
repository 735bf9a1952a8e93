package loopback

import (
	"errors"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

var errUnusable = errors.New("the redirect is not plain http to a port of this computer")

// address is where the browser is sent in the end, taken apart. A request must
// name its host and port, and its path; what somebody pastes may name this
// computer in another way.
type address struct {
	whole string // byte for byte as the provider knows it: it compares them so
	host  string // as normal makes it: "localhost" or an IP address
	port  uint16
	path  string // escaped, and never empty
}

// parse takes a redirect apart. It is strict, since the receiver must never
// listen to anything but this computer.
func parse(redirect string) (address, error) {
	u, err := url.Parse(redirect)
	if err != nil || u.Scheme != "http" || u.User != nil || u.Opaque != "" || strings.ContainsAny(redirect, "?#") {
		return address{}, errUnusable
	}
	host, port := split(u.Host)
	if u.Port() == "" || port == 0 || !ours(host) {
		return address{}, errUnusable
	}
	return address{whole: redirect, host: host, port: port, path: path(u)}, nil
}

// ips are the addresses at which the redirect must be received. A browser may
// try either of localhost's first.
func (a address) ips() []netip.Addr {
	if ip, err := netip.ParseAddr(a.host); err == nil {
		return []netip.Addr{ip}
	}
	return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()}
}

// named tells whether the Host header of a request names the address: else a
// stranger's name leads here (DNS rebinding).
func (a address) named(header string) bool {
	host, port := split(header)
	return host == a.host && port == a.port
}

// split separates a host, in normal form, from its port. A browser leaves out
// port 80; port 0 stands for nonsense.
func split(hostport string) (host string, port uint16) {
	u := url.URL{Host: hostport}
	digits := u.Port()
	if digits == "" {
		digits = "80"
	}
	number, err := strconv.ParseUint(digits, 10, 16)
	if err != nil {
		number = 0
	}
	return normal(u.Hostname()), uint16(number)
}

// normal writes a host as browsers do, whatever way it was registered or typed.
func normal(host string) string {
	if ip, err := netip.ParseAddr(host); err == nil && ip.Zone() == "" {
		return ip.Unmap().String()
	}
	return strings.ToLower(host)
}

// ours tells whether a host in normal form is this computer.
func ours(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback() && ip.Zone() == ""
}

// path is the escaped path; none at all is the root, as it is for HTTP.
func path(u *url.URL) string {
	if escaped := u.EscapedPath(); escaped != "" {
		return escaped
	}
	return "/"
}
