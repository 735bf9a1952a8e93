package oauth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"path/filepath"
	"slices"

	"tokentray/oauth/jsonfile"
	"tokentray/oauth/keychain"
)

// Client is this program as the provider knows it (RFC 6749 section 2). Its secret is no secret in a desktop
// program's strict sense (RFC 8252 section 8.5), but it is the person's own and is kept like one.
type Client struct {
	ID string
	// Secret is empty for a public client, and in what [Engine.Clients] returns.
	Secret string
	// Project is the provider's name for what the client belongs to; empty where it is not known.
	Project string
	// Redirect is the one address on this computer to which the provider sends the browser back; empty: any port of
	// the loopback interface (RFC 8252 section 7.3).
	Redirect string
}

// Format keeps the secret out of everything that fmt makes, whatever the verb.
func (c Client) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "client "+c.ID) }

// LogValue keeps the secret out of logs.
func (c Client) LogValue() slog.Value { return slog.StringValue(c.ID) }

// clients are those that were imported, in that order: a refresh token works with the client that it was given to
// (RFC 6749 section 6), so an older one is kept for as long as it has accounts.
type clients struct {
	list []*knownClient
	// current is the ID of the one that new accounts are added with; empty: there is none.
	current string
	// fixed tells that they were given by Config and are not for a file.
	fixed bool
	// stray are the IDs of clients that are not known and whose secrets the keychain may have all the same: one is being
	// imported or forgotten, or was when a crash came. They stand in the file, so that the next start clears them away.
	stray []string
}

// knownClient is a client as it was imported. Its secret stands in the keychain, and in Client once it was read.
type knownClient struct {
	Client
	hasSecret bool
}

func (c *clients) find(id string) *knownClient {
	i := slices.IndexFunc(c.list, func(k *knownClient) bool { return k.ID == id })
	if i < 0 {
		return nil
	}
	return c.list[i]
}

// with returns the clients after one was imported: it is the current one now.
func (c clients) with(client Client) clients {
	imported := &knownClient{Client: client, hasSecret: client.Secret != ""}
	list := slices.Clone(c.list)
	if i := slices.IndexFunc(list, func(k *knownClient) bool { return k.ID == client.ID }); i < 0 {
		list = append(list, imported)
	} else {
		if client.Project == "" { // a pasted client has none; the file before it may have had
			imported.Project = list[i].Project
		}
		list[i] = imported
	}
	return clients{list: list, current: client.ID, stray: c.stray}.withoutStray(client.ID)
}

func (c clients) withStray(id string) clients {
	c.stray = append(c.withoutStray(id).stray, id)
	return c
}

func (c clients) withoutStray(id string) clients {
	c.stray = slices.DeleteFunc(slices.Clone(c.stray), func(s string) bool { return s == id })
	return c
}

// HasClient tells whether a sign-in is possible at all.
func (e *Engine) HasClient() bool { return e.ClientID() != "" }

// ClientID is the ID, which is no secret, of the client that new accounts are added with; empty when there is none.
func (e *Engine) ClientID() string {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.clients.current
}

// Clients are all that are known, without their secrets, in the order in which they were imported.
func (e *Engine) Clients() []Client {
	e.mu.RLock()
	defer e.mu.RUnlock()
	known := make([]Client, 0, len(e.clients.list))
	for _, k := range e.clients.list {
		client := k.Client
		client.Secret = ""
		known = append(known, client)
	}
	return known
}

// SetClient remembers a client for this and later runs and adds new accounts with it from now on. One with the same ID
// is replaced, and its accounts, which may have waited for a better secret, are tried again. Other clients stay, and so
// do their accounts.
func (e *Engine) SetClient(ctx context.Context, client Client) error {
	e.storing.Lock()
	defer e.storing.Unlock()
	if client.Secret != "" {
		err := e.changeClients(func(c clients) (clients, error) {
			if c.find(client.ID) != nil {
				return c, nil
			}
			return c.withStray(client.ID), nil
		}, "")
		if err != nil {
			return err
		}
		err = e.unlocked(ctx, func() error {
			return e.secrets.Set(ctx, clientSecretEntry(client.ID), client.Secret)
		})
		if err != nil {
			return fmt.Errorf("could not keep the client secret: %w", err)
		}
	}
	return e.changeClients(func(c clients) (clients, error) { return c.with(client), nil }, client.ID)
}

