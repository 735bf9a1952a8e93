//go:build linux

package virtual

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"

	"github.com/godbus/dbus/v5"

	"tokentray/oauth"
	"tokentray/oauth/keychain"
	"tokentray/oauth/practice"
	"tokentray/oauth/practice/practicetest"
)

// Crowd signs many people in at a provider, as the program would have done one by one: person0@example.com and so on. The
// program must have been started for that provider before, and have ended. The keyring gets their refresh tokens and not
// their access tokens, so that all of them are due when it starts again.
func (d *Desktop) Crowd(ctx context.Context, p *practice.Provider, people int) error {
	folders, err := filepath.Glob(filepath.Join(d.ConfigHome(), "tokentray", FolderOf(p)))
	if err != nil || len(folders) != 1 {
		return fmt.Errorf("the folder of the accounts is not one, but %q", folders)
	}
	found, err := oauth.Discovered(p.Issuer())
	if err != nil {
		return err
	}
	session, err := d.openSession(ctx)
	if err != nil {
		return err
	}
	engine, err := oauth.Open(oauth.Config{
		Provider: found,
		Folder:   folders[0],
		Secrets:  secretStore{d, session, ServiceOf(p)},
		Log:      slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		return err
	}
	for i := range people {
		if err := enter(ctx, engine, fmt.Sprintf("person%d@example.com", i)); err != nil {
			return errors.Join(err, engine.Close())
		}
	}
	return engine.Close()
}

// FolderOf is a pattern for the name of the folder in which the program keeps a provider's accounts.
func FolderOf(p *practice.Provider) string { return strings.ReplaceAll(host(p), ":", "_") + "-*" }

// ServiceOf is what the program calls itself in the keyring for a provider.
func ServiceOf(p *practice.Provider) string { return "Token Tray (" + host(p) + ")" }

func host(p *practice.Provider) string { return strings.TrimPrefix(p.Issuer(), "http://") }

func enter(ctx context.Context, engine *oauth.Engine, address string) error {
	signIn, err := engine.StartSignIn(ctx, oauth.Request{Scopes: []string{"https://mail.google.com/"}})
	if err != nil {
		return err
	}
	if _, err := practicetest.Submit(ctx, signIn.Link(), true, practicetest.As(address)); err != nil {
		return err
	}
	_, err = signIn.Wait(ctx)
	return err
}

// secretStore is the keyring as the engine uses it, for this process.
type secretStore struct {
	desktop *Desktop
	session dbus.ObjectPath
	service string
}

func (s secretStore) attributes(name string) map[string]string {
	return map[string]string{"service": s.service, "username": name} // as go-keyring names them
}

func (s secretStore) find(ctx context.Context, name string) (dbus.ObjectPath, error) {
	var items, locked []dbus.ObjectPath
	search := s.desktop.secrets().CallWithContext(ctx, secretInterface+"SearchItems", 0, s.attributes(name))
	if err := search.Store(&items, &locked); err != nil {
		return "", err
	}
	if len(items) == 0 {
		return "", keychain.ErrNotFound
	}
	return items[0], nil
}

func (s secretStore) Get(ctx context.Context, name string) (string, error) {
	item, err := s.find(ctx, name)
	if err != nil {
		return "", err
	}
	var found secret
	err = s.desktop.bus.Object(secretService, item).CallWithContext(ctx, "org.freedesktop.Secret.Item.GetSecret", 0, s.session).Store(&found)
	return string(found.Value), err
}

func (s secretStore) Set(ctx context.Context, name, text string) error {
	if strings.HasPrefix(name, "access_token:") {
		return nil
	}
	return s.desktop.StoreSecret(ctx, s.service, name, text)
}

func (s secretStore) Delete(ctx context.Context, name string) error {
	item, err := s.find(ctx, name)
	if errors.Is(err, keychain.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.desktop.bus.Object(secretService, item).CallWithContext(ctx, "org.freedesktop.Secret.Item.Delete", 0).Err
}

func (s secretStore) Unlock(context.Context) error { return nil }
