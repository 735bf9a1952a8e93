package desktop

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// passwordHint is the target whose value "secret" asks clipboard histories not to keep what comes with it; KDE's Klipper
// and others heed it.
const passwordHint = "x-kde-passwordManagerHint"

// answerTime is how long the program that holds a selection may take to hand it over.
const answerTime = time.Second

// x11 owns the selections CLIPBOARD and PRIMARY at the X server, and hands out what it was given to whoever asks.
// https://x.org/releases/X11R7.7/doc/xorg-docs/icccm/icccm.html#Peer_to_Peer_Communication_by_Means_of_Selections
type x11 struct {
	conn *selections // nil: none yet
}

func (*x11) name() string { return "X11" }

// connected returns the connection, a new one if the last was lost. It hangs for as long as the X server does.
func (x *x11) connected() (*selections, error) {
	if x.conn != nil {
		select {
		case <-x.conn.lost:
		default:
			return x.conn, nil
		}
	}
	conn, err := openSelections()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNotThere, err)
	}
	x.conn = conn
	return conn, nil
}

func (x *x11) write(ctx context.Context, text string, secret bool, gone func()) error {
	conn, err := x.connected()
	if err != nil {
		return err
	}
	if len(text) > conn.most {
		return errNotThere // it would have to be handed over in parts
	}
	now, err := conn.time(ctx)
	if err != nil {
		return err
	}
	o := &offer{text: text, secret: secret, since: now, sum: sha256.Sum256([]byte(text)), gone: gone}
	o.places.Store(2)
	if err := conn.own(conn.clipboard, o); err != nil {
		return err
	}
	if !secret || conn.own(xproto.AtomPrimary, o) != nil { // PRIMARY is nothing that the person asked for
		o.left()
	}
	if err := ctx.Err(); err != nil { // nobody waits for it any more, and the person was told that it failed
		for _, selection := range conn.all() {
			_ = conn.release(selection, now)
		}
		return err
	}
	return nil
}

func (x *x11) clear(ctx context.Context, ours func(text string) bool) (cleared bool, err error) {
	conn, err := x.connected()
	if err != nil {
		return false, err
	}
	// Taken before anything is read: the server refuses to take away with it what somebody copies after that.
	now, err := conn.time(ctx)
	if err != nil {
		return false, err
	}
	for _, selection := range conn.all() {
		text, readErr := conn.read(ctx, selection, now)
		if readErr == nil && ours(text) {
			readErr = conn.release(selection, now)
			cleared = cleared || readErr == nil
		}
		err = errors.Join(err, readErr)
	}
	return cleared, err
}

// offer is a text that stands in one selection or in two.
type offer struct {
	text   string
	secret bool
	since  xproto.Timestamp
	sum    [sha256.Size]byte
	places atomic.Int32
	gone   func()
}

// left is told that the text stands in one selection less.
func (o *offer) left() {
	if o.places.Add(-1) == 0 {
		o.gone()
	}
}

// selections is a connection to the X server with a window, never shown, that owns selections.
type selections struct {
	x      *xgb.Conn
	window xproto.Window
	root   xproto.Window
	most   int // bytes that can be handed over at once

	clipboard, targets, timestamp, utf8, textUTF8, textPlain, text, hint, incr xproto.Atom

	lost  chan struct{}         // closed when the connection is
	times chan xproto.Timestamp // the server's, as asked for

	mu      sync.Mutex
	offers  map[xproto.Atom]*offer // by selection
	readers map[xproto.Window]*reader
}

func openSelections() (*selections, error) {
	xgb.Logger.SetOutput(io.Discard) // it writes to standard error; what matters comes back as an error too
	x, err := xgb.NewConn()
	if err != nil {
		return nil, err
	}
	setup := xproto.Setup(x)
	s := &selections{
		x:       x,
		root:    setup.DefaultScreen(x).Root,
		most:    4*int(setup.MaximumRequestLength) - 24, // less the head of the request that hands it over
		lost:    make(chan struct{}),
		times:   make(chan xproto.Timestamp, 1),
		offers:  map[xproto.Atom]*offer{},
		readers: map[xproto.Window]*reader{},
	}
	for name, atom := range map[string]*xproto.Atom{
		"CLIPBOARD": &s.clipboard, "TARGETS": &s.targets, "TIMESTAMP": &s.timestamp, "UTF8_STRING": &s.utf8,
		"text/plain;charset=utf-8": &s.textUTF8, "text/plain": &s.textPlain, "TEXT": &s.text, passwordHint: &s.hint, "INCR": &s.incr,
	} {
		if *atom, err = intern(x, name); err != nil {
			x.Close()
			return nil, err
		}
	}
	if s.window, err = s.newWindow(); err != nil {
		x.Close()
		return nil, err
	}
	go s.serve()
	return s, nil
}

func (s *selections) newWindow() (xproto.Window, error) {
	id, err := xproto.NewWindowId(s.x)
	if err != nil {
		return 0, err
	}
	return id, xproto.CreateWindowChecked(s.x, 0, id, s.root, 0, 0, 1, 1, 0, xproto.WindowClassInputOnly, 0,
		xproto.CwEventMask, []uint32{xproto.EventMaskPropertyChange}).Check()
}

