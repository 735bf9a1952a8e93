package app

import (
	"testing"

	"tokentray/app/desktop"
)

// On Wayland without wl-clipboard only the window that has the focus can copy, and nobody is told where it has not. That it
// lost the focus is told late to a window that hides.
func TestCopyWithoutHelperIsTheWindowsOnlyWhileItIsInFront(t *testing.T) {
	for name, c := range map[string]struct{ shown, inFront, want bool }{
		"in front": {true, true, true},
		"behind":   {true, false, false},
		"hidden":   {false, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("WAYLAND_DISPLAY", "wayland-0")
			t.Setenv("PATH", t.TempDir())
			s := newStage(t)
			s.screen.wayland = true
			s.app.clipboard = desktop.NewClipboard(s.board)
			s.start()
			s.signIn("alice@example.com")
			s.app.trayHostChanged(true)
			if !c.shown {
				s.screen.window.close()
			}
			s.app.inFront.Store(c.inFront)
			s.choose("Copy token: alice@example.com")
			if c.want {
				s.awaitWords("Copied for alice@example.com")
			} else {
				s.awaitWords("Press “Copy token” here, or install wl-clipboard")
			}
			if copied := s.board.holds() != ""; copied != c.want || !s.screen.window.shown {
				t.Errorf("copied: %v, want %v; the window shows: %v", copied, c.want, s.screen.window.shown)
			}
		})
	}
}
