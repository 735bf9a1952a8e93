//go:build !linux

package desktop

import "context"

// watchChanges calls changed after each change of the network, until ctx ends.
func watchChanges(ctx context.Context, changed func()) error { return poll(ctx, interfaces, changed) }
