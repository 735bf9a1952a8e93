package desktop

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// board is a clipboard in memory.
type board struct {
	mu      sync.Mutex
	text    string
	err     error
	hang    chan struct{} // not nil: operations wait for it to be closed
	at, top atomic.Int32  // operations under way, now and at most
	calls   atomic.Int32
}

func (b *board) operate(do func()) error {
	b.calls.Add(1)
	if n := b.at.Add(1); n > b.top.Load() {
		b.top.Store(n)
	}
	defer b.at.Add(-1)
	b.mu.Lock()
	hang, err := b.hang, b.err
	b.mu.Unlock()
	if hang != nil {
		<-hang
	}
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	do()
	return nil
}

func (b *board) Read() (text string, err error) {
	err = b.operate(func() { text = b.text })
	return text, err
}

func (b *board) Write(text string) error { return b.operate(func() { b.text = text }) }

// holds is what stands on the clipboard.
func (b *board) holds() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text
}

func nobody(string) bool { return false }

func wrote(t testing.TB, c *Clipboard, owner, text string) {
	t.Helper()
	if err := c.Write(t.Context(), owner, text); err != nil {
		t.Fatal(err)
	}
}

func wantCleared(t *testing.T, c *Clipboard, want bool) {
	t.Helper()
	if cleared, err := c.ClearLast(t.Context()); err != nil || cleared != want {
		t.Errorf("cleared is %t, want %t (%v)", cleared, want, err)
	}
}

func wantGone(t *testing.T, gone <-chan struct{}) {
	t.Helper()
	select {
	case <-gone:
	case <-time.After(10 * time.Second):
		t.Error("nobody was told that the text is gone")
	}
}

const token = "ya29.a0AfH6-secret_0123456789"

func TestHangingClipboardIsGivenUpAfterTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &board{hang: make(chan struct{})}
		c := ClipboardOver(b, clipboardTime)
		began := time.Now()
		err := c.Write(t.Context(), "alice", "secret")
		if !errors.Is(err, ErrClipboardBusy) || time.Since(began) != 3*time.Second {
			t.Errorf("after %s: %v", time.Since(began), err)
		}
		if _, err := c.Clear(t.Context(), "alice", nobody); !errors.Is(err, ErrClipboardBusy) {
			t.Errorf("a second operation: %v", err)
		}
		if b.calls.Load() != 1 {
			t.Error("a second operation was started beside the one that hangs")
		}
		close(b.hang)
		synctest.Wait()
		if err := c.Write(t.Context(), "alice", "another"); err != nil || b.holds() != "another" {
			t.Errorf("it does not work again: %v", err)
		}
	})
}

func TestClipboardHeedsItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &board{hang: make(chan struct{})}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		if err := ClipboardOver(b, clipboardTime).Write(ctx, "", "x"); err == nil || time.Since(began) != time.Second {
			t.Errorf("after %s: %v", time.Since(began), err)
		}
		close(b.hang)
	})
}

func TestOperationsTakeTurns(t *testing.T) {
	b := &board{}
	c := ClipboardOver(b, time.Minute)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if err := c.Write(t.Context(), "alice", "x"); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if b.top.Load() != 1 || b.calls.Load() != 20 {
		t.Errorf("%d operations, up to %d at a time", b.calls.Load(), b.top.Load())
	}
}

func TestOnlyWhatIsOnesOwnIsCleared(t *testing.T) {
	owns := func(text string) bool { return text == "from an earlier run" }
	tests := map[string]struct {
		write, stands string // what is written for alice, and what stands there when it is to be cleared
		owner         string
		cleared       bool
	}{
		"own text":                {"token", "token", "alice", true},
		"another's text":          {"token", "token", "bob", false},
		"nobody's name":           {"token", "token", "", false},
		"something else":          {"token", "shopping list", "alice", false},
		"nothing":                 {"token", "", "alice", false},
		"own text of earlier run": {"token", "from an earlier run", "bob", true},
	}
	for name, test := range tests {
		b := &board{}
		c := ClipboardOver(b, time.Minute)
		if err := c.Write(t.Context(), "alice", test.write); err != nil {
			t.Fatal(err)
		}
		b.text = test.stands
		cleared, err := c.Clear(t.Context(), test.owner, owns)
		if err != nil || cleared != test.cleared {
			t.Errorf("%s: cleared is %t (%v)", name, cleared, err)
		}
		if want := map[bool]string{true: "", false: test.stands}[test.cleared]; b.holds() != want {
			t.Errorf("%s: the clipboard holds %q, want %q", name, b.holds(), want)
		}
	}
}

func TestTextWrittenForNobodyIsNeverCleared(t *testing.T) {
	b := &board{}
	c := ClipboardOver(b, time.Minute)
	for _, owner := range []string{"alice", ""} {
		if err := c.Write(t.Context(), owner, "the link"); err != nil {
			t.Fatal(err)
		}
	}
	for _, owner := range []string{"alice", ""} {
		if cleared, err := c.Clear(t.Context(), owner, nobody); cleared || err != nil {
			t.Errorf("cleared for %q (%v)", owner, err)
		}
	}
}

