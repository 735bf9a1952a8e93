package desktop

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// iconic is the state of a minimised window in its WM_STATE, and what WM_CHANGE_STATE asks for.
// https://x.org/releases/X11R7.7/doc/xorg-docs/icccm/icccm.html#WM_STATE_Property
const iconic = 3

// Minimise asks the window manager to minimise a window of X11's, and waits until it is. Whether a window manager minimises
// at all can't be asked beforehand: one that doesn't shows by ctx, whose error is returned.
func Minimise(ctx context.Context, window uintptr) error {
	w, err := openX11Window(ctx, window)
	if err != nil {
		return err
	}
	defer w.conn.Close()
	request := xproto.ClientMessageEvent{Format: 32, Window: w.id, Type: w.changeState,
		Data: xproto.ClientMessageDataUnionData32New([]uint32{iconic, 0, 0, 0, 0})}
	root := xproto.Setup(w.conn).DefaultScreen(w.conn).Root
	err = xproto.SendEventChecked(w.conn, false, root, xproto.EventMaskSubstructureNotify|xproto.EventMaskSubstructureRedirect,
		string(request.Bytes())).Check()
	if err != nil {
		return fmt.Errorf("could not ask the window manager: %w", err)
	}
	return w.watch(ctx, func(minimised bool) (more bool) { return !minimised })
}

// WatchMinimised tells whether a window of X11's is minimised, at once and whenever that changes, until ctx ends; then it
// returns nil. A window that can't be seen for another reason, such as being on another workspace, may count as minimised.
func WatchMinimised(ctx context.Context, window uintptr, tell func(minimised bool)) error {
	w, err := openX11Window(ctx, window)
	if err != nil {
		return err
	}
	defer w.conn.Close()
	err = w.watch(ctx, func(minimised bool) (more bool) {
		tell(minimised)
		return true
	})
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// x11Window is another connection's window, of which this one is told when its properties change.
type x11Window struct {
	conn               *xgb.Conn
	id                 xproto.Window
	state, changeState xproto.Atom
}

func openX11Window(ctx context.Context, window uintptr) (*x11Window, error) {
	xgb.Logger.SetOutput(io.Discard) // it writes to standard error; what matters comes back as an error too
	conn, err := xgb.NewConn()
	if err != nil {
		return nil, fmt.Errorf("could not reach the X server: %w", err)
	}
	w := &x11Window{conn: conn, id: xproto.Window(window)} //nolint:gosec // such an ID has 29 bits
	err = xproto.ChangeWindowAttributesChecked(conn, w.id, xproto.CwEventMask, []uint32{xproto.EventMaskPropertyChange}).Check()
	for name, atom := range map[string]*xproto.Atom{"WM_STATE": &w.state, "WM_CHANGE_STATE": &w.changeState} {
		if err == nil {
			*atom, err = intern(conn, name)
		}
	}
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("could not watch the window: %w", err)
	}
	return w, nil
}

// watch calls each with whether the window is minimised, now and after each change, until it wants no more or ctx ends.
func (w *x11Window) watch(ctx context.Context, each func(minimised bool) (more bool)) error {
	defer context.AfterFunc(ctx, w.conn.Close)() // ends the waiting
	was, first := false, true
	for {
		property, err := xproto.GetProperty(w.conn, false, w.id, w.state, xproto.GetPropertyTypeAny, 0, 1).Reply()
		if err != nil {
			return w.ended(ctx, err)
		}
		minimised := len(property.Value) == 4 && xgb.Get32(property.Value) == iconic
		if (first || minimised != was) && !each(minimised) {
			return nil
		}
		was, first = minimised, false
		for changed := false; !changed; {
			event, err := w.conn.WaitForEvent()
			if event == nil && err == nil {
				return w.ended(ctx, errors.New("the connection to the X server is lost"))
			}
			e, ok := event.(xproto.PropertyNotifyEvent)
			changed = ok && e.Atom == w.state
		}
	}
}

func (w *x11Window) ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("could not watch the window: %w", err)
}
