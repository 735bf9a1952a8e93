package desktop

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/atotto/clipboard"
)

// What can go wrong with a clipboard.
var (
	// ErrClipboardBusy: the clipboard's program did not answer in time.
	ErrClipboardBusy = errors.New("the clipboard does not answer")
	// ErrClipboard: the clipboard's program failed.
	ErrClipboard = errors.New("the clipboard refused")
)

// clipboardTime is how long the clipboard's program may take: it can wait for another program that never answers.
const clipboardTime = 3 * time.Second

// Board is a clipboard's two operations; either may block.
type Board interface {
	Read() (string, error)
	Write(text string) error
}

// Clipboard puts texts on the clipboard and takes its own away again. Safe for concurrent use.
type Clipboard struct {
	board Board
	name  string
	limit time.Duration
	turn  chan struct{} // one operation at a time; it is kept while one hangs

	mu    sync.Mutex
	last  [sha256.Size]byte // of the text last written
	owner string            // for whom that was; empty: nothing of ours is there
}

// NewClipboard uses the system's clipboard: its helper program where the platform needs one, else fallback.
func NewClipboard(fallback Board) *Clipboard {
	if clipboard.Unsupported {
		c := ClipboardOver(fallback, clipboardTime)
		c.name = "the window's own"
		return c
	}
	c := ClipboardOver(helper{}, clipboardTime)
	c.name = helperName()
	return c
}

// Name tells what does the copying: xclip, xsel, wl-clipboard and the like, "the window's own" or "the system's".
func (c *Clipboard) Name() string { return c.name }

// ClipboardOver uses a board of the caller's; limit is how long each operation may take.
func ClipboardOver(board Board, limit time.Duration) *Clipboard {
	return &Clipboard{board: board, name: "another", limit: limit, turn: make(chan struct{}, 1)}
}

// helper is xclip, xsel or wl-copy on Linux and the system's own calls elsewhere.
type helper struct{}

func (helper) Read() (string, error)   { return clipboard.ReadAll() }
func (helper) Write(text string) error { return clipboard.WriteAll(text) }

// Write puts text on the clipboard for an owner, who may clear it later; empty: for nobody. The error never quotes
// the text.
func (c *Clipboard) Write(ctx context.Context, owner, text string) error {
	_, err := c.within(ctx, func() (string, error) { return "", c.board.Write(text) })
	if err != nil {
		return fmt.Errorf("could not write to the clipboard: %w", err)
	}
	c.mu.Lock()
	c.last, c.owner = sha256.Sum256([]byte(text)), owner
	c.mu.Unlock()
	return nil
}

// Clear empties the clipboard if what stands there is what was written last for this owner, or what owns says is
// the owner's (from an earlier run, say). It tells whether there was something to clear.
func (c *Clipboard) Clear(ctx context.Context, owner string, owns func(text string) bool) (bool, error) {
	text, err := c.within(ctx, c.board.Read)
	if err != nil {
		return false, fmt.Errorf("could not read the clipboard: %w", err)
	}
	if text == "" || !c.wrote(owner, text) && !owns(text) {
		return false, nil
	}
	if _, err := c.within(ctx, func() (string, error) { return "", c.board.Write("") }); err != nil {
		return false, fmt.Errorf("could not clear the clipboard: %w", err)
	}
	c.mu.Lock()
	c.owner = ""
	c.mu.Unlock()
	return true, nil
}

// ClearLast empties the clipboard if what stands there is what was written last, for whomever that was.
func (c *Clipboard) ClearLast(ctx context.Context) (bool, error) {
	c.mu.Lock()
	owner := c.owner
	c.mu.Unlock()
	if owner == "" {
		return false, nil
	}
	return c.Clear(ctx, owner, func(string) bool { return false })
}

// Gone is closed when what was written last has been replaced; nil where the system does not tell.
func (c *Clipboard) Gone() <-chan struct{} { return nil }

func (c *Clipboard) wrote(owner, text string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return owner != "" && c.owner == owner && c.last == sha256.Sum256([]byte(text))
}

// within runs an operation behind the deadline. One that hangs is left behind: it can't be ended from here.
func (c *Clipboard) within(ctx context.Context, operate func() (string, error)) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, c.limit)
	defer cancel()
	select {
	case c.turn <- struct{}{}:
	case <-ctx.Done():
		return "", ErrClipboardBusy
	}
	type outcome struct {
		text string
		err  error
	}
	done := make(chan outcome, 1)
	go func() {
		text, err := operate()
		<-c.turn
		done <- outcome{text, err}
	}()
	select {
	case o := <-done:
		if o.err != nil {
			return "", ErrClipboard // its text may quote what was to be written
		}
		return o.text, nil
	case <-ctx.Done():
		return "", ErrClipboardBusy
	}
}
