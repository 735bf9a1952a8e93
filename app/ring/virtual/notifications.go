//go:build linux

package virtual

import (
	"context"
	"slices"
	"sync"

	"github.com/godbus/dbus/v5"
)

// Notification is one that a program sent to the person.
type Notification struct {
	App, Title, Body string
	// Replaces is the number of the one whose place it takes; 0: it stands beside the others.
	Replaces uint32
	// Hints are what else is said of it.
	Hints map[string]dbus.Variant
}

// ShownNotifications is how many of them the desktop shows now.
func (d *Desktop) ShownNotifications(ctx context.Context) (int, error) {
	shown, err := property[uint32](ctx, d.bus.Object(notificationService, "/org/freedesktop/Notifications"), "org.dunstproject.cmd0", "displayedLength")
	return int(shown), err
}

type notifications struct {
	mu   sync.Mutex
	seen []Notification
}

// Notifications are those sent so far, the oldest first.
func (d *Desktop) Notifications() []Notification {
	d.notifications.mu.Lock()
	defer d.notifications.mu.Unlock()
	return slices.Clone(d.notifications.seen)
}

const notificationService = "org.freedesktop.Notifications"

func (d *Desktop) startNotifications(ctx context.Context) (err error) {
	rule := "type='method_call',interface='" + notificationService + "',member='Notify'"
	if err := d.overhear(rule, d.notifications.add); err != nil {
		return err
	}
	if d.notifier, err = d.start("dunst", lasting("dunst")); err != nil {
		return err
	}
	return d.notifier.ready(ctx, d.hasOwner(notificationService))
}

// add takes the arguments of Notify: app name, replaced id, icon, summary, body, actions, hints, time.
func (n *notifications) add(m *dbus.Message) {
	var seen Notification
	var icon string
	var actions []string
	var lasts int32
	if dbus.Store(m.Body, &seen.App, &seen.Replaces, &icon, &seen.Title, &seen.Body, &actions, &seen.Hints, &lasts) != nil {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.seen = append(n.seen, seen)
}
