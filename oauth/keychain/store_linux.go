package keychain

import (
	"context"
	"errors"
	"fmt"

	"github.com/godbus/dbus/v5"
	"github.com/zalando/go-keyring"
	ss "github.com/zalando/go-keyring/secret_service"
)

// system is the system's keychain through go-keyring's Secret Service client: without deadline or order.
//
// go-keyring's own four calls unlock the collection before they use it. Locked since the check, it would raise a prompt that
// nobody asked for, and block all calls until somebody answers. These four find and leave the same entries, and ask for
// nothing: a locked collection is the service's error IsLocked.
type system struct{}

func (system) Get(service, name string) (string, error) {
	svc, items, err := find(attributes(service, name))
	if err != nil {
		return "", err
	}
	session, err := svc.OpenSession()
	if err != nil {
		return "", err
	}
	defer svc.Close(session) //nolint:errcheck // it holds no secret, and ends with the connection at the latest
	secret, err := svc.GetSecret(items[0], session.Path())
	if isLocked(err) && check(context.Background()) == nil {
		// The collection is open and the entry is not: KeePassXC may ask the person for each program.
		if err := svc.Unlock(items[0]); err != nil {
			return "", err
		}
		secret, err = svc.GetSecret(items[0], session.Path())
	}
	if err != nil {
		return "", err
	}
	return string(secret.Value), nil
}

func (system) Set(service, name, secret string) error {
	svc, err := ss.NewSecretService()
	if err != nil {
		return err
	}
	session, err := svc.OpenSession()
	if err != nil {
		return err
	}
	defer svc.Close(session)                                         //nolint:errcheck // as in Get
	label := fmt.Sprintf("Password for '%s' on '%s'", name, service) // go-keyring's
	return svc.CreateItem(svc.GetLoginCollection(), label, attributes(service, name), ss.NewSecret(session.Path(), secret))
}

func (system) Delete(service, name string) error {
	svc, items, err := find(attributes(service, name))
	if err != nil {
		return err
	}
	return svc.Delete(items[0])
}

func (system) DeleteAll(service string) error {
	svc, items, err := find(map[string]string{"service": service})
	if err != nil {
		return err
	}
	for _, item := range items {
		if err := svc.Delete(item); err != nil {
			return err
		}
	}
	return nil
}

// attributes are those that go-keyring gives an entry.
func attributes(service, name string) map[string]string {
	return map[string]string{"username": name, "service": service}
}

// find returns the entries with these attributes, one at least.
func find(attributes map[string]string) (*ss.SecretService, []dbus.ObjectPath, error) {
	svc, err := ss.NewSecretService()
	if err != nil {
		return nil, nil, err
	}
	items, err := svc.SearchItems(svc.GetLoginCollection(), attributes)
	if err == nil && len(items) == 0 {
		err = keyring.ErrNotFound
	}
	return svc, items, err
}

func isLocked(err error) bool {
	fault, ok := errors.AsType[dbus.Error](err)
	return ok && fault.Name == "org.freedesktop.Secret.Error.IsLocked"
}
