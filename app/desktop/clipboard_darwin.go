//go:build cgo

package desktop

/*
#cgo CFLAGS: -x objective-c
#cgo LDFLAGS: -framework AppKit
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#import <AppKit/AppKit.h>

// putText empties the pasteboard and puts a text there. Tools that keep a history leave a concealed one alone
// (http://nspasteboard.org), and it stays on this computer.
static bool putText(const char *text, bool secret) {
	@autoreleasepool {
		NSPasteboard *board = [NSPasteboard generalPasteboard];
		[board prepareForNewContentsWithOptions:secret ? NSPasteboardContentsCurrentHostOnly : 0];
		if (secret) {
			[board setString:@"" forType:@"org.nspasteboard.ConcealedType"];
		}
		return [board setString:[NSString stringWithUTF8String:text] forType:NSPasteboardTypeString];
	}
}

// copyText returns the text that stands there, for the caller to free, or NULL; count tells its change count.
static char *copyText(long *count) {
	@autoreleasepool {
		NSPasteboard *board = [NSPasteboard generalPasteboard];
		*count = [board changeCount];
		NSString *text = [board stringForType:NSPasteboardTypeString];
		return text == nil ? NULL : strdup([text UTF8String]);
	}
}

// emptyBoard empties the pasteboard unless it has changed since then.
static bool emptyBoard(long count) {
	@autoreleasepool {
		NSPasteboard *board = [NSPasteboard generalPasteboard];
		if ([board changeCount] != count) {
			return false;
		}
		[board clearContents];
		return true;
	}
}
*/
import "C"

import (
	"context"
	"unicode/utf8"
	"unsafe"
)

func systemClipboard(system) system { return pasteboard{} }

// pasteboard is macOS' general pasteboard. https://developer.apple.com/documentation/appkit/nspasteboard
type pasteboard struct{}

func (pasteboard) name() string { return "macOS" }

func (pasteboard) write(_ context.Context, text string, secret bool, _ func()) error {
	if !utf8.ValidString(text) {
		return ErrClipboard
	}
	characters := C.CString(text)
	defer C.free(unsafe.Pointer(characters))
	if !C.putText(characters, C.bool(secret)) {
		return ErrClipboard
	}
	return nil
}

func (pasteboard) clear(_ context.Context, ours func(text string) bool) (bool, error) {
	var count C.long
	characters := C.copyText(&count)
	if characters == nil {
		return false, nil
	}
	defer C.free(unsafe.Pointer(characters))
	return ours(C.GoString(characters)) && bool(C.emptyBoard(count)), nil
}
