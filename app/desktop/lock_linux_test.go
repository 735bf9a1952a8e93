package desktop

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// systemBus starts a bus of the test's own in the system bus's place.
func systemBus(t *testing.T) (stop func()) {
	t.Helper()
	session := os.Getenv("DBUS_SESSION_BUS_ADDRESS")
	stop = startBus(t)
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", os.Getenv("DBUS_SESSION_BUS_ADDRESS"))
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", session)
	return stop
}

// noBuses takes both buses away.
func noBuses(t *testing.T) {
	t.Helper()
	nowhere := "unix:path=" + filepath.Join(t.TempDir(), "bus")
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", nowhere)
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", nowhere)
}

// login is a login manager with the person's session in it.
type login struct {
	*dbus.Conn
	inSession bool // the caller is in the session itself, not in a service of the person's
}

const sessionPath = dbus.ObjectPath("/org/freedesktop/login1/session/_32")

var errNoSession = &dbus.Error{Name: "org.freedesktop.login1.NoSessionForPID"}

func (l *login) GetSessionByPID(pid uint32) (dbus.ObjectPath, *dbus.Error) {
	if !l.inSession || int(pid) != os.Getpid() {
		return "/", errNoSession
	}
	return sessionPath, nil
}

func (l *login) GetSession(id string) (dbus.ObjectPath, *dbus.Error) {
	if id != "2" {
		return "/", errNoSession
	}
	return sessionPath, nil
}

// Get is of org.freedesktop.DBus.Properties.
func (l *login) Get(_, name string) (dbus.Variant, *dbus.Error) {
	if name != "Id" {
		return dbus.Variant{}, errNoSession
	}
	return dbus.MakeVariant("2"), nil
}

// logIn starts a login manager on the test's system bus.
func logIn(t *testing.T, inSession bool) *login {
	t.Helper()
	conn, err := dbus.ConnectSystemBus()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	l := &login{conn, inSession}
	for path, iface := range map[dbus.ObjectPath]string{
		"/org/freedesktop/login1":              "org.freedesktop.login1.Manager",
		"/org/freedesktop/login1/session/auto": "org.freedesktop.DBus.Properties",
	} {
		if err := conn.Export(l, path, iface); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := conn.RequestName("org.freedesktop.login1", dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	return l
}

// hint says that the session's LockedHint is this now.
func (l *login) hint(from dbus.ObjectPath, locked bool) error {
	return l.Emit(from, "org.freedesktop.DBus.Properties.PropertiesChanged", "org.freedesktop.login1.Session",
		map[string]dbus.Variant{"LockedHint": dbus.MakeVariant(locked), "IdleHint": dbus.MakeVariant(true)}, []string{})
}

// watchLock watches until the test ends.
func watchLock(t *testing.T) (told chan struct{}) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	told = make(chan struct{}, 64)
	done := make(chan error, 1)
	go func() { done <- WatchLock(ctx, func() { told <- struct{}{} }) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("watching ended with %v", err)
		}
		if len(told) > 0 {
			t.Errorf("told %d times more than there were locks", len(told))
		}
	})
	return told
}

// wantTold checks that of these signals the last is told; that no other was shows here or when the watch ends.
func wantTold(t *testing.T, told chan struct{}, what string, emit ...func() error) {
	t.Helper()
	for _, e := range emit {
		if err := e(); err != nil {
			t.Fatal(err)
		}
	}
	select {
	case <-told:
	case <-time.After(10 * time.Second):
		t.Fatalf("%s was not told", what)
	}
	select {
	case <-told:
		t.Errorf("with %s, something else was told", what)
	default:
	}
}

// listened waits until the watch listens: it is told what is emitted again and again, and from then on nothing is missed.
func listened(t *testing.T, told chan struct{}, emit func() error) {
	t.Helper()
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	limit := time.After(10 * time.Second)
	for heard := false; !heard; {
		select {
		case <-again.C:
			if err := emit(); err != nil {
				t.Fatal(err)
			}
		case <-told:
			heard = true
		case <-limit:
			t.Fatal("nothing is told")
		}
	}
	for quiet := time.NewTimer(250 * time.Millisecond); ; {
		select {
		case <-told:
		case <-quiet.C:
			return
		}
	}
}

