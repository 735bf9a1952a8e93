package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"fyne.io/fyne/v2/lang"

	"tokentray/oauth"
	"tokentray/oauth/google"
)

// testButton tests an account's token and says meanwhile that it does.
func (a *App) testButton(account oauth.Account) *button {
	var b *button
	b = newButton(lang.L("Test token"), func() {
		b.SetText(lang.L("Testing…"))
		b.Disable()
		a.testToken(account, func() {
			b.SetText(lang.L("Test token"))
			b.Enable()
		})
	})
	return b
}

// testToken asks Gmail with the account's token, and says what it answered. done, which may be nil, is called then.
func (a *App) testToken(account oauth.Account, done func()) {
	s := a.session
	if s == nil {
		return
	}
	ended := func() {
		a.window.say("")
		if done != nil {
			done()
		}
	}
	a.window.say(lang.L("Asking with the token of {{.Address}}…", with{"Address": account.Address}))
	a.beside(func() func() {
		ctx, cancel := context.WithTimeout(a.ctx, copyTime)
		defer cancel()
		token, err := s.engine.Token(ctx, account.Key, 0)
		if token.Access == "" {
			return func() {
				ended()
				a.copyFailed(account, err)
			}
		}
		found := s.ask(ctx, account, token)
		if found.err != nil {
			a.log.Warn("token tested in vain", "account", account.Address, "err", found.err)
		}
		return func() {
			ended()
			a.report(found.problem, func() {
				switch {
				case a.remedied(found.problem):
				case found.remedy == signInAgain:
					a.signInAgain(account)
				default:
					a.testToken(account, nil)
				}
			})
		}
	})
}

// offerTest adds to what is said of a sign-in that its token can be tried, once for each provider.
func (a *App) offerTest(account oauth.Account, said string) {
	if len(a.session.choices) == 0 || slices.Contains(a.settings.TestOffered, a.session.provider) {
		return
	}
	a.settings.TestOffered = append(slices.Clone(a.settings.TestOffered), a.session.provider)
	a.saveSettings()
	a.window.offer(said, lang.L("Test token"), func() { a.testToken(account, nil) })
}

// finding is what came of a test, in words.
type finding struct {
	problem
	err error // for the log; nil when the token works
}

func (s *session) found(err error) finding {
	return finding{problem: explain(err, s.provider), err: err}
}

// ask tries a token: on the mailbox's profile where its access is enough for that, else at the provider, which tells
// whether it is alive. One that is refused is replaced once before that is believed.
func (s *session) ask(ctx context.Context, account oauth.Account, token oauth.Token) finding {
	try, refused := s.onProfile, http.StatusUnauthorized
	if !google.ReadsProfile(account.Scopes) {
		try, refused = s.onTokenInfo, http.StatusBadRequest
	}
	status, body, err := try(ctx, token)
	if err == nil && status == refused {
		if token, err = s.engine.Replace(ctx, account.Key, token); err == nil {
			status, body, err = try(ctx, token)
		}
	}
	switch {
	case err != nil:
		return s.found(err)
	case status == http.StatusOK && refused == http.StatusUnauthorized:
		return s.works(body, account)
	case status == http.StatusOK:
		return s.alive(body, account)
	case status == refused: // the provider's own words for it differ
		status = http.StatusUnauthorized
	}
	trouble := google.AtGmail(status, body, account.Client)
	return finding{problem: troubled(trouble), err: fmt.Errorf("gmail answered with status %d", status)}
}

// onProfile asks for the mailbox's profile, with the token in a header.
func (s *session) onProfile(ctx context.Context, token oauth.Token) (status int, body []byte, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.profile, nil)
	if err != nil {
		return 0, nil, err
	}
	request.Header.Set("Authorization", "Bearer "+token.Access)
	return s.engine.Do(request)
}

// onTokenInfo asks the provider about the token, which goes in a form, never in an address.
func (s *session) onTokenInfo(ctx context.Context, token oauth.Token) (status int, body []byte, err error) {
	form := url.Values{"access_token": {token.Access}}.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.tokenInfo, strings.NewReader(form))
	if err != nil {
		return 0, nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.engine.Do(request)
}

// works says what the profile tells of the mailbox.
func (s *session) works(body []byte, account oauth.Account) finding {
	var profile struct {
		Messages int `json:"messagesTotal"`
	}
	if err := json.Unmarshal(body, &profile); err != nil {
		return s.found(errors.Join(oauth.ErrBadAnswer, err))
	}
	return finding{problem: problem{title: lang.L("Gmail accepts the token"),
		detail: lang.N("Works: {{.Address}}, {{.Messages}} messages.", profile.Messages,
			with{"PluralCount": profile.Messages, "Address": account.Address, "Messages": grouped(profile.Messages)})}}
}

// alive says what the provider tells of a token that can't read the mailbox.
func (s *session) alive(body []byte, account oauth.Account) finding {
	var info struct {
		Scope string `json:"scope"`
	}
	if err := json.Unmarshal(body, &info); err != nil {
		return s.found(errors.Join(oauth.ErrBadAnswer, err))
	}
	return finding{problem: problem{title: lang.L("The token is alive"),
		detail: lang.L("It may {{.Access}}. That does not include reading the mail of {{.Address}}, so there is nothing more to try it on.",
			with{"Access": mayWords(strings.Fields(info.Scope)), "Address": account.Address})}}
}

// grouped writes a number with what its language has before every third digit, such as a comma.
func grouped(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return lang.L("{{.Thousands}},{{.Rest}}", with{"Thousands": grouped(n / 1000), "Rest": fmt.Sprintf("%03d", n%1000)})
}
