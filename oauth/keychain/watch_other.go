//go:build !linux

package keychain

import "context"

// Watch has nothing to see: macOS asks by itself when an entry is read, Windows never locks.
func Watch(ctx context.Context, _ func()) error {
	<-ctx.Done()
	return nil
}
