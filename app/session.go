package app

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"path/filepath"
	"strings"

	"tokentray/oauth"
	"tokentray/oauth/google"
	"tokentray/oauth/keychain"
	"tokentray/oauth/practice"
)

// place says at whose door people sign in.
type place struct {
	// practice is the embedded provider.
	practice bool
	// issuer is another OpenID provider's address; empty for Google.
	issuer string
}

// service names the place's part of the keychain.
func (p place) service() string {
	switch {
	case p.practice:
		return "Token Tray (practice)"
	case p.issuer != "":
		return "Token Tray (" + hostAndPort(p.issuer) + ")"
	default:
		return "Token Tray"
	}
}

// folder is where the place's lists are, below the program's own folder.
func (p place) folder(root string) string {
	switch {
	case p.practice:
		return filepath.Join(root, "practice")
	case p.issuer != "":
		return filepath.Join(root, fileName(p.issuer))
	default:
		return filepath.Join(root, "google")
	}
}

// provider is what the place's provider is called within a sentence.
func (p place) provider() string {
	switch {
	case p.practice:
		return practiceName
	case p.issuer != "":
		return hostAndPort(p.issuer)
	default:
		return googleName
	}
}

// How the providers are called within a sentence.
const (
	googleName   = "Google"
	practiceName = "the practice provider"
)

// session is one provider's engine together with what the screen needs to know of the provider. Each provider has
// its own account list, client and part of the keychain.
type session struct {
	engine *oauth.Engine
	place  place
	// provider is the provider's name within a sentence.
	provider string
	// choices are the kinds of access that can be asked for; none where the provider is unknown to us.
	choices []google.Access
	// profile and tokenInfo are where a token can be tried; empty where the provider is unknown to us.
	profile, tokenInfo string
	embedded           *practice.Provider
}

// openSession opens the engine for a place. Besides a session the error may be [oauth.ErrListAside].
func openSession(ctx context.Context, p place, root string, landing func(oauth.Account, error) oauth.Page, log *slog.Logger) (*session, error) {
	s := &session{
		place: p, provider: p.provider(), choices: google.Presets,
		profile: google.ProfileURL, tokenInfo: google.TokenInfoURL,
	}
	secrets := keychain.New(p.service())
	config := oauth.Config{
		Provider: oauth.Google(), Folder: p.folder(root), Secrets: secrets, Landing: landing, Words: translated, Log: log,
	}
	switch {
	case p.practice:
		if err := s.startPractice(ctx, secrets, &config); err != nil {
			return nil, err
		}
	case p.issuer != "":
		provider, err := oauth.Discovered(p.issuer)
		if err != nil {
			return nil, err
		}
		if err := keepIssuer(config.Folder, p.issuer); err != nil {
			return nil, err
		}
		s.choices, s.profile, s.tokenInfo = nil, "", ""
		config.Provider = provider
	}
	engine, err := oauth.Open(config)
	if engine == nil {
		_ = s.close() // err says more
		return nil, err
	}
	s.engine = engine
	return s, err
}

// signingKey is the keychain's entry for the practice provider's key. Its tokens are signed with it, so practice
// accounts outlive the provider that granted them.
const signingKey = "signing_key"

func (s *session) startPractice(ctx context.Context, secrets *keychain.Keychain, config *oauth.Config) error {
	// Without the key that signed them, kept practice accounts would have to be signed in again: so it is waited for.
	if err := secrets.Unlock(ctx); err != nil {
		return fmt.Errorf("could not read the practice provider's key: %w", err)
	}
	text, err := secrets.Get(ctx, signingKey)
	if err != nil && !errors.Is(err, keychain.ErrNotFound) {
		return fmt.Errorf("could not read the practice provider's key: %w", err)
	}
	key, err := practice.ParseKey(text)
	if err != nil {
		if key, err = practice.NewKey(); err != nil {
			return fmt.Errorf("could not make the practice provider's key: %w", err)
		}
		if text, err = practice.MarshalKey(key); err != nil {
			return fmt.Errorf("could not make the practice provider's key: %w", err)
		}
		if err := secrets.Set(ctx, signingKey, text); err != nil {
			return fmt.Errorf("could not keep the practice provider's key: %w", err)
		}
	}
	s.embedded, err = practice.Start(practice.Options{Key: key, Words: translated, Lang: spoken})
	if err != nil {
		return fmt.Errorf("could not start the practice provider: %w", err)
	}
	config.Provider, err = oauth.Discovered(s.embedded.Issuer())
	if err != nil {
		return fmt.Errorf("could not use the practice provider: %w", err)
	}
	s.profile, s.tokenInfo = s.embedded.Issuer()+"/gmail/v1/users/me/profile", s.embedded.Issuer()+"/tokeninfo"
	config.Provider.Name = "practice" // its port changes with every start, its accounts stay
	config.Client = oauth.Client{ID: s.embedded.ClientID(), Secret: s.embedded.ClientSecret()}
	return nil
}

func (s *session) close() error {
	var engine, provider error
	if s.engine != nil {
		engine = s.engine.Close()
	}
	if s.embedded != nil {
		provider = s.embedded.Close()
	}
	return errors.Join(engine, provider)
}

// access finds the choice of this name, or the first, which every mail tool accepts.
func (s *session) access(name string) google.Access {
	for _, choice := range s.choices {
		if choice.Name == name {
			return choice
		}
	}
	if len(s.choices) > 0 {
		return s.choices[0]
	}
	return google.Access{}
}

// hostAndPort names an issuer as the keychain does.
func hostAndPort(issuer string) string {
	u, err := url.Parse(issuer)
	if err != nil {
		return issuer
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "http": "80"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// fileName makes a folder's name of an issuer's address, the same one each time: readable, and with an end that tells
// apart what looks alike.
func fileName(issuer string) string {
	readable := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '-' {
			return r
		}
		return '_'
	}, hostAndPort(issuer))
	sum := sha256.Sum256([]byte(issuer))
	return fmt.Sprintf("%.60s-%x", readable, sum[:4])
}
