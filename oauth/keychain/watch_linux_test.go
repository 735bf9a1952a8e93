package keychain_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"tokentray/oauth/keychain"
)

// watched watches the keychain until the test ends and returns a function that waits until its opening is told.
func watched(t *testing.T) (told func(why string)) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	openings, done := make(chan struct{}, 64), make(chan error, 1)
	go func() { done <- keychain.Watch(ctx, func() { openings <- struct{}{} }) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("watching ended with %v", err)
		}
	})
	return func(why string) {
		t.Helper()
		select {
		case <-openings:
		case <-time.After(20 * time.Second):
			t.Fatalf("%s, and that was never told", why)
		}
		for len(openings) > 0 {
			<-openings
		}
	}
}

// unlockByPassword unlocks the login collection without a prompt, as a login does.
func unlockByPassword(t *testing.T, d *desk) {
	t.Helper()
	service := d.connect(t).Object(secrets, atRoot)
	var nothing dbus.Variant
	var session dbus.ObjectPath
	if err := service.Call("org.freedesktop.Secret.Service.OpenSession", 0, "plain", dbus.MakeVariant("")).Store(&nothing, &session); err != nil {
		t.Fatal(err)
	}
	password := struct {
		Session           dbus.ObjectPath
		Parameters, Value []byte
		ContentType       string
	}{session, nil, []byte("password"), "text/plain"}
	const unlock = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface.UnlockWithMasterPassword"
	if err := service.Call(unlock, 0, atLogin, password).Err; err != nil {
		t.Fatal(err)
	}
}

func TestOpeningOfTheKeychainIsTold(t *testing.T) {
	d := newDesk(t)
	keyring := d.startKeyring(t)
	told := watched(t)
	told("it is open")
	for range 3 {
		lock(t, d, atLogin)
		unlockByPassword(t, d)
		told("it was unlocked")
	}
	gone := d.watchService(t)
	keyring.kill()
	gone(false)
	d.startKeyring(t)
	told("its program was started anew")
	if err := keychain.New("Token Tray").State(t.Context()); err != nil {
		t.Errorf("told that it is open, but %v", err)
	}
}

func TestWatchingStartsNothingAndEndsWithTheBus(t *testing.T) {
	launched := noBus(t)
	if err := keychain.Watch(t.Context(), func() { t.Error("told something") }); !errors.Is(err, keychain.ErrNoBus) {
		t.Errorf("watching ended with %v, want ErrNoBus", err)
	}
	if launched() {
		t.Error("a session bus was started")
	}
	d := newDesk(t)
	done := make(chan error, 1)
	go func() { done <- keychain.Watch(t.Context(), func() { t.Error("told something") }) }()
	d.bus.kill()
	select {
	case err := <-done:
		if !errors.Is(err, keychain.ErrNoBus) {
			t.Errorf("watching ended with %v, want ErrNoBus", err)
		}
	case <-time.After(20 * time.Second):
		t.Error("it goes on without a bus")
	}
}
