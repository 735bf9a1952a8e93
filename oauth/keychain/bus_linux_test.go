package keychain_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"tokentray/oauth/keychain"
)

// busConfig is a session bus that can start only what the test describes in the desk's own services folder.
const busConfig = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=%s/bus</listen>
  <servicedir>%[1]s/services</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`

// desk is a desktop login of the test's own: a home, a runtime folder and a session bus.
type desk struct {
	folder  string // HOME and XDG_RUNTIME_DIR
	address string
	bus     *process
}

// newDesk starts a session bus and makes it the process's, until the test ends. go-keyring's shared connection goes
// with the bus, so that the next test's goes to the next bus.
func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{folder: shortFolder(t)}
	d.address = "unix:path=" + filepath.Join(d.folder, "bus")
	t.Setenv("HOME", d.folder)
	t.Setenv("XDG_RUNTIME_DIR", d.folder)
	t.Setenv("XDG_DATA_HOME", filepath.Join(d.folder, "data"))
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", d.address)

	config := filepath.Join(d.folder, "bus.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, busConfig, d.folder), 0o600); err != nil {
		t.Fatal(err)
	}
	bus := exec.CommandContext(context.WithoutCancel(t.Context()), tool(t, "dbus-daemon", "dbus"), "--config-file="+config, "--nofork", "--print-address")
	printed, err := bus.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	d.bus = start(t, bus)
	if _, err := bufio.NewReader(printed).ReadString('\n'); err != nil {
		t.Fatalf("dbus-daemon printed no address: %v", err)
	}
	shared, err := dbus.SessionBus()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		d.bus.kill()
		<-shared.Context().Done()
	})
	return d
}

// connect returns a connection of the test's own.
func (d *desk) connect(t *testing.T) *dbus.Conn {
	t.Helper()
	conn, err := dbus.Connect(d.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// startKeyring starts gnome-keyring with an unlocked login collection and waits until it has its name on the bus.
func (d *desk) startKeyring(t *testing.T) *process {
	t.Helper()
	owned := d.watchService(t)
	command := exec.CommandContext(context.WithoutCancel(t.Context()), tool(t, "gnome-keyring-daemon", "gnome-keyring"), "--foreground", "--unlock", "--components=secrets")
	command.Stdin = strings.NewReader("password")
	keyring := start(t, command)
	owned(true)
	return keyring
}

// watchService returns a function that waits until org.freedesktop.secrets is owned, or is not.
func (d *desk) watchService(t *testing.T) (await func(owned bool)) {
	t.Helper()
	conn := d.connect(t)
	signals := make(chan *dbus.Signal, 16)
	conn.Signal(signals)
	if err := conn.AddMatchSignal(dbus.WithMatchMember("NameOwnerChanged"),
		dbus.WithMatchArg(0, "org.freedesktop.secrets")); err != nil {
		t.Fatal(err)
	}
	return func(want bool) {
		t.Helper()
		limit := time.After(20 * time.Second)
		for {
			select {
			case signal := <-signals:
				if signal.Name == "org.freedesktop.DBus.NameOwnerChanged" && (signal.Body[2] != "") == want {
					return
				}
			case <-limit:
				t.Fatalf("org.freedesktop.secrets: owned is not %v after 20 s", want)
			}
		}
	}
}

// process is a program that the test started, and ends.
type process struct {
	*exec.Cmd
	ended chan struct{}
}

func start(t *testing.T, command *exec.Cmd) *process {
	t.Helper()
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // also when the test run is killed
	var said strings.Builder
	command.Stderr = &said
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{command, make(chan struct{})}
	t.Cleanup(func() { // after the kill below
		if t.Failed() {
			t.Logf("%s ended with %v and said: %s", command.Path, command.ProcessState, &said)
		}
	})
	go func() {
		_ = command.Wait()
		close(p.ended)
	}()
	t.Cleanup(p.kill)
	return p
}

// kill ends the program and waits until it is gone.
func (p *process) kill() {
	_ = p.Process.Kill()
	<-p.ended
}

// tool finds a program that the test cannot do without.
func tool(t *testing.T, name, debianPackage string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("this test needs %s: install the package %s", name, debianPackage)
	}
	return path
}

// shortFolder is a private folder whose path leaves room for a socket's name: it has 107 bytes in all.
func shortFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "kc")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	return folder
}

// noBus takes the session bus away and leaves a dbus-launch that tells when something tried to start one.
func noBus(t *testing.T) (launched func() bool) {
	t.Helper()
	folder := shortFolder(t)
	mark := filepath.Join(folder, "launched")
	script := "#!/bin/sh\n: >" + mark + "\nexit 1\n"
	if err := os.WriteFile(filepath.Join(folder, "dbus-launch"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", folder+":"+os.Getenv("PATH"))
	t.Setenv("XDG_RUNTIME_DIR", folder)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	return func() bool {
		_, err := os.Stat(mark)
		return err == nil
	}
}

// every runs each of the keychain's calls and returns their errors by operation.
func every(ctx context.Context, k *keychain.Keychain) map[string]error {
	_, get := k.Get(ctx, "alice")
	return map[string]error{
		"get":    get,
		"set":    k.Set(ctx, "alice", "secret"),
		"delete": k.Delete(ctx, "alice"),
		"unlock": k.Unlock(ctx),
	}
}

func wantEvery(t *testing.T, got map[string]error, want error) {
	t.Helper()
	for operation, err := range got {
		if !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", operation, err, want)
		}
	}
}

func TestNoSessionBusIsNoticedAndNoneIsStarted(t *testing.T) {
	launched := noBus(t)
	wantEvery(t, every(t.Context(), keychain.New("Token Tray")), keychain.ErrNoBus)
	if launched() {
		t.Error("a session bus was started")
	}
}

func TestDeadSessionBusIsNoBus(t *testing.T) {
	launched := noBus(t)
	for _, address := range []string{"unix:path=/nonexistent/bus", "disabled:", "autolaunch:", "autolaunch:scope=x", "rubbish"} {
		t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
		wantEvery(t, every(t.Context(), keychain.New("Token Tray")), keychain.ErrNoBus)
	}
	if launched() {
		t.Error("a session bus was started")
	}
}

func TestBusWithoutKeychainIsNoService(t *testing.T) {
	newDesk(t)
	wantEvery(t, every(t.Context(), keychain.New("Token Tray")), keychain.ErrNoService)
}

func TestKeychainProgramThatDoesNotStartIsNoService(t *testing.T) {
	d := newDesk(t)
	services := filepath.Join(d.folder, "services")
	if err := os.Mkdir(services, 0o700); err != nil {
		t.Fatal(err)
	}
	service := []byte("[D-BUS Service]\nName=org.freedesktop.secrets\nExec=/bin/false\n")
	if err := os.WriteFile(filepath.Join(services, "org.freedesktop.secrets.service"), service, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := d.connect(t).BusObject().Call("org.freedesktop.DBus.ReloadConfig", 0).Err; err != nil {
		t.Fatal(err)
	}
	_, err := keychain.New("Token Tray").Get(t.Context(), "alice")
	if !errors.Is(err, keychain.ErrNoService) || !strings.Contains(err.Error(), "Process org.freedesktop.secrets exited") {
		t.Errorf("get: %v, want ErrNoService for a program that was started in vain", err)
	}
}

func TestBusIsFoundInTheRuntimeFolder(t *testing.T) {
	d := newDesk(t)
	d.startKeyring(t)
	for _, unknown := range []string{"", "autolaunch:"} {
		t.Setenv("DBUS_SESSION_BUS_ADDRESS", unknown)
		if err := keychain.New("Token Tray").Set(t.Context(), "alice", "secret"); err != nil {
			t.Error(err)
		}
		if got := os.Getenv("DBUS_SESSION_BUS_ADDRESS"); got != d.address {
			t.Errorf("DBUS_SESSION_BUS_ADDRESS = %q: go-keyring would look for a bus of its own", got)
		}
	}
}

// run runs a program to its end and returns what it printed.
func run(t *testing.T, input, name, debianPackage string, args ...string) (string, error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), tool(t, name, debianPackage), args...)
	command.Stdin = strings.NewReader(input)
	output, err := command.Output()
	return string(output), err
}
