package app

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// fullDiskFolder names a folder to the process that has a file system of its own.
const fullDiskFolder = "TOKENTRAY_TEST_FULL_DISK"

// The test runs once more as a process with mounts of its own, where a small file system can be filled up.
func TestFullDiskLosesNoSetting(t *testing.T) {
	if folder := os.Getenv(fullDiskFolder); folder != "" {
		fillUp(t, folder)
		return
	}
	again := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFullDiskLosesNoSetting$", "-test.v")
	again.Env = append(os.Environ(), fullDiskFolder+"="+t.TempDir())
	again.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Getuid() != 0 {
		again.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		again.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
	}
	if out, err := again.CombinedOutput(); err != nil || !bytes.Contains(out, []byte("--- PASS")) {
		t.Errorf("%v:\n%s", err, out)
	}
}

func fillUp(t *testing.T, folder string) {
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=64k"); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "settings.json")
	kept := defaults()
	kept.Theme = darkTheme
	if err := kept.save(path); err != nil {
		t.Fatal(err)
	}
	filler, err := os.Create(filepath.Join(folder, "filler"))
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = filler.Write(make([]byte, 4096))
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	changed := kept
	changed.Theme = lightTheme
	if err := changed.save(path); err == nil || !strings.Contains(err.Error(), syscall.ENOSPC.Error()) {
		t.Errorf("saving on a full disk: %v", err)
	}
	out := &buffer{}
	if got := loadSettings(path, newLog(out)); !got.equals(kept) || out.lines() != nil {
		t.Errorf("left are %+v, log %q", got, out)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if !slices.Equal(names, []string{"filler", "settings.json"}) {
		t.Errorf("left behind: %q", names)
	}
}
