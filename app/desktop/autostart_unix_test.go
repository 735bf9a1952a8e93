//go:build !windows && !darwin

package desktop

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// atLogin is the entry of a program in a configuration folder of the test's own.
func atLogin(t *testing.T, program string) (a Autostart, path string) {
	t.Helper()
	config := filepath.Join(t.TempDir(), "new")
	t.Setenv("XDG_CONFIG_HOME", config)
	return Autostart{ID: "app.tokentray.TokenTray", Name: "Token Tray", Program: program},
		filepath.Join(config, "autostart", "app.tokentray.TokenTray.desktop")
}

func wantEnabled(t *testing.T, a Autostart, want bool) {
	t.Helper()
	if on, err := a.Enabled(); err != nil || on != want {
		t.Errorf("on is %t (%v)", on, err)
	}
}

func TestStartAtLoginIsSwitchedOnAndOff(t *testing.T) {
	a, path := atLogin(t, "/usr/bin/tokentray")
	wantEnabled(t, a, false)
	if err := a.Disable(); err != nil {
		t.Errorf("off once more: %v", err)
	}
	for range 2 {
		if err := a.Enable("--hidden"); err != nil {
			t.Fatal(err)
		}
		wantEnabled(t, a, true)
	}
	want := `[Desktop Entry]
Type=Application
Name=Token Tray
Exec=/usr/bin/tokentray --hidden
Icon=app.tokentray.TokenTray
Terminal=false
StartupNotify=false
X-GNOME-Autostart-enabled=true
`
	if text, err := os.ReadFile(path); err != nil || string(text) != want {
		t.Errorf("the entry is %q (%v)", text, err)
	}
	if err := a.Disable(); err != nil {
		t.Fatal(err)
	}
	wantEnabled(t, a, false)
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("it was left behind: %v", err)
	}
}

func TestArgumentsAreQuotedAsTheSpecificationHasIt(t *testing.T) {
	for argument, want := range map[string]string{
		"/usr/bin/tokentray":  "/usr/bin/tokentray",
		"/a b":                `"/a b"`,
		"":                    `""`,
		"/50%":                "/50%%",
		"/50% off":            `"/50%% off"`,
		`/a"b`:                `"/a\"b"`,
		`/a\b`:                `"/a\\b"`,
		"/a`b":                "\"/a\\`b\"",
		"/$a":                 `"/\$a"`,
		"/it's":               `"/it's"`,
		"/a#b":                `"/a#b"`,
		"--issuer=https://id": "--issuer=https://id",
	} {
		if got := quoted(argument); got != want {
			t.Errorf("%q became %s, want %s", argument, got, want)
		}
	}
}

func TestEveryPathComesBack(t *testing.T) {
	validator := needed(t, "desktop-file-validate", "desktop-file-utils")
	for _, program := range nastyPaths {
		a, path := atLogin(t, program)
		want := []string{program, "--hidden", "", "a b"}
		if err := a.Enable(want[1:]...); err != nil {
			t.Fatal(err)
		}
		if got, err := a.read(); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q came back (%v)", got, err)
		}
		if said, err := exec.CommandContext(t.Context(), validator, path).CombinedOutput(); err != nil || len(said) > 0 {
			t.Errorf("the validator says of %q: %s (%v)", program, said, err)
		}
	}
}

// needed finds a program that the test can't do without.
func needed(t *testing.T, name, debianPackage string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("%s is needed: install the package %s", name, debianPackage)
	}
	return path
}

