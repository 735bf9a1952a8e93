package app

import (
	"encoding/base64"
	"maps"
	"slices"
	"strings"

	"fyne.io/fyne/v2/lang"

	"tokentray/oauth"
)

// format is a form in which a tool may want a token.
type format struct {
	name formatName
	// label names it in a menu, and said within a sentence about what was copied.
	label, said string
	// text is what is copied.
	text func(c copied) string
}

// formatName names a format in the settings.
type formatName string

const (
	bareToken   formatName = "token"
	curlCommand formatName = "curl"
)

func (n formatName) known() bool { return formatNamed(n).name == n }

// copied is what a format can be made of.
type copied struct {
	address, token string
	// profile is where Gmail tells about the mailbox.
	profile string
}

// formats are all of them, the first one for whoever has chosen none.
var formats = []format{
	{bareToken, "Token alone", "",
		func(c copied) string { return c.token }},
	{"bearer", "Authorization header", "as an Authorization header",
		func(c copied) string { return "Authorization: Bearer " + c.token }},
	// https://developers.google.com/workspace/gmail/imap/xoauth2-protocol
	{"xoauth2", "XOAUTH2 for IMAP and SMTP", "as XOAUTH2",
		func(c copied) string {
			return base64.StdEncoding.EncodeToString([]byte("user=" + c.address + "\x01auth=Bearer " + c.token + "\x01\x01"))
		}},
	{"shell", "Line for a shell (export)", "as a line for a shell",
		func(c copied) string { return "export GMAIL_ACCESS_TOKEN=" + word(c.token) }},
	{curlCommand, "curl command", "as a curl command",
		func(c copied) string {
			return "curl --header " + word("Authorization: Bearer "+c.token) + " " + word(c.profile)
		}},
}

// formatNamed is the format of a name, or the first one.
func formatNamed(name formatName) format {
	for _, f := range formats {
		if f.name == name {
			return f
		}
	}
	return formats[0]
}

func formatNames() (names []formatName) {
	for _, f := range formats {
		names = append(names, f.name)
	}
	return names
}

func (n formatName) words() string { return lang.L(formatNamed(n).label) }

// word makes one word of a text for a shell: whatever a provider puts into a token, none of it is run.
func word(text string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-._~+/=:,@%", r)
	}
	if text != "" && strings.IndexFunc(text, func(r rune) bool { return !plain(r) }) < 0 {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// formats are those that make sense at the session's provider.
func (s *session) formats() []format {
	return slices.DeleteFunc(slices.Clone(formats), func(f format) bool { return f.name == curlCommand && s.profile == "" })
}

// formatOf is the format in which an account's tokens are copied.
func (a *App) formatOf(account oauth.Account) format {
	name, chosen := a.settings.Formats[accountName(account)]
	if !chosen || !name.known() {
		name = a.settings.Format
	}
	if a.session != nil && !slices.ContainsFunc(a.session.formats(), func(f format) bool { return f.name == name }) {
		name = bareToken
	}
	return formatNamed(name)
}

// rememberFormat makes a format the one in which an account's tokens are copied.
func (a *App) rememberFormat(account oauth.Account, f format) {
	a.changeFormats(func(chosen map[string]formatName) { chosen[accountName(account)] = f.name })
}

// forgetFormat forgets what was chosen for an account that is gone.
func (a *App) forgetFormat(account oauth.Account) {
	if _, chosen := a.settings.Formats[accountName(account)]; chosen {
		a.changeFormats(func(chosen map[string]formatName) { delete(chosen, accountName(account)) })
	}
}

func (a *App) changeFormats(change func(chosen map[string]formatName)) {
	chosen := maps.Clone(a.settings.Formats) // the one before may be on its way to the disk
	if chosen == nil {
		chosen = map[string]formatName{}
	}
	change(chosen)
	a.settings.Formats = chosen
	a.saveSettings()
	a.drawTray()
}

// accountName is the name of an account in the settings, and of the owner of what was copied for it.
func accountName(account oauth.Account) string {
	return account.Key.Issuer + " " + account.Key.Subject
}

// carries tells whether a text is the account's token in one of the formats.
func (s *session) carries(account oauth.Account, text string) bool {
	return s.engine.Issued(account.Key, func(token string) bool {
		return slices.ContainsFunc(formats, func(f format) bool {
			return f.text(copied{account.Address, token, s.profile}) == text
		})
	})
}
