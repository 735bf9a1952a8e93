package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"tokentray/oauth"
	"tokentray/oauth/google"
)

// testToken asks Gmail with the account's token, and says what it answered.
func (a *App) testToken(account oauth.Account) {
	s := a.session
	if s == nil {
		return
	}
	a.window.say("Asking with the token of " + account.Address + "…")
	a.beside(func() func() {
		ctx, cancel := context.WithTimeout(a.ctx, copyTime)
		defer cancel()
		token, err := s.engine.Token(ctx, account.Key, 0)
		if token.Access == "" {
			return func() { a.copyFailed(account, err) }
		}
		found := s.ask(ctx, account, token)
		if found.err != nil {
			a.log.Warn("token tested in vain", "account", account.Address, "err", found.err)
		}
		return func() {
			a.window.say("")
			a.report(found.problem, func() {
				switch {
				case a.remedied(found.problem):
				case found.remedy == signInAgain:
					a.signInAgain(account)
				default:
					a.testToken(account)
				}
			})
		}
	})
}

// finding is what came of a test, in words.
type finding struct {
	problem
	err error // for the log; nil when the token works
}

// ask tries a token: on the mailbox's profile where its access is enough for that, else at the provider, which tells
// whether it is alive.
func (s *session) ask(ctx context.Context, account oauth.Account, token oauth.Token) finding {
	profile := google.ReadsProfile(account.Scopes)
	request, err := s.question(ctx, profile, token)
	if err != nil {
		return finding{problem: explain(err, s.provider), err: err}
	}
	status, body, err := s.engine.Do(request)
	switch {
	case err != nil:
		return finding{problem: explain(err, s.provider), err: err}
	case status == http.StatusOK && profile:
		return works(body, account)
	case status == http.StatusOK:
		return finding{problem: problem{title: "The token is alive",
			detail: "It may " + google.Describe(account.Scopes) + ". That does not include reading " + account.Address + ", so there is nothing more to try it on."}}
	}
	trouble := google.AtGmail(status, body, s.engine.ClientID())
	return finding{problem: troubled(trouble), err: fmt.Errorf("gmail answered with status %d", status)}
}

// question is the request that tries a token. The token goes in a header or a form, never in an address.
func (s *session) question(ctx context.Context, profile bool, token oauth.Token) (*http.Request, error) {
	if profile {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.profile, nil)
		if err == nil {
			request.Header.Set("Authorization", "Bearer "+token.Access)
		}
		return request, err
	}
	form := url.Values{"access_token": {token.Access}}.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.tokenInfo, strings.NewReader(form))
	if err == nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return request, err
}

// works says what the profile tells of the mailbox.
func works(body []byte, account oauth.Account) finding {
	var profile struct {
		Address  string `json:"emailAddress"`
		Messages int    `json:"messagesTotal"`
	}
	if err := json.Unmarshal(body, &profile); err != nil {
		err = errors.Join(oauth.ErrBadAnswer, err)
		return finding{problem: explain(err, googleName), err: err}
	}
	return finding{problem: problem{title: "The token works",
		detail: fmt.Sprintf("Works: %s, %s messages.", account.Address, grouped(profile.Messages))}}
}

// grouped writes a number with a comma before every third digit.
func grouped(n int) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
