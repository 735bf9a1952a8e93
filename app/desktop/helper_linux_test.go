package desktop

import (
	"os"
	"path/filepath"
	"testing"
)

func TestClipboardProgramIsNamed(t *testing.T) {
	for name, test := range map[string]struct {
		installed []string
		wayland   string
		want      string
	}{
		"none":                 {nil, "", "unknown"},
		"xclip":                {[]string{"xclip", "xsel"}, "", "xclip"},
		"xsel":                 {[]string{"xsel"}, "wayland-0", "xsel"},
		"wl-clipboard":         {[]string{"wl-copy", "wl-paste", "xclip"}, "wayland-0", "wl-clipboard"},
		"half of wl-clipboard": {[]string{"wl-copy", "xclip"}, "wayland-0", "xclip"},
		"not on Wayland":       {[]string{"wl-copy", "wl-paste", "xsel"}, "", "xsel"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			for _, program := range test.installed {
				if err := os.WriteFile(filepath.Join(folder, program), []byte("#!/bin/sh\n"), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			t.Setenv("PATH", folder)
			t.Setenv("WAYLAND_DISPLAY", test.wayland)
			if got := helperName(); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}
