package desktop

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/godbus/dbus/v5"
)

// screenSavers are the interfaces of those that lock the screen. Each has the signal ActiveChanged, with true for locked.
var screenSavers = []string{
	"org.freedesktop.ScreenSaver", // KDE
	"org.gnome.ScreenSaver",
	"org.xfce.ScreenSaver",
	"org.mate.ScreenSaver",
	"org.cinnamon.ScreenSaver",
}

const (
	loginName     = "org.freedesktop.login1"
	loginPath     = "/org/freedesktop/login1"
	loginManager  = loginName + ".Manager"
	loginSession  = loginName + ".Session"
	ownSession    = loginPath + "/session/auto" // the caller's, or that of the person's desktop
	propertyIface = "org.freedesktop.DBus.Properties"
)

// WatchLock calls locked each time the screen of the person's session is locked or the computer goes to sleep, until ctx
// ends; then it returns nil. One lock may be told more than once: by the desktop on the session bus, by the login manager on
// the system's. locked is called on other goroutines and must not block. One of the buses is enough, and errors are returned
// only when neither tells anything (any more): then nothing is watched. On macOS it is [errors.ErrUnsupported].
func WatchLock(ctx context.Context, locked func()) error {
	ended := make(chan error, 2)
	go func() { ended <- watchScreenSavers(ctx, locked) }()
	go func() { ended <- watchLogin(ctx, locked) }()
	err := errors.Join(<-ended, <-ended)
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// watchScreenSavers listens on the session bus.
func watchScreenSavers(ctx context.Context, locked func()) error {
	conn, err := dbus.ConnectSessionBus(dbus.WithContext(ctx))
	if err != nil {
		return fmt.Errorf("could not reach the session bus: %w", err)
	}
	defer conn.Close()
	tells := map[string]bool{}
	var matches [][]dbus.MatchOption
	for _, iface := range screenSavers {
		tells[iface+".ActiveChanged"] = true
		matches = append(matches, []dbus.MatchOption{dbus.WithMatchInterface(iface), dbus.WithMatchMember("ActiveChanged")})
	}
	return hear(ctx, conn, matches, func(signal *dbus.Signal) {
		if tells[signal.Name] && saysTrue(signal) {
			locked()
		}
	})
}

// watchLogin listens to the login manager on the system bus: https://www.freedesktop.org/software/systemd/man/latest/org.freedesktop.login1.html.
func watchLogin(ctx context.Context, locked func()) error {
	conn, err := dbus.ConnectSystemBus(dbus.WithContext(ctx))
	if err != nil {
		return fmt.Errorf("could not reach the system bus: %w", err)
	}
	defer conn.Close()
	session, err := findSession(ctx, conn)
	if err != nil {
		return err
	}
	from := dbus.WithMatchSender(loginName)
	matches := [][]dbus.MatchOption{
		{from, dbus.WithMatchObjectPath(loginPath), dbus.WithMatchInterface(loginManager), dbus.WithMatchMember("PrepareForSleep")},
		{from, dbus.WithMatchObjectPath(session), dbus.WithMatchInterface(loginSession), dbus.WithMatchMember("Lock")},
		{from, dbus.WithMatchObjectPath(session), dbus.WithMatchInterface(propertyIface), dbus.WithMatchMember("PropertiesChanged"),
			dbus.WithMatchArg(0, loginSession)},
	}
	return hear(ctx, conn, matches, func(signal *dbus.Signal) {
		switch signal.Name {
		case loginSession + ".Lock":
			locked()
		case loginManager + ".PrepareForSleep":
			if saysTrue(signal) {
				locked()
			}
		case propertyIface + ".PropertiesChanged":
			if hintsLock(signal) {
				locked()
			}
		}
	})
}

// findSession is the login manager's object for the person's session. Its signals come from there and never from the
// object that stands for the caller's own, so that this one is asked for its ID. A program that the desktop runs as a
// service of the person's is in no session by itself.
func findSession(ctx context.Context, conn *dbus.Conn) (path dbus.ObjectPath, err error) {
	manager := conn.Object(loginName, loginPath)
	process := uint32(os.Getpid()) //nolint:gosec // never negative
	if manager.CallWithContext(ctx, loginManager+".GetSessionByPID", 0, process).Store(&path) == nil {
		return path, nil
	}
	id := os.Getenv("XDG_SESSION_ID")
	if id == "" {
		err = conn.Object(loginName, ownSession).CallWithContext(ctx, propertyIface+".Get", 0, loginSession, "Id").Store(&id)
	}
	if err == nil {
		err = manager.CallWithContext(ctx, loginManager+".GetSession", 0, id).Store(&path)
	}
	if err != nil {
		return "", fmt.Errorf("could not find the session at the login manager: %w", err)
	}
	return path, nil
}

// hear passes on the signals that match, until ctx ends. An error means that the bus is gone.
func hear(ctx context.Context, conn *dbus.Conn, matches [][]dbus.MatchOption, each func(*dbus.Signal)) error {
	signals := make(chan *dbus.Signal, 16)
	conn.Signal(signals)
	for _, match := range matches {
		if err := conn.AddMatchSignalContext(ctx, match...); err != nil {
			return fmt.Errorf("could not listen on the bus: %w", err)
		}
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case signal, ok := <-signals:
			if !ok {
				return errors.New("the bus is gone")
			}
			each(signal)
		}
	}
}

// saysTrue tells whether this is all that a signal says.
func saysTrue(signal *dbus.Signal) bool {
	var said bool
	return dbus.Store(signal.Body, &said) == nil && said
}

// hintsLock tells whether a session's PropertiesChanged says that it is locked now.
func hintsLock(signal *dbus.Signal) bool {
	var of string
	var changed map[string]dbus.Variant
	var other []string
	if dbus.Store(signal.Body, &of, &changed, &other) != nil {
		return false
	}
	locked, _ := changed["LockedHint"].Value().(bool)
	return locked
}
