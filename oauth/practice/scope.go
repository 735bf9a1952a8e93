package practice

import (
	"math/bits"
	"strings"
)

// A scope that the provider knows. Its place in the table is what tokens carry: append only.
type scope struct {
	name     string // as answers spell it
	means    string // in a person's words; empty: granted without a tick box
	profiles bool   // users.getProfile accepts it
}

const (
	scopeOpenID  = "openid"
	scopeEmail   = "https://www.googleapis.com/auth/userinfo.email"
	scopeOffline = "offline_access"
	gmail        = "https://www.googleapis.com/auth/gmail."
)

var scopes = []scope{
	{name: scopeOpenID},
	{name: scopeEmail},
	{name: scopeOffline},
	{"https://mail.google.com/", "Read, write, send and delete all your mail", true},
	{gmail + "modify", "Read, write and send mail, but not delete it for good", true},
	{gmail + "readonly", "Read your mail and settings, and change nothing", true},
	{gmail + "metadata", "See labels, senders and subjects, but not what mail says", true},
	{gmail + "compose", "Write drafts and send mail", true},
	{gmail + "insert", "Put mail into your mailbox", false},
	{gmail + "settings.basic", "See and change settings and filters", false},
	{gmail + "send", "Send mail as you", false},
	{gmail + "labels", "See, make and change labels", false},
}

// aliases are short names that requests may use; answers have the long one, as Google's do.
var aliases = map[string]string{"email": scopeEmail}

// scopeSet has a bit for each entry of scopes.
type scopeSet uint32

// parseScopes reads a scope parameter (RFC 6749 §3.3); unknown is the first scope that is not in the table.
func parseScopes(text string) (set scopeSet, unknown string) {
	for _, name := range strings.Fields(text) {
		one := scopeNamed(name)
		if one == 0 {
			return 0, name
		}
		set |= one
	}
	return set, ""
}

func scopeNamed(name string) scopeSet {
	if long := aliases[name]; long != "" {
		name = long
	}
	for i, s := range scopes {
		if s.name == name {
			return 1 << i
		}
	}
	return 0
}

func (set scopeSet) has(name string) bool { return set&scopeNamed(name) != 0 }

func (set scopeSet) list() []scope {
	list := make([]scope, 0, bits.OnesCount32(uint32(set)))
	for i, s := range scopes {
		if set&(1<<i) != 0 {
			list = append(list, s)
		}
	}
	return list
}

func (set scopeSet) String() string {
	var names []string
	for _, s := range set.list() {
		names = append(names, s.name)
	}
	return strings.Join(names, " ")
}

// identity is the part that is granted without a tick box.
func (set scopeSet) identity() scopeSet {
	for i, s := range scopes {
		if s.means != "" {
			set &^= 1 << i
		}
	}
	return set
}

// everyAccess is everything that has a tick box.
var everyAccess = func() scopeSet {
	all := scopeSet(1<<len(scopes) - 1)
	return all &^ all.identity()
}()

// readsProfile tells whether users.getProfile accepts the access.
func (set scopeSet) readsProfile() bool {
	for _, s := range set.list() {
		if s.profiles {
			return true
		}
	}
	return false
}
