package app

import (
	"errors"
	"slices"
	"sync"
	"testing"
)

// loginEntry is a system's entry for the start at login.
type loginEntry struct {
	mu        sync.Mutex
	on        bool
	arguments []string
	refreshed int
	err       error
}

func (l *loginEntry) Enabled() (bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.on, l.err
}

func (l *loginEntry) Enable(arguments ...string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		l.on, l.arguments = true, arguments
	}
	return l.err
}

func (l *loginEntry) Disable() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		l.on = false
	}
	return l.err
}

func (l *loginEntry) Refresh() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refreshed++
	return l.err
}

func (l *loginEntry) fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err = err
}

const atLogin = "Start when I log in"

// ticked tells whether a box is ticked, once it can be pressed.
func (s *stage) ticked(label string) (on bool) {
	s.Helper()
	s.until("the box can be pressed", func() bool { return s.box(label) != nil && !s.box(label).Disabled() })
	return s.box(label).Checked
}

func TestStartAtLoginIsOneSwitch(t *testing.T) {
	s := newStage(t)
	s.start()
	s.press("Settings")
	if s.ticked(atLogin) {
		t.Error("it is on before anybody asked for it")
	}
	s.tickBox(atLogin, true)
	s.until("it is on", func() bool { on, _ := s.login.Enabled(); return on })
	if !slices.Equal(s.login.arguments, []string{"--hidden"}) {
		t.Errorf("it starts with %q", s.login.arguments)
	}
	s.press("Close")
	s.press("Settings")
	if !s.ticked(atLogin) {
		t.Error("the settings don't show that it is on")
	}
	s.tickBox(atLogin, false)
	s.until("it is off", func() bool { on, _ := s.login.Enabled(); return !on })
}

func TestStartAtLoginThatCantBeChangedIsSaid(t *testing.T) {
	s := newStage(t)
	s.start()
	s.press("Settings")
	s.ticked(atLogin)
	s.login.fail(errors.New("read-only"))
	s.oneLine(func() {
		s.tickBox(atLogin, true)
		s.awaitWords(loginNotChangedWords())
	})
	if s.ticked(atLogin) {
		t.Error("it looks as if it were on")
	}
	s.login.fail(nil)
	s.tickBox(atLogin, true)
	s.until("the words go", func() bool { return !s.says(loginNotChangedWords()) })
}

func TestStartAtLoginThatIsNotKnownIsSaid(t *testing.T) {
	s := newStage(t)
	s.start()
	s.login.fail(errors.New("broken"))
	s.oneLine(func() {
		s.press("Settings")
		s.awaitWords(loginNotKnownWords())
	})
}

func TestStartAtLoginIsRefreshedAtTheStart(t *testing.T) {
	s := newStage(t)
	s.login.fail(errors.New("read-only"))
	s.oneLine(s.app.refreshLogin)
	if s.login.refreshed != 1 {
		t.Error("it is not")
	}
}
