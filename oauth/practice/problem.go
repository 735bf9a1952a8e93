package practice

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
	"time"
)

// Problem is something that can go wrong at Google, to be chosen on the consent page and met by the sign-in, or the
// account, that comes of it; every other goes well. What happens after the sign-in is written into its tokens, so it
// goes on after a restart.
type Problem struct {
	Code  string // as the form sends it: where, a colon, what. Codes stay as they are: tokens are marked with them
	Group string // where a person meets it, in words
	Words string // what is wrong, short enough for a narrow page

	page     *googlePage // shown instead of going back to the program
	redirect *oauthError // sent back instead of a code

	somebodyElse bool // another person signs in than the one who was chosen and the one who was meant
	noAccess     bool // nothing is granted but to know who signs in
	moreAccess   bool // everything is granted, asked for or not

	exchange       failure // of the code
	noRefreshToken bool
	refresh        failure // at each renewal; the first access token is short-lived
	ended          bool    // access is withdrawn as soon as it was given
	gmail          failure // in place of the profile
	untilRenewed   bool    // gmail fails for the sign-in's own access token only
}

// Problems are all of them, group by group. Nobody changes them.
var Problems = slices.Concat(pageProblems, redirectProblems, grantProblems, exchangeProblems(), refreshProblems(), gmailProblems)

// soon is how long the first access token lives where its renewal is going to fail: long enough to be used, short
// enough to wait for.
const soon = 10 * time.Second

var redirectProblems = []Problem{
	onTheWayBack("access_denied", "Access is denied", "The person said no."),
	onTheWayBack("admin_policy_enforced", "The admin blocks it", "Access is restricted by policies within the organization."),
	onTheWayBack("policy_enforced", "Advanced Protection stops it", "The app is not approved by Advanced Protection."),
	onTheWayBack("org_internal", "For one organisation only", "The client is restricted to users within its organization."),
	onTheWayBack("invalid_scope", "The access is unknown", "Some requested scopes were invalid."),
	onTheWayBack("invalid_request", "The request is invalid", "The request is invalid."),
	onTheWayBack("unauthorized_client", "The client may not ask", "The client is not authorized to request a code."),
	onTheWayBack("server_error", "Google has an error", "The server met an unexpected condition."),
	onTheWayBack("temporarily_unavailable", "Google is busy", "The server is overloaded or under maintenance."),
}

func onTheWayBack(code, words, text string) Problem {
	return Problem{Code: "redirect:" + code, Group: "On the way back", Words: words, redirect: &oauthError{code: code, text: text}}
}

const whatIsGranted = "Who signs in, and to what"

var grantProblems = []Problem{
	{Code: "grant:somebody_else", Group: whatIsGranted, Words: "Somebody else signs in", somebodyElse: true},
	{Code: "grant:no_access", Group: whatIsGranted, Words: "The boxes are left empty", noAccess: true},
	{Code: "grant:more_access", Group: whatIsGranted, Words: "More is given than asked", moreAccess: true},
}

// wellEnough is where nothing goes wrong.
var wellEnough = &Problem{}

// problemOf finds a problem by its code; the empty code is no problem.
func problemOf(code string) (*Problem, bool) {
	if code == "" {
		return wellEnough, true
	}
	for i := range Problems {
		if Problems[i].Code == code {
			return &Problems[i], true
		}
	}
	return nil, false
}

// mark is what a token carries of the problem: a refresh token has no room for the code.
func (p *Problem) mark() string {
	if p.refresh == nil && p.gmail == nil && !p.ended {
		return ""
	}
	sum := sha256.Sum256([]byte(p.Code))
	return base64.RawURLEncoding.EncodeToString(sum[:3])
}

var problemByMark = func() map[string]*Problem {
	found := map[string]*Problem{"": wellEnough}
	for i := range Problems {
		if mark := Problems[i].mark(); mark != "" {
			found[mark] = &Problems[i]
		}
	}
	return found
}()

// problem is the one that goes with the token. A mark of another version is none.
func (c claims) problem() *Problem {
	if p := problemByMark[c.Problem]; p != nil {
		return p
	}
	return wellEnough
}

// access is what is granted where the person ticked this.
func (p *Problem) access(ticked scopeSet) scopeSet {
	switch {
	case p.noAccess:
		return 0
	case p.moreAccess:
		return everyAccess
	}
	return ticked
}

// signsIn is the address of who signs in where this person was chosen and that one hinted at (an address or a sub).
func (p *Problem) signsIn(chosen, hint string) string {
	if !p.somebodyElse {
		return chosen
	}
	for _, address := range []string{"bob@example.com", "alice@example.com", "carol@example.com"} {
		if address != chosen && !strings.EqualFold(address, hint) && subject(address) != hint {
			return address
		}
	}
	return chosen
}
