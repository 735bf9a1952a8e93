package desktop

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// startWindowManager manages the windows of the test's X server until the test ends.
func startWindowManager(t *testing.T) {
	t.Helper()
	cmd := enduring(t, needed(t, "openbox", "openbox"), "--sm-disable")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
	})
}

// xWindow is a window of another program's on the test's X server.
type xWindow struct {
	conn *xgb.Conn
	id   xproto.Window
}

func openWindow(t *testing.T) xWindow {
	t.Helper()
	conn, err := xgb.NewConn()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	id, err := xproto.NewWindowId(conn)
	if err != nil {
		t.Fatal(err)
	}
	root := xproto.Setup(conn).DefaultScreen(conn).Root
	err = xproto.CreateWindowChecked(conn, 0, id, root, 0, 0, 20, 20, 0, xproto.WindowClassInputOutput, 0, 0, nil).Check()
	if err != nil {
		t.Fatal(err)
	}
	w := xWindow{conn, id}
	w.show(t)
	return w
}

// show maps the window, as a program does to show it, or to bring it back when it is minimised.
func (w xWindow) show(t *testing.T) {
	t.Helper()
	if err := xproto.MapWindowChecked(w.conn, w.id).Check(); err != nil {
		t.Fatal(err)
	}
}

func soon(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func TestWindowIsMinimisedAndItsStateIsTold(t *testing.T) {
	startX(t)
	w := openWindow(t)
	told, done := make(chan bool, 16), make(chan error, 1)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { done <- WatchMinimised(ctx, uintptr(w.id), func(minimised bool) { told <- minimised }) }()
	wantState := func(want bool) {
		t.Helper()
		select {
		case got := <-told:
			if got != want {
				t.Fatalf("told that it is minimised: %t", got)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("never told that it is minimised: %t", want)
		}
	}
	wantState(false)
	startWindowManager(t)
	for range 2 {
		if err := minimiseAgain(soon(t), w); err != nil {
			t.Fatal(err)
		}
		wantState(true)
		w.show(t)
		wantState(false)
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("watching ended with %v", err)
	}
	if len(told) > 0 {
		t.Errorf("told %d times more", len(told))
	}
}

// minimiseAgain asks until it is heeded: a window manager that only just started does not know the window.
func minimiseAgain(ctx context.Context, w xWindow) error {
	for {
		try, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
		err := Minimise(try, uintptr(w.id))
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
			return err
		}
	}
}

func TestWindowManagerThatMinimisesNothingShowsByTheDeadline(t *testing.T) {
	startX(t)
	w := openWindow(t)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := Minimise(ctx, uintptr(w.id)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v, want the deadline's error", err)
	}
}

func TestWindowThatIsNotThereIsAnError(t *testing.T) {
	x := startX(t)
	none := func(window uintptr) {
		t.Helper()
		if err := Minimise(soon(t), window); err == nil || errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("minimised: %v", err)
		}
		if err := WatchMinimised(soon(t), window, func(bool) { t.Error("told something") }); err == nil {
			t.Error("watched")
		}
	}
	none(0x12345)
	w := openWindow(t)
	_ = x.process.Kill()
	none(uintptr(w.id))
}

func TestWatchEndsWithTheXServer(t *testing.T) {
	x := startX(t)
	w := openWindow(t)
	done := make(chan error, 1)
	go func() {
		done <- WatchMinimised(t.Context(), uintptr(w.id), func(bool) { _ = x.process.Kill() })
	}()
	select {
	case err := <-done:
		if err == nil {
			t.Error("no error")
		}
	case <-time.After(20 * time.Second):
		t.Error("it goes on")
	}
}
