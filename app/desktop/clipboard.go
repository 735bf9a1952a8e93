package desktop

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"time"
)

// What can go wrong with a clipboard.
var (
	// ErrClipboardBusy: the clipboard, or the program that holds it, did not answer in time.
	ErrClipboardBusy = errors.New("the clipboard does not answer")
	// ErrClipboard: the clipboard's program failed.
	ErrClipboard = errors.New("the clipboard refused")
	// ErrNoHelper: the desktop lets only the program with the focus copy, or a helper program, and none is installed.
	ErrNoHelper = errors.New("no program is installed that can copy without a window")
)

// clipboardTime is how long an operation may take: it can wait for another program that never answers.
const clipboardTime = 3 * time.Second

// NoSecret is the owner of texts that anybody may see, a link for instance. They are not hidden from clipboard histories
// and never cleared, but they take the place of what was there.
const NoSecret = ""

// system is a desktop's clipboard, with PRIMARY where there is such a thing. Its operations are called one at a time.
// They end with their context, or else change nothing after its end where they can't be ended.
type system interface {
	// name tells what does the copying.
	name() string
	// write puts a text there. A secret is hidden from clipboard histories, and goes to PRIMARY as well. gone is called,
	// from any goroutine, as soon as a secret is known to stand nowhere any more; some systems never know.
	write(ctx context.Context, text string, secret bool, gone func()) error
	// clear empties each place whose text ours knows, and tells whether there was one.
	clear(ctx context.Context, ours func(text string) bool) (cleared bool, err error)
}

// Clipboard puts texts on the clipboard and takes its own away again. Safe for concurrent use.
type Clipboard struct {
	system system
	window system // what works while the window has the focus
	limit  time.Duration
	turn   chan struct{} // one operation at a time; it is kept while one hangs

	mu     sync.Mutex
	last   *secret // what was written last for somebody; nil: nothing of ours is there
	gone   chan struct{}
	holder system // where the last text was written
}

// secret is a text that was written for an owner. The text itself is not kept. Nil is none.
type secret struct {
	owner string
	sum   [sha256.Size]byte
	gone  chan struct{} // closed when it is known to stand nowhere any more
	once  sync.Once
}

func (s *secret) is(text string) bool { return s != nil && s.sum == sha256.Sum256([]byte(text)) }

// NewClipboard uses the system's clipboard; window is the one that works while the program's window has the focus,
// or as long as it is there.
func NewClipboard(window Board) *Clipboard {
	own := plain{window, "the window's own"}
	return newClipboard(systemClipboard(own), own, clipboardTime)
}

// ClipboardOver uses a board of the caller's; limit is how long each operation may take.
func ClipboardOver(board Board, limit time.Duration) *Clipboard {
	own := plain{board, "another"}
	return newClipboard(own, own, limit)
}

func newClipboard(system, window system, limit time.Duration) *Clipboard {
	return &Clipboard{system: system, window: window, holder: system, limit: limit, turn: make(chan struct{}, 1)}
}

// Name tells what does the copying: X11, wl-clipboard, xclip and the like, Windows, macOS, or "the window's own".
func (c *Clipboard) Name() string { return c.system.name() }

// NeedsFocus tells that copying works only while the program's window has the focus: Write fails with ErrNoHelper, and
// WriteFocused does it instead. It looks at the disk for a helper program, and can change while the program runs.
func (c *Clipboard) NeedsFocus() bool {
	s, ok := c.system.(interface{ needsFocus() bool })
	return ok && s.needsFocus()
}

// Write puts a text on the clipboard for an owner, who may clear it later, or for NoSecret. What it fails with is one of
// this file's errors and never quotes the text; what stood there before may still stand there then.
func (c *Clipboard) Write(ctx context.Context, owner, text string) error {
	return c.write(ctx, c.system, owner, text)
}

// WriteFocused is Write through the program's own window, which must have the focus.
func (c *Clipboard) WriteFocused(ctx context.Context, owner, text string) error {
	return c.write(ctx, c.window, owner, text)
}

