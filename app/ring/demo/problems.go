//go:build linux

package main

import "tokentray/app/ring/virtual"

// problem is something that goes wrong, and its picture.
type problem struct {
	name string // of the picture; empty: none, it only prepares for others
	says string // what must stand in the window before the picture is taken
	do   []act
}

func does(acts ...act) []act { return acts }

const (
	mail = "https://mail.google.com/"
	// Whose sign-ins end, each in another way.
	ended, expired, refused = "erin@example.com", "frank@example.com", "grace@example.com"
	// stillGood is whom all else happens to.
	stillGood = "alice@example.com"
)

// atPractice are met with the practice accounts, in this order. Those of the renewal begin first and end last: their
// tokens live for ten seconds.
var atPractice = []problem{
	{"", "is signed in", does(signIn(stillGood, ""))},
	{"", "is signed in", does(signIn(ended, "refresh:invalid_grant"))},
	{"", "is signed in", does(signIn(expired, "refresh:invalid_rapt"))},
	{"", "is signed in", does(signIn(refused, "refresh:invalid_client"))},

	{"access-denied", "Access was not given", does(signIn(stillGood, "redirect:access_denied"))},
	{"admin-blocks", "admin blocks this", does(signIn(stillGood, "redirect:admin_policy_enforced"))},
	{"advanced-protection", "Advanced Protection", does(signIn(stillGood, "redirect:policy_enforced"))},
	{"one-organisation", "own organisation only", does(signIn(stillGood, "redirect:org_internal"))},
	{"access-unknown", "this access", does(signIn(stillGood, "redirect:invalid_scope"))},
	{"request-invalid", "wrong type", does(signIn(stillGood, "redirect:invalid_request"))},
	{"client-may-not", "This client may not do that", does(signIn(stillGood, "redirect:unauthorized_client"))},
	{"google-error", "has trouble right now", does(signIn(stillGood, "redirect:server_error"))},

	{"code-refused", "The sign-in came too late", does(signIn(stillGood, "exchange:invalid_grant"))},
	{"client-refused", "does not accept the client", does(signIn(stillGood, "exchange:invalid_client"))},
	{"secret-missing", "secret is missing", does(signIn(stillGood, "exchange:invalid_request"))},
	{"no-refresh-token", "The access would not last", does(signIn(stillGood, "exchange:no_refresh_token"))},
	{"provider-busy", "has trouble right now", does(signIn(stillGood, "exchange:503"))},
	{"network-log-in", "has trouble right now", does(signIn(stillGood, "exchange:web_page"))},

	{"box-unticked", "Something was left unticked", does(signInAs(virtual.Answer{Person: stillGood, Without: []string{mail}}))},

	{"test-works", "Gmail accepts the token", does(signIn(stillGood, ""), testToken(stillGood))},
	{"test-api-off", "is not turned on", does(signIn(stillGood, "gmail:accessNotConfigured"), testToken(stillGood))},
	{"test-access-not-enough", "was left empty", does(signIn(stillGood, "gmail:insufficientPermissions"), testToken(stillGood))},
	{"test-no-gmail", "has no Gmail", does(signIn(stillGood, "gmail:failedPrecondition"), testToken(stillGood))},
	{"test-too-many", "asked too often", does(signIn(stillGood, "gmail:rateLimitExceeded"), testToken(stillGood))},
	{"test-refused", "does not accept the token", does(signIn(stillGood, "gmail:authError"), testToken(stillGood))},
	{"test-gmail-busy", "answer right now", does(signIn(stillGood, "gmail:backendError"), testToken(stillGood))},

	{"search-empty", "What does Google", does(beginSignIn, press("Google shows an error?"))},
	{"search-found", "is not on the project", does(beginSignIn, press("Google shows an error?"), types("Error 403: access_denied"))},
	{"search-unknown", "Nothing is known", does(beginSignIn, press("Google shows an error?"), types("Error 418: teapot"))},

	{"sign-in-ended-list", "Sign in again: access was withdrawn", does(awaitEntry("Sign in again: "+ended), awaitEntry("Sign in again: "+expired))},
	{"sign-in-ended-details", "Until then it could", does(openDetails(ended))},
	{"sign-in-ended-again", "Sign in again: " + ended, does(click("Sign in again: "+ended), takeLink)},
	{"somebody-else", "Somebody else signed in", does(signInAgain(ended, virtual.Answer{Person: "bob"}))},
	{"organisation-asks", "Until then it could", does(openDetails(expired))},
	{"client-needs-attention", "does not accept the client", does(click("Copy token: " + refused))},

	{"test-alive-only", "The token is alive", does(signInChoosing("Send only", virtual.Answer{Person: stillGood}), testToken(stillGood))},
}

// inPlace are of this computer, with the program of before: something is taken away that it needs.
var inPlace = []problem{
	{"no-browser", "browser could not be opened", does(failBrowser(true), click("Add account…"))},
	{"", "is signed in", does(failBrowser(false), signIn(stillGood, ""))},
	{"no-clipboard", "Nothing could be copied", does(stop, startWithoutClipboard, click("Copy token: "+stillGood))},
}

// withKeychainLocked is met by a program that starts with the keychain locked.
var withKeychainLocked = []problem{
	{"keychain-dismissed", "The keychain stayed locked", does(stop, lockKeychain, startAgain("--practice"), awaitPrompt,
		wholeDesktop("keychain-locked"), dismissPrompt)},
	{"keychain-still-locked", "accounts are not open", nil}, // the sheet was put away
	{"", "Go on in your browser", does(unlockKeychain, pressUppermost("Add account"), takeLink)},
}
