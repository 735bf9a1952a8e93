package main

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// Provider is zitadel/oidc's example provider on a loopback port, with one desktop client and two people. It keeps
// everything in memory: another Start knows nothing of this one's tokens.
//
// Signing in. The authorization endpoint sends the browser to /login/username?authRequestID=ID, one form:
// input#username (name username), input#password (name password), a hidden input named id, and button[type=submit]
// that reads "Login"; it is posted to /login/username. A wrong password shows the form again with a line in red.
// There is no consent page and no way to deny, and no session: everyone signs in every time. The other person is
// test-user2, with the same password.
//
// Is a token active? GET the userinfo_endpoint with it as bearer token: 200 while it is, 403 once it is not (401 for
// what never was a token). Or POST token=… to the introspection_endpoint as this client, by basic authentication:
// {"active":true,…} (RFC 7662).
//
// Revoking (RFC 7009). POST token=… to discovery's revocation_endpoint with the client's own credentials, as basic
// authentication or as client_id and client_secret in the form; without them 401 invalid_client, unlike Google. A
// refresh token takes its access token along; an access token goes alone. A token that is unknown is 200 too.
//
// Its ways that Google does not have: a refresh token only for the scope offline_access; a refresh replaces the
// refresh token and ends the one before, and the access token before; scopes that it does not know are dropped
// without a word, and the answer's scope tells; the address is in userinfo and not in the ID token.
type Provider struct {
	Issuer       string `json:"issuer"` // http://127.0.0.1:PORT
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	Username     string `json:"username"`
	Password     string `json:"password"`

	server *http.Server
}

// Start starts a provider on a port of the system's choosing. The caller closes it.
func Start() (*Provider, error) {
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	issuer := "http://" + listener.Addr().String()
	people := storage.NewUserStore(issuer)
	person := people.GetUserByID("id1")
	p := &Provider{
		Issuer:       issuer,
		ClientID:     "desktop",
		ClientSecret: rand.Text(),
		Username:     person.Username,
		Password:     person.Password,
	}
	keeping := &desktopStorage{
		Storage: storage.NewStorageWithClients(people, nil),
		client:  desktopClient{storage.NativeClient(p.ClientID, "http://127.0.0.1/callback")},
		secret:  p.ClientSecret,
	}
	p.server = &http.Server{
		Handler:           exampleop.SetupServer(issuer, keeping, slog.New(slog.DiscardHandler), false),
		ReadHeaderTimeout: time.Minute,
	}
	go func() { _ = p.server.Serve(listener) }()
	return p, nil
}

// Close ends the provider and frees its port.
func (p *Provider) Close() error { return p.server.Close() }

// WriteClientFile writes the client to path in the form of Google's console, for --client.
func (p *Provider) WriteClientFile(path string) error {
	type client struct {
		ClientID     string   `json:"client_id"`
		ClientSecret string   `json:"client_secret"`
		AuthURI      string   `json:"auth_uri"`
		TokenURI     string   `json:"token_uri"`
		RedirectURIs []string `json:"redirect_uris"`
	}
	installed := client{
		ClientID:     p.ClientID,
		ClientSecret: p.ClientSecret,
		AuthURI:      p.Issuer + "/auth",
		TokenURI:     p.Issuer + "/oauth/token",
		RedirectURIs: []string{"http://localhost"},
	}
	file, err := json.Marshal(map[string]client{"installed": installed}) //nolint:gosec // such a file has it
	if err != nil {
		return err
	}
	return os.WriteFile(path, file, 0o600)
}

// desktopClient is a client like those that Google gives to desktop programs: native, so that its redirect may have
// any loopback port, and with a secret nevertheless.
type desktopClient struct{ *storage.Client }

func (desktopClient) AuthMethod() oidc.AuthMethod { return oidc.AuthMethodPost }

// desktopStorage is the example's storage, which gives native clients no secret, with the desktop client.
type desktopStorage struct {
	*storage.Storage
	client desktopClient
	secret string
}

func (s *desktopStorage) GetClientByClientID(_ context.Context, id string) (op.Client, error) {
	if id != s.client.GetID() {
		return nil, errors.New("no such client")
	}
	return s.client, nil
}

func (s *desktopStorage) AuthorizeClientIDSecret(_ context.Context, id, secret string) error {
	if id != s.client.GetID() || subtle.ConstantTimeCompare([]byte(secret), []byte(s.secret)) != 1 {
		return errors.New("wrong client or secret")
	}
	return nil
}
