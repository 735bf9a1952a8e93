package desktop

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// until waits for something that nobody tells.
func until(t testing.TB, what string, is func() bool) {
	t.Helper()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	limit := time.After(10 * time.Second)
	for !is() {
		select {
		case <-look.C:
		case <-limit:
			t.Fatalf("not so in time: %s", what)
		}
	}
}

// enduring is a command for a program that ends after the test's context, when what uses it has been cleaned up.
func enduring(t testing.TB, name string, arguments ...string) *exec.Cmd {
	return exec.CommandContext(context.WithoutCancel(t.Context()), name, arguments...)
}

func TestClipboardProgramIsNamed(t *testing.T) {
	for name, test := range map[string]struct {
		installed []string
		want      string
	}{
		"none":           {nil, "unknown"},
		"xclip":          {[]string{"xclip", "xsel"}, "xclip"},
		"xsel":           {[]string{"xsel"}, "xsel"},
		"half of Termux": {[]string{"termux-clipboard-set"}, "unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			for _, program := range test.installed {
				if err := os.WriteFile(filepath.Join(folder, program), []byte("#!/bin/sh\ncat >/dev/null\n"), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			t.Setenv("PATH", folder)
			if got := helperName(); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

func TestClipboardFitsTheDesktop(t *testing.T) {
	for name, test := range map[string]struct{ wayland, x, want string }{
		"Wayland":                      {"wayland-0", "", "wl-clipboard"},
		"Wayland, with old X programs": {"wayland-0", ":0", "wl-clipboard"},
		"X":                            {"", ":0", "X11"},
		"neither":                      {"", "", "xclip"},
	} {
		t.Setenv("WAYLAND_DISPLAY", test.wayland)
		t.Setenv("DISPLAY", test.x)
		c := NewClipboard(&board{})
		if c.Name() != test.want || c.NeedsFocus() {
			t.Errorf("%s: %q, want %q", name, c.Name(), test.want)
		}
	}
}

// An X server that Token Tray does not reach by itself is asked through the helper program.
func TestHelperProgramThatHangsIsGivenUp(t *testing.T) {
	t.Setenv("WAYLAND_DISPLAY", "")
	t.Setenv("DISPLAY", ":no such display")
	hang := `read line <wait`
	folder := programs(t, map[string]string{"xclip": hang, "wl-copy": hang}) // the latter, where the tests run on Wayland
	if err := syscall.Mkfifo(filepath.Join(folder, "wait"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := NewClipboard(&board{})
	c.limit = 200 * time.Millisecond
	for range 2 {
		if err := c.Write(t.Context(), "alice", token); !errors.Is(err, ErrClipboardBusy) {
			t.Errorf("%v", err)
		}
	}
	if c.Name() != "xclip" {
		t.Errorf("it is copied by %s", c.Name())
	}
	end, err := os.OpenFile(filepath.Join(folder, "wait"), os.O_RDWR, 0) // lets the script end
	if err != nil {
		t.Fatal(err)
	}
	defer shut(t, end)
	if _, err := end.WriteString("done\n"); err != nil {
		t.Fatal(err)
	}
	for _, program := range []string{"xclip", "wl-copy"} {
		if err := os.WriteFile(filepath.Join(folder, program), []byte("#!/bin/sh\ncat >/dev/null\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	c.limit = clipboardTime
	wrote(t, c, "alice", token)
}

func TestHelperProgramThatIsMissingIsAnError(t *testing.T) {
	t.Setenv("WAYLAND_DISPLAY", "")
	t.Setenv("DISPLAY", "")
	t.Setenv("PATH", t.TempDir()) // it was there when the program started
	if err := NewClipboard(&board{}).Write(t.Context(), "alice", token); !errors.Is(err, ErrClipboard) {
		t.Errorf("%v", err)
	}
}
