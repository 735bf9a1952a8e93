package oauth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"tokentray/oauth/keychain"
)

// Client is this program as the provider knows it (RFC 6749 section 2). Its secret is no secret in a desktop
// program's strict sense (RFC 8252 section 8.5), but it is the person's own and is kept like one.
type Client struct {
	ID, Secret string
}

// clientFile remembers which client was imported. The secret stands in the keychain.
type clientFile struct {
	ID        string `json:"client_id"`
	HasSecret bool   `json:"has_secret"`
}

// HasClient tells whether a sign-in is possible at all.
func (e *Engine) HasClient() bool { return e.ClientID() != "" }

// ClientID is the client's ID, which is no secret; empty when there is none.
func (e *Engine) ClientID() string {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.client.ID
}

// SetClient remembers a client for this and later runs. Accounts that waited for a better client are tried again.
func (e *Engine) SetClient(ctx context.Context, client Client) error {
	if client.Secret != "" {
		err := e.unlocked(ctx, func() error {
			return e.secrets.Set(ctx, clientSecretEntry(client.ID), client.Secret)
		})
		if err != nil {
			return fmt.Errorf("could not keep the client secret: %w", err)
		}
	}
	file := clientFile{ID: client.ID, HasSecret: client.Secret != ""}
	if err := writeJSON(e.clientPath(), file); err != nil {
		return fmt.Errorf("%w: %w", ErrNotSaved, err)
	}
	e.mu.Lock()
	e.client, e.clientFile = client, file
	for _, a := range e.accounts {
		if a.state == ClientTrouble {
			a.state, a.cause, a.due = Ready, nil, e.now()
		}
	}
	e.mu.Unlock()
	e.changed()
	e.poke()
	return nil
}

// currentClient returns the client with its secret, reading the keychain the first time.
func (e *Engine) currentClient(ctx context.Context) (Client, error) {
	e.mu.RLock()
	client, file := e.client, e.clientFile
	e.mu.RUnlock()
	if client.ID == "" {
		return Client{}, ErrNoClient
	}
	if client.Secret != "" || !file.HasSecret {
		return client, nil
	}
	secret, err := e.secrets.Get(ctx, clientSecretEntry(client.ID))
	if errors.Is(err, keychain.ErrNotFound) {
		return Client{}, fmt.Errorf("%w: its secret is gone from the keychain", ErrNoClient)
	}
	if err != nil {
		return Client{}, fmt.Errorf("could not read the client secret: %w", err)
	}
	client.Secret = secret
	e.mu.Lock()
	if e.client.ID == client.ID {
		e.client = client
	}
	e.mu.Unlock()
	return client, nil
}

func (e *Engine) clientPath() string { return filepath.Join(e.dir, "client.json") }

// loadClient reads which client was imported earlier. A damaged file counts as none: importing again mends it.
func (e *Engine) loadClient() {
	data, err := readBounded(e.clientPath(), 64<<10)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			e.log.Warn("client file not readable", "err", err)
		}
		return
	}
	var file clientFile
	if json.Unmarshal(data, &file) != nil || !plausible(file.ID, 512) {
		e.log.Warn("client file damaged; the client must be imported again")
		return
	}
	e.clientFile = file
	e.client = Client{ID: file.ID}
}
