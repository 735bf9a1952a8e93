package desktop

import (
	"os"
	"path/filepath"
)

// SettleBus makes sure that a missing session bus stays missing, and tells whether there is one. Left alone, each
// library that looks for the bus starts a dbus-daemon of its own that outlives the program. Call it before
// anything else uses the bus.
func SettleBus() bool {
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		return true
	}
	if _, err := os.Stat(filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), "bus")); err == nil && os.Getenv("XDG_RUNTIME_DIR") != "" {
		return true
	}
	// An address that leads nowhere fails at once, where none at all would make the libraries start a bus.
	os.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/no-session-bus")
	return false
}
