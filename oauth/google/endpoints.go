// Package google holds what is Google's own about OAuth for Gmail: addresses,
// access scopes and the client file that Google's console gives out.
package google

import "strings"

// Google's endpoints, as https://accounts.google.com/.well-known/openid-configuration
// lists them. They hold whatever a client file says.
const (
	Issuer    = "https://accounts.google.com" // of ID tokens and of the iss parameter
	OldIssuer = "accounts.google.com"         // which ID tokens may still name
	AuthURL   = "https://accounts.google.com/o/oauth2/v2/auth"
	TokenURL  = "https://oauth2.googleapis.com/token"
	RevokeURL = "https://oauth2.googleapis.com/revoke"
	KeysURL   = "https://www.googleapis.com/oauth2/v3/certs"

	// ProfileURL answers with the account's address and numbers of messages.
	// It refuses tokens that may only send, label, insert or change settings.
	ProfileURL = "https://gmail.googleapis.com/gmail/v1/users/me/profile"

	// TokenInfoURL answers which access a token has and how long it lives. The
	// token belongs in the body of a POST (access_token=…), never in the address.
	TokenInfoURL = "https://oauth2.googleapis.com/tokeninfo"

	// PermissionsURL is the page on which people see and withdraw the access
	// that they gave to programs.
	PermissionsURL = "https://myaccount.google.com/permissions"
)

// Pages of Google's console.
const (
	ProjectPage  = "https://console.cloud.google.com/projectcreate"
	GmailPage    = "https://console.cloud.google.com/apis/library/gmail.googleapis.com"
	OverviewPage = "https://console.cloud.google.com/auth/overview"
	AudiencePage = "https://console.cloud.google.com/auth/audience"
	ClientsPage  = "https://console.cloud.google.com/auth/clients"

	DataAccessPage = "https://console.cloud.google.com/auth/scopes"
)

// GmailPageFor is [GmailPage] for the project to which a client ID belongs, or
// GmailPage itself when the ID doesn't tell.
func GmailPageFor(clientID string) string {
	number, _, found := strings.Cut(clientID, "-")
	if !found || number == "" || strings.Trim(number, "0123456789") != "" {
		return GmailPage
	}
	return GmailPage + "?project=" + number
}
