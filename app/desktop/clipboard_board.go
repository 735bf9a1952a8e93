package desktop

import (
	"context"
	"errors"
)

// Board is the least that a clipboard can do; either operation may block. An error that is none of ErrClipboardBusy and
// ErrNoHelper counts as ErrClipboard, and is not passed on: it may quote what was to be written.
type Board interface {
	Read() (string, error)
	Write(text string) error
}

// plain is a board as it is: without hints for clipboard histories, and without PRIMARY.
type plain struct {
	board Board
	by    string
}

func (p plain) name() string { return p.by }

func (p plain) write(_ context.Context, text string, _ bool, _ func()) error {
	return known(p.board.Write(text))
}

func (p plain) clear(ctx context.Context, ours func(text string) bool) (bool, error) {
	text, err := p.board.Read()
	switch {
	case err != nil:
		return false, known(err)
	case !ours(text):
		return false, nil
	case ctx.Err() != nil:
		return false, ctx.Err()
	}
	if err := p.write(ctx, "", false, nil); err != nil {
		return false, err
	}
	return true, nil
}

// known returns which of the clipboard's errors this is.
func known(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrClipboardBusy):
		return ErrClipboardBusy
	case errors.Is(err, ErrNoHelper):
		return ErrNoHelper
	default:
		return ErrClipboard
	}
}
