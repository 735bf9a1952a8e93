package app

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"fyne.io/fyne/v2"
)

// minimising has the desktop minimise the window, and counts how often it was asked to.
func (s *stage) minimising(err error) (asked *atomic.Int32) {
	asked = &atomic.Int32{}
	s.app.minimise = func(context.Context) error {
		asked.Add(1)
		if err == nil {
			s.app.screen(func() { s.app.minimisedChanged(true) })
		}
		return err
	}
	return asked
}

// keptAnswer is the answer in the settings' file.
func (s *stage) keptAnswer() withoutTray {
	s.Helper()
	return loadSettings(s.app.settingsPath(), newLog(&buffer{})).WithoutTray
}

func TestCloseHidesTheWindowOnlyWhereATrayBringsItBack(t *testing.T) {
	s := newStage(t)
	s.start()
	s.minimising(nil)
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
	s.wantWords(noTrayTitle(), "notification area")
	s.key(fyne.KeyEscape)
	if s.says(noTrayTitle()) || s.app.ctx.Err() != nil || s.app.settings.WithoutTray != askWithoutTray {
		t.Error("Escape does not leave everything as it is")
	}
	s.screen.window.close()
	s.wantWords(noTrayTitle())
	s.app.trayHostChanged(true)
	if s.says(noTrayTitle()) || !s.screen.window.shown {
		t.Error("the question is still there, although a tray is")
	}
}

func TestKeepingItMinimisedIsAskedOnceAndRemembered(t *testing.T) {
	s := newStage(t)
	s.start()
	asked := s.minimising(nil)
	s.screen.window.close()
	s.press("Keep running minimised")
	s.until("the window is minimised", func() bool { return s.app.minimised })
	if s.says(noTrayTitle()) || s.app.visible.Load() || !s.screen.window.shown || s.app.ctx.Err() != nil {
		t.Error("it is not just minimised")
	}
	s.until("the answer is kept", func() bool { return s.keptAnswer() == minimise })
	s.app.minimisedChanged(false)
	if !s.app.visible.Load() {
		t.Error("restored, it counts as minimised")
	}
	s.screen.window.close()
	if s.says(noTrayTitle()) {
		t.Error("it asks once more")
	}
	s.until("the window is minimised", func() bool { return s.app.minimised })
	if asked.Load() != 2 {
		t.Errorf("minimised %d times, want 2", asked.Load())
	}
}

func TestQuittingWithoutATrayIsRemembered(t *testing.T) {
	s := newStage(t)
	s.start()
	s.minimising(nil)
	s.screen.window.close()
	s.press("Quit")
	if s.app.ctx.Err() == nil {
		t.Error("Quit does not quit")
	}
	s.stop()
	if s.keptAnswer() != quitInstead {
		t.Errorf("kept is %q", s.keptAnswer())
	}
	s.build()
	s.start()
	s.screen.window.close()
	if s.app.ctx.Err() == nil {
		t.Error("the next time it does not just quit")
	}
}

func TestRememberedAnswerCanBeTakenBackInTheSettings(t *testing.T) {
	s := newStage(t)
	s.start()
	const question = "Closing without a tray"
	s.app.showSettings()
	if s.says(question) {
		t.Error("something is to be taken back that was never asked")
	}
	s.app.settings.WithoutTray = quitInstead
	s.app.showSettings()
	s.wantWords(question)
	s.see(func(o fyne.CanvasObject) {
		if choice, ok := o.(*picker); ok && choice.Selected == quitInstead.words() {
			choice.SetSelected(askWithoutTray.words())
		}
	})
	s.app.settingsWindow.leave()
	s.screen.window.close()
	s.wantWords(noTrayTitle())
}

func TestWindowThatMustNotBeKeptQuitsWhereverItIs(t *testing.T) {
	for _, tray := range []bool{true, false} {
		s := newStage(t)
		s.start()
		s.app.settings.CloseToTray, s.app.settings.WithoutTray = false, minimise
		s.app.trayHostChanged(tray)
		s.screen.window.close()
		if s.app.ctx.Err() == nil {
			t.Errorf("with a tray (%t) it goes on", tray)
		}
	}
}

// Wayland has no way to minimise the window, and some window managers minimise nothing.
func TestDesktopThatMinimisesNothingLeavesTheWindowOpen(t *testing.T) {
	for name, ways := range map[string]func(*stage){
		"has no way": func(*stage) {},
		"refuses":    func(s *stage) { s.minimising(context.DeadlineExceeded) },
	} {
		s := newStage(t)
		s.start()
		s.app.settings.WithoutTray = minimise
		ways(s)
		s.screen.window.close()
		s.until("it asks, since it "+name, func() bool { return s.says("[Keep it open]") })
		s.wantWords(noTrayTitle(), "[Quit]", "“Quit” is remembered")
		s.press("Keep it open")
		if s.says(noTrayTitle()) || s.app.ctx.Err() != nil || !s.screen.window.shown {
			t.Errorf("%s: keeping it open does something else", name)
		}
	}
}

func TestGNOMEsExtensionIsNamedAndItsPageOpened(t *testing.T) {
	t.Setenv("XDG_CURRENT_DESKTOP", "ubuntu:GNOME")
	s := newStage(t)
	s.start()
	s.screen.window.close()
	s.wantWords("“AppIndicator and KStatusNotifierItem Support”")
	s.press("Open the extension's page")
	if link := s.link(); link != "https://extensions.gnome.org/extension/615/appindicator-support/" {
		t.Errorf("opened %s", link)
	}
}

