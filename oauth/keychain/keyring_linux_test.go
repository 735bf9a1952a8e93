package keychain_test

import (
	"context"
	"errors"
	"strings"
	"syscall"
	"testing"

	"github.com/godbus/dbus/v5"
	ss "github.com/zalando/go-keyring/secret_service"

	"tokentray/oauth/keychain"
)

const (
	secrets = "org.freedesktop.secrets"
	atRoot  = dbus.ObjectPath("/org/freedesktop/secrets")
	atLogin = dbus.ObjectPath("/org/freedesktop/secrets/collection/login")
)

// lookup is what another program finds in the keyring.
func lookup(t *testing.T, service, name string) (string, bool) {
	t.Helper()
	secret, err := run(t, "", "secret-tool", "libsecret-tools", "lookup", "service", service, "username", name)
	return secret, err == nil
}

func TestSecretStandsInTheSystemsKeyring(t *testing.T) {
	newDesk(t).startKeyring(t)
	k, ctx := keychain.New("Token Tray"), t.Context()

	if _, err := k.Get(ctx, "alice"); !errors.Is(err, keychain.ErrNotFound) {
		t.Errorf("get from an open, empty keyring: %v, want ErrNotFound", err)
	}
	if err := k.Delete(ctx, "alice"); err != nil {
		t.Errorf("delete where there is nothing: %v", err)
	}
	for _, secret := range []string{"1//first", "1//second\nwith a ü and a \x00", strings.Repeat("x", 64<<10)} {
		if err := k.Set(ctx, "alice", secret); err != nil {
			t.Fatal(err)
		}
		if got, err := k.Get(ctx, "alice"); got != secret || err != nil {
			t.Errorf("get = %.20q, %v, want %.20q", got, err, secret)
		}
	}
	if err := k.Set(ctx, "alice", "1//kept"); err != nil {
		t.Fatal(err)
	}
	if got, ok := lookup(t, "Token Tray", "alice"); got != "1//kept" || !ok {
		t.Errorf("secret-tool finds %q, %v, want the secret", got, ok)
	}
	if err := k.Delete(ctx, "alice"); err != nil {
		t.Error(err)
	}
	if got, ok := lookup(t, "Token Tray", "alice"); ok {
		t.Errorf("secret-tool finds %q after delete", got)
	}
	other := keychain.New("Token Tray (practice)")
	for _, name := range []string{"alice", "bob"} {
		if err := errors.Join(k.Set(ctx, name, "1//kept"), other.Set(ctx, name, "1//other")); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if err := k.Clear(ctx); err != nil {
			t.Error(err)
		}
	}
	for _, name := range []string{"alice", "bob"} {
		if got, ok := lookup(t, "Token Tray", name); ok {
			t.Errorf("secret-tool finds %q after clear", got)
		}
		if got, _ := lookup(t, "Token Tray (practice)", name); got != "1//other" {
			t.Errorf("of the other service secret-tool finds %q", got)
		}
	}
}

func TestEntryOfAnotherProgramIsFound(t *testing.T) {
	newDesk(t).startKeyring(t)
	if _, err := run(t, "theirs", "secret-tool", "libsecret-tools",
		"store", "--label=theirs", "service", "Token Tray", "username", "alice"); err != nil {
		t.Fatal(err)
	}
	if got, err := keychain.New("Token Tray").Get(t.Context(), "alice"); got != "theirs" || err != nil {
		t.Errorf("get = %q, %v, want the other program's secret", got, err)
	}
	if err := keychain.New("Token Tray").Set(t.Context(), "alice", "ours"); err != nil {
		t.Error(err)
	}
	if found, err := run(t, "", "secret-tool", "libsecret-tools", "search", "--all", "service", "Token Tray"); err != nil ||
		strings.Count(found, "secret = ") != 1 || !strings.Contains(found, "secret = ours") {
		t.Errorf("secret-tool finds %q, %v, want our secret in place of theirs", found, err)
	}
}

