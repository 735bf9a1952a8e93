package desktop

import (
	"context"
	"fmt"
	"runtime"
	"unsafe"

	"golang.org/x/sys/windows"
)

// https://learn.microsoft.com/en-us/windows/win32/termserv/wm-wtssession-change
var (
	wtsapi32          = windows.NewLazySystemDLL("wtsapi32.dll")
	registerSession   = wtsapi32.NewProc("WTSRegisterSessionNotification")
	unregisterSession = wtsapi32.NewProc("WTSUnRegisterSessionNotification")

	registerClass   = user32.NewProc("RegisterClassExW")
	unregisterClass = user32.NewProc("UnregisterClassW")
	createWindow    = user32.NewProc("CreateWindowExW")
	destroyWindow   = user32.NewProc("DestroyWindow")
	defaultHandler  = user32.NewProc("DefWindowProcW")
	getMessage      = user32.NewProc("GetMessageW")
	dispatchMessage = user32.NewProc("DispatchMessageW")
	postMessage     = user32.NewProc("PostMessageW")
)

const (
	messageOnly   = ^uintptr(2) // HWND_MESSAGE: a window that never shows
	closeMessage  = 0x10        // WM_CLOSE
	sessionChange = 0x2B1       // WM_WTSSESSION_CHANGE
	sessionLock   = 7           // WTS_SESSION_LOCK
	thisSession   = 0           // NOTIFY_FOR_THIS_SESSION
)

// windowClass is WNDCLASSEXW.
type windowClass struct {
	size, style                        uint32
	handler                            uintptr
	classExtra, windowExtra            int32
	instance, icon, cursor, background windows.Handle
	menuName                           uintptr
	name                               *uint16
	smallIcon                          uintptr
}

// windowMessage is MSG.
type windowMessage struct {
	window       uintptr
	message      uint32
	w, l         uintptr
	time         uint32
	x, y         int32
	reservedByOS uint32
}

// WatchLock calls locked each time the person's session is locked, until ctx ends; then it returns nil. locked must not block.
// An error means that Windows does not tell.
func WatchLock(ctx context.Context, locked func()) error {
	runtime.LockOSThread() // a window's messages come to the thread that made it
	defer runtime.UnlockOSThread()
	failed := func(call string, err error) error {
		return fmt.Errorf("could not watch the screen's lock: %s: %w", call, err)
	}
	name, err := windows.UTF16PtrFromString("Token Tray's watch for the lock")
	if err != nil {
		return err
	}
	var program windows.Handle
	if err := windows.GetModuleHandleEx(windows.GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT, nil, &program); err != nil {
		return failed("GetModuleHandleEx", err)
	}
	class := windowClass{name: name, instance: program, handler: windows.NewCallback(func(window, message, w, l uintptr) uintptr {
		if message == sessionChange && w == sessionLock {
			locked()
		}
		result, _, _ := defaultHandler.Call(window, message, w, l)
		return result
	})}
	class.size = uint32(unsafe.Sizeof(class))
	if atom, _, err := registerClass.Call(uintptr(unsafe.Pointer(&class))); atom == 0 {
		return failed("RegisterClassEx", err)
	}
	defer unregisterClass.Call(uintptr(unsafe.Pointer(name)), uintptr(program))
	window, _, err := createWindow.Call(0, uintptr(unsafe.Pointer(name)), 0, 0, 0, 0, 0, 0, messageOnly, 0, uintptr(program), 0)
	if window == 0 {
		return failed("CreateWindowEx", err)
	}
	defer destroyWindow.Call(window)
	if ok, _, err := registerSession.Call(window, thisSession); ok == 0 {
		return failed("WTSRegisterSessionNotification", err)
	}
	defer unregisterSession.Call(window)
	defer context.AfterFunc(ctx, func() { postMessage.Call(window, closeMessage, 0, 0) })()
	for {
		var m windowMessage
		more, _, err := getMessage.Call(uintptr(unsafe.Pointer(&m)), window, 0, 0)
		switch {
		case int32(more) <= 0: //nolint:gosec // a C int: -1 is a failure
			return failed("GetMessage", err)
		case m.message == closeMessage:
			return nil
		}
		dispatchMessage.Call(uintptr(unsafe.Pointer(&m)))
	}
}
