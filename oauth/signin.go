package oauth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"tokentray/oauth/loopback"
)

// Request says what a sign-in asks for.
type Request struct {
	// Scopes are the access wanted. The scopes that tell who the person is are added.
	Scopes []string
	// Hint is the address of an account that is signed in again; empty for a new one.
	Hint string
	// Account is that account: nobody else's sign-in is taken for it. Zero for a new one.
	Account Key
}

// SignIn is one attempt to sign a person in, from the link to the account. Its methods are safe for concurrent use.
type SignIn struct {
	engine   *Engine
	request  Request
	client   Client
	contact  *contact
	config   *oauth2.Config
	receiver *loopback.Receiver
	verifier string // PKCE's, RFC 7636
	nonce    string
	link     string
	cancel   context.CancelFunc
	done     chan struct{}
	account  Account // with err and withheld: set before done closes
	err      error
	withheld *grant // somebody else's
}

// grant is what a finished sign-in brought.
type grant struct {
	row          row
	refreshToken string
	token        Token
}

// StartSignIn prepares a sign-in and waits for its answer in the background; the caller takes the person to
// [SignIn.Link]. It makes sure first that the keychain will take what comes, which may ask the person to unlock it.
// One sign-in at a time: a second is refused with [ErrSignInRunning].
func (e *Engine) StartSignIn(ctx context.Context, request Request) (*SignIn, error) {
	s := &SignIn{engine: e, request: request, done: make(chan struct{})}
	e.mu.Lock()
	if e.signIn != nil || e.closed {
		e.mu.Unlock()
		return nil, ErrSignInRunning
	}
	e.signIn = s
	e.running.Add(1)
	e.mu.Unlock()
	if err := s.prepare(ctx); err != nil {
		s.release()
		e.log.Warn("sign-in not started", "err", err)
		return nil, err
	}
	waiting, cancel := context.WithTimeoutCause(e.ctx, e.patience, ErrTimedOut)
	s.cancel = cancel
	go s.run(waiting)
	return s, nil
}

func (s *SignIn) prepare(ctx context.Context) error {
	if err := s.engine.secrets.Unlock(ctx); err != nil {
		return fmt.Errorf("the keychain is not ready: %w", err)
	}
	var err error
	if s.client, err = s.engine.client(ctx, s.engine.signInClient(s.request.Account)); err != nil {
		return err
	}
	if s.contact, err = s.engine.directory.contact(ctx); err != nil {
		return err
	}
	state := oauth2.GenerateVerifier() // 256 random bits serve for state and nonce as well
	s.nonce, s.verifier = oauth2.GenerateVerifier(), oauth2.GenerateVerifier()
	if s.receiver, err = loopback.Listen(state, s.client.Redirect, s.engine.words); err != nil {
		return fmt.Errorf("could not wait for the browser: %w", err)
	}
	s.config = s.contact.config(s.client, s.receiver.RedirectURL(), s.contact.request(s.request.Scopes))
	options := []oauth2.AuthCodeOption{
		oauth2.S256ChallengeOption(s.verifier),
		oauth2.SetAuthURLParam("nonce", s.nonce),
	}
	for name, values := range s.engine.provider.Params {
		options = append(options, oauth2.SetAuthURLParam(name, values[0]))
	}
	if s.request.Hint != "" {
		options = append(options, oauth2.SetAuthURLParam("login_hint", s.request.Hint))
	}
	s.link = s.config.AuthCodeURL(state, options...)
	return nil
}

// Link is the address that the person opens in a browser.
func (s *SignIn) Link() string { return s.link }

// Request is what was asked for.
func (s *SignIn) Request() Request { return s.request }

// Paste takes the address at which the browser ended, where it could not reach this computer's listener. The errors
// are the loopback package's; the sign-in goes on waiting after them.
func (s *SignIn) Paste(address string) error { return s.receiver.Paste(address) }

// Cancel ends the sign-in with [ErrCancelled]. Cancelling one that has ended does nothing.
func (s *SignIn) Cancel() { s.cancel() }

// Wait returns the account that came of the sign-in.
func (s *SignIn) Wait(ctx context.Context) (Account, error) {
	select {
	case <-s.done:
		return s.account, s.err
	case <-ctx.Done():
		return Account{}, ctx.Err()
	}
}

// run waits for the browser, finishes the sign-in and shows the person how it went.
func (s *SignIn) run(ctx context.Context) {
	defer s.release()
	defer s.cancel()
	answer, err := s.receiver.Answer(ctx)
	if err != nil {
		s.err = waitError(ctx, err)
	} else {
		s.account, s.err = s.finish(ctx, answer)
		page := s.engine.landing(s.account, s.err)
		answer.Show(page.Status, page.Header, page.Body)
	}
	if s.err != nil {
		s.engine.log.Warn("sign-in not finished", "err", s.err)
	}
	if err := s.receiver.Close(); err != nil {
		s.engine.log.Warn("listener not closed cleanly", "err", err)
	}
}

// release lets the next sign-in start.
func (s *SignIn) release() {
	s.engine.mu.Lock()
	s.engine.signIn = nil
	s.engine.mu.Unlock()
	close(s.done)
	s.engine.running.Done()
}

