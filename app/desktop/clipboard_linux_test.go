package desktop

import (
	"os"
	"path/filepath"
	"testing"
)

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
				if err := os.WriteFile(filepath.Join(folder, program), []byte("#!/bin/sh\n"), 0o700); err != nil {
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
