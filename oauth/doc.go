// Package oauth keeps people signed in at an OpenID provider and hands out access tokens that work.
//
// An [Engine] knows the accounts of one provider. It signs a person in through the browser (authorization code
// with PKCE, RFC 8252), keeps the refresh token in the system's keychain, renews access tokens ahead of their
// expiry and gives one out on demand. It has no screen and no globals; it tells what it knows in immutable
// snapshots (see [Engine.Watch]), and what happened to an account when it is asked (see [Engine.History]).
package oauth
