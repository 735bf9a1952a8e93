package desktop

import (
	"net"
	"os"
	"path/filepath"
	"testing"
)

// runtimeFolder has a socket called bus in it if there is one.
func runtimeFolder(t *testing.T, hasBus bool) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "bus") // short: a socket's path holds about a hundred bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	if hasBus {
		listener, err := new(net.ListenConfig).Listen(t.Context(), "unix", filepath.Join(folder, "bus"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { listener.Close() })
	}
	return folder
}

func TestBusIsFoundAndItsAddressIsSettled(t *testing.T) {
	with, without := runtimeFolder(t, true), runtimeFolder(t, false)
	tests := map[string]struct {
		address, folder string
		found           bool
		want            string
	}{
		"named":               {"unix:path=/some/bus", without, true, "unix:path=/some/bus"},
		"in the folder":       {"", with, true, "unix:path=" + with + "/bus"},
		"nowhere":             {"", without, false, "unix:path=" + without + "/bus"},
		"autolaunch, found":   {"autolaunch:", with, true, "unix:path=" + with + "/bus"},
		"autolaunch, nowhere": {"autolaunch:", without, false, "unix:path=" + without + "/bus"},
	}
	for name, test := range tests {
		t.Setenv("DBUS_SESSION_BUS_ADDRESS", test.address)
		t.Setenv("XDG_RUNTIME_DIR", test.folder)
		if found := SettleBus(); found != test.found {
			t.Errorf("%s: found is %t", name, found)
		}
		// Never empty: then libraries would start a bus of their own.
		if got := os.Getenv("DBUS_SESSION_BUS_ADDRESS"); got != test.want {
			t.Errorf("%s: the address is %q, want %q", name, got, test.want)
		}
	}
}

func TestBusHasAnAddressWithoutARuntimeFolder(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	t.Setenv("XDG_RUNTIME_DIR", "")
	SettleBus()
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") == "" {
		t.Error("the address is empty")
	}
}