func TestAskingTwiceToCloseAsksOnce(t *testing.T) {
	s := newStage(t)
	s.start()
	s.screen.window.close()
	s.screen.window.close()
	s.press("Keep it open")
	if s.says(noTrayTitle()) {
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

// GNOME's tray goes with each lock of the screen.
func TestWindowThatCameByItselfGoesWhenTheTrayIsBack(t *testing.T) {
	s := newStage(t)
	s.start()
	s.app.trayHostChanged(true)
	s.screen.window.close()
	s.app.trayHostChanged(false)
	s.app.trayHostChanged(true)
	if s.screen.window.shown || s.app.visible.Load() {
		t.Error("it stays")
	}
	s.app.trayHostChanged(false)
	s.app.report(problem{title: "A problem", detail: "It is like this."}, nil)
	s.app.trayHostChanged(true)
	if !s.screen.window.shown {
		t.Error("it goes although there is something to read in it")
	}
}

func TestMinimisedWindowIsNotBroughtBackForAMissingTray(t *testing.T) {
	s := newStage(t)
	s.start()
	s.app.trayHostChanged(true)
	s.app.minimisedChanged(true)
	if s.app.visible.Load() {
		t.Error("minimised, it counts as visible")
	}
	s.app.trayHostChanged(false)
	if !s.app.minimised {
		t.Error("it comes up, although the desktop's list of windows has it")
	}
	s.app.showWindow()
	if !s.app.visible.Load() || s.app.minimised {
		t.Error("asked for, it stays minimised")
	}
}

// A window manager also tells of the state of a window that is hidden.
func TestHiddenWindowIsNeitherMinimisedNorRestored(t *testing.T) {
	s := newStage(t)
	s.start()
	s.app.trayHostChanged(true)
	s.screen.window.close()
	for _, minimised := range []bool{true, false} {
		s.app.minimisedChanged(minimised)
		if s.app.minimised || s.app.visible.Load() {
			t.Errorf("told that it is minimised (%t), it is not just hidden any more", minimised)
		}
	}
}

func TestHiddenStartWaitsForThePanel(t *testing.T) {
	hidden := func(t *testing.T) *stage {
		s := newStage(t)
		s.app.open(place{})
		s.app.awaitPanel(time.Hour)
		s.app.trayHostChanged(false)
		if s.screen.window.shown {
			t.Error("the window shows at once")
		}
		return s
	}
	t.Run("which comes", func(t *testing.T) {
		s := hidden(t)
		s.app.trayHostChanged(true)
		s.app.noPanelComes()
		if s.screen.window.shown {
			t.Error("the window shows, although there is a tray")
		}
	})
	t.Run("which comes and goes", func(t *testing.T) {
		s := hidden(t)
		s.app.trayHostChanged(true)
		s.app.trayHostChanged(false)
		if !s.screen.window.shown {
			t.Error("the window stays hidden where nothing can bring it back")
		}
	})
	t.Run("which comes late", func(t *testing.T) {
		s := hidden(t)
		s.app.noPanelComes()
		if !s.screen.window.shown {
			t.Error("the window stays hidden where nothing can bring it back")
		}
		s.app.trayHostChanged(true)
		if s.screen.window.shown {
			t.Error("the window stays, although nobody asked for it")
		}
	})
	t.Run("in vain", func(t *testing.T) {
		s := hidden(t)
		s.app.awaitPanel(time.Millisecond)
		s.until("the window shows", func() bool { return s.screen.window.shown })
	})
	t.Run("and is opened meanwhile", func(t *testing.T) {
		s := hidden(t)
		s.app.showWindow()
		s.app.noPanelComes()
		s.app.trayHostChanged(true)
		if !s.screen.window.shown {
			t.Error("what was asked for goes away")
		}
	})
}

// Wayland brings no window to the front that shows already.
func TestWindowComesToTheFrontOnEveryDesktop(t *testing.T) {
	for _, wayland := range []bool{false, true} {
		s := newStage(t)
		s.screen.wayland = wayland
		now := time.Now()
		s.app.now = func() time.Time { return now }
		s.start()
		s.app.showWindow()
		if s.screen.window.hidden != 0 {
			t.Errorf("Wayland %v: the window went away before the desktop could give it the focus", wayland)
		}
		now = now.Add(settling)
		s.app.inFront.Store(true)
		s.choose("Open Token Tray")
		s.app.showSettings()
		if s.screen.window.hidden != 0 {
			t.Errorf("Wayland %v: the window went away although it was in front", wayland)
		}
		s.app.inFront.Store(false)
		s.choose("Open Token Tray")
		if s.screen.front != s.screen.window {
			t.Errorf("Wayland %v: the window stays behind", wayland)
		}
		s.app.inFront.Store(true)
		s.press("Settings")
		if s.screen.front == s.screen.window || !s.screen.window.shown {
			t.Errorf("Wayland %v: the settings stay behind", wayland)
		}
		if !wayland && s.screen.window.hidden+s.screen.front.hidden != 0 {
			t.Error("windows went away where they need not")
		}
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
