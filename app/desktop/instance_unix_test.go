//go:build !windows

package desktop

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// meetingForTest is a place where nobody meets but this test. Its path is short, as that of a socket must be.
func meetingForTest(t *testing.T) meeting {
	t.Helper()
	folder := shortFolder(t)
	return meeting{lock: filepath.Join(folder, "lock"), door: filepath.Join(folder, "door")}
}

func shortFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("/tmp", "meet")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	return folder
}

// session is where a session of its own keeps its things, the temporary folder and the configuration.
func session(t *testing.T) (run, temporary, config string) {
	t.Helper()
	root := shortFolder(t)
	run, temporary, config = filepath.Join(root, "run"), filepath.Join(root, "tmp"), filepath.Join(root, "config", "tokentray")
	for _, folder := range []string{run, temporary} {
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("XDG_RUNTIME_DIR", run)
	t.Setenv("TMPDIR", temporary)
	return run, temporary, config
}

// wantMeeting checks in which folder the starts meet, and that it is nobody else's.
func wantMeeting(t *testing.T, config, folder string) {
	t.Helper()
	at, err := meet(config)
	if err != nil {
		t.Fatal(err)
	}
	if filepath.Dir(at.lock) != folder || filepath.Dir(at.door) != folder {
		t.Errorf("they meet at %+v, want %s", at, folder)
	}
	if info, err := os.Stat(folder); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder is %v (%v)", info, err)
	}
}

func TestStartsMeetInTheSessionsFolder(t *testing.T) {
	run, _, config := session(t)
	wantMeeting(t, config, filepath.Join(run, "tokentray"))
	wantMeeting(t, config, filepath.Join(run, "tokentray")) // and so does the next
}

func TestWithoutASessionsFolderStartsMeetInOneOfTheUsersOwn(t *testing.T) {
	for name, run := range map[string]string{"none": "", "gone": "/nonexistent", "no path": "run"} {
		t.Run(name, func(t *testing.T) {
			_, _, config := session(t)
			t.Setenv("XDG_RUNTIME_DIR", run)
			wantMeeting(t, config, folders(config)[len(folders(config))-2])
		})
	}
}

func TestFolderThatOthersCanEnterIsPassedBy(t *testing.T) {
	for name, spoil := range map[string]func(path string) error{
		"open to others": func(path string) error {
			if err := os.Mkdir(path, 0o700); err != nil {
				return err
			}
			return os.Chmod(path, 0o770)
		},
		"a link": func(path string) error { return os.Symlink(t.TempDir(), path) },
		"a file": func(path string) error { return os.WriteFile(path, nil, 0o700) },
	} {
		t.Run(name, func(t *testing.T) {
			_, _, config := session(t)
			all := folders(config)
			for _, folder := range all[:len(all)-1] {
				if err := spoil(folder); err != nil {
					t.Fatal(err)
				}
			}
			wantMeeting(t, config, all[len(all)-1])
		})
	}
}

func TestFolderOfAnotherUserIsRefused(t *testing.T) {
	folder := shortFolder(t)
	if err := private(folder, os.Geteuid()); err != nil {
		t.Errorf("one's own: %v", err)
	}
	if private(folder, os.Geteuid()+1) == nil {
		t.Error("another user's folder is taken")
	}
}

func TestPathTooLongForASocketIsPassedBy(t *testing.T) {
	_, _, config := session(t)
	t.Setenv("XDG_RUNTIME_DIR", filepath.Join("/tmp", strings.Repeat("x", maxAddress)))
	wantMeeting(t, config, folders(config)[1])
}

func TestWithoutAnyFolderTheProgramStartsAllTheSame(t *testing.T) {
	root := shortFolder(t)
	file := filepath.Join(root, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_RUNTIME_DIR", file)
	t.Setenv("TMPDIR", file)
	i, err := Claim(filepath.Join(file, "tokentray"), Handover{})
	if i == nil || err == nil {
		t.Fatalf("got %v and %v, want an instance that nobody finds", i, err)
	}
}

func TestEndTakesTheSocketAway(t *testing.T) {
	_, _, config := session(t)
	i, err := Claim(config, Handover{})
	if err != nil {
		t.Fatal(err)
	}
	at, err := meet(config)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(at.door)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the socket is %v (%v)", info, err)
	}
	if err := i.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(at.door); !os.IsNotExist(err) {
		t.Errorf("the socket is left (%v)", err)
	}
}

func TestOnlyTheUsersOwnProcessesAreTalkedTo(t *testing.T) {
	f := newFirst(t, hasty)
	conn := f.connection()
	if err := ofUser(conn, os.Geteuid()); err != nil {
		t.Errorf("one's own: %v", err)
	}
	if ofUser(conn, os.Geteuid()+1) == nil {
		t.Error("another user's process is talked to")
	}
}
