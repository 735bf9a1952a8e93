package desktop

import (
	"os"
	"os/exec"
)

// helperName names the program that github.com/atotto/clipboard has chosen: it looks for them in this order, and for
// wl-clipboard on Wayland alone.
func helperName() string {
	for _, helper := range []struct {
		name     string
		programs []string
		wayland  bool
	}{
		{"wl-clipboard", []string{"wl-copy", "wl-paste"}, true},
		{"xclip", []string{"xclip"}, false},
		{"xsel", []string{"xsel"}, false},
		{"Termux", []string{"termux-clipboard-set", "termux-clipboard-get"}, false},
		{"Windows' own", []string{"clip.exe", "powershell.exe"}, false},
	} {
		if (!helper.wayland || os.Getenv("WAYLAND_DISPLAY") != "") && installed(helper.programs) {
			return helper.name
		}
	}
	return "unknown"
}

func installed(programs []string) bool {
	for _, program := range programs {
		if _, err := exec.LookPath(program); err != nil {
			return false
		}
	}
	return true
}