func (s *selections) all() []xproto.Atom { return []xproto.Atom{s.clipboard, xproto.AtomPrimary} }

// time is the server's: it comes with the news of a property to which nothing was added.
func (s *selections) time(ctx context.Context) (xproto.Timestamp, error) {
	select {
	case <-s.times: // nobody waited for that one any more
	default:
	}
	xproto.ChangeProperty(s.x, xproto.PropModeAppend, s.window, s.timestamp, xproto.AtomInteger, 32, 0, nil)
	select {
	case now := <-s.times:
		return now, nil
	case <-s.lost:
		return 0, errNotThere
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// own makes the offer what stands in the selection.
func (s *selections) own(selection xproto.Atom, o *offer) error {
	s.mu.Lock()
	s.offers[selection] = o
	s.mu.Unlock()
	xproto.SetSelectionOwner(s.x, s.window, selection, o.since)
	owner, err := s.owner(selection)
	if err == nil && owner != s.window {
		err = ErrClipboard // somebody was faster
	}
	if err != nil {
		s.drop(selection, o)
	}
	return err
}

// release empties a selection, whoever owns it, unless it was taken after that time.
func (s *selections) release(selection xproto.Atom, time xproto.Timestamp) error {
	s.drop(selection, s.offered(selection))
	xproto.SetSelectionOwner(s.x, xproto.WindowNone, selection, time)
	_, err := s.owner(selection) // only after its answer the selection is known to be empty
	return err
}

func (s *selections) owner(selection xproto.Atom) (xproto.Window, error) {
	reply, err := xproto.GetSelectionOwner(s.x, selection).Reply()
	if err != nil {
		return 0, ErrClipboard
	}
	return reply.Owner, nil
}

// drop has an offer stand in a selection no more, and tells whether it did.
func (s *selections) drop(selection xproto.Atom, o *offer) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if o == nil || s.offers[selection] != o {
		return false
	}
	delete(s.offers, selection)
	return true
}

func (s *selections) offered(selection xproto.Atom) *offer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.offers[selection]
}

// read returns the text in a selection; empty: there is none, or one too long to be ours.
func (s *selections) read(ctx context.Context, selection xproto.Atom, time xproto.Timestamp) (string, error) {
	owner, err := s.owner(selection)
	switch {
	case err != nil || owner == xproto.WindowNone:
		return "", err
	case owner == s.window:
		if o := s.offered(selection); o != nil {
			return o.text, nil
		}
		return "", nil
	}
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	for _, target := range []xproto.Atom{s.utf8, xproto.AtomString} {
		text, given, err := s.convert(ctx, selection, target, time)
		if err != nil || given {
			return text, err
		}
	}
	return "", nil
}

// reader waits for a selection at a window of its own, so that an answer that comes too late is taken for no other.
type reader struct {
	window  xproto.Window
	answers chan xproto.SelectionNotifyEvent
	parts   chan struct{} // rung when something is put there
}

// convert asks another program for a selection; given tells that it has one of that kind.
func (s *selections) convert(ctx context.Context, selection, target xproto.Atom, time xproto.Timestamp) (text string, given bool, err error) {
	window, err := s.newWindow()
	if err != nil {
		return "", false, ErrClipboard
	}
	r := &reader{window, make(chan xproto.SelectionNotifyEvent, 1), make(chan struct{}, 1)}
	s.mu.Lock()
	s.readers[window] = r
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.readers, window)
		s.mu.Unlock()
		if ctx.Err() == nil { // else the answer may still come, and some programs end when the window for it is gone
			xproto.DestroyWindow(s.x, window)
		}
	}()
	xproto.ConvertSelection(s.x, window, selection, target, selection, time)
	select {
	case answer := <-r.answers:
		if answer.Property == xproto.AtomNone {
			return "", false, nil
		}
	case <-s.lost:
		return "", false, ErrClipboard
	case <-ctx.Done():
		return "", false, ctx.Err()
	}
	property, err := xproto.GetProperty(s.x, false, window, selection, xproto.GetPropertyTypeAny, 0, mostCompared/4).Reply()
	switch {
	case err != nil:
		return "", false, ErrClipboard
	case property.Type == s.incr:
		return "", true, s.skip(ctx, r, selection)
	case property.Format != 8 || property.BytesAfter > 0:
		return "", true, nil
	}
	return string(property.Value), true, nil
}

// skip takes a long text that comes in parts to its end and keeps nothing of it: some programs serve nobody else before.
func (s *selections) skip(ctx context.Context, r *reader, selection xproto.Atom) error {
	for {
		part, err := xproto.GetProperty(s.x, true, r.window, selection, xproto.GetPropertyTypeAny, 0, 1<<24).Reply()
		if err != nil {
			return ErrClipboard
		}
		if part.Type != xproto.AtomNone && part.Type != s.incr && part.ValueLen == 0 {
			return nil
		}
		select {
		case <-r.parts:
		case <-s.lost:
			return ErrClipboard
		case <-ctx.Done():
			return nil // it is nobody's all the same
		}
	}
}

