package main

import (
	"bytes"
	"os"
	"runtime"
	"strings"
	"testing"

	"tokentray/app"
)

// command runs the program's door, with no display to show anything on.
func command(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "")
	var out, errs bytes.Buffer
	code = run(args, &out, &errs)
	return code, out.String(), errs.String()
}

func TestWrongCommandLineIsOneLineAndExitsWithTwo(t *testing.T) {
	for name, args := range map[string][]string{
		"unknown flag":        {"--nope"},
		"flag without value":  {"--client"},
		"wrong value":         {"--hidden=perhaps"},
		"stray argument":      {"--hidden", "now"},
		"practice and issuer": {"--practice", "--issuer", "https://id.example.com"},
		"unknown with help":   {"--nope", "--help"},
	} {
		code, stdout, stderr := command(t, args...)
		if code != 2 || stdout != "" {
			t.Errorf("%s: exit %d, stdout %q", name, code, stdout)
		}
		if !strings.HasPrefix(stderr, "tokentray: ") || strings.Count(stderr, "\n") != 1 || !strings.HasSuffix(stderr, "\n") {
			t.Errorf("%s: stderr %q, want one line", name, stderr)
		}
	}
}

func TestHelpListsTheFlags(t *testing.T) {
	for _, help := range []string{"--help", "-h"} {
		code, stdout, stderr := command(t, help)
		if code != 0 || stderr != "" {
			t.Errorf("%s: exit %d, stderr %q", help, code, stderr)
		}
		for _, flag := range []string{"-add", "-hidden", "-client file", "-practice", "-issuer address", "-version"} {
			if !strings.Contains(stdout, flag) {
				t.Errorf("%s does not list %s:\n%s", help, flag, stdout)
			}
		}
	}
}

func TestVersionIsSaid(t *testing.T) {
	code, stdout, stderr := command(t, "--version")
	if code != 0 || stdout != app.Name+" "+app.Version+"\n" || stderr != "" {
		t.Errorf("exit %d, stdout %q, stderr %q", code, stdout, stderr)
	}
}

func TestMissingDisplayIsOneLine(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("other systems always have a display")
	}
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", "")
	code, stdout, stderr := command(t, "--practice")
	if code != 1 || stdout != "" || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, "display") {
		t.Errorf("exit %d, stdout %q, stderr %q", code, stdout, stderr)
	}
	if left, err := os.ReadDir(home); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
}
