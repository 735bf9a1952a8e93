package desktop

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"github.com/Microsoft/go-winio"
	"golang.org/x/sys/windows"
)

// meet names a pipe after the user and the session: pipes are the whole computer's.
func meet(string) (meeting, error) {
	sid, err := userOf(windows.CurrentProcess())
	if err != nil {
		return meeting{}, fmt.Errorf("could not see whose process this is: %w", err)
	}
	var session uint32
	if err := windows.ProcessIdToSessionId(windows.GetCurrentProcessId(), &session); err != nil {
		return meeting{}, fmt.Errorf("could not see whose session this is: %w", err)
	}
	local, err := os.UserCacheDir() // which does not wander to other computers
	if err != nil {
		return meeting{}, fmt.Errorf("no folder for other starts to meet this one: %w", err)
	}
	folder := filepath.Join(local, "tokentray")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return meeting{}, fmt.Errorf("could not make the folder for other starts to meet this one: %w", err)
	}
	return meeting{
		lock: filepath.Join(folder, fmt.Sprintf("instance-%d.lock", session)),
		door: fmt.Sprintf(`\\.\pipe\tokentray-%s-%d`, sid, session),
	}, nil
}

// openDoor makes a pipe for this user alone. It fails where there is one of its name: then that is somebody else's.
func openDoor(at meeting) (net.Listener, error) {
	sid, err := userOf(windows.CurrentProcess())
	if err != nil {
		return nil, err
	}
	return winio.ListenPipe(at.door, &winio.PipeConfig{SecurityDescriptor: "D:P(A;;GA;;;" + sid.String() + ")"})
}

// knock connects to the first start, if it is this user's.
func knock(ctx context.Context, door string) (net.Conn, error) {
	conn, err := winio.DialPipeContext(ctx, door)
	if err != nil {
		return nil, err
	}
	if err := ofThisUser(conn, windows.GetNamedPipeServerProcessId); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// sameUser makes sure that this user's process has connected.
func sameUser(conn net.Conn) error { return ofThisUser(conn, windows.GetNamedPipeClientProcessId) }

// ofThisUser makes sure that the process at the end of a pipe that processOf tells is this user's.
func ofThisUser(conn net.Conn, processOf func(pipe windows.Handle, id *uint32) error) error {
	pipe, ok := conn.(interface{ Fd() uintptr })
	if !ok {
		return errors.ErrUnsupported
	}
	var id uint32
	if err := processOf(windows.Handle(pipe.Fd()), &id); err != nil {
		return fmt.Errorf("could not see which process it is: %w", err)
	}
	process, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, id)
	if err != nil {
		return fmt.Errorf("could not look at the process: %w", err)
	}
	defer windows.CloseHandle(process)
	theirs, err := userOf(process)
	if err != nil {
		return fmt.Errorf("could not see whose process it is: %w", err)
	}
	ours, err := userOf(windows.CurrentProcess())
	if err != nil {
		return fmt.Errorf("could not see whose process this is: %w", err)
	}
	if !theirs.Equals(ours) {
		return errors.New("it is another user's")
	}
	return nil
}

// userOf is the user that a process runs as.
func userOf(process windows.Handle) (*windows.SID, error) {
	var token windows.Token
	if err := windows.OpenProcessToken(process, windows.TOKEN_QUERY, &token); err != nil {
		return nil, err
	}
	defer token.Close()
	user, err := token.GetTokenUser()
	if err != nil {
		return nil, err
	}
	return user.User.Sid.Copy()
}
