package practice

import (
	"encoding/json"
	"net/http"
)

// Gmail's own errors, met without any problem too.
var (
	gmailUnauthenticated = &googleError{
		code: http.StatusUnauthorized, status: "UNAUTHENTICATED", reason: "authError", challenge: "invalid_token",
		message: "Request had invalid authentication credentials.",
	}
	gmailInsufficient = &googleError{
		code: http.StatusForbidden, status: "PERMISSION_DENIED", reason: "insufficientPermissions", challenge: "insufficient_scope",
		message: "Request had insufficient authentication scopes.",
	}
)

const whenGmailIsAsked = "When Gmail is asked"

var gmailProblems = []Problem{
	whenAsked("accessNotConfigured", "The Gmail API is off", &googleError{
		code: http.StatusForbidden, status: "PERMISSION_DENIED", domain: "usageLimits", reason: "accessNotConfigured",
		message: "Gmail API has not been used in project 000000000000 before or it is disabled. Enable it by visiting " + activationURL + " then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.",
		details: serviceDisabled,
	}),
	whenAsked("insufficientPermissions", "The access is not enough", gmailInsufficient),
	whenAsked("failedPrecondition", "The account has no Gmail", &googleError{
		code: http.StatusBadRequest, status: "FAILED_PRECONDITION", reason: "failedPrecondition", message: "Mail service not enabled",
	}),
	{Code: "gmail:authErrorOnce", Group: whenGmailIsAsked, Words: "Refused until renewed (401)", gmail: gmailUnauthenticated, untilRenewed: true},
	whenAsked("authError", "Each token is refused (401)", gmailUnauthenticated),
	whenAsked("rateLimitExceeded", "Too many requests (429)", &googleError{
		code: http.StatusTooManyRequests, status: "RESOURCE_EXHAUSTED", domain: "usageLimits", reason: "rateLimitExceeded",
		message: "Too many concurrent requests for user.", wait: 5,
	}),
	whenAsked("userRateLimitExceeded", "Too many requests (403)", &googleError{
		code: http.StatusForbidden, status: "PERMISSION_DENIED", domain: "usageLimits", reason: "userRateLimitExceeded",
		message: "User Rate Limit Exceeded.",
	}),
	whenAsked("backendError", "Gmail is busy (503)", &googleError{
		code: http.StatusServiceUnavailable, status: "UNAVAILABLE", reason: "backendError", message: "The service is currently unavailable.",
	}),
}

func whenAsked(reason, words string, answer *googleError) Problem {
	return Problem{Code: "gmail:" + reason, Group: whenGmailIsAsked, Words: words, gmail: answer}
}

// activationURL names a project that can't be there: nothing here is to lead to somebody's own.
const activationURL = "https://console.developers.google.com/apis/api/gmail.googleapis.com/overview?project=000000000000"

// serviceDisabled is google.rpc.Help and google.rpc.ErrorInfo as they come with SERVICE_DISABLED.
var serviceDisabled = json.RawMessage(`[
	{"@type": "type.googleapis.com/google.rpc.Help", "links": [
		{"description": "Google developers console API activation", "url": "` + activationURL + `"}]},
	{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "SERVICE_DISABLED", "domain": "googleapis.com", "metadata": {
		"service": "gmail.googleapis.com", "serviceTitle": "Gmail API", "consumer": "projects/000000000000",
		"containerInfo": "000000000000", "activationUrl": "` + activationURL + `"}}
]`)
