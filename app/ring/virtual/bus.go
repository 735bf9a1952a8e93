//go:build linux

package virtual

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/godbus/dbus/v5"
)

// activated are the services that the bus may start by itself: the panel's settings and the keyring's prompts. The
// keyring and the notifications are not among them, or leaving them out would not keep them away.
var activated = []string{
	"org.xfce.Xfconf",
	"org.gnome.keyring.SystemPrompter",
	"org.gnome.keyring.PrivatePrompter",
}

func (d *Desktop) startBus(ctx context.Context) (err error) {
	for _, name := range activated {
		// One that isn't installed is missed by whoever calls it, with a clear error.
		file := name + ".service"
		_ = os.Symlink(filepath.Join("/usr/share/dbus-1/services", file), filepath.Join(d.servicesDir(), file))
	}
	config := filepath.Join(d.dir, "bus.conf")
	if err := writeFile(config, fmt.Sprintf(busConfig, d.runtimeDir(), d.servicesDir())); err != nil {
		return err
	}
	d.address, err = d.startTelling(ctx, "bus", func(w *os.File) *exec.Cmd {
		cmd := lasting("dbus-daemon", "--nofork", "--nopidfile", "--config-file", config, "--print-address=3")
		cmd.ExtraFiles = []*os.File{w}
		return cmd
	})
	if err != nil {
		return err
	}
	if d.bus, err = dbus.Connect(d.address); err != nil {
		return fmt.Errorf("could not connect to the session bus: %w", err)
	}
	d.cleanup = append(d.cleanup, func() { _ = d.bus.Close() })
	return nil
}

const busConfig = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=%s/bus</listen>
  <auth>EXTERNAL</auth>
  <servicedir>%s</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`

// overhear listens in on the bus, on a connection of its own: a monitor can't send.
func (d *Desktop) overhear(rule string, each func(*dbus.Message)) error {
	monitor, err := dbus.Connect(d.address)
	if err != nil {
		return err
	}
	d.mu.Lock()
	d.cleanup = append(d.cleanup, func() { _ = monitor.Close() })
	d.mu.Unlock()
	call := monitor.BusObject().Call("org.freedesktop.DBus.Monitoring.BecomeMonitor", 0, []string{rule}, uint32(0))
	if call.Err != nil {
		return call.Err
	}
	messages := make(chan *dbus.Message, 64)
	monitor.Eavesdrop(messages)
	go func() {
		for m := range messages {
			each(m)
		}
	}()
	return nil
}

// hasOwner is the condition that somebody on the bus owns a name.
func (d *Desktop) hasOwner(name string) func(context.Context) (bool, error) {
	return func(ctx context.Context) (owned bool, err error) {
		err = d.bus.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, name).Store(&owned)
		return owned, err
	}
}

func not(condition func(context.Context) (bool, error)) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		ok, err := condition(ctx)
		return err == nil && !ok, err
	}
}

// property reads a property without waiting longer than ctx lasts.
func property[T any](ctx context.Context, o dbus.BusObject, in, name string) (value T, err error) {
	var v dbus.Variant
	if err := o.CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, in, name).Store(&v); err != nil {
		return value, err
	}
	return value, dbus.Store([]any{v.Value()}, &value)
}
