package oauth

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"

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

// Endpoints are a provider's addresses.
type Endpoints struct {
	Authorization, Token, Revocation, Keys string
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
	*oidc.Provider
	revocation string   // RFC 7009; empty: there is none
	scopes     []string // that discovery lists; empty when unknown
}

func (c *contact) config(client Client, redirect string, scopes []string) *oauth2.Config {
	endpoint := c.Endpoint()
	// In the parameters, as Google documents it: the library's own guess sends each failing request twice.
	endpoint.AuthStyle = oauth2.AuthStyleInParams
	return &oauth2.Config{
		ClientID:     client.ID,
		ClientSecret: client.Secret,
		RedirectURL:  redirect,
		Scopes:       scopes,
		Endpoint:     endpoint,
	}
}

// directory finds a provider's endpoints once and remembers them.
type directory struct {
	ctx      context.Context // the engine's: ends what is under way
	provider Provider
	http     *http.Client
	known    atomic.Pointer[contact]
	asking   singleflight.Group
}

// contact returns the provider's endpoints, asking for them if they are not known yet. Whoever waits for the same answer
// shares its failure too: in a row, each would wait for all before it. Safe for concurrent use.
func (d *directory) contact(ctx context.Context) (*contact, error) {
	if known := d.known.Load(); known != nil {
		return known, nil
	}
	answer := d.asking.DoChan("", func() (any, error) {
		if known := d.known.Load(); known != nil {
			return known, nil
		}
		found, err := d.find(oidc.ClientContext(d.ctx, d.http))
		if err == nil {
			d.known.Store(found)
		}
		return found, err
	})
	select {
	case result := <-answer:
		return result.Val.(*contact), result.Err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// find knows the endpoints or asks for them.
func (d *directory) find(ctx context.Context) (*contact, error) {
	if fixed := d.provider.Endpoints; fixed != nil {
		config := oidc.ProviderConfig{
			IssuerURL: d.provider.Issuer, AuthURL: fixed.Authorization, TokenURL: fixed.Token, JWKSURL: fixed.Keys,
		}
		return &contact{Provider: config.NewProvider(ctx), revocation: fixed.Revocation}, nil
	}
	found, err := d.discover(ctx)
	if err != nil {
		return nil, fmt.Errorf("could not find the provider's endpoints: %w", err)
	}
	return found, nil
}

func (d *directory) discover(ctx context.Context) (*contact, error) {
	provider, err := oidc.NewProvider(ctx, d.provider.Issuer)
	if err != nil {
		if isNetwork(err) {
			return nil, fmt.Errorf("%w: %w", ErrUnreachable, plainNetwork(err))
		}
		return nil, fmt.Errorf("%w: not a discovery document", ErrBadAnswer)
	}
	var document struct {
		Authorization string   `json:"authorization_endpoint"`
		Token         string   `json:"token_endpoint"`
		Keys          string   `json:"jwks_uri"`
		UserInfo      string   `json:"userinfo_endpoint"`
		Revocation    string   `json:"revocation_endpoint"`
		Scopes        []string `json:"scopes_supported"`
	}
	if err := provider.Claims(&document); err != nil {
		return nil, fmt.Errorf("%w: not a discovery document", ErrBadAnswer)
	}
	needed := []string{document.Authorization, document.Token, document.Keys}
	for _, optional := range []string{document.UserInfo, document.Revocation} {
		if optional != "" {
			needed = append(needed, optional)
		}
	}
	for _, address := range needed {
		if !safeURL(address) {
			return nil, fmt.Errorf("%w: an endpoint is not safe to use", ErrBadAnswer)
		}
	}
	return &contact{Provider: provider, revocation: document.Revocation, scopes: document.Scopes}, nil
}

// request lists the scopes to ask for: who the person is, the access wanted, and a refresh token where the provider has a
// scope for it (OpenID Connect Core, section 11). Google does not list that scope and refuses it.
func (c *contact) request(wanted []string) []string {
	all := []string{oidc.ScopeOpenID, "email"}
	if slices.Contains(c.scopes, oidc.ScopeOfflineAccess) {
		all = append(all, oidc.ScopeOfflineAccess)
	}
	for _, scope := range wanted {
		if scope = strings.TrimSpace(scope); scope != "" && !slices.Contains(all, scope) {
			all = append(all, scope)
		}
	}
	return all
}
