package desktop

import (
	"context"
	"fmt"

	"github.com/godbus/dbus/v5"
)

const (
	busName     = "org.freedesktop.DBus"
	watcherName = "org.kde.StatusNotifierWatcher"
)

// WatchTrayHost tells whether a tray host shows icons, at once and whenever that changes, until ctx ends. The bus
// connection is its own: signals of other users of the shared one would be mixed in. An error means that there is
// no session bus, and so no tray host.
func WatchTrayHost(ctx context.Context, tell func(present bool)) error {
	conn, err := dbus.ConnectSessionBus(dbus.WithContext(ctx))
	if err != nil {
		return fmt.Errorf("could not ask for the tray host: %w", err)
	}
	defer conn.Close()
	if err := conn.AddMatchSignal(
		dbus.WithMatchInterface(busName),
		dbus.WithMatchMember("NameOwnerChanged"),
		dbus.WithMatchArg(0, watcherName),
	); err != nil {
		return fmt.Errorf("could not watch the tray host: %w", err)
	}
	changes := make(chan *dbus.Signal, 16)
	conn.Signal(changes)
	var present bool
	if err := conn.BusObject().CallWithContext(ctx, busName+".NameHasOwner", 0, watcherName).Store(&present); err != nil {
		return fmt.Errorf("could not ask for the tray host: %w", err)
	}
	tell(present)
	for {
		select {
		case <-ctx.Done():
			return nil
		case change, ok := <-changes:
			if !ok {
				tell(false)
				return nil
			}
			var name, before, after string
			if change.Name == busName+".NameOwnerChanged" && dbus.Store(change.Body, &name, &before, &after) == nil {
				tell(after != "")
			}
		}
	}
}
