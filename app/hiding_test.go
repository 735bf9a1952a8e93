package app

import (
	"testing"

	"fyne.io/fyne/v2"
)

func TestCloseHidesTheWindowOnlyWhereATrayBringsItBack(t *testing.T) {
	s := newStage(t)
	s.start()
	s.app.trayHostChanged(true)
	s.screen.window.close()
	if s.screen.window.shown {
		t.Error("with a tray the window stays")
	}
	s.choose("Open Token Tray")
	if !s.screen.window.shown {
		t.Error("the tray does not bring it back")
	}

	s.app.trayHostChanged(false)
	s.screen.window.close()
	if !s.screen.window.shown {
		t.Error("without a tray the window hides")
	}
	s.wantWords("Quit Token Tray?")
	s.press("Keep it open")
	if s.says("Quit Token Tray?") || s.app.ctx.Err() != nil {
		t.Error("keeping it open does something else")
	}
	s.screen.window.close()
	s.key(fyne.KeyEscape)
	if s.says("Quit Token Tray?") || s.app.ctx.Err() != nil {
		t.Error("Escape does not keep it open")
	}
	s.screen.window.close()
	s.press("Quit")
	if s.app.ctx.Err() == nil {
		t.Error("Quit does not quit")
	}
}

func TestAskingTwiceToCloseAsksOnce(t *testing.T) {
	s := newStage(t)
	s.start()
	s.screen.window.close()
	s.screen.window.close()
	s.press("Keep it open")
	if s.says("Quit Token Tray?") {
		t.Error("the same question lies beneath")
	}
}

func TestHiddenWindowComesBackWhenTheTrayGoes(t *testing.T) {
	s := newStage(t)
	s.start()
	s.app.trayHostChanged(true)
	s.screen.window.close()
	s.app.trayHostChanged(true)
	if s.screen.window.shown {
		t.Error("it comes back although the tray stays")
	}
	s.app.trayHostChanged(false)
	if !s.screen.window.shown || !s.app.visible.Load() {
		t.Error("it stays hidden where nothing can bring it back")
	}
}

func TestQuitInTheTrayQuits(t *testing.T) {
	s := newStage(t)
	s.start()
	s.choose("Quit")
	if s.app.ctx.Err() == nil {
		t.Error("it does not")
	}
}

// The sheet beneath another must not be reached with the Tab key.
func TestOnlyTheUppermostSheetIsThere(t *testing.T) {
	s := newStage(t)
	s.start()
	s.app.setUp()
	s.screen.window.close()
	if s.says("Step 1 of 5") || s.says("Add account…") {
		t.Errorf("what lies beneath is there: %q", s.texts())
	}
	s.press("Keep it open")
	s.wantWords("Step 1 of 5")
	s.press("Later")
	s.wantWords("[Add account…]")
}

// A desktop's driver gives a key to what has the focus, and that must not swallow Escape.
func TestEscapeWorksWhateverHasTheFocus(t *testing.T) {
	s := newStage(t)
	s.start()
	s.app.report(problem{title: "A problem", detail: "It is like this.", remedy: tryAgain}, func() {})
	if s.app.window.Canvas().Focused() == nil {
		t.Fatal("the keyboard is on nothing")
	}
	s.key(fyne.KeyEscape)
	if s.says("A problem") {
		t.Error("the sheet is still there")
	}
}

func TestEnterPressesWhatHasTheFocus(t *testing.T) {
	s := newStage(t)
	s.start()
	again := 0
	s.app.report(problem{title: "A problem", detail: "It is like this.", remedy: tryAgain}, func() { again++ })
	s.key(fyne.KeyReturn)
	if again != 1 || s.says("A problem") {
		t.Errorf("tried again %d times", again)
	}
}
