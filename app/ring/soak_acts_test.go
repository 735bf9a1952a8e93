//go:build linux && desktop

package ring_test

import (
	"context"
	"time"

	"tokentray/app/ring/virtual"
)

// act is something that happens on the desktop, at a time after the start.
type act struct {
	at   time.Duration
	what string
	do   func()
}

// day is what happens in each minute besides the copying, in its order.
func (s *soak) day() []act {
	return []act{
		{8 * time.Second, "the keychain locks itself", s.lock},
		{32 * time.Second, "the keychain is open again", s.unlock},
		{36 * time.Second, "the panel goes and comes back", s.restartPanel},
		{44 * time.Second, "the window is opened", s.show},
		{47 * time.Second, "a sign-in is begun and given up", s.giveUpSignIn},
		{52 * time.Second, "the window is closed", s.hide},
	}
}

func (s *soak) lock() {
	must(s.T, s.desktop.LockKeyring(s.Context()))
	s.locked = true
}

// unlock opens the keychain, if nothing that was asked of it has done so.
func (s *soak) unlock() {
	if s.locked {
		must(s.T, s.desktop.UnlockKeyring(s.Context()))
		s.locked = false
	}
}

// answerPrompt gives the keychain its password if it asks for it now.
func (s *soak) answerPrompt() {
	if !s.locked {
		return
	}
	now, cancel := context.WithTimeout(s.Context(), 300*time.Millisecond)
	defer cancel()
	prompt, err := s.desktop.WindowNamed(now, "[Uu]nlock")
	if err != nil {
		return
	}
	must(s.T, prompt.Settle(s.Context()))
	must(s.T, prompt.Key(s.Context(), "ctrl+a"))
	must(s.T, prompt.Type(s.Context(), virtual.KeyringPassword))
	must(s.T, prompt.Key(s.Context(), "Return"))
	await(s.T, "the keychain to open", func() bool {
		locked, err := s.desktop.KeyringLocked(s.Context())
		return err == nil && !locked
	})
	s.locked = false
	s.prompts++
}

// restartPanel takes the tray away, at which the window shows itself, and brings it back.
func (s *soak) restartPanel() {
	must(s.T, s.desktop.StopPanel(s.Context()))
	s.show()
	must(s.T, s.desktop.StartPanel(s.Context()))
	var err error
	s.tray, err = s.program.Tray(s.Context())
	must(s.T, err)
	s.hide()
}

// show opens the window, where nothing else has done so.
func (s *soak) show() {
	windows, err := s.program.Windows(s.Context())
	must(s.T, err)
	if len(windows) == 0 && !s.shown {
		must(s.T, s.tray.Click(s.Context(), "Open Token Tray"))
	}
	_, err = s.program.Window(s.Context())
	must(s.T, err)
	s.shown = true
}

// giveUpSignIn begins to add an account, as far as the browser, and cancels that.
func (s *soak) giveUpSignIn() {
	addAccount(s.T, s.desktop, s.tray)
	window, err := s.program.Window(s.Context())
	must(s.T, err)
	must(s.T, window.Settle(s.Context()))
	must(s.T, window.Key(s.Context(), "Escape"))
}

// hide closes the window. The program may not have seen yet that there is a tray: then it asks whether to quit, and the
// window is closed once more.
func (s *soak) hide() {
	await(s.T, "the window to go", func() bool {
		windows, err := s.program.Windows(s.Context())
		if err != nil || len(windows) == 0 {
			return err == nil
		}
		soon, cancel := context.WithTimeout(s.Context(), 2*time.Second)
		defer cancel()
		return windows[0].Key(soon, "Escape", "alt+F4") == nil && s.program.NoWindow(soon) == nil
	})
	s.shown = false
}
