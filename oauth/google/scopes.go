package google

import (
	"slices"
	"strings"
)

// Class says how closely Google looks at a project that asks for a scope.
type Class int

// The classes, from the one that is looked at least.
const (
	NotSensitive Class = iota // no review
	Sensitive                 // Google verifies the app
	Restricted                // and has its security assessed
)

// String is the class as Google's documents name it.
func (c Class) String() string {
	switch c {
	case NotSensitive:
		return "not sensitive"
	case Sensitive:
		return "sensitive"
	case Restricted:
		return "restricted"
	}
	return "unknown"
}

// Scope is one kind of access.
type Scope struct {
	ID    string // as it stands in a request
	Words string // what a program may do with it: "read all mail"
	Class Class
}

const prefix = "https://www.googleapis.com/auth/"

// The scopes that people choose from.
const (
	ScopeEverything = "https://mail.google.com/" // the only one for IMAP, POP and SMTP
	ScopeModify     = prefix + "gmail.modify"
	ScopeReadOnly   = prefix + "gmail.readonly"
	ScopeSend       = prefix + "gmail.send"
)

// Scopes are all of Gmail's, the widest first
// (https://developers.google.com/workspace/gmail/api/auth/scopes). Nobody changes them.
var Scopes = []Scope{
	{ScopeEverything, "read, write, send and delete all mail", Restricted},
	{ScopeModify, "read, write and send mail, without deleting it for good", Restricted},
	{ScopeReadOnly, "read all mail and settings", Restricted},
	{prefix + "gmail.compose", "write drafts and send mail", Restricted},
	{ScopeSend, "send mail", Sensitive},
	{prefix + "gmail.metadata", "see senders, subjects and labels, without the text", Restricted},
	{prefix + "gmail.insert", "add mail to the mailbox", Restricted},
	{prefix + "gmail.labels", "see and change labels", NotSensitive},
	{prefix + "gmail.settings.basic", "change settings and filters", Restricted},
	{prefix + "gmail.settings.sharing", "change forwarding and aliases", Restricted},
	{prefix + "gmail.addons.current.message.readonly", "read the open message as an add-on", Sensitive},
	{prefix + "gmail.addons.current.message.metadata", "see who sent the open message, as an add-on", Sensitive},
	{prefix + "gmail.addons.current.message.action", "read the open message when an add-on is used", NotSensitive},
	{prefix + "gmail.addons.current.action.compose", "write and send mail when an add-on is used", NotSensitive},
}

// Access is a choice of scopes that a person makes by name.
type Access struct {
	Name   string
	Words  string // what it is good for, in one sentence
	Scopes []string
}

// Presets are the choices offered, the default first. Nobody changes them.
var Presets = []Access{
	{"Everything", "Every mail program and tool works with this, also by IMAP, POP and SMTP.", []string{ScopeEverything}},
	{"Read, write and send", "All but deleting mail for good. Not for mail programs that use IMAP, POP or SMTP.", []string{ScopeModify}},
	{"Read only", "See mail and settings, change nothing.", []string{ScopeReadOnly}},
	{"Send only", "Send mail, see nothing.", []string{ScopeSend}},
}

// CustomName is the name of an access that is none of the [Presets].
const CustomName = "Custom"

// Custom is the choice of somebody who picks the scopes one by one.
func Custom(scopes []string) Access { return Access{Name: CustomName, Scopes: scopes} }

// Named finds the choice that these scopes are: one of the [Presets], or else a custom one. Scopes that only tell who
// somebody is don't count and are left out.
func Named(scopes []string) Access {
	mail := slices.DeleteFunc(slices.Clone(scopes), IsIdentity)
	for _, preset := range Presets {
		if len(Missing(preset.Scopes, mail)) == 0 && len(Missing(mail, preset.Scopes)) == 0 {
			return preset
		}
	}
	return Custom(mail)
}

// ForTools are the Scopes that a tool outside Google can be given: neither those for add-ons, which work only within
// Gmail, nor that for sharing, which only an organisation's service accounts get.
func ForTools() []Scope {
	return slices.DeleteFunc(slices.Clone(Scopes), func(s Scope) bool {
		return strings.HasPrefix(s.ID, prefix+"gmail.addons.") || s.ID == prefix+"gmail.settings.sharing"
	})
}

// Canonical gives a scope the one name by which scopes are compared: Google
// answers "email" and "profile" with longer names for the same.
func Canonical(scope string) string {
	switch scope {
	case prefix + "userinfo.email":
		return "email"
	case prefix + "userinfo.profile":
		return "profile"
	}
	return scope
}

// Missing lists the wanted scopes that were not granted, each once, in the
// order and by the names in which they were wanted. On Google's consent page
// people can leave boxes empty.
func Missing(wanted, granted []string) []string {
	have := make(map[string]bool, len(granted)+len(wanted))
	for _, scope := range granted {
		have[Canonical(scope)] = true
	}
	var missing []string
	for _, scope := range wanted {
		if !have[Canonical(scope)] {
			have[Canonical(scope)] = true
			missing = append(missing, scope)
		}
	}
	return missing
}

// covered names, for a wide scope, the narrower ones that add nothing to it.
var covered = map[string][]string{
	ScopeEverything: {ScopeModify, ScopeReadOnly, ScopeSend, prefix + "gmail.compose", prefix + "gmail.metadata", prefix + "gmail.insert", prefix + "gmail.labels"},
	ScopeModify:     {ScopeReadOnly, ScopeSend, prefix + "gmail.compose", prefix + "gmail.metadata", prefix + "gmail.insert", prefix + "gmail.labels"},
	ScopeReadOnly:   {prefix + "gmail.metadata"},

	prefix + "gmail.compose": {ScopeSend},
}

// Widest are the scopes that say what a program may do with all of these: each once, without those that a wider one
// covers, and without those that only tell who somebody is. One that is not among [Scopes] has only its ID.
func Widest(scopes []string) []Scope {
	said := make(map[string]bool, len(scopes))
	for _, scope := range scopes {
		for _, narrow := range covered[scope] {
			said[narrow] = true
		}
	}
	var widest []Scope
	for _, id := range scopes {
		if !said[id] && id != "" && !IsIdentity(id) {
			said[id] = true
			widest = append(widest, scopeOf(id))
		}
	}
	return widest
}

// IsIdentity tells whether a scope gives no access to anything: it only says who
// somebody is, or asks for a refresh token.
func IsIdentity(scope string) bool {
	switch Canonical(scope) {
	case "openid", "email", "profile", "offline_access":
		return true
	}
	return false
}

func scopeOf(id string) Scope {
	for _, s := range Scopes {
		if s.ID == id {
			return s
		}
	}
	return Scope{ID: id}
}

// Short is the scope's ID without what all of Google's have in common: "calendar".
func (s Scope) Short() string { return strings.TrimPrefix(s.ID, prefix) }
