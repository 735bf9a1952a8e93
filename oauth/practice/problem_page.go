package practice

import "net/http"

// googlePage is a page on which Google stops a sign-in, or warns of the program.
type googlePage struct {
	status int // HTTP; zero: a warning, from which there is a way on
	Title  string
	Words  []string // paragraphs
	Error  string   // code and name, as the page shows them; empty: it shows none
}

// appName is what Google's pages call the program here.
const appName = "Practice app"

const (
	developer = "If you are a developer of " + appName + ", see error details."
	invalid   = "You can't sign in because this app sent an invalid request. You can try again later, or contact the developer about this issue. Learn more about this error"

	blockedBy          = "Access blocked: "
	authorizationError = blockedBy + "Authorization Error"
)

// pageProblems are in Google's words, as people reported them.
var pageProblems = []Problem{
	onGooglesPage("access_denied", "Not among the test users", googlePage{http.StatusForbidden,
		blockedBy + appName + " has not completed the Google verification process",
		[]string{appName + " has not completed the Google verification process. The app is currently being tested, and can only be accessed by developer-approved testers. If you think you should have access, contact the developer.", developer},
		"Error 403: access_denied"}),
	onGooglesPage("unverified", "A warning: not verified", googlePage{0,
		"Google hasn't verified this app",
		[]string{"The app is requesting access to sensitive info in your Google Account. Until the developer (developer@example.com) verifies this app with Google, you shouldn't use it."},
		""}),
	onGooglesPage("temporarily_disabled", "Too many people (over 100)", googlePage{http.StatusForbidden,
		"Sign in with Google temporarily disabled for this app",
		[]string{"This app has not been verified yet by Google in order to use Google Sign In."},
		""}),
	onGooglesPage("policy_enforced", "Advanced Protection stops it", googlePage{http.StatusBadRequest,
		blockedBy + appName + " is not approved by Advanced Protection",
		[]string{"Advanced Protection prevented your Google Account from being signed in. This security feature stops most non-Google apps and services from accessing your data to keep your account protected. Learn more", developer},
		"Error 400: policy_enforced"}),
	onGooglesPage("admin_policy_enforced", "The admin blocks it", googlePage{http.StatusBadRequest,
		authorizationError,
		[]string{"Access to your account data is restricted by policies within your organization. Please contact the administrator of your organization for more information.", developer},
		"Error 400: admin_policy_enforced"}),
	onGooglesPage("org_internal", "For one organisation only", googlePage{http.StatusForbidden,
		blockedBy + appName + " can only be used within its organization",
		[]string{"This client is restricted to users within its organization.", developer},
		"Error 403: org_internal"}),
	onGooglesPage("deleted_client", "The client was deleted", googlePage{http.StatusUnauthorized,
		authorizationError,
		[]string{"The OAuth client was deleted.", developer},
		"Error 401: deleted_client"}),
	onGooglesPage("invalid_client", "The client is not known", googlePage{http.StatusUnauthorized,
		authorizationError,
		[]string{"The OAuth client was not found.", developer},
		"Error 401: invalid_client"}),
	onGooglesPage("redirect_uri_mismatch", "The client is not Desktop", googlePage{http.StatusBadRequest,
		blockedBy + "This app's request is invalid",
		[]string{invalid, developer},
		"Error 400: redirect_uri_mismatch"}),
	onGooglesPage("invalid_scope", "The access is unknown", googlePage{http.StatusBadRequest,
		authorizationError,
		[]string{"Some requested scopes were invalid. {valid=[openid], invalid=[https://www.googleapis.com/auth/gmail.everything]}", developer},
		"Error 400: invalid_scope"}),
	onGooglesPage("restricted_client", "The access is not allowed", googlePage{http.StatusForbidden,
		authorizationError,
		[]string{"Unregistered scope(s) in the request: https://mail.google.com/", developer},
		"Error 403: restricted_client"}),
	onGooglesPage("disallowed_useragent", "Inside another program", googlePage{http.StatusForbidden,
		blockedBy + appName + "'s request does not comply with Google's policies",
		[]string{appName + "'s request does not comply with Google's \"Use secure browsers\" policy. If this app has a website, you can open a web browser and try signing in from there.",
			"You can also contact the developer to let them know their app must comply with Google's \"Use secure browsers\" policy. Learn more about this error", developer},
		"Error 403: disallowed_useragent"}),
}

func onGooglesPage(code, words string, page googlePage) Problem {
	return Problem{Code: "page:" + code, Group: "On Google's page", Words: words, page: &page}
}

// warns tells whether the person may go on from the page.
func (g *googlePage) warns() bool { return g.status == 0 }

// sendGoogle shows the page. From a warning, the answers that were given already can be sent again.
func (p *Provider) sendGoogle(w http.ResponseWriter, g *googlePage, key string, q question) {
	if !g.warns() {
		p.show(w, g.status, "blocked", "'none'", view{Google: g})
		return
	}
	v := viewOf(key, q)
	v.Google = g
	p.show(w, http.StatusOK, "warning", "'self' "+formTarget(q.redirectURI), v)
}
