package practice

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"math/big"
	"strings"
	"time"
)

// grant is what is remembered of a grant besides its tokens.
type grant struct {
	generation int // of the live refresh token
	revoked    bool
	replaced   map[int]time.Time // when a refresh token was first traded for another, by its generation
}

const (
	kindAccess  = "a"
	kindRefresh = "r"
)

// claims are what a token says. The names are short because a refresh token has 512 bytes for everything; the
// person's sub is not among them because it follows from the address.
type claims struct {
	Kind       string   `json:"k"`
	Grant      string   `json:"g"`
	Client     string   `json:"c"` // fingerprint of the client ID
	Address    string   `json:"a"`
	Scopes     scopeSet `json:"s"`
	Expiry     int64    `json:"x,omitempty"` // access tokens only; Unix milliseconds
	Generation int      `json:"n,omitempty"` // refresh tokens only
	Problem    string   `json:"p,omitempty"` // mark of the one that the account meets
}

// subject is a person's sub: 21 digits, as Google's are, the same for an address wherever and whenever it is asked.
func subject(address string) string {
	sum := sha256.Sum256([]byte("practice person " + strings.ToLower(address)))
	digits := new(big.Int).Mod(new(big.Int).SetBytes(sum[:]), new(big.Int).Exp(big.NewInt(10), big.NewInt(20), nil)).String()
	return "1" + strings.Repeat("0", 20-len(digits)) + digits
}

func fingerprint(clientID string) string {
	sum := sha256.Sum256([]byte(clientID))
	return base64.RawURLEncoding.EncodeToString(sum[:8])
}

// newGrant opens a grant and gives what its tokens will say. The caller holds p.mu.
func (p *Provider) newGrant(address string, granted scopeSet, problem *Problem) claims {
	id := rand.Text()[:20]
	p.grants[id] = &grant{generation: 1}
	return claims{Grant: id, Client: fingerprint(p.clientID), Address: address, Scopes: granted, Problem: problem.mark()}
}

// grantOf is the grant of a token that was read. One from before a restart is taken up with the generation that the
// token has. The caller holds p.mu.
func (p *Provider) grantOf(c claims) *grant {
	g := p.grants[c.Grant]
	if g == nil {
		g = &grant{generation: c.Generation}
		p.grants[c.Grant] = g
	}
	return g
}

// rotateFrom replaces a refresh token of a grant, and gives the generation of the new one. One that nobody ever used, since
// its answer was lost, is replaced as well. The caller holds p.mu.
func (p *Provider) rotateFrom(c claims) (generation int) {
	g, now := p.grantOf(c), p.now()
	maps.DeleteFunc(g.replaced, func(_ int, since time.Time) bool { return !now.Before(since.Add(p.leeway)) })
	for _, old := range []int{c.Generation, g.generation} {
		if _, before := g.replaced[old]; !before && p.leeway > 0 {
			if g.replaced == nil {
				g.replaced = map[int]time.Time{}
			}
			g.replaced[old] = now
		}
	}
	g.generation++
	return g.generation
}

func (p *Provider) endGrant(id string) {
	p.grants[id] = &grant{revoked: true}
}

// read gives back what a token of this provider and client says, live or not.
func (p *Provider) read(token string) (c claims, ok bool) {
	ok = p.signer.read(token, &c) && c.Client == fingerprint(p.clientID) // an ID token has no such claim
	return c, ok
}

// live tells whether a token works now. The caller holds p.mu.
func (p *Provider) live(c claims) bool {
	if c.problem().ended {
		return false
	}
	if c.Kind == kindAccess {
		g := p.grants[c.Grant] // none: from before a restart
		return (g == nil || !g.revoked) && p.now().UnixMilli() < c.Expiry
	}
	g := p.grantOf(c)
	since, replaced := g.replaced[c.Generation]
	return !g.revoked && (g.generation == c.Generation || replaced && p.now().Before(since.Add(p.leeway)))
}

func (p *Provider) accessToken(c claims, scopes scopeSet, lifetime time.Duration) (string, error) {
	c.Kind, c.Scopes, c.Generation = kindAccess, scopes, 0
	c.Expiry = p.now().Add(lifetime).UnixMilli()
	return sign(p.signer.own, c)
}

func (p *Provider) refreshToken(c claims, generation int) (string, error) {
	c.Kind, c.Expiry, c.Generation = kindRefresh, 0, generation
	return sign(p.signer.own, c)
}
