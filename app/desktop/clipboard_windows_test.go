package desktop

import (
	"bytes"
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// holds reads the formats on the clipboard, as any other program would; nil: it has no such format.
func holds(t *testing.T, name string) (data []byte) {
	t.Helper()
	format := uintptr(unicodeText)
	if name != "" {
		characters, err := windows.UTF16PtrFromString(name)
		if err != nil {
			t.Fatal(err)
		}
		format, _, _ = registerClipboardFormat.Call(uintptr(unsafe.Pointer(characters)))
	}
	err := opened(t.Context(), func() error {
		memory, _, _ := getClipboardData.Call(format)
		if memory == 0 {
			return nil
		}
		size, _, _ := globalSize.Call(memory)
		start, _, err := globalLock.Call(memory)
		if start == 0 {
			return err
		}
		defer globalUnlock.Call(memory)
		data = bytes.Clone(unsafe.Slice((*byte)(pointer(start)), size))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func wantText(t *testing.T, want string) {
	t.Helper()
	var got string
	if data := holds(t, ""); data != nil {
		got = windows.UTF16ToString(unsafe.Slice((*uint16)(unsafe.Pointer(&data[0])), len(data)/2))
	}
	if got != want {
		t.Errorf("the clipboard holds %q, want %q", got, want)
	}
}

func onWindows(limit time.Duration) *Clipboard { return newClipboard(windowsClipboard{}, nil, limit) }

func TestSecretIsHiddenFromHistories(t *testing.T) {
	c := onWindows(clipboardTime)
	wrote(t, c, "alice", token+" äöü 日本 🗝")
	wantText(t, token+" äöü 日本 🗝")
	for _, name := range historyHints {
		if data := holds(t, name); !bytes.Equal(data, make([]byte, 4)) {
			t.Errorf("%s is % x", name, data)
		}
	}
	wantCleared(t, c, true)
	wantText(t, "")
	for _, name := range historyHints {
		if holds(t, name) != nil {
			t.Errorf("%s is still there", name)
		}
	}
	wantCleared(t, c, false)
}

func TestTextThatIsNoSecretIsHiddenFromNobody(t *testing.T) {
	c := onWindows(clipboardTime)
	wrote(t, c, "alice", token)
	wrote(t, c, NoSecret, "https://example.com")
	for _, name := range historyHints {
		if holds(t, name) != nil {
			t.Errorf("%s is there", name)
		}
	}
	wantCleared(t, c, false)
	wantText(t, "https://example.com")
}

func TestOnlyOnesOwnTextIsCleared(t *testing.T) {
	c := onWindows(clipboardTime)
	everything := func(string) bool { return true }
	for text, want := range map[string]bool{"shopping list": false, token: true, strings.Repeat("x", 2*mostCompared): false} {
		wrote(t, c, "alice", token)
		wrote(t, onWindows(clipboardTime), "another program", text)
		wantCleared(t, c, want)
		wantText(t, map[bool]string{true: "", false: text}[want])
	}
	wrote(t, c, NoSecret, "from an earlier run")
	for _, want := range []bool{true, false} { // nothing is nobody's
		if cleared, err := c.Clear(t.Context(), "alice", everything); cleared != want || err != nil {
			t.Errorf("cleared is %t (%v)", cleared, err)
		}
	}
}

// Only one program can have the clipboard open.
func TestClipboardThatAnotherHasOpenIsWaitedForAndGivenUp(t *testing.T) {
	open, closed := make(chan struct{}), make(chan struct{})
	defer func() { <-closed }()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		defer close(closed)
		runtime.LockOSThread() // and never unlocked: the thread ends
		window := newWindow()
		if ok, _, err := openClipboard.Call(window); window == 0 || ok == 0 {
			t.Errorf("not opened: %v", err)
		}
		close(open)
		<-ctx.Done()
		closeClipboard.Call()
	}()
	<-open
	c := onWindows(200 * time.Millisecond)
	if err := c.Write(t.Context(), "alice", token); !errors.Is(err, ErrClipboardBusy) {
		t.Errorf("%v", err)
	}
	cancel()
	<-closed
	wrote(t, c, "alice", token)
	wantCleared(t, c, true)
}

func newWindow() uintptr {
	class, err := windows.UTF16PtrFromString("STATIC")
	if err != nil {
		return 0
	}
	window, _, _ := user32.NewProc("CreateWindowExW").Call(0, uintptr(unsafe.Pointer(class)), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	return window
}