func TestClearedTextIsClearedOnce(t *testing.T) {
	b := &board{}
	c := ClipboardOver(b, time.Minute)
	if err := c.Write(t.Context(), "alice", "token"); err != nil {
		t.Fatal(err)
	}
	if cleared, err := c.Clear(t.Context(), "alice", nobody); !cleared || err != nil {
		t.Fatalf("cleared is %t (%v)", cleared, err)
	}
	b.text = "token" // the person copied it again, from somewhere else
	if cleared, _ := c.Clear(t.Context(), "alice", nobody); cleared {
		t.Error("cleared what is not ours any more")
	}
}

func TestErrorsNeverQuoteTheText(t *testing.T) {
	b := &board{}
	c := ClipboardOver(b, time.Minute)
	if err := c.Write(t.Context(), "alice", "ya29.secret"); err != nil {
		t.Fatal(err)
	}
	b.err = errors.New(`xclip: could not take "ya29.secret"`)
	failed := c.Write(t.Context(), "alice", "ya29.secret")
	_, unread := c.Clear(t.Context(), "alice", nobody)
	for _, err := range []error{failed, unread} {
		if !errors.Is(err, ErrClipboard) || strings.Contains(err.Error(), "ya29") {
			t.Errorf("%v", err)
		}
	}
}

func TestLastSecretIsClearedWhoseverItIs(t *testing.T) {
	b := &board{}
	c := ClipboardOver(b, time.Minute)
	if wantCleared(t, c, false); b.calls.Load() != 0 {
		t.Error("the clipboard was looked at although nothing was ever copied")
	}
	wrote(t, c, "alice", token)
	wrote(t, c, "bob", "another")
	if wantCleared(t, c, true); b.holds() != "" {
		t.Error("it is still there")
	}
	wrote(t, c, "alice", token)
	wrote(t, c, NoSecret, "https://example.com")
	if wantCleared(t, c, false); b.holds() != "https://example.com" {
		t.Errorf("%q is left of the link", b.holds())
	}
}

func TestEmptyClipboardIsNobodys(t *testing.T) {
	c := ClipboardOver(&board{}, time.Minute)
	everything := func(string) bool { return true }
	if cleared, err := c.Clear(t.Context(), "alice", everything); cleared || err != nil {
		t.Errorf("cleared is %t (%v)", cleared, err)
	}
	wrote(t, c, "alice", "")
	wantCleared(t, c, false)
}

func TestWhatBecomesOfASecretIsTold(t *testing.T) {
	c := ClipboardOver(&board{}, time.Minute)
	if c.Gone() != nil {
		t.Error("something is to be gone before anything was copied")
	}
	for name, act := range map[string]func() error{
		"cleared":                  func() error { _, err := c.ClearLast(t.Context()); return err },
		"cleared for its owner":    func() error { _, err := c.Clear(t.Context(), "alice", nobody); return err },
		"replaced by another":      func() error { return c.Write(t.Context(), "bob", "another") },
		"replaced by no secret":    func() error { return c.Write(t.Context(), NoSecret, "https://example.com") },
		"replaced by its own like": func() error { return c.Write(t.Context(), "alice", token) },
	} {
		wrote(t, c, "alice", token)
		gone := c.Gone()
		select {
		case <-gone:
			t.Errorf("gone before it was %s", name)
		default:
		}
		if _, err := c.Clear(t.Context(), "bob", nobody); err != nil {
			t.Fatal(err)
		}
		select {
		case <-gone:
			t.Error("gone, although another's was cleared")
		default:
		}
		if err := act(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		wantGone(t, gone)
	}
}

func TestWhatAFailedCopyLeavesThereIsStillKnown(t *testing.T) {
	b := &board{}
	c := ClipboardOver(b, time.Minute)
	wrote(t, c, "alice", token)
	b.err = errors.New("no clipboard")
	for _, owner := range []string{"bob", NoSecret} {
		if err := c.Write(t.Context(), owner, "another"); err == nil {
			t.Error("it did not fail")
		}
	}
	if _, err := c.ClearLast(t.Context()); err == nil {
		t.Error("clearing did not fail")
	}
	b.err = nil
	if wantCleared(t, c, true); b.holds() != "" {
		t.Error("it is still there")
	}
}

func TestWhatIsCopiedTooLateIsStillKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &board{hang: make(chan struct{})}
		c := ClipboardOver(b, clipboardTime)
		if err := c.Write(t.Context(), "alice", token); !errors.Is(err, ErrClipboardBusy) {
			t.Errorf("%v", err)
		}
		close(b.hang)
		synctest.Wait()
		if b.holds() != token {
			t.Fatal("it was not copied too late")
		}
		if wantCleared(t, c, true); b.holds() != "" {
			t.Error("it is still there")
		}
	})
}
