package desktop

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

const busConfig = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=%s/bus</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`

// startBus starts a session bus for the test and makes it the process's. stop ends it; so does the test's end.
func startBus(t *testing.T) (stop func()) {
	t.Helper()
	daemon, err := exec.LookPath("dbus-daemon")
	if err != nil {
		t.Fatal("dbus-daemon is needed: install the package dbus")
	}
	folder := runtimeFolder(t, false)
	config := filepath.Join(folder, "bus.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, busConfig, folder), 0o600); err != nil {
		t.Fatal(err)
	}
	command := enduring(t, daemon, "--config-file="+config, "--nofork", "--print-address")
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	printed, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := false
	stop = func() {
		if !ended {
			ended = true
			_ = command.Process.Kill()
			_ = command.Wait()
		}
	}
	t.Cleanup(stop)
	line, err := bufio.NewReader(printed).ReadString('\n')
	if err != nil {
		t.Fatalf("dbus-daemon printed no address: %v", err)
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", strings.TrimSpace(line))
	return stop
}

// show shows an icon until the test ends and returns what it tells.
func show(t *testing.T, tray *Tray) (told chan bool) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	told = make(chan bool, 16)
	done := make(chan error, 1)
	go func() { done <- tray.Show(ctx, func(present bool) { told <- present }) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("showing it ended with %v", err)
		}
	})
	return told
}

// watch shows some icon.
func watch(t *testing.T) (told chan bool) {
	t.Helper()
	return show(t, NewTray("A program", func() {}))
}

func want(t *testing.T, told chan bool, present bool) {
	t.Helper()
	select {
	case got := <-told:
		if got != present {
			t.Fatalf("told that a tray is there: %t", got)
		}
	case <-time.After(10 * time.Second):
		t.Fatalf("never told that a tray is there: %t", present)
	}
}

// trayHost is a program that owns the tray's name.
func trayHost(t *testing.T) *dbus.Conn {
	t.Helper()
	host, err := dbus.ConnectSessionBus()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { host.Close() })
	if reply, err := host.RequestName("org.kde.StatusNotifierWatcher", dbus.NameFlagDoNotQueue); err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("the tray's name was not to be had: %v, %v", reply, err)
	}
	return host
}

func TestComingAndGoingOfTheTrayIsTold(t *testing.T) {
	startBus(t)
	host := trayHost(t)
	told := watch(t)
	want(t, told, true)
	host.Close()
	want(t, told, false)
	again := trayHost(t)
	want(t, told, true)
	if _, err := again.ReleaseName("org.kde.StatusNotifierWatcher"); err != nil {
		t.Fatal(err)
	}
	want(t, told, false)
}

// registrations are the icons that programs give to a tray host.
type registrations chan registration

type registration struct{ program, icon string }

func (r registrations) RegisterStatusNotifierItem(icon string, from dbus.Sender) *dbus.Error {
	r <- registration{string(from), icon}
	return nil
}

func TestEachTrayThatComesIsGivenTheIcon(t *testing.T) {
	startBus(t)
	shared := sharedBus(t)
	told := watch(t)
	want(t, told, false)
	for range 2 {
		given := make(registrations, 1)
		host := hostOf(t, given)
		want(t, told, true)
		select {
		case got := <-given:
			if got.icon != "/StatusNotifierItem" {
				t.Errorf("was given %v", got)
			}
			// The keychain's prompts are on the shared connection, and wait there for whatever signal comes.
			if got.program == shared.Names()[0] {
				t.Error("it is on the shared connection")
			}
		default:
			t.Error("was told of before it was given the icon")
		}
		host.Close()
		want(t, told, false)
	}
}

func TestTrayThatIsThereAlreadyIsGivenTheIcon(t *testing.T) {
	startBus(t)
	given := make(registrations, 1)
	hostOf(t, given)
	want(t, watch(t), true)
	if len(given) != 1 {
		t.Error("it was not")
	}
}

// hostOf is a tray host that takes icons.
func hostOf(t *testing.T, given registrations) *dbus.Conn {
	t.Helper()
	host, err := dbus.ConnectSessionBus()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { host.Close() })
	if err := host.Export(given, "/StatusNotifierWatcher", "org.kde.StatusNotifierWatcher"); err != nil {
		t.Fatal(err)
	}
	if _, err := host.RequestName("org.kde.StatusNotifierWatcher", dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	return host
}

// sharedBus is the process's shared connection, which may still be one to the bus of an earlier test.
func sharedBus(t *testing.T) *dbus.Conn {
	t.Helper()
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for limit := time.After(10 * time.Second); ; {
		conn, err := dbus.SessionBus()
		if err == nil && conn.BusObject().Call("org.freedesktop.DBus.GetId", 0).Err == nil {
			return conn
		}
		select {
		case <-look.C:
		case <-limit:
			t.Fatalf("no shared connection: %v", err)
		}
	}
}

func TestMissingTrayIsToldAtOnce(t *testing.T) {
	startBus(t)
	told := watch(t)
	want(t, told, false)
	trayHost(t)
	want(t, told, true)
}

func TestOtherNamesAreNotTheTray(t *testing.T) {
	startBus(t)
	told := watch(t)
	want(t, told, false)
	other, err := dbus.ConnectSessionBus()
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := other.RequestName("org.kde.StatusNotifierWatcher2", dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	trayHost(t)
	want(t, told, true) // and nothing before
}

func TestTrayIsGoneWithTheBus(t *testing.T) {
	stop := startBus(t)
	trayHost(t)
	told := watch(t)
	want(t, told, true)
	stop()
	want(t, told, false)
}

func TestNoBusIsAnError(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "bus"))
	tray := NewTray("A program", func() {})
	if err := tray.Show(t.Context(), func(bool) { t.Error("told something") }); err == nil {
		t.Error("no error")
	}
}

func TestUnderscoresAreDoubledInMenus(t *testing.T) {
	if got := MenuLabel("Copy token: a_b__c@gmail.com"); got != "Copy token: a__b____c@gmail.com" {
		t.Errorf("%q", got)
	}
}
