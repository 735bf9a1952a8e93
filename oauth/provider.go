package oauth

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"tokentray/oauth/google"
)

// Provider says who grants access and where. Endpoints nil means: found by OpenID Connect Discovery when they are
// first needed, so that a start without network is a start all the same.
type Provider struct {
	// Name stands for the provider in account keys. It outlives changes of address (the practice provider's port).
	Name string
	// Issuer is what ID tokens must name as "iss".
	Issuer    string
	Endpoints *Endpoints
	// Params are added to every authorization request.
	Params url.Values
}

// Endpoints are a provider's addresses and what it says of itself.
type Endpoints struct {
	Authorization, Token, Revocation, Keys string
	// Scopes are those that discovery lists; empty when unknown.
	Scopes []string
}

// Google is the provider of Gmail accounts. Its endpoints are fixed: a client file must not redirect a secret.
func Google() Provider {
	return Provider{
		Name:   google.Issuer,
		Issuer: google.Issuer,
		Endpoints: &Endpoints{
			Authorization: google.AuthURL,
			Token:         google.TokenURL,
			Revocation:    google.RevokeURL,
			Keys:          google.KeysURL,
		},
		Params: offlineParams(),
	}
}

// Discovered is any other OpenID provider, found by its issuer address. The address must be https, or http on a
// loopback address; otherwise the error is [ErrIssuer].
func Discovered(issuer string) (Provider, error) {
	if !safeURL(issuer) {
		return Provider{}, fmt.Errorf("%w: it must start with https://, or with http:// on this computer", ErrIssuer)
	}
	u, err := url.Parse(issuer)
	if err != nil || u.RawQuery != "" || u.Fragment != "" {
		return Provider{}, fmt.Errorf("%w: it must be a plain address", ErrIssuer)
	}
	return Provider{Name: issuer, Issuer: issuer, Params: offlineParams()}, nil
}

// offlineParams ask for a refresh token in Google's manner; other providers ignore what they don't know.
func offlineParams() url.Values {
	return url.Values{"access_type": {"offline"}, "prompt": {"select_account consent"}}
}

// contact is a provider whose endpoints are known.
type contact struct {
	Endpoints
	keys       oidc.KeySet
	algorithms []string
}

func (c *contact) config(client Client, redirect string, scopes []string) *oauth2.Config {
	return &oauth2.Config{
		ClientID:     client.ID,
		ClientSecret: client.Secret,
		RedirectURL:  redirect,
		Scopes:       scopes,
		// In the parameters, as Google documents it: the library's own guess sends each failing request twice.
		Endpoint: oauth2.Endpoint{AuthURL: c.Authorization, TokenURL: c.Token, AuthStyle: oauth2.AuthStyleInParams},
	}
}

func (c *contact) verifier(issuer, clientID string) *oidc.IDTokenVerifier {
	return oidc.NewVerifier(issuer, c.keys, &oidc.Config{ClientID: clientID, SupportedSigningAlgs: c.algorithms})
}

// directory finds a provider's endpoints once and remembers them.
type directory struct {
	provider Provider
	http     *http.Client
	mu       sync.Mutex
	known    *contact
}

// contact returns the provider's endpoints, asking for them if they are not known yet. Safe for concurrent use.
func (d *directory) contact(ctx context.Context) (*contact, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.known != nil {
		return d.known, nil
	}
	// The key set outlives this call: it must not end with the caller's context.
	lasting := oidc.ClientContext(context.WithoutCancel(ctx), d.http)
	if d.provider.Endpoints != nil {
		d.known = &contact{
			Endpoints:  *d.provider.Endpoints,
			keys:       oidc.NewRemoteKeySet(lasting, d.provider.Endpoints.Keys),
			algorithms: []string{oidc.RS256, oidc.ES256},
		}
		return d.known, nil
	}
	found, err := d.discover(oidc.ClientContext(ctx, d.http))
	if err != nil {
		return nil, err
	}
	found.keys = oidc.NewRemoteKeySet(lasting, found.Keys)
	d.known = found
	return found, nil
}

func (d *directory) discover(ctx context.Context) (*contact, error) {
	provider, err := oidc.NewProvider(ctx, d.provider.Issuer)
	if err != nil {
		if isNetwork(err) {
			return nil, fmt.Errorf("could not find the provider's endpoints: %w: %w", ErrUnreachable, plainNetwork(err))
		}
		return nil, fmt.Errorf("could not find the provider's endpoints: %w: not a discovery document", ErrBadAnswer)
	}
	var document struct {
		Revocation string   `json:"revocation_endpoint"`
		Keys       string   `json:"jwks_uri"`
		Scopes     []string `json:"scopes_supported"`
		Algorithms []string `json:"id_token_signing_alg_values_supported"`
	}
	if err := provider.Claims(&document); err != nil {
		return nil, fmt.Errorf("could not read the provider's endpoints: %w", ErrBadAnswer)
	}
	found := &contact{
		Endpoints: Endpoints{
			Authorization: provider.Endpoint().AuthURL,
			Token:         provider.Endpoint().TokenURL,
			Revocation:    document.Revocation,
			Keys:          document.Keys,
			Scopes:        document.Scopes,
		},
		algorithms: asymmetric(document.Algorithms),
	}
	for _, address := range []string{found.Authorization, found.Token, found.Keys} {
		if !safeURL(address) {
			return nil, fmt.Errorf("the provider names an endpoint that is not safe to use: %w", ErrBadAnswer)
		}
	}
	if found.Revocation != "" && !safeURL(found.Revocation) {
		return nil, fmt.Errorf("the provider names a revocation endpoint that is not safe to use: %w", ErrBadAnswer)
	}
	return found, nil
}

// asymmetric keeps the signature algorithms that need the provider's private key; "none" and those keyed with the
// client secret prove nothing.
func asymmetric(offered []string) []string {
	good := []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA}
	kept := slices.DeleteFunc(slices.Clone(offered), func(a string) bool { return !slices.Contains(good, a) })
	if len(kept) == 0 {
		return []string{oidc.RS256}
	}
	return kept
}

// scopes are what is asked for: who the person is, the access wanted, and a refresh token where the provider has a
// scope for it (OpenID Connect Core, section 11). Google does not list that scope and refuses it.
func (c *contact) scopes(wanted []string) []string {
	all := []string{oidc.ScopeOpenID, "email"}
	if slices.Contains(c.Scopes, oidc.ScopeOfflineAccess) {
		all = append(all, oidc.ScopeOfflineAccess)
	}
	for _, scope := range wanted {
		if scope = strings.TrimSpace(scope); scope != "" && !slices.Contains(all, scope) {
			all = append(all, scope)
		}
	}
	return all
}
