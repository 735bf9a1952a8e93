package desktop

import (
	"context"
	"fmt"
	"time"

	"github.com/godbus/dbus/v5"
)

const (
	busName     = "org.freedesktop.DBus"
	watcherName = "org.kde.StatusNotifierWatcher"
	watcherPath = "/StatusNotifierWatcher"
	// iconPath is where fyne.io/systray has the icon, on the process's shared connection.
	iconPath = "/StatusNotifierItem"
	// hostTime is what a tray host may take to heed an icon.
	hostTime = 5 * time.Second
)

// WatchTrayHost tells whether a tray host shows icons, at once and whenever that changes, until ctx ends, and gives the
// icon to each host that comes. The bus connection is its own: signals of other users of the shared one would be mixed
// in. An error means that there is no session bus, and so no tray host.
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
				if after != "" {
					giveIcon(ctx)
				}
				tell(after != "")
			}
		}
	}
}

// giveIcon registers the program's icon with the tray host. fyne.io/systray does so as well, but stops at the first signal
// that is not about a host: all signals of the shared connection reach it, and a notification that closes sends one. A
// host that is told twice has one icon. What goes wrong here went wrong there too, and was logged.
func giveIcon(ctx context.Context) {
	conn, err := dbus.SessionBus()
	if err != nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, hostTime)
	defer cancel()
	conn.Object(watcherName, watcherPath).CallWithContext(ctx, watcherName+".RegisterStatusNotifierItem", 0, iconPath)
}
