//go:build !linux && !windows && !(darwin && cgo)

package desktop

import "github.com/atotto/clipboard"

// systemClipboard is macOS' pbcopy, or a helper program on a BSD.
func systemClipboard(window system) system {
	if clipboard.Unsupported {
		return window
	}
	return plain{helper{}, "the system's"}
}
