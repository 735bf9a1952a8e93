package oauth

import (
	"slices"
	"time"
)

// Key names an account for good: addresses change hands, the pair of issuer and subject does not
// (OpenID Connect Core, section 5.7).
type Key struct {
	// Issuer is the [Provider]'s Name.
	Issuer string
	// Subject is the ID token's "sub".
	Subject string
}

// flight is the name under which one renewal of the account at a time is under way.
func (k Key) flight() string { return k.Issuer + "\x00" + k.Subject }

// State says how an account's token stands.
type State int

// How an account's token can stand.
const (
	// Ready: a token is at hand, or nothing is known against getting one.
	Ready State = iota
	// Renewing: a new access token is being asked for.
	Renewing
	// Waiting: the last attempt failed for a reason that passes by itself; another one is planned.
	Waiting
	// Locked: the keychain is locked, or can't be used for another reason; nothing is lost, and it is tried again.
	Locked
	// Lost: the keychain no longer has the refresh token. An access token at hand is good until it ends.
	Lost
	// SignInAgain: the provider ended the grant (invalid_grant).
	SignInAgain
	// ClientTrouble: the provider refuses the client, not the account.
	ClientTrouble
)

// Account is a snapshot of one account. It holds no secret and never changes; a newer one takes its place.
type Account struct {
	Key     Key
	Address string
	// Client is the ID of the client that the account was signed in through.
	Client string
	// Scopes are those that were granted, identity scopes included.
	Scopes []string
	State  State
	// Cause is why State is not Ready, or nil.
	Cause error
	// Standing is the last of Lost, SignInAgain and ClientTrouble until the provider gives a token again, whatever passes
	// by itself meanwhile; Ready: there was none. It outlasts a restart.
	Standing State
	// Expiry is when the access token at hand ends; zero when there is none.
	Expiry time.Time
	// SignedIn is when the person last gave consent.
	SignedIn time.Time
	// Ended is when the provider ended the grant; zero while it has not.
	Ended time.Time
	// LastUsed is when a token was last handed to the person; zero when never.
	LastUsed time.Time
}

// NeedsSignIn tells whether only the person can make this account work again.
func (a Account) NeedsSignIn() bool {
	return a.State == SignInAgain || a.State == Lost && a.Expiry.IsZero()
}

// account is the engine's own record of an account, guarded by Engine.mu.
type account struct {
	row
	state State
	cause error
	// standing goes with row.Why; stand writes both.
	standing State
	token    Token
	// unsaved is a refresh token that the keychain has not taken yet, and held the access token that came with it,
	// which nobody gets before.
	unsaved string
	held    Token
	// unkept tells that the token is not in the keychain yet.
	unkept bool
	past   history
	// asked tells that the keychain was asked for a kept access token.
	asked bool
	// due is when the scheduler acts next; zero: never by itself. The agenda writes it, and the account's place there.
	due     time.Time
	place   int
	backoff *retry
	// overtaken tells that the network changed while a request was under way.
	overtaken bool
	// generation counts sign-ins, so that an answer to an older grant changes nothing.
	generation int
}

// listed is an account as the list has it at a start. A grant that has ended is not asked about again: what is left of it
// in the keychain is as dead. Whatever else stood against a token is tried once more.
func listed(r row) *account {
	a := &account{row: r}
	why := r.Why.err()
	switch state := stateOf(why); {
	case !r.Ended.IsZero() && state != SignInAgain: // an older list does not say why
		why = ErrSignInAgain
	case r.Ended.IsZero() && state != Lost && state != ClientTrouble:
		why = nil
	}
	a.state, a.cause = stateOf(why), why
	a.stand(why)
	return a
}

// stand notes why only the person can make the account work, or nil when it works; changed tells that this is news.
func (a *account) stand(why error) (changed bool) {
	before := a.Why
	a.Why, a.standing = cause{}, stateOf(why)
	if why != nil {
		a.Why = causeOf(why)
	}
	return a.Why != before
}

func (a *account) snapshot() Account {
	return Account{
		Key:      a.key(),
		Address:  a.Address,
		Client:   a.Client,
		Scopes:   slices.Clone(a.Scopes),
		State:    a.state,
		Cause:    a.cause,
		Standing: a.standing,
		Expiry:   a.token.Expiry,
		SignedIn: a.SignedIn,
		Ended:    a.Ended,
		LastUsed: a.LastUsed,
	}
}
