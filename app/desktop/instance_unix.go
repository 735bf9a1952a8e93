//go:build !windows

package desktop

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"syscall"
)

// maxAddress is how long a socket's path may be: sun_path has 104 bytes on macOS and 108 on Linux, with a zero at the end.
const maxAddress = 103

// meet finds a folder that is this person's alone. It belongs to the session where there is one: see XDG_RUNTIME_DIR in
// https://specifications.freedesktop.org/basedir-spec/latest/.
func meet(config string) (at meeting, err error) {
	for _, folder := range folders(config) {
		at = meeting{lock: filepath.Join(folder, "instance.lock"), door: filepath.Join(folder, "instance.sock")}
		if folder == config {
			_ = os.MkdirAll(filepath.Dir(config), 0o700)
		}
		if len(at.door) > maxAddress {
			err = fmt.Errorf("the path of %s is too long for a socket", folder)
		} else if err = private(folder, os.Geteuid()); err == nil {
			return at, nil
		}
	}
	return meeting{}, fmt.Errorf("no folder for other starts to meet this one: %w", err)
}

// folders are where the starts may meet, the best first.
func folders(config string) []string {
	shared := []string{filepath.Join(os.TempDir(), "tokentray-"+strconv.Itoa(os.Geteuid())), config}
	if runtime.GOOS == "darwin" {
		slices.Reverse(shared) // macOS clears what nobody has read for three days out of the temporary folder
	}
	if run := os.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(run) {
		return append([]string{filepath.Join(run, "tokentray")}, shared...)
	}
	return shared
}

// private makes a folder, and makes sure that nobody but this user can put anything in it.
func private(folder string, uid int) error {
	if err := os.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := os.Lstat(folder)
	if err != nil {
		return err
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !info.IsDir() || int(owner.Uid) != uid || info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%s is not this user's alone", folder)
	}
	return nil
}

// openDoor takes the place of a socket that is left of a program that was killed.
func openDoor(at meeting) (net.Listener, error) {
	if err := os.Remove(at.door); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	door, err := new(net.ListenConfig).Listen(context.Background(), "unix", at.door)
	if err != nil {
		return nil, err
	}
	for _, file := range []string{at.lock, at.door} {
		_ = os.Chmod(file, 0o600|os.ModeSticky) // which keeps it from being cleared away as old
	}
	return door, nil
}

// knock connects to the first start, if it is this user's.
func knock(ctx context.Context, door string) (net.Conn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", door)
	if err != nil {
		return nil, err
	}
	if err := sameUser(conn); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// sameUser makes sure that this user's process is at the other end: on the side of whoever listens the one that
// connected, and on the other the one that began to listen.
func sameUser(conn net.Conn) error { return ofUser(conn, os.Geteuid()) }

func ofUser(conn net.Conn, uid int) error {
	socket, ok := conn.(syscall.Conn)
	if !ok {
		return errors.ErrUnsupported
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return err
	}
	var peer int
	var unknown error
	if err := raw.Control(func(fd uintptr) { peer, unknown = peerUID(int(fd)) }); err != nil {
		return err
	}
	switch {
	case unknown != nil:
		return fmt.Errorf("could not see whose process it is: %w", unknown)
	case peer != uid:
		return errors.New("it is another user's")
	}
	return nil
}
