package app

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestWindowCountsDownToTheClearing(t *testing.T) {
	for _, test := range []struct {
		left time.Duration
		want string
	}{
		{time.Hour, "It leaves the clipboard in 60 minutes."},
		{5 * time.Minute, "It leaves the clipboard in 5 minutes."},
		{60 * time.Second, "It leaves the clipboard in 60 seconds."},
		{51600 * time.Millisecond, "It leaves the clipboard in 52 seconds."},
		{900 * time.Millisecond, "It leaves the clipboard in a second."},
		{-time.Second, "It leaves the clipboard in a second."},
	} {
		if got := clearWords(noon.Add(test.left), noon); got != test.want {
			t.Errorf("%v: %q, want %q", test.left, got, test.want)
		}
	}
	if got := clearWords(time.Time{}, noon); got != "" {
		t.Errorf("never: %q", got)
	}
}

func TestCopiedTokenIsClearedWhenItsTimeIsOver(t *testing.T) {
	s := newStage(t)
	s.start()
	alice := s.signIn("alice@example.com")
	var slept atomic.Int64
	s.app.now = func() time.Time { return time.Now().Add(time.Duration(slept.Load())) }
	s.copyFrom("tray", alice.Address)
	s.awaitWords("It leaves the clipboard in 60 seconds.")
	s.wantWords("[Clear now]")
	slept.Store(int64(time.Minute))
	s.awaitWords("The token was taken off the clipboard.")
	if s.board.holds() != "" {
		t.Error("it is still there")
	}
	if s.says("Clear now") {
		t.Error("it can be cleared once more")
	}
}

func TestClearNowClears(t *testing.T) {
	for _, from := range []string{"window", "tray"} {
		t.Run(from, func(t *testing.T) {
			s := newStage(t)
			s.start()
			alice := s.signIn("alice@example.com")
			if s.canClear() {
				t.Error("there is something to clear before anything was copied")
			}
			s.copyFrom(from, alice.Address)
			s.awaitWords("Clear now")
			if !s.canClear() {
				t.Error("the tray can't clear it")
			}
			if from == "tray" {
				s.choose("Clear the clipboard")
			} else {
				s.press("Clear now")
			}
			s.awaitWords("The token was taken off the clipboard.")
			if s.board.holds() != "" || s.canClear() {
				t.Error("it is still there")
			}
		})
	}
}

// canClear tells whether the tray's entry can be pressed.
func (s *stage) canClear() bool {
	for _, item := range s.tray.menu.Items {
		if item.Label == "Clear the clipboard" {
			return !item.Disabled
		}
	}
	return false
}

func TestWhatSomebodyElseCopiedIsLeftAlone(t *testing.T) {
	s := newStage(t)
	s.start()
	alice := s.signIn("alice@example.com")
	s.copyFrom("window", alice.Address)
	s.awaitWords("Clear now")
	s.board.put("a shopping list")
	s.press("Clear now")
	s.awaitWords("Something else is on the clipboard by now. It was left alone.")
	if got := s.board.holds(); got != "a shopping list" {
		t.Errorf("the clipboard has %q", got)
	}
}

func TestNeverMeansUntilSomethingElseIsCopied(t *testing.T) {
	s := newStage(t)
	s.start()
	s.app.settings.ClearAfter = neverClear
	alice := s.signIn("alice@example.com")
	s.copyFrom("window", alice.Address)
	s.awaitWords("Clear now")
	if s.says("leaves the clipboard") {
		t.Error("an end is named")
	}
	if !s.app.countdown.until.IsZero() {
		t.Error("there is one")
	}
}

func TestQuittingClearsTheClipboard(t *testing.T) {
	s := newStage(t)
	s.start()
	alice := s.signIn("alice@example.com")
	s.copyFrom("window", alice.Address)
	s.awaitWords("Clear now")
	s.app.stop()
	if s.board.holds() != "" {
		t.Error("the token is still on the clipboard")
	}
}

func TestClipboardThatFailsAtTheClearingIsSaid(t *testing.T) {
	s := newStage(t)
	s.start()
	alice := s.signIn("alice@example.com")
	s.copyFrom("window", alice.Address)
	s.awaitWords("Clear now")
	s.board.fail(errors.New("broken"))
	s.oneLine(func() {
		s.press("Clear now")
		s.awaitWords("The token may still be on the clipboard.")
	})
	s.board.fail(nil)
}

func TestNewCopyStartsTheTimeAnew(t *testing.T) {
	s := newStage(t)
	s.start()
	alice, bob := s.signIn("alice@example.com"), s.signIn("bob@example.com")
	s.copyFrom("window", alice.Address)
	s.awaitWords("Copied for alice@example.com")
	first := s.app.countdown
	s.copyFrom("window", bob.Address)
	s.awaitWords("Copied for bob@example.com")
	if s.app.countdown == first || !s.app.countdown.until.After(first.until) {
		t.Error("the time of the first copy goes on")
	}
}

func TestHiddenCountdownSleeps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		a := &App{ctx: ctx, now: time.Now}
		for left, want := range map[time.Duration]time.Duration{time.Hour: 10 * time.Second, 4 * time.Second: 4 * time.Second, -time.Second: 0} {
			if got := a.untilNext(&countdown{until: time.Now().Add(left)}); got != want {
				t.Errorf("with %v left it sleeps for %v, want %v", left, got, want)
			}
		}
		a.visible.Store(true)
		if got := a.untilNext(&countdown{until: time.Now().Add(time.Hour)}); got != time.Second {
			t.Errorf("where it is seen it sleeps for %v", got)
		}
	})
}

func TestButtonCountsOnWhenSomethingElseIsSaid(t *testing.T) {
	s := newStage(t)
	s.start()
	alice := s.signIn("alice@example.com")
	var later atomic.Int64
	s.app.now = func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
	s.copyFrom("window", alice.Address)
	s.awaitWords("[Copied · 60 s]")
	s.app.window.say("Something else.")
	later.Store(int64(30 * time.Second))
	s.until("the button counts on", func() bool { return s.says("[Copied · 30 s]") || s.says("[Copied · 29 s]") })
	s.wantWords("Something else.")
}
