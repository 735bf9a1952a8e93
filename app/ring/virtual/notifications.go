//go:build linux

package virtual

import (
	"context"
	"os/exec"
	"slices"
	"sync"

	"github.com/godbus/dbus/v5"
)

// Notification is one that a program sent to the person.
type Notification struct {
	App, Title, Body string
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
	if d.notifier, err = d.start("dunst", exec.Command("dunst")); err != nil {
		return err
	}
	return d.notifier.ready(ctx, d.hasOwner(notificationService))
}

// add takes the arguments of Notify: app name, replaced id, icon, summary, body, and three more.
func (n *notifications) add(m *dbus.Message) {
	if len(m.Body) < 5 {
		return
	}
	app, _ := m.Body[0].(string)
	title, _ := m.Body[3].(string)
	body, _ := m.Body[4].(string)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.seen = append(n.seen, Notification{App: app, Title: title, Body: body})
}
