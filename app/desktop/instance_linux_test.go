package desktop

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// otherUser is the user called nobody.
const otherUser = 65534

// asNobody does something as another user, for which the test must be root's. The kernel keeps users for each thread: it
// is one of its own, which ends with it.
func asNobody(t *testing.T, do func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		const keep = ^uintptr(0)
		if _, _, err := unix.RawSyscall(unix.SYS_SETRESUID, keep, otherUser, keep); err != 0 {
			t.Errorf("could not become somebody else: %v", err)
			return
		}
		do()
	}()
	<-done
}

func TestAnotherUsersProcessIsSentAway(t *testing.T) {
	if os.Geteuid() != 0 {
		return // TestOnlyTheUsersOwnProcessesAreTalkedTo has the same for whoever is not root
	}
	f := newFirst(t, hasty)
	openToAll(t, f.at)
	asNobody(t, func() {
		conn, err := new(net.Dialer).DialContext(t.Context(), "unix", f.at.door)
		if err != nil {
			t.Errorf("the door is closed to others, so that this proves nothing: %v", err)
			return
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, "{}\n")
		f.wantNothing(conn)
	})
	f.handsOver(Handover{Add: true})
}

func TestNothingIsHandedToAnotherUsersProcess(t *testing.T) {
	if os.Geteuid() != 0 {
		return
	}
	at := heldLock(t)
	openToAll(t, at)
	heard := make(chan string, 100)
	asNobody(t, func() {
		door, err := new(net.ListenConfig).Listen(t.Context(), "unix", at.door)
		if err != nil {
			t.Error(err)
			return
		}
		t.Cleanup(func() { door.Close() })
		go func() {
			for {
				conn, err := door.Accept()
				if err != nil {
					return
				}
				text, _ := io.ReadAll(conn)
				heard <- string(text)
				conn.Close()
			}
		}()
	})
	l := hasty
	l.door = 100 * time.Millisecond
	wantNoAnswer(t, at, l)
	if text := <-heard; text != "" {
		t.Errorf("another user's process was told %q", text)
	}
}

// openToAll lets every user in, as the system's own guard would not.
func openToAll(t *testing.T, at meeting) {
	t.Helper()
	for path, mode := range map[string]os.FileMode{filepath.Dir(at.door): 0o777, at.door: 0o666} {
		if err := os.Chmod(path, mode); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
}