// serve answers other programs until the connection ends.
func (s *selections) serve() {
	for {
		event, err := s.x.WaitForEvent()
		switch e := event.(type) {
		case xproto.SelectionRequestEvent:
			s.answer(e)
		case xproto.SelectionClearEvent:
			s.taken(e)
		case xproto.SelectionNotifyEvent:
			if r := s.reader(e.Requestor); r != nil {
				post(r.answers, e)
			}
		case xproto.PropertyNotifyEvent:
			if e.Window == s.window && e.Atom == s.timestamp {
				post(s.times, e.Time)
			} else if r := s.reader(e.Window); r != nil && e.State == xproto.PropertyNewValue {
				post(r.parts, struct{}{})
			}
		case nil:
			if err == nil {
				s.mu.Lock()
				clear(s.offers)
				s.mu.Unlock()
				close(s.lost)
				return
			}
			// Errors are about windows that went away meanwhile.
		}
	}
}

func (s *selections) reader(window xproto.Window) *reader {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.readers[window]
}

// post sends to a channel that has room; whoever reads from it needs no more than one.
func post[T any](to chan T, what T) {
	select {
	case to <- what:
	default:
	}
}

// answer hands over what is offered, or refuses.
func (s *selections) answer(e xproto.SelectionRequestEvent) {
	if e.Property == xproto.AtomNone {
		e.Property = e.Target // as old programs have it
	}
	o := s.offered(e.Selection)
	if o == nil || e.Time != xproto.TimeCurrentTime && before(e.Time, o.since) || !s.give(o, e) {
		e.Property = xproto.AtomNone
	}
	answer := xproto.SelectionNotifyEvent{
		Time: e.Time, Requestor: e.Requestor, Selection: e.Selection, Target: e.Target, Property: e.Property,
	}
	xproto.SendEvent(s.x, false, e.Requestor, xproto.EventMaskNoEvent, string(answer.Bytes()))
}

func (s *selections) give(o *offer, e xproto.SelectionRequestEvent) bool {
	kind, value := e.Target, []byte(o.text)
	switch e.Target {
	case s.targets:
		targets := []xproto.Atom{s.targets, s.timestamp, s.utf8, s.textUTF8, s.textPlain, xproto.AtomString, s.text}
		if o.secret {
			targets = append(targets, s.hint)
		}
		value = make([]byte, 4*len(targets))
		for i, target := range targets {
			xgb.Put32(value[4*i:], uint32(target))
		}
		count := uint32(len(targets)) //nolint:gosec // a handful
		xproto.ChangeProperty(s.x, xproto.PropModeReplace, e.Requestor, e.Property, xproto.AtomAtom, 32, count, value)
		return true
	case s.timestamp:
		value = make([]byte, 4)
		xgb.Put32(value, uint32(o.since))
		xproto.ChangeProperty(s.x, xproto.PropModeReplace, e.Requestor, e.Property, xproto.AtomInteger, 32, 1, value)
		return true
	case s.utf8, s.textUTF8, s.textPlain:
	case s.text: // whichever kind the owner likes
		kind = s.utf8
	case xproto.AtomString:
		value = latin1(o.text)
	case s.hint:
		if !o.secret {
			return false
		}
		value = []byte("secret")
	default:
		return false
	}
	length := uint32(len(value)) //nolint:gosec // it fits into a request
	xproto.ChangeProperty(s.x, xproto.PropModeReplace, e.Requestor, e.Property, kind, 8, length, value)
	return true
}

// taken heeds that somebody else owns a selection now. It may be a clipboard manager that offers the same text.
func (s *selections) taken(e xproto.SelectionClearEvent) {
	o := s.offered(e.Selection)
	if o == nil || before(e.Time, o.since) {
		return // it was about what was offered before
	}
	go func() {
		owner, err := s.owner(e.Selection)
		if err != nil || owner == s.window || !s.drop(e.Selection, o) {
			return // it is ours again
		}
		text, err := s.read(context.Background(), e.Selection, e.Time)
		if err == nil && sha256.Sum256([]byte(text)) != o.sum {
			o.left()
		}
	}()
}

// intern is the atom of a name.
func intern(x *xgb.Conn, name string) (xproto.Atom, error) {
	reply, err := xproto.InternAtom(x, false, uint16(len(name)), name).Reply() //nolint:gosec // names are short
	if err != nil {
		return 0, err
	}
	return reply.Atom, nil
}

// before compares two times of the server, which begin again every seven weeks.
func before(a, b xproto.Timestamp) bool { return a-b >= 1<<31 }

// latin1 is what the target STRING stands for: ISO 8859-1, with a question mark for what has no place in it.
func latin1(text string) []byte {
	bytes := make([]byte, 0, len(text))
	for _, r := range text {
		if r > 0xff {
			r = '?'
		}
		bytes = append(bytes, byte(r))
	}
	return bytes
}