// waitError tells whether waiting ended by the clock or by the person.
func waitError(ctx context.Context, err error) error {
	switch {
	case errors.Is(context.Cause(ctx), ErrTimedOut):
		return ErrTimedOut
	case ctx.Err() != nil:
		return ErrCancelled
	default:
		return fmt.Errorf("could not wait for the browser: %w", err)
	}
}

// finish turns the browser's answer into an account.
func (s *SignIn) finish(ctx context.Context, answer *loopback.Answer) (Account, error) {
	if answer.Issuer != "" && answer.Issuer != s.engine.provider.Issuer {
		return Account{}, ErrWrongIssuer
	}
	switch {
	case answer.Error == "access_denied":
		return Account{}, ErrDenied
	case answer.Error != "":
		return Account{}, fmt.Errorf("%w: %w", ErrRefused, &ServerError{Code: word(answer.Error)})
	}
	token, err := s.config.Exchange(s.engine.withHTTP(ctx), answer.Code, oauth2.VerifierOption(s.verifier))
	if err != nil {
		if ctx.Err() != nil {
			return Account{}, waitError(ctx, err)
		}
		return Account{}, fmt.Errorf("could not exchange the authorization code: %w", tokenError(err, ErrCodeRefused))
	}
	if !secretLike(token.RefreshToken) {
		return Account{}, ErrNoRefreshToken
	}
	who, err := s.identify(ctx, token)
	if err != nil {
		return Account{}, err
	}
	access, err := s.engine.tokenFrom(token)
	if err != nil {
		return Account{}, err
	}
	scopes := grantedScopes(token)
	if scopes == nil {
		scopes = s.config.Scopes
	}
	granted := grant{
		row: row{
			Issuer:   s.engine.provider.Name,
			Subject:  who.Subject,
			Address:  who.address(),
			Client:   s.client.ID,
			Scopes:   scopes,
			SignedIn: s.engine.now(),
		},
		refreshToken: token.RefreshToken,
		token:        access,
	}
	if again := s.request.Account; again != (Key{}) && again != granted.row.key() {
		s.withheld = &granted
		return Account{}, ErrOtherPerson
	}
	return s.engine.admit(ctx, granted)
}

// Stranger is the address of whoever signed in where Wait said [ErrOtherPerson]; else empty.
func (s *SignIn) Stranger() string {
	<-s.done
	if s.withheld == nil {
		return ""
	}
	return s.withheld.row.Address
}

// Admit makes an account of the stranger's sign-in after all, where Wait said [ErrOtherPerson].
func (s *SignIn) Admit(ctx context.Context) (Account, error) {
	<-s.done
	if s.withheld == nil {
		return Account{}, ErrUnknownAccount
	}
	return s.engine.admit(ctx, *s.withheld)
}

// identity is what the ID token says of the person.
type identity struct {
	Subject string `json:"sub"`
	Email   string `json:"email"`
	Name    string `json:"preferred_username"`
}

// address labels the account; a provider that keeps the address to itself leaves the name, or the bare subject.
func (i identity) address() string {
	for _, label := range []string{i.Email, i.Name} {
		if plausible(label, 320) {
			return label
		}
	}
	return i.Subject
}

// identify verifies the ID token (OpenID Connect Core, section 3.1.3.7) and reads who signed in.
func (s *SignIn) identify(ctx context.Context, token *oauth2.Token) (identity, error) {
	raw, _ := token.Extra("id_token").(string)
	if raw == "" {
		return identity{}, fmt.Errorf("%w: there is none", ErrIDToken)
	}
	verified, err := s.contact.Verifier(&oidc.Config{ClientID: s.client.ID, Now: s.engine.now}).Verify(ctx, raw)
	if err != nil {
		// The library's text quotes claims, which are not ours to log.
		return identity{}, fmt.Errorf("%w: issuer, audience, time or signature", ErrIDToken)
	}
	if verified.Nonce != s.nonce {
		return identity{}, fmt.Errorf("%w: nonce", ErrIDToken)
	}
	if verified.AccessTokenHash != "" {
		if err := verified.VerifyAccessToken(token.AccessToken); err != nil {
			return identity{}, fmt.Errorf("%w: access token hash", ErrIDToken)
		}
	}
	var who identity
	if err := verified.Claims(&who); err != nil || !plausible(who.Subject, 255) {
		return identity{}, fmt.Errorf("%w: subject", ErrIDToken)
	}
	if who.Email == "" && s.contact.UserInfoEndpoint() != "" {
		who = s.ask(ctx, who, token)
	}
	return who, nil
}

// ask completes who from the provider's userinfo endpoint (OpenID Connect Core, section 5.3): many providers keep the
// address out of the ID token. It only makes the label better, so its failures are logged and forgotten.
func (s *SignIn) ask(ctx context.Context, who identity, token *oauth2.Token) identity {
	info, err := s.contact.UserInfo(s.engine.withHTTP(ctx), oauth2.StaticTokenSource(token))
	if err != nil || info.Subject != who.Subject {
		s.engine.log.Warn("no address from the provider")
		return who
	}
	who.Email = info.Email
	return who
}

// within bounds a step that must come to an end although the sign-in itself may have been cancelled meanwhile.
func within(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), limit)
}