func TestLockedKeyringIsNeverMissing(t *testing.T) {
	d := newDesk(t)
	d.startKeyring(t)
	k, ctx := keychain.New("Token Tray"), t.Context()
	if err := k.Set(ctx, "alice", "secret"); err != nil {
		t.Fatal(err)
	}
	if err := k.Unlock(ctx); err != nil {
		t.Errorf("unlock of an open keyring: %v", err)
	}

	lock(t, d, atLogin)
	for _, name := range []string{"alice", "nobody"} {
		_, get := k.Get(ctx, name)
		for operation, err := range map[string]error{
			"get": get, "set": k.Set(ctx, name, "other"), "delete": k.Delete(ctx, name),
		} {
			if !errors.Is(err, keychain.ErrLocked) || errors.Is(err, keychain.ErrNotFound) {
				t.Errorf("%s of %s: %v, want ErrLocked alone", operation, name, err)
			}
		}
	}
	// No prompter is on this bus: the person is never asked, and the keyring calls that a no.
	if err := k.Unlock(ctx); !errors.Is(err, keychain.ErrDismissed) {
		t.Errorf("unlock that nobody answers: %v, want ErrDismissed", err)
	}
}

// A keyring can be locked at any moment, and a prompt that comes of itself blocks every call until it is answered.
func TestKeyringLockedInTheMiddleOfACallAsksNobody(t *testing.T) {
	d := newDesk(t)
	d.startKeyring(t)
	k, ctx := keychain.New("Token Tray"), t.Context()
	prompts := d.watchPrompts(t)
	for _, name := range []string{"alice", "nobody"} {
		for operation, call := range map[string]func(*keychain.Keychain) error{
			"get":    func(k *keychain.Keychain) error { _, err := k.Get(ctx, name); return err },
			"set":    func(k *keychain.Keychain) error { return k.Set(ctx, name, "other") },
			"delete": func(k *keychain.Keychain) error { return k.Delete(ctx, name) },
			"clear":  func(k *keychain.Keychain) error { return k.Clear(ctx) },
		} {
			unlock(t, d, atLogin)
			if err := k.Set(ctx, "alice", "secret"); err != nil {
				t.Fatal(err)
			}
			found := false
			late := keychain.NewOver("Token Tray", keychain.System, func(ctx context.Context) error {
				err := keychain.Check(ctx)
				if !found && err == nil {
					lock(t, d, atLogin)
				}
				found = true
				return err
			}, keychain.Ask)
			if err := call(late); !errors.Is(err, keychain.ErrLocked) || errors.Is(err, keychain.ErrNotFound) {
				t.Errorf("%s of %s, locked meanwhile: %v, want ErrLocked alone", operation, name, err)
			}
			unlock(t, d, atLogin)
			if got, err := k.Get(ctx, "alice"); got != "secret" || err != nil {
				t.Errorf("after %s of %s alice's entry is %q, %v", operation, name, got, err)
			}
		}
	}
	lock(t, d, atLogin)
	if err := k.Unlock(ctx); !errors.Is(err, keychain.ErrDismissed) {
		t.Errorf("unlock that nobody answers: %v, want ErrDismissed", err)
	}
	if shared, err := dbus.SessionBus(); err != nil || <-prompts == shared.Names()[0] {
		t.Errorf("go-keyring has raised a prompt (%v)", err)
	}
}

func TestKilledKeyringIsNoService(t *testing.T) {
	d := newDesk(t)
	keyring := d.startKeyring(t)
	k := keychain.New("Token Tray")
	if err := k.Set(t.Context(), "alice", "secret"); err != nil {
		t.Fatal(err)
	}
	gone := d.watchService(t)
	keyring.kill()
	gone(false)
	wantEvery(t, every(t.Context(), k), keychain.ErrNoService)

	d.startKeyring(t)
	if got, err := k.Get(t.Context(), "alice"); got != "secret" || err != nil {
		t.Errorf("get after the keyring came back = %q, %v, want the secret", got, err)
	}
}

