package keychain

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/godbus/dbus/v5"
)

const busVariable = "DBUS_SESSION_BUS_ADDRESS"

// connect opens a private connection to the session bus, which the caller closes. The connection outlives ctx.
func connect(ctx context.Context) (*dbus.Conn, error) {
	address, err := busAddress()
	if err != nil {
		return nil, err
	}
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, end)
	conn, err := dbus.Connect(address, dbus.WithContext(life))
	switch {
	case !stop(): // ctx ended first
		return nil, context.Cause(ctx)
	case err != nil:
		end()
		return nil, fmt.Errorf("%w: %w", ErrNoBus, err)
	}
	context.AfterFunc(conn.Context(), end)
	return conn, nil
}

// busAddress finds the session bus of this login, and never starts one as godbus would (dbus-launch, at every call).
// It looks where sd_bus_open_user(3) does. An address that was not in the environment is put there, as godbus does
// with its own finds, so that go-keyring goes to the same bus.
func busAddress() (string, error) {
	if address := os.Getenv(busVariable); address != "" && address != "autolaunch:" {
		return address, nil
	}
	run := os.Getenv("XDG_RUNTIME_DIR")
	if run == "" {
		run = filepath.Join("/run/user", strconv.Itoa(os.Getuid()))
	}
	socket := filepath.Join(run, "bus")
	if _, err := os.Stat(socket); err != nil { //nolint:gosec // the person's own environment says where
		return "", ErrNoBus
	}
	address := "unix:path=" + dbus.EscapeBusAddressValue(socket)
	return address, os.Setenv(busVariable, address)
}
