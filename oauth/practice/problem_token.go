package practice

import "net/http"

// refusals are what the token endpoint may answer instead of tokens, to a code and to a refresh token alike.
var refusals = []struct {
	name, words string
	answer      failure
}{
	{"invalid_client", "The client is not known", &oauthError{status: http.StatusUnauthorized, code: "invalid_client", text: "The OAuth client was not found."}},
	{"unauthorized_client", "The client may not ask", &oauthError{status: http.StatusUnauthorized, code: "unauthorized_client", text: "Unauthorized"}},
	{"invalid_request", "The secret is missing", &oauthError{code: "invalid_request", text: "client_secret is missing."}},
	{"429", "Too many requests (429)", &oauthError{status: http.StatusTooManyRequests, code: "rate_limit_exceeded", text: "Too many requests.", wait: 5}},
	{"500", "Google has an error (500)", &oauthError{status: http.StatusInternalServerError, code: "internal_failure", text: "Internal failure."}},
	{"503", "Google is busy (503)", &oauthError{status: http.StatusServiceUnavailable, code: "temporarily_unavailable", text: "The service is overloaded."}},
	{"html_403", "A proxy forbids it (403)", &webPage{http.StatusForbidden, "403 Forbidden"}},
	{"web_page", "The network wants a log-in", &webPage{http.StatusOK, "Log in to this network"}},
}

func exchangeProblems() []Problem {
	const group = "When the code is exchanged"
	list := []Problem{
		{Code: "exchange:invalid_grant", Group: group, Words: "The code is used or too old", exchange: &oauthError{code: "invalid_grant", text: "Malformed auth code."}},
	}
	for _, r := range refusals {
		list = append(list, Problem{Code: "exchange:" + r.name, Group: group, Words: r.words, exchange: r.answer})
	}
	return append(list, Problem{Code: "exchange:no_refresh_token", Group: group, Words: "No refresh token comes", noRefreshToken: true})
}

func refreshProblems() []Problem {
	const group = "When a token is renewed"
	again := func(subtype string) failure {
		return &oauthError{code: "invalid_grant", subtype: subtype, text: "reauth related error (" + subtype + ")"}
	}
	ended := &oauthError{code: "invalid_grant", text: "Token has been expired or revoked."}
	deleted := &oauthError{code: "invalid_grant", text: "Account has been deleted"}
	list := []Problem{
		{Code: "refresh:ended", Group: group, Words: "Access is withdrawn at once", ended: true},
		{Code: "refresh:invalid_grant", Group: group, Words: "The sign-in has ended", refresh: ended},
		{Code: "refresh:invalid_rapt", Group: group, Words: "New sign-in (invalid_rapt)", refresh: again("invalid_rapt")},
		{Code: "refresh:rapt_required", Group: group, Words: "New sign-in (rapt_required)", refresh: again("rapt_required")},
		{Code: "refresh:account_deleted", Group: group, Words: "The account is deleted", refresh: deleted},
	}
	for _, r := range refusals {
		list = append(list, Problem{Code: "refresh:" + r.name, Group: group, Words: r.words, refresh: r.answer})
	}
	return list
}