func TestStoppedKeyringIsATimeout(t *testing.T) {
	keyring := newDesk(t).startKeyring(t)
	k := keychain.New("Token Tray")
	if err := keyring.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	asked := make(chan error)
	go func() { asked <- unlockSoon(t) }()
	if _, err := k.Get(t.Context(), "alice"); !errors.Is(err, keychain.ErrTimeout) {
		t.Errorf("get: %v, want ErrTimeout", err)
	}
	if err := <-asked; !errors.Is(err, keychain.ErrTimeout) {
		t.Errorf("unlock: %v, want ErrTimeout long before a person's two minutes", err)
	}
	if err := keyring.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	if err := k.Set(t.Context(), "alice", "secret"); err != nil {
		t.Errorf("set after the keyring woke: %v", err)
	}
}

func TestKeychainThatWasNeverSetUpIsLocked(t *testing.T) {
	d := newDesk(t)
	d.startKeyring(t)
	conn := d.connect(t)
	var prompt dbus.ObjectPath
	if err := conn.Object(secrets, atLogin).Call("org.freedesktop.Secret.Collection.Delete", 0).Store(&prompt); err != nil || prompt != "/" {
		t.Fatalf("the collection could not be deleted: prompt %v, %v", prompt, err)
	}
	k := keychain.New("Token Tray")
	if _, err := k.Get(t.Context(), "alice"); !errors.Is(err, keychain.ErrLocked) {
		t.Errorf("get: %v, want ErrLocked", err)
	}
	if err := k.Unlock(t.Context()); !errors.Is(err, keychain.ErrDismissed) {
		t.Errorf("unlock that nobody answers: %v, want ErrDismissed", err)
	}
}

// watchPrompts returns who raises a prompt, in order.
func (d *desk) watchPrompts(t *testing.T) (senders <-chan string) {
	t.Helper()
	monitor := d.connect(t)
	const rule = "type='method_call',interface='org.freedesktop.Secret.Prompt',member='Prompt'"
	if err := monitor.BusObject().Call("org.freedesktop.DBus.Monitoring.BecomeMonitor", 0, []string{rule}, uint32(0)).Err; err != nil {
		t.Fatal(err)
	}
	heard, found := make(chan *dbus.Message, 64), make(chan string, 64)
	monitor.Eavesdrop(heard)
	go func() {
		for m := range heard {
			if m.Headers[dbus.FieldMember].Value() == "Prompt" { // and not what the bus says to the monitor itself
				found <- m.Headers[dbus.FieldSender].Value().(string)
			}
		}
	}()
	return found
}

// unlock opens the collection without a prompt, as a login does.
func unlock(t *testing.T, d *desk, path dbus.ObjectPath) {
	t.Helper()
	conn := d.connect(t)
	var output dbus.Variant
	var session dbus.ObjectPath
	service := conn.Object(secrets, atRoot)
	if err := service.Call("org.freedesktop.Secret.Service.OpenSession", 0, "plain", dbus.MakeVariant("")).Store(&output, &session); err != nil {
		t.Fatal(err)
	}
	if err := service.Call("org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface.UnlockWithMasterPassword", 0,
		path, ss.NewSecret(session, "password")).Err; err != nil {
		t.Fatal(err)
	}
}

func lock(t *testing.T, d *desk, path dbus.ObjectPath) {
	t.Helper()
	var locked []dbus.ObjectPath
	var prompt dbus.ObjectPath
	err := d.connect(t).Object(secrets, atRoot).
		Call("org.freedesktop.Secret.Service.Lock", 0, []dbus.ObjectPath{path}).Store(&locked, &prompt)
	if err != nil || len(locked) != 1 {
		t.Fatalf("the keyring could not be locked: %v, %v", locked, err)
	}
}
