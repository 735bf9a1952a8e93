package google

import (
	"encoding/json"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// loopbackRedirect is the first of a web client's redirects at which this
// computer can listen, exactly as it is registered, or "".
func loopbackRedirect(web json.RawMessage) string {
	var registered struct {
		Redirects []string `json:"redirect_uris"`
	}
	_ = json.Unmarshal(web, &registered) // an entry that is no text stays empty
	for _, address := range registered.Redirects {
		if address = strings.TrimSpace(address); isLoopback(address) {
			return address
		}
	}
	return ""
}

// isLoopback tells whether an address is plain HTTP to a port of this computer
// (RFC 8252 section 7.3), with nothing but a path behind it.
func isLoopback(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" || u.User != nil || strings.ContainsAny(address, "?#") || strings.ContainsFunc(address, notVisible) {
		return false
	}
	if ip := net.ParseIP(u.Hostname()); u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return false
	}
	port, err := strconv.Atoi(u.Port())
	return err == nil && 0 < port && port <= 65535
}
