package desktop

import (
	"os"
	"path/filepath"
	"strconv"

	"github.com/godbus/dbus/v5"
)

const busVariable = "DBUS_SESSION_BUS_ADDRESS"

// SettleBus makes sure that a missing session bus stays missing, and tells whether there is one. Left alone, each
// library that looks for the bus starts a dbus-daemon of its own that outlives the program. Call it before
// anything else uses the bus.
func SettleBus() bool {
	if address := os.Getenv(busVariable); address != "" && address != "autolaunch:" {
		return true
	}
	run := os.Getenv("XDG_RUNTIME_DIR")
	if run == "" {
		run = filepath.Join("/run/user", strconv.Itoa(os.Getuid()))
	}
	address := "unix:path=" + dbus.EscapeBusAddressValue(filepath.Join(run, "bus"))
	_, err := os.Stat(filepath.Join(run, "bus")) //nolint:gosec // the person's own environment says where
	// Also where it leads nowhere the address is set: it fails at once, where none at all makes libraries start a bus.
	_ = os.Setenv(busVariable, address)
	return err == nil
}