func (c *Clipboard) write(ctx context.Context, to system, owner, text string) error {
	_, err := c.within(ctx, func(ctx context.Context) (bool, error) {
		if owner == NoSecret {
			if err := to.write(ctx, text, false, func() {}); err != nil {
				return false, err
			}
			c.mu.Lock()
			c.holder = to
			c.mu.Unlock()
			_, _ = c.clearLast(ctx) // from PRIMARY; what can't be cleared now is still known as ours
			return false, nil
		}
		s := &secret{owner: owner, sum: sha256.Sum256([]byte(text)), gone: make(chan struct{})}
		if err := to.write(ctx, text, true, func() { c.forget(s) }); err != nil {
			return false, err
		}
		c.forget(c.written())
		c.mu.Lock()
		c.last, c.gone, c.holder = s, s.gone, to
		c.mu.Unlock()
		return false, nil
	})
	if err != nil {
		return fmt.Errorf("could not write to the clipboard: %w", err)
	}
	return nil
}

// Clear empties the clipboard, and PRIMARY, where what stands there is what was written last for this owner, or what
// owns says is the owner's (from an earlier run, say). It tells whether there was something to clear; it can have
// cleared the one and failed with the other.
func (c *Clipboard) Clear(ctx context.Context, owner string, owns func(text string) bool) (bool, error) {
	return c.clear(ctx, func(ctx context.Context) (bool, error) {
		s := c.written()
		if s != nil && s.owner != owner {
			s = nil
		}
		return c.clearKnown(ctx, s, owns)
	})
}

// ClearLast is Clear for whomever the last text was written. Texts for NoSecret are not meant.
func (c *Clipboard) ClearLast(ctx context.Context) (bool, error) { return c.clear(ctx, c.clearLast) }

func (c *Clipboard) clear(ctx context.Context, operate func(ctx context.Context) (bool, error)) (bool, error) {
	cleared, err := c.within(ctx, operate)
	if err != nil {
		return cleared, fmt.Errorf("could not clear the clipboard: %w", err)
	}
	return cleared, nil
}

func (c *Clipboard) clearLast(ctx context.Context) (bool, error) {
	s := c.written()
	if s == nil {
		return false, nil
	}
	return c.clearKnown(ctx, s, func(string) bool { return false })
}

// clearKnown clears a secret wherever it stands, and what owns knows. Nil: no secret.
func (c *Clipboard) clearKnown(ctx context.Context, s *secret, owns func(text string) bool) (bool, error) {
	c.mu.Lock()
	holder := c.holder
	c.mu.Unlock()
	cleared, err := holder.clear(ctx, func(text string) bool { return text != "" && (s.is(text) || owns(text)) })
	if err == nil {
		c.forget(s)
	}
	return cleared, err
}

// Gone is closed when the text that was written last for an owner is known to stand on the clipboard no more, nor in
// PRIMARY: cleared, or replaced. Some systems can't tell that another program replaced it: then the channel stays open,
// as it does while a clipboard manager goes on offering the text. Nil: nothing was written yet.
func (c *Clipboard) Gone() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.gone
}

func (c *Clipboard) written() *secret {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last
}

// forget is told of a secret that stands nowhere any more.
func (c *Clipboard) forget(s *secret) {
	if s == nil {
		return
	}
	c.mu.Lock()
	if c.last == s {
		c.last = nil
	}
	c.mu.Unlock()
	s.once.Do(func() { close(s.gone) })
}

// within runs an operation behind the deadline. One that hangs is left behind: it can't be ended from here.
func (c *Clipboard) within(ctx context.Context, operate func(ctx context.Context) (bool, error)) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, c.limit)
	defer cancel()
	select {
	case c.turn <- struct{}{}:
	case <-ctx.Done():
		return false, ErrClipboardBusy
	}
	type outcome struct {
		cleared bool
		err     error
	}
	done := make(chan outcome, 1)
	go func() {
		cleared, err := operate(ctx)
		<-c.turn
		done <- outcome{cleared, err}
	}()
	select {
	case o := <-done:
		if errors.Is(o.err, context.DeadlineExceeded) || errors.Is(o.err, context.Canceled) {
			return o.cleared, ErrClipboardBusy
		}
		return o.cleared, o.err
	case <-ctx.Done():
		return false, ErrClipboardBusy
	}
}