// GLib reads the entry as GNOME, Xfce, MATE and Cinnamon do at login.
func TestDesktopStartsTheProgramWithItsArguments(t *testing.T) {
	launcher := needed(t, "gio", "libglib2.0-bin")
	for _, path := range nastyPaths {
		folder := filepath.Join(t.TempDir(), path)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		told := filepath.Join(t.TempDir(), "told")
		program := filepath.Join(folder, "program")
		if err := os.WriteFile(program, []byte("#!/bin/sh\nprintf '%s\\n' \"$#\" \"$@\" >'"+told+".new' && mv '"+told+".new' '"+told+"'\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		a, entry := atLogin(t, program)
		if err := a.Enable("--hidden", "a b"); err != nil {
			t.Fatal(err)
		}
		launch := exec.CommandContext(t.Context(), launcher, "launch", entry)
		if said, err := launch.CombinedOutput(); err != nil {
			t.Errorf("%q is not started: %v, %s", program, err, said)
			continue
		}
		if got := awaitFile(t, told); got != "2\n--hidden\na b\n" {
			t.Errorf("%q was given %q", program, got)
		}
	}
}

// awaitFile waits for a file, and reads it.
func awaitFile(t *testing.T, path string) string {
	t.Helper()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for limit := time.After(10 * time.Second); ; {
		if text, err := os.ReadFile(path); err == nil {
			return string(text)
		}
		select {
		case <-look.C:
		case <-limit:
			return ""
		}
	}
}

func TestWhatTheDesktopsToolsSwitchedOffStaysOff(t *testing.T) {
	for name, change := range map[string]func(string) string{
		"hidden":         func(text string) string { return text + "Hidden=true\n" },
		"with spaces":    func(text string) string { return text + "Hidden = true\n" },
		"GNOME's":        func(text string) string { return strings.Replace(text, "enabled=true", "enabled=false", 1) },
		"nothing to run": func(text string) string { return strings.Replace(text, "Exec=", "TryExec=", 1) },
		"another group":  func(text string) string { return strings.Replace(text, "Exec=", "[Other]\nExec=", 1) },
		"empty":          func(string) string { return "" },
	} {
		a, path := atLogin(t, "/usr/bin/tokentray")
		if err := a.Enable("--hidden"); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		changed := []byte(change(string(text)))
		if err := os.WriteFile(path, changed, 0o600); err != nil {
			t.Fatal(err)
		}
		wantEnabled(t, a, false)
		a.Program = "/opt/tokentray"
		if err := a.Refresh(); err != nil {
			t.Error(err)
		}
		if now, err := os.ReadFile(path); err != nil || !slices.Equal(now, changed) {
			t.Errorf("%s: it was changed to %q (%v)", name, now, err)
		}
		if err := a.Enable("--hidden"); err != nil {
			t.Error(err)
		}
		wantEnabled(t, a, true)
	}
}

func TestMovedProgramIsStartedWhereItIs(t *testing.T) {
	a, path := atLogin(t, "/old place/tokentray")
	if err := a.Refresh(); err != nil {
		t.Error(err)
	}
	wantEnabled(t, a, false)
	if err := a.Enable("--hidden", "--issuer", "https://id.example.com"); err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Refresh(); err != nil {
		t.Error(err)
	}
	if after, err := os.Stat(path); err != nil || !os.SameFile(before, after) {
		t.Errorf("an entry that is right was written anew (%v)", err)
	}
	a.Program = "/new place/tokentray"
	if err := a.Refresh(); err != nil {
		t.Error(err)
	}
	want := []string{"/new place/tokentray", "--hidden", "--issuer", "https://id.example.com"}
	if got, err := a.read(); err != nil || !slices.Equal(got, want) {
		t.Errorf("it starts %q (%v)", got, err)
	}
}

func TestThisProgramIsWhatIsStarted(t *testing.T) {
	a, _ := atLogin(t, "")
	if err := a.Enable(); err != nil {
		t.Fatal(err)
	}
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := a.read(); err != nil || !slices.Equal(got, []string{own}) {
		t.Errorf("it starts %q (%v)", got, err)
	}
}

func TestEntryThatCanNotBeWrittenIsAnErrorAndLeavesNothing(t *testing.T) {
	a, path := atLogin(t, "/usr/bin/tokentray")
	folder := filepath.Dir(path)
	if err := os.MkdirAll(filepath.Join(path, "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := a.Enable("--hidden"); !errors.Is(err, syscall.EISDIR) && !errors.Is(err, syscall.EEXIST) {
		t.Errorf("something in its place: %v", err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
	if err := a.Disable(); err == nil {
		t.Error("taken away, although something else is there")
	}
	if _, err := a.Enabled(); err == nil {
		t.Error("a folder was read")
	}
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(folder, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := a.Enable("--hidden"); !errors.Is(err, syscall.ENOTDIR) {
		t.Errorf("no folder to write to: %v", err)
	}
}

func TestFullDiskLeavesTheEntryAsItWas(t *testing.T) {
	// The limit is the whole process's, and what the test binary writes for itself meanwhile must not meet it.
	const alone = "TOKENTRAY_TEST_FULL_DISK"
	if os.Getenv(alone) == "" {
		command := exec.CommandContext(t.Context(), os.Args[0], "-test.v", "-test.run=^"+t.Name()+"$")
		command.Env = append(os.Environ(), alone+"=1")
		if out, err := command.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	a, path := atLogin(t, "/usr/bin/tokentray")
	if err := a.Enable("--hidden"); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// Files of this process may have ten bytes from now on.
	var usual syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &usual); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 10, Max: usual.Max}); err != nil {
		t.Fatal(err)
	}
	a.Program = "/opt/tokentray"
	refreshed := a.Refresh()
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &usual); err != nil {
		t.Fatal(err)
	}
	if !errors.Is(refreshed, syscall.EFBIG) {
		t.Errorf("no room: %v", refreshed)
	}
	if after, err := os.ReadFile(path); err != nil || !slices.Equal(before, after) {
		t.Errorf("it was changed to %q (%v)", after, err)
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
}
