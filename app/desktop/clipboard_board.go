package desktop

import "context"

// Board is the least that a clipboard can do; either operation may block.
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
	if p.board.Write(text) != nil {
		return ErrClipboard // the error's text may quote what was to be written
	}
	return nil
}

func (p plain) clear(ctx context.Context, ours func(text string) bool) (bool, error) {
	text, err := p.board.Read()
	switch {
	case err != nil:
		return false, ErrClipboard
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
