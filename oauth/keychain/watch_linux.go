package keychain

import (
	"context"
	"slices"

	"github.com/godbus/dbus/v5"
)

// Watch calls opened when the keychain stands open, and again each time it has been unlocked, by whomever, or its program
// has started anew with an open one, until ctx ends; then it returns nil. It asks nobody. opened is called on Watch's
// goroutine and must not block; it may come once more than that. [ErrNoBus] when there is no session bus, or none any
// more. Outside Linux there is nothing to see, and it only waits for ctx.
func Watch(ctx context.Context, opened func()) error {
	s, err := openSession(ctx)
	if err != nil {
		return named(ctx, "watch", err)
	}
	defer s.conn.Close()
	signals := make(chan *dbus.Signal, 64)
	s.conn.Signal(signals)
	for _, match := range [][]dbus.MatchOption{
		{dbus.WithMatchInterface(busIface), dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, secretService)},
		{dbus.WithMatchInterface(serviceIface), dbus.WithMatchMember("CollectionCreated")},
		{dbus.WithMatchInterface(serviceIface), dbus.WithMatchMember("CollectionChanged")},
		{dbus.WithMatchInterface(propertiesIface), dbus.WithMatchMember("PropertiesChanged"),
			dbus.WithMatchArg(0, collectionIface), dbus.WithMatchPathNamespace(servicePath)},
	} {
		if err := s.conn.AddMatchSignalContext(ctx, match...); err != nil && ctx.Err() == nil {
			return named(ctx, "watch", err)
		}
	}
	open := false
	look := func() {
		now := s.check(ctx) == nil
		if now && !open {
			opened()
		}
		open = now
	}
	look()
	for {
		select {
		case <-ctx.Done():
			return nil
		case signal, ok := <-signals:
			if !ok {
				return named(ctx, "watch", ErrNoBus)
			}
			switch signal.Name {
			case busIface + ".NameOwnerChanged":
				open = false
				if gone(signal) {
					continue // asking for it would start it again
				}
			case propertiesIface + ".PropertiesChanged":
				locked, told := lockedIn(signal)
				if !told {
					continue // an entry was written
				}
				open = open && !locked
			}
			look()
		}
	}
}

// lockedIn is what a collection's PropertiesChanged says of its being locked, if it does.
func lockedIn(signal *dbus.Signal) (locked, told bool) {
	var of string
	var changed map[string]dbus.Variant
	var other []string
	if dbus.Store(signal.Body, &of, &changed, &other) != nil {
		return false, false
	}
	locked, told = changed["Locked"].Value().(bool)
	return locked, told || slices.Contains(other, "Locked")
}
