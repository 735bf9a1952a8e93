package desktop

import (
	"context"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

func TestLockIsTold(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	told, ended := make(chan struct{}, 16), make(chan error, 1)
	go func() { ended <- WatchLock(ctx, func() { told <- struct{}{} }) }()
	name, err := windows.UTF16PtrFromString("Token Tray's watch for the lock")
	if err != nil {
		t.Fatal(err)
	}
	find := user32.NewProc("FindWindowExW")
	var window uintptr
	look, limit := time.NewTicker(time.Millisecond), time.After(10*time.Second)
	defer look.Stop()
	for window == 0 {
		select {
		case <-look.C:
			window, _, _ = find.Call(messageOnly, 0, uintptr(unsafe.Pointer(name)), 0)
		case <-limit:
			t.Fatal("nothing watches")
		}
	}
	const sessionUnlock = 8
	for _, change := range []uintptr{sessionUnlock, sessionLock} {
		postMessage.Call(window, sessionChange, change, 0)
	}
	select {
	case <-told:
	case <-time.After(10 * time.Second):
		t.Fatal("the lock was not told")
	}
	cancel()
	select {
	case err := <-ended:
		if err != nil || len(told) > 0 {
			t.Errorf("ended with %v, told %d times more", err, len(told))
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it does not end")
	}
}
