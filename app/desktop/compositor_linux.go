package desktop

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
)

// WaitForCompositor waits until the Wayland compositor ends, as it does when the person logs out, and returns nil then. Any
// error says that it can't be known; ctx's when that ended first. It keeps a connection of its own, on which it asks for
// nothing, at the socket where wl_display_connect looks for one.
func WaitForCompositor(ctx context.Context) error {
	socket := os.Getenv("WAYLAND_DISPLAY")
	if !filepath.IsAbs(socket) {
		socket = filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), socket)
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", socket)
	if err != nil {
		return fmt.Errorf("could not reach the compositor: %w", err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	_, _ = io.Copy(io.Discard, conn) // it ends with the connection, however that ends
	return ctx.Err()
}
