package practice

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/go-jose/go-jose/v4"
)

// ErrKey means that a text or a key is not a P-256 private key.
var ErrKey = errors.New("not a P-256 private key")

// NewKey makes a signing key.
func NewKey() (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("could not make a practice key: %w", err)
	}
	return key, nil
}

// MarshalKey writes a key as one line of text, under 256 bytes, for the keychain: PKCS #8 in base64.
func MarshalKey(key *ecdsa.PrivateKey) (string, error) {
	if key == nil || key.Curve != elliptic.P256() {
		return "", ErrKey
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", ErrKey
	}
	return base64.StdEncoding.EncodeToString(der), nil
}

// ParseKey reads what MarshalKey wrote; anything else is ErrKey.
func ParseKey(text string) (*ecdsa.PrivateKey, error) {
	der, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, ErrKey
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, ErrKey
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok || key.Curve != elliptic.P256() {
		return nil, ErrKey
	}
	return key, nil
}

// signer signs with one key: ID tokens with a key ID, for those who look it up in the published keys; the provider's
// own tokens without, to keep them short.
type signer struct {
	key     *ecdsa.PrivateKey
	keyID   string
	idToken jose.Signer
	own     jose.Signer
}

func newSigner(key *ecdsa.PrivateKey) (*signer, error) {
	if key.Curve != elliptic.P256() {
		return nil, ErrKey
	}
	print, err := (&jose.JSONWebKey{Key: key.Public()}).Thumbprint(crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("could not name the practice key: %w", err)
	}
	keyID := base64.RawURLEncoding.EncodeToString(print)
	s := &signer{key: key, keyID: keyID}
	if s.own, err = jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, nil); err != nil {
		return nil, fmt.Errorf("could not use the practice key: %w", err)
	}
	if s.idToken, err = idTokenSigner(key, keyID); err != nil {
		return nil, err
	}
	return s, nil
}

func idTokenSigner(key *ecdsa.PrivateKey, keyID string) (jose.Signer, error) {
	s, err := jose.NewSigner(jose.SigningKey{
		Algorithm: jose.ES256,
		Key:       jose.JSONWebKey{Key: key, KeyID: keyID},
	}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return nil, fmt.Errorf("could not use the practice key: %w", err)
	}
	return s, nil
}

// foreign is a signer that claims this one's key ID with a key that nobody published.
func (s *signer) foreign() (jose.Signer, error) {
	key, err := NewKey()
	if err != nil {
		return nil, err
	}
	return idTokenSigner(key, s.keyID)
}

// published is the public half, as the keys endpoint shows it (RFC 7517).
func (s *signer) published() jose.JSONWebKey {
	return jose.JSONWebKey{Key: s.key.Public(), KeyID: s.keyID, Algorithm: string(jose.ES256), Use: "sig"}
}

func sign(with jose.Signer, claims any) (string, error) {
	var payload bytes.Buffer
	encode := json.NewEncoder(&payload)
	encode.SetEscapeHTML(false) // an address full of & would make a refresh token too long
	if err := encode.Encode(claims); err != nil {
		return "", fmt.Errorf("could not write claims: %w", err)
	}
	signed, err := with.Sign(bytes.TrimSpace(payload.Bytes()))
	if err != nil {
		return "", fmt.Errorf("could not sign: %w", err)
	}
	return signed.CompactSerialize()
}

// read gives back the claims of one of the provider's own tokens, or false where this key did not sign it.
func (s *signer) read(token string, claims any) bool {
	parsed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		return false
	}
	payload, err := parsed.Verify(s.key.Public())
	return err == nil && json.Unmarshal(payload, claims) == nil
}