func TestLockOfTheScreenIsTold(t *testing.T) {
	noBuses(t)
	startBus(t)
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	told := watchLock(t)
	saver := func(desktop string, locked bool) func() error {
		return func() error {
			path := dbus.ObjectPath("/org/" + desktop + "/ScreenSaver")
			return conn.Emit(path, "org."+desktop+".ScreenSaver.ActiveChanged", locked)
		}
	}
	all := []string{"freedesktop", "gnome", "xfce", "mate", "cinnamon"}
	listened(t, told, saver(all[len(all)-1], true))
	for _, desktop := range all {
		wantTold(t, told, desktop+"'s lock",
			saver(desktop, false),
			saver("example", true),
			func() error { return conn.Emit("/a", "org."+desktop+".ScreenSaver.WakeUpScreen") },
			func() error { return conn.Emit("/a", "org."+desktop+".ScreenSaver.ActiveChanged", "true") },
			func() error { return conn.Emit("/a", "org.example.ScreenSaver.ActiveChanged", true) },
			saver(desktop, true))
	}
}

func TestLockOfTheSessionIsTold(t *testing.T) {
	for name, find := range map[string]struct {
		inSession bool
		variable  string
	}{
		"by the process":            {true, ""},
		"by the variable":           {false, "2"},
		"of a service of a session": {false, ""},
	} {
		noBuses(t)
		systemBus(t)
		t.Setenv("XDG_SESSION_ID", find.variable)
		manager := logIn(t, find.inSession)
		told := watchLock(t)
		lock := func() error { return manager.Emit(sessionPath, "org.freedesktop.login1.Session.Lock") }
		sleep := func(begins bool) func() error {
			return func() error {
				return manager.Emit("/org/freedesktop/login1", "org.freedesktop.login1.Manager.PrepareForSleep", begins)
			}
		}
		listened(t, told, func() error { return manager.hint(sessionPath, true) })
		const another = "/org/freedesktop/login1/session/_33"
		wantTold(t, told, "Lock, found "+name,
			func() error { return manager.Emit(another, "org.freedesktop.login1.Session.Lock") },
			func() error { return manager.Emit(sessionPath, "org.freedesktop.login1.Session.Unlock") },
			lock)
		wantTold(t, told, "LockedHint, found "+name,
			func() error { return manager.hint(another, true) },
			func() error { return manager.hint(sessionPath, false) },
			func() error { return manager.hint(sessionPath, true) })
		wantTold(t, told, "sleep, found "+name, sleep(false), sleep(true))
	}
}

func TestEitherBusIsEnough(t *testing.T) {
	noBuses(t)
	endSession := startBus(t)
	endSystem := systemBus(t)
	manager := logIn(t, true)
	session, err := dbus.ConnectSessionBus()
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	done, told := make(chan error, 1), make(chan struct{}, 64)
	go func() { done <- WatchLock(t.Context(), func() { told <- struct{}{} }) }()
	listened(t, told, func() error { return manager.Emit(sessionPath, "org.freedesktop.login1.Session.Lock") })
	listened(t, told, func() error { return session.Emit("/a", "org.gnome.ScreenSaver.ActiveChanged", true) })
	endSession()
	wantTold(t, told, "Lock, without a session bus",
		func() error { return manager.Emit(sessionPath, "org.freedesktop.login1.Session.Lock") })
	endSystem()
	select {
	case err := <-done:
		if err == nil || strings.Count(err.Error(), "the bus is gone") != 2 {
			t.Errorf("without a bus it ends with %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Error("it goes on without a bus")
	}
}

func TestWithoutAnyBusTheLockIsNotWatched(t *testing.T) {
	noBuses(t)
	var op interface{ Timeout() bool }
	err := WatchLock(t.Context(), func() { t.Error("told something") })
	if err == nil || !errors.As(err, &op) {
		t.Errorf("%v", err)
	}
}

func TestSystemBusWithoutALoginManagerTellsNothing(t *testing.T) {
	noBuses(t)
	systemBus(t)
	if err := WatchLock(t.Context(), func() { t.Error("told something") }); err == nil || !strings.Contains(err.Error(), "login manager") {
		t.Errorf("%v", err)
	}
}
