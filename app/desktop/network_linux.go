package desktop

import (
	"context"
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// watchChanges calls changed after each change of the network that the kernel tells of (rtnetlink(7)), until ctx
// ends. A sandbox may forbid to listen: then it looks for itself.
func watchChanges(ctx context.Context, changed func()) error {
	socket, err := listen()
	if err != nil {
		return poll(ctx, interfaces, changed)
	}
	defer func() { _ = socket.Close() }()
	defer context.AfterFunc(ctx, func() { _ = socket.Close() })() // ends the reading
	known := newPicture()
	messages := make([]byte, 64<<10)
	for {
		n, err := socket.Read(messages)
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, unix.ENOBUFS): // messages were lost, and with them what is known
			known = newPicture()
			changed()
		case err != nil:
			return poll(ctx, interfaces, changed)
		case known.take(messages[:n]):
			changed()
		}
	}
}

// listen opens a socket that the kernel sends its news of links, addresses and routes to. It needs no privilege.
func listen() (*os.File, error) {
	socket, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.NETLINK_ROUTE)
	if err != nil {
		return nil, fmt.Errorf("could not open a netlink socket: %w", err)
	}
	groups := uint32(unix.RTMGRP_LINK | unix.RTMGRP_IPV4_IFADDR | unix.RTMGRP_IPV4_ROUTE | unix.RTMGRP_IPV6_IFADDR | unix.RTMGRP_IPV6_ROUTE)
	if err := unix.Bind(socket, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: groups}); err != nil {
		return nil, errors.Join(fmt.Errorf("could not listen to the kernel: %w", err), unix.Close(socket))
	}
	return os.NewFile(uintptr(socket), "netlink"), nil
}
