package keychain_test

import (
	"errors"
	"testing"

	"github.com/godbus/dbus/v5"
	ss "github.com/zalando/go-keyring/secret_service"

	"tokentray/oauth/keychain"
)

const atItem = dbus.ObjectPath("/org/freedesktop/secrets/collection/login/1")

// careful is a keychain program that stands open, and asks the person before it gives an entry away, as KeePassXC can.
type careful struct {
	*secretService
	allowed bool // the entry may be read
}

func (c *careful) search(map[string]string) ([]dbus.ObjectPath, *dbus.Error) {
	return []dbus.ObjectPath{atItem}, nil
}

func (c *careful) openSession(string, dbus.Variant) (dbus.Variant, dbus.ObjectPath, *dbus.Error) {
	return dbus.MakeVariant(""), atRoot + "/session/1", nil
}

func (c *careful) unlockItem(paths []dbus.ObjectPath) ([]dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	if len(paths) == 1 && paths[0] == atItem {
		return nil, atPrompt, nil
	}
	return c.unlock(paths)
}

func (c *careful) secret(session dbus.ObjectPath) (ss.Secret, *dbus.Error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.allowed {
		return ss.Secret{}, dbus.NewError("org.freedesktop.Secret.Error.IsLocked", []any{"confirm it first"})
	}
	return ss.NewSecret(session, "secret"), nil
}

func newCareful(t *testing.T, allows bool) *careful {
	t.Helper()
	c := &careful{}
	newSecretService(t, newDesk(t), func(s *secretService) {
		s.locked = false
		s.answer = func(dbus.Sender) {
			c.mu.Lock()
			c.allowed = allows
			c.mu.Unlock()
			_ = s.conn.Emit(atPrompt, completed, !allows, dbus.MakeVariant(map[bool][]dbus.ObjectPath{true: {atItem}}[allows]))
		}
		c.secretService = s
		for iface, methods := range map[string]map[string]any{
			"org.freedesktop.Secret.Collection": {"SearchItems": c.search},
			"org.freedesktop.Secret.Item":       {"GetSecret": c.secret},
			"org.freedesktop.Secret.Session":    {"Close": func() *dbus.Error { return nil }},
		} {
			if err := s.conn.ExportSubtreeMethodTable(methods, atRoot, iface); err != nil {
				t.Fatal(err)
			}
		}
	})
	service := map[string]any{"ReadAlias": c.readAlias, "Unlock": c.unlockItem, "OpenSession": c.openSession}
	if err := c.conn.ExportSubtreeMethodTable(service, atRoot, "org.freedesktop.Secret.Service"); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEntryThatAsksForItselfIsReadOncePersonAllows(t *testing.T) {
	c := newCareful(t, true)
	for range 2 {
		if got, err := keychain.New("Token Tray").Get(t.Context(), "alice"); got != "secret" || err != nil {
			t.Errorf("get = %q, %v, want the secret", got, err)
		}
	}
	if asks := c.asks(); asks != 1 {
		t.Errorf("the person was asked %d times, want once", asks)
	}
}

func TestEntryThatThePersonKeepsIsLockedAndNotMissing(t *testing.T) {
	c := newCareful(t, false)
	if _, err := keychain.New("Token Tray").Get(t.Context(), "alice"); !errors.Is(err, keychain.ErrLocked) {
		t.Errorf("get: %v, want ErrLocked", err)
	}
	if asks := c.asks(); asks != 1 {
		t.Errorf("the person was asked %d times, want once", asks)
	}
}
