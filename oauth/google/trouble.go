package google

import (
	"slices"
	"strings"
)

// Remedy is what a trouble's one button does.
type Remedy int

// What a trouble can be mended with.
const (
	NoRemedy     Remedy = iota // nothing here: the words say what to press on Google's page
	TryAgain                   // the same once more
	SignInAgain                // a new sign-in of the same account
	ChooseAccess               // the choice of access, then a new sign-in
	ChooseClient               // the client file
	CopyClientID               // shows the client ID and a text for the admin, each to be copied
	OpenPage                   // opens Trouble.Link
	AddAccount                 // a sign-in of another account
	CopyLink                   // copies the link of the sign-in that waits
)

// Where says who reports a trouble. A row of [Troubles] can hold at several places.
type Where int

// The places where Google refuses things.
const (
	Page     Where = 1 << iota // Google's own page: the program only sees that nobody comes back
	Redirect                   // the redirect's error parameter (RFC 6749 section 4.1.2.1)
	Exchange                   // the token endpoint, for an authorization code (RFC 6749 section 5.2)
	Refresh                    // the token endpoint, for a refresh token
	Gmail                      // Gmail's API
)

// Trouble is one thing that Google refuses, in words that a person can use. Names of things to press in Google's
// console stand in “quotation marks”.
type Trouble struct {
	Codes  []string // as Google writes them, the usual one first; none where Google gives no code
	Where  Where
	Says   []string // what a page shows, in its own words
	Title  string   // a few words without a full stop
	Detail string   // what it means and what to do, in one to three sentences
	Remedy Remedy
	Link   string // for OpenPage: an https address of Google's
}

// AtRedirect finds the trouble for the error code in a redirect.
func AtRedirect(code string) (Trouble, bool) { return find(Redirect, code) }

// AtToken finds the trouble for a token endpoint's "error" and "error_subtype", at a refresh or else at the exchange of
// an authorization code. A sign-in that [EndedByTesting] has its own: [AfterTesting].
func AtToken(code, subtype string, refresh bool) (Trouble, bool) {
	at := Exchange
	if refresh {
		at = Refresh
	}
	if code == "invalid_grant" && slices.Contains([]string{"invalid_rapt", "rapt_required", accountDeleted}, subtype) {
		code = subtype
	}
	return find(at, code)
}

// accountDeleted stands for what Google has a sentence for, but no code.
const accountDeleted = "account_deleted"

// Subtype is a token endpoint's "error_subtype", or where it gives none a code for the one "error_description" that says
// more than the code and that Google is known to write. Only the words for a person hang on it.
func Subtype(given, description string) string {
	switch strings.ToLower(strings.TrimSuffix(description, ".")) {
	case "account has been deleted", "the account has been deleted":
		if given == "" {
			return accountDeleted
		}
	}
	return given
}

func find(at Where, code string) (Trouble, bool) {
	for _, t := range Troubles {
		if t.Where&at != 0 && slices.Contains(t.Codes, code) {
			return t, true
		}
	}
	return Trouble{}, false
}
