//go:build linux

package virtual

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/godbus/dbus/v5"
)

// KeyringPassword unlocks the keyring.
const KeyringPassword = "correct horse"

const (
	secretService   = "org.freedesktop.secrets"
	secretPath      = "/org/freedesktop/secrets"
	secretInterface = "org.freedesktop.Secret.Service."
	unlockInterface = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface."
)

// ErrNoSecret means that the keyring has no such entry.
var ErrNoSecret = errors.New("no such entry in the keyring")

// StartKeyring starts the keyring, unlocked. After StopKeyring it finds its entries again.
func (d *Desktop) StartKeyring(ctx context.Context) (err error) {
	cmd := lasting("gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets")
	cmd.Stdin = strings.NewReader(KeyringPassword)
	if d.keyring, err = d.start("keyring", cmd); err != nil {
		return err
	}
	return d.keyring.ready(ctx, func(ctx context.Context) (bool, error) {
		locked, err := d.KeyringLocked(ctx)
		return err == nil && !locked, err
	})
}

// StopKeyring ends the keyring, and returns when the bus has no secret service any more.
func (d *Desktop) StopKeyring(ctx context.Context) error {
	d.keyring.end()
	return waitFor(ctx, "the keyring to go", not(d.hasOwner(secretService)))
}

// KillKeyring kills the keyring at once (SIGKILL), and returns when the bus has no secret service any more.
func (d *Desktop) KillKeyring(ctx context.Context) error {
	d.keyring.kill()
	return waitFor(ctx, "the keyring to go", not(d.hasOwner(secretService)))
}

// Prompts is how often the keyring has asked the person something so far.
func (d *Desktop) Prompts() int { return int(d.prompts.Load()) }

func (d *Desktop) countPrompts() error {
	const rule = "type='method_call',interface='org.gnome.keyring.internal.Prompter',member='BeginPrompting'"
	return d.overhear(rule, func(m *dbus.Message) {
		if m.Headers[dbus.FieldMember].Value() == "BeginPrompting" { // and not what the bus says to the monitor itself
			d.prompts.Add(1)
		}
	})
}

// LockKeyring locks the keyring: reading from it shows a prompt from now on.
func (d *Desktop) LockKeyring(ctx context.Context) error {
	collection, err := d.collection(ctx)
	if err != nil {
		return err
	}
	return d.secrets().CallWithContext(ctx, secretInterface+"Lock", 0, []dbus.ObjectPath{collection}).Err
}

// UnlockKeyring unlocks the keyring without a prompt.
func (d *Desktop) UnlockKeyring(ctx context.Context) error {
	collection, err := d.collection(ctx)
	if err != nil {
		return err
	}
	session, err := d.openSession(ctx)
	if err != nil {
		return err
	}
	password := secret{session, nil, []byte(KeyringPassword), "text/plain"}
	return d.secrets().CallWithContext(ctx, unlockInterface+"UnlockWithMasterPassword", 0, collection, password).Err
}

// KeyringLocked says whether the keyring is locked.
func (d *Desktop) KeyringLocked(ctx context.Context) (bool, error) {
	collection, err := d.collection(ctx)
	if err != nil {
		return false, err
	}
	return property[bool](ctx, d.bus.Object(secretService, collection), "org.freedesktop.Secret.Collection", "Locked")
}

func (d *Desktop) secrets() dbus.BusObject { return d.bus.Object(secretService, secretPath) }

func (d *Desktop) collection(ctx context.Context) (path dbus.ObjectPath, err error) {
	err = d.secrets().CallWithContext(ctx, secretInterface+"ReadAlias", 0, "default").Store(&path)
	if err == nil && path == "/" {
		err = errors.New("the keyring has no default collection")
	}
	return path, err
}

// Secret reads one entry with secret-tool, as any other program would. [ErrNoSecret] when there is none.
func (d *Desktop) Secret(ctx context.Context, service, user string) (string, error) {
	out, err := d.output(ctx, "secret-tool", "lookup", "service", service, "username", user)
	var failed *commandError
	if errors.As(err, &failed) && len(out) == 0 && failed.stderr == "" {
		return "", fmt.Errorf("%w: %s, %s", ErrNoSecret, service, user)
	}
	return strings.TrimSuffix(string(out), "\n"), err
}

// StoreSecret writes one entry, as any other program could. secret-tool would take no more than 8 KB.
func (d *Desktop) StoreSecret(ctx context.Context, service, user, text string) error {
	collection, err := d.collection(ctx)
	if err != nil {
		return err
	}
	session, err := d.openSession(ctx)
	if err != nil {
		return err
	}
	defer d.closeSession(ctx, session)
	const item = "org.freedesktop.Secret.Item."
	properties := map[string]dbus.Variant{
		item + "Label":      dbus.MakeVariant("by hand"),
		item + "Attributes": dbus.MakeVariant(map[string]string{"service": service, "username": user}),
	}
	return d.bus.Object(secretService, collection).
		CallWithContext(ctx, "org.freedesktop.Secret.Collection.CreateItem", 0, properties, secret{session, nil, []byte(text), "text/plain"}, true).Err
}

// ClearSecret deletes one entry with secret-tool.
func (d *Desktop) ClearSecret(ctx context.Context, service, user string) error {
	_, err := d.output(ctx, "secret-tool", "clear", "service", service, "username", user)
	return err
}

// Secrets reads every entry of a service, in a few calls to the keyring itself: the secret of each user.
func (d *Desktop) Secrets(ctx context.Context, service string) (map[string]string, error) {
	var items, locked []dbus.ObjectPath
	search := d.secrets().CallWithContext(ctx, secretInterface+"SearchItems", 0, map[string]string{"service": service})
	if err := search.Store(&items, &locked); err != nil {
		return nil, err
	}
	if len(locked) > 0 {
		return nil, errors.New("the keyring is locked")
	}
	session, err := d.openSession(ctx)
	if err != nil {
		return nil, err
	}
	defer d.closeSession(ctx, session)
	var found map[dbus.ObjectPath]secret
	if err := d.secrets().CallWithContext(ctx, secretInterface+"GetSecrets", 0, items, session).Store(&found); err != nil {
		return nil, err
	}
	secrets := map[string]string{}
	for path, s := range found {
		attributes, err := property[map[string]string](ctx, d.bus.Object(secretService, path), "org.freedesktop.Secret.Item", "Attributes")
		if err != nil {
			return nil, err
		}
		if _, twice := secrets[attributes["username"]]; twice {
			return nil, fmt.Errorf("the keyring has %q twice", attributes["username"])
		}
		secrets[attributes["username"]] = string(s.Value)
	}
	return secrets, nil
}

// secret is the Secret Service's own struct, (oayays).
type secret struct {
	Session           dbus.ObjectPath
	Parameters, Value []byte
	ContentType       string
}

// openSession opens a session that hands secrets over as they are.
func (d *Desktop) openSession(ctx context.Context) (session dbus.ObjectPath, err error) {
	var nothing dbus.Variant
	open := d.secrets().CallWithContext(ctx, secretInterface+"OpenSession", 0, "plain", dbus.MakeVariant(""))
	err = open.Store(&nothing, &session)
	return session, err
}

func (d *Desktop) closeSession(ctx context.Context, session dbus.ObjectPath) {
	d.bus.Object(secretService, session).CallWithContext(ctx, "org.freedesktop.Secret.Session.Close", 0)
}
