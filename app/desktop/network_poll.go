package desktop

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"
)

// pollEvery is short enough for accounts to recover within half a minute, and long enough to cost nothing.
const pollEvery = 10 * time.Second

// poll compares what look sees and calls changed when that is something else, until ctx ends. An error means that
// nothing can be seen from the start.
func poll(ctx context.Context, look func() (string, error), changed func()) error {
	before, err := look()
	if err != nil {
		return fmt.Errorf("could not look at the network: %w", err)
	}
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		now, err := look()
		if err != nil {
			continue // an interface can go between the list and its addresses: the next look tells
		}
		if now != before {
			before = now
			changed()
		}
	}
}

// interfaces describes the interfaces that are up, with their addresses.
func interfaces() (string, error) {
	all, err := net.Interfaces()
	if err != nil {
		return "", err
	}
	var lines []string
	for _, i := range all {
		if i.Flags&net.FlagUp == 0 {
			continue
		}
		addresses, err := i.Addrs()
		if err != nil {
			return "", err
		}
		for _, address := range addresses {
			lines = append(lines, i.Name+" "+i.Flags.String()+" "+address.String())
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n"), nil
}