// UseClient adds new accounts with another client that is known already. The error is [ErrNoClient] or [ErrNotSaved].
func (e *Engine) UseClient(id string) error {
	return e.changeClients(func(c clients) (clients, error) {
		if c.find(id) == nil {
			return c, ErrNoClient
		}
		c.current = id
		return c, nil
	}, "")
}

// ForgetClient drops a client and its secret. One that still has accounts is refused with [ErrClientInUse]. If it was
// the current one, the one imported last takes its place.
func (e *Engine) ForgetClient(ctx context.Context, id string) error {
	e.storing.Lock()
	defer e.storing.Unlock()
	err := e.changeClients(func(c clients) (clients, error) {
		for _, a := range e.accounts {
			if a.Client == id || a.Client == "" && c.current == id {
				return c, ErrClientInUse
			}
		}
		c.list = slices.DeleteFunc(slices.Clone(c.list), func(k *knownClient) bool { return k.ID == id })
		if c.current == id {
			c.current = ""
			if n := len(c.list); n > 0 {
				c.current = c.list[n-1].ID
			}
		}
		return c.withStray(id), nil
	}, "")
	if err != nil {
		return err
	}
	return e.unlocked(ctx, func() error { return e.clearStray(ctx, id) })
}

// clearStray takes the secret of a client that is not known out of the keychain. Engine.storing is held.
func (e *Engine) clearStray(ctx context.Context, id string) error {
	if err := e.secrets.Delete(ctx, clientSecretEntry(id)); err != nil {
		return fmt.Errorf("could not clear the client secret: %w", err)
	}
	return e.changeClients(func(c clients) (clients, error) { return c.withoutStray(id), nil }, "")
}

// clearStrays does so for those that an earlier run left, unless one was imported properly meanwhile.
func (e *Engine) clearStrays(left []string) {
	e.storing.Lock()
	defer e.storing.Unlock()
	e.mu.RLock()
	strays := e.clients.stray
	e.mu.RUnlock()
	for _, id := range left {
		if !slices.Contains(strays, id) {
			continue
		}
		if err := e.clearStray(e.ctx, id); err != nil {
			e.log.Warn("half-finished change waits for the next start", "err", err)
		}
	}
}

// changeClients saves what change makes of the clients and puts it in force; change runs with Engine.mu held. Accounts
// that had trouble with the client retry, if that is not empty, are tried again.
func (e *Engine) changeClients(change func(clients) (clients, error), retry string) error {
	e.saving.Lock() // one change after the other, on disk as in memory
	defer e.saving.Unlock()
	e.mu.Lock()
	changed, err := change(e.clients)
	e.mu.Unlock()
	if err != nil {
		return err
	}
	if err := writeClients(e.clientsPath(), changed); err != nil {
		return fmt.Errorf("%w: %w", ErrNotSaved, err)
	}
	e.mu.Lock()
	e.clients = changed
	for _, a := range e.accounts {
		if a.Phase == settled && a.state == ClientTrouble && retry != "" && (a.Client == retry || a.Client == "") {
			a.state, a.cause = Ready, nil
			e.agenda.set(a, e.now())
		}
	}
	e.mu.Unlock()
	e.changed()
	e.poke()
	return nil
}

