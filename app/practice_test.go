package app

import (
	"testing"
)

// practising is a stage in practice mode, with alice's practice account.
func practising(t *testing.T) *stage {
	s := newStage(t)
	s.start()
	s.app.open(place{practice: true})
	s.until("practice is open", func() bool { return s.app.view.practice })
	s.signIn("alice@example.com")
	return s
}

func (s *stage) awaitGoogle() {
	s.Helper()
	s.until("the real accounts are back", func() bool { return s.app.view.provider == googleName && !s.app.view.practice })
}

func TestPracticeAccountsWaitForTheNextTime(t *testing.T) {
	s := practising(t)
	s.press("Leave practice")
	s.press("Keep them")
	s.awaitGoogle()
	if s.listed("alice@example.com") {
		t.Error("a practice account stands among the real ones")
	}
	s.app.open(place{practice: true})
	s.awaitAccount("alice@example.com")
}

func TestPracticeAccountsAreThrownAwayInOnePress(t *testing.T) {
	s := practising(t)
	s.signIn("bob@example.com")
	s.press("Leave practice")
	s.press("Throw them away")
	s.awaitGoogle()
	if entries := s.secrets.Entries(); len(entries) > 0 {
		t.Errorf("%d entries are left in the keychain", len(entries))
	}
	s.app.open(place{practice: true})
	s.until("practice is open again", func() bool { return s.app.view.practice })
	if n := len(s.app.view.accounts); n != 0 {
		t.Errorf("%d practice accounts are left", n)
	}
}

func TestEmptyPracticeIsLeftWithoutAQuestion(t *testing.T) {
	s := newStage(t)
	s.app.open(place{practice: true})
	s.until("practice is open", func() bool { return s.app.view.practice })
	s.press("Leave practice")
	s.awaitGoogle()
}
