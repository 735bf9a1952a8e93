package desktop

import (
	"context"
	"fmt"
	"runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// https://learn.microsoft.com/en-us/windows/win32/dataxchg/clipboard-operations
var (
	user32                  = windows.NewLazySystemDLL("user32.dll")
	openClipboard           = user32.NewProc("OpenClipboard")
	closeClipboard          = user32.NewProc("CloseClipboard")
	emptyClipboard          = user32.NewProc("EmptyClipboard")
	getClipboardData        = user32.NewProc("GetClipboardData")
	setClipboardData        = user32.NewProc("SetClipboardData")
	registerClipboardFormat = user32.NewProc("RegisterClipboardFormatW")

	kernel32     = windows.NewLazySystemDLL("kernel32.dll")
	globalAlloc  = kernel32.NewProc("GlobalAlloc")
	globalFree   = kernel32.NewProc("GlobalFree")
	globalLock   = kernel32.NewProc("GlobalLock")
	globalUnlock = kernel32.NewProc("GlobalUnlock")
	globalSize   = kernel32.NewProc("GlobalSize")
)

const (
	unicodeText  = 13 // CF_UNICODETEXT
	gmemMoveable = 2
)

// historyHints are formats that keep a text out of clipboard monitors, of Windows' own history and of other computers'
// clipboards; a value is a DWORD.
// https://learn.microsoft.com/en-us/windows/win32/dataxchg/clipboard-formats#cloud-clipboard-and-clipboard-history-formats
var historyHints = []string{"ExcludeClipboardContentFromMonitorProcessing", "CanIncludeInClipboardHistory", "CanUploadToCloudClipboard"}

func systemClipboard(system) system { return windowsClipboard{} }

type windowsClipboard struct{}

func (windowsClipboard) name() string { return "Windows" }

func (windowsClipboard) write(ctx context.Context, text string, secret bool, _ func()) error {
	characters, err := windows.UTF16FromString(text)
	if err != nil {
		return ErrClipboard // a zero byte in it
	}
	return opened(ctx, func() error {
		if ok, _, err := emptyClipboard.Call(); ok == 0 {
			return refused("EmptyClipboard", err)
		}
		err := error(nil)
		if secret {
			err = hide()
		}
		if err == nil {
			err = put(unicodeText, unsafe.Slice((*byte)(unsafe.Pointer(&characters[0])), 2*len(characters)))
		}
		if err != nil {
			emptyClipboard.Call()
		}
		return err
	})
}

func (windowsClipboard) clear(ctx context.Context, ours func(text string) bool) (cleared bool, err error) {
	err = opened(ctx, func() error {
		if !ours(standing()) {
			return nil
		}
		if ok, _, err := emptyClipboard.Call(); ok == 0 {
			return refused("EmptyClipboard", err)
		}
		cleared = true
		return nil
	})
	return cleared, err
}

// opened does something while the clipboard is this thread's; nobody else can change it meanwhile.
func opened(ctx context.Context, do func() error) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for {
		if ok, _, _ := openClipboard.Call(0); ok != 0 {
			break
		}
		select { // another program has it open
		case <-time.After(5 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	defer closeClipboard.Call()
	return do()
}

func hide() error {
	for _, name := range historyHints {
		characters, err := windows.UTF16PtrFromString(name)
		if err != nil {
			return err
		}
		format, _, err := registerClipboardFormat.Call(uintptr(unsafe.Pointer(characters)))
		if format == 0 {
			return refused("RegisterClipboardFormat", err)
		}
		if err := put(format, make([]byte, 4)); err != nil {
			return err
		}
	}
	return nil
}

// put puts data of a format on the open clipboard.
func put(format uintptr, data []byte) error {
	memory, _, err := globalAlloc.Call(gmemMoveable, uintptr(len(data)))
	if memory == 0 {
		return refused("GlobalAlloc", err)
	}
	err = fill(memory, data)
	if err == nil {
		var set uintptr
		if set, _, err = setClipboardData.Call(format, memory); set != 0 {
			return nil // the memory is Windows' now
		}
		err = refused("SetClipboardData", err)
	}
	globalFree.Call(memory)
	return err
}

func fill(memory uintptr, data []byte) error {
	start, _, err := globalLock.Call(memory)
	if start == 0 {
		return refused("GlobalLock", err)
	}
	copy(unsafe.Slice((*byte)(pointer(start)), len(data)), data)
	globalUnlock.Call(memory)
	return nil
}

// standing is the text on the open clipboard; empty: there is none, or one too long to be ours.
func standing() string {
	memory, _, _ := getClipboardData.Call(unicodeText)
	if memory == 0 {
		return ""
	}
	size, _, _ := globalSize.Call(memory)
	if size > 2*mostCompared {
		return ""
	}
	start, _, _ := globalLock.Call(memory)
	if start == 0 {
		return ""
	}
	defer globalUnlock.Call(memory)
	return windows.UTF16ToString(unsafe.Slice((*uint16)(pointer(start)), size/2))
}

// pointer is memory of Windows', which Go's collector has nothing to do with.
func pointer(address uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&address)) }

func refused(call string, err error) error { return fmt.Errorf("%w: %s: %w", ErrClipboard, call, err) }