// client returns a client with its secret, reading the keychain the first time; the empty ID stands for the current one.
func (e *Engine) client(ctx context.Context, id string) (Client, error) {
	e.mu.RLock()
	if id == "" || e.clients.fixed {
		id = e.clients.current
	}
	known := e.clients.find(id)
	if known == nil {
		e.mu.RUnlock()
		return Client{}, ErrNoClient
	}
	client, hasSecret := known.Client, known.hasSecret
	e.mu.RUnlock()
	if client.Secret != "" || !hasSecret {
		return client, nil
	}
	secret, err := e.secrets.Get(ctx, clientSecretEntry(id))
	switch {
	case errors.Is(err, keychain.ErrNotFound), err == nil && !secretLike(secret):
		return Client{}, ErrClientLost
	case err != nil:
		return Client{}, fmt.Errorf("could not read the client secret: %w", err)
	}
	client.Secret = secret
	e.mu.Lock()
	known.Secret = secret // one that was replaced meanwhile is nobody's any more
	e.mu.Unlock()
	return client, nil
}

// signInClient is the ID of the client that a sign-in goes through. An account is signed in again through the client
// that it has, unless that is the trouble: then the current one takes it over. Empty: the current one.
func (e *Engine) signInClient(key Key) string {
	e.mu.RLock()
	defer e.mu.RUnlock()
	a := e.accounts[key]
	if a == nil || a.state == ClientTrouble || e.clients.find(a.Client) == nil {
		return ""
	}
	return a.Client
}

func (e *Engine) clientsPath() string { return filepath.Join(e.dir, "clients.json") }

// clientsFile remembers which clients were imported, without their secrets.
type clientsFile struct {
	Version int         `json:"version"`
	Current string      `json:"current"`
	Clients []clientRow `json:"clients"`
}

type clientRow struct {
	ID        string `json:"client_id"`
	HasSecret bool   `json:"has_secret"`
	Project   string `json:"project,omitempty"`
	Redirect  string `json:"redirect,omitempty"`
	Phase     phase  `json:"phase,omitempty"`
}

const clientsVersion = 1

func (r clientRow) valid() bool {
	return plausible(r.ID, 512) && (r.Phase == settled || r.Phase == removing) &&
		(r.Project == "" || plausible(r.Project, 512)) && (r.Redirect == "" || plausible(r.Redirect, 2048))
}

func writeClients(path string, c clients) error {
	file := clientsFile{Version: clientsVersion, Current: c.current, Clients: []clientRow{}}
	for _, k := range c.list {
		file.Clients = append(file.Clients, clientRow{ID: k.ID, HasSecret: k.hasSecret, Project: k.Project, Redirect: k.Redirect})
	}
	for _, id := range c.stray {
		file.Clients = append(file.Clients, clientRow{ID: id, HasSecret: true, Phase: removing})
	}
	return jsonfile.Write(path, file)
}

// loadClients reads which clients were imported earlier. What is damaged is put aside, and importing again mends it.
func (e *Engine) loadClients() {
	data, err := jsonfile.Read(e.clientsPath(), 1<<20)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	var file clientsFile
	damaged := err != nil || json.Unmarshal(data, &file) != nil || file.Version != clientsVersion
	for _, r := range file.Clients {
		if !r.valid() || e.clients.find(r.ID) != nil {
			damaged = true
			continue
		}
		if r.Phase == removing {
			e.clients = e.clients.withStray(r.ID)
			continue
		}
		e.clients.list = append(e.clients.list, &knownClient{
			Client: Client{ID: r.ID, Project: r.Project, Redirect: r.Redirect}, hasSecret: r.HasSecret,
		})
	}
	if e.clients.find(file.Current) != nil {
		e.clients.current = file.Current
	} else if n := len(e.clients.list); n > 0 {
		e.clients.current = e.clients.list[n-1].ID
	}
	if !damaged {
		return
	}
	aside, err := jsonfile.PutAside(e.clientsPath(), e.now())
	if err == nil {
		err = writeClients(e.clientsPath(), e.clients)
	}
	e.log.Warn("list of clients damaged", "aside", aside, "kept", len(e.clients.list), "err", err)
}
