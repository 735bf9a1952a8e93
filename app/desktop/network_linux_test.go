package desktop

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// What the kernel says of the links, addresses and routes that are there has the form of its news. Anybody may ask.
func TestRepetitionIsNoNews(t *testing.T) {
	known := newPicture()
	for _, of := range []struct {
		name string
		ask  int
	}{{"links", unix.RTM_GETLINK}, {"addresses", unix.RTM_GETADDR}, {"routes", unix.RTM_GETROUTE}} {
		messages, err := syscall.NetlinkRIB(of.ask, unix.AF_UNSPEC)
		if err != nil {
			t.Fatal(err)
		}
		if news := known.take(messages); !news && of.ask == unix.RTM_GETLINK {
			t.Errorf("%s: nothing was understood", of.name)
		}
		if known.take(messages) {
			t.Errorf("%s: told twice, news twice", of.name)
		}
	}
}

func TestWhatMattersIsNews(t *testing.T) {
	link := func(flags uint32) []byte {
		return message(unix.RTM_NEWLINK, infomsg(3, flags), attribute(unix.IFLA_WIRELESS, []byte(number(flags))))
	}
	address := func(kind uint16, flags byte, lifetime uint32) []byte {
		return message(kind, []byte{unix.AF_INET6, 64, flags, 0, 3, 0, 0, 0},
			attribute(unix.IFA_ADDRESS, net.ParseIP("2001:db8::1")),
			attribute(unix.IFA_CACHEINFO, binary.NativeEndian.AppendUint32(make([]byte, 12), lifetime)))
	}
	route := func(kind uint16, gateway string, lifetime uint32) []byte {
		return message(kind, routemsg(unix.RTN_UNICAST, 0),
			attribute(unix.RTA_OIF, binary.NativeEndian.AppendUint32(nil, 3)),
			attribute(unix.RTA_GATEWAY, net.ParseIP(gateway).To4()),
			attribute(unix.RTA_CACHEINFO, binary.NativeEndian.AppendUint32(make([]byte, 28), lifetime)))
	}
	up := uint32(unix.IFF_UP | unix.IFF_RUNNING | unix.IFF_LOWER_UP)
	known := newPicture()
	for _, step := range []struct {
		name     string
		messages []byte
		want     bool
	}{
		{"a link", link(unix.IFF_UP), true},
		{"its cable is in", link(up), true},
		{"its wireless scan", link(up | unix.IFF_PROMISC), false},
		{"a bridge's port", message(unix.RTM_NEWLINK, append([]byte{unix.AF_BRIDGE}, infomsg(3, 0)[1:]...)), false},
		{"an address", address(unix.RTM_NEWADDR, unix.IFA_F_TENTATIVE, 100), true},
		{"can be used", address(unix.RTM_NEWADDR, 0, 100), true},
		{"is refreshed", address(unix.RTM_NEWADDR, 0, 200), false},
		{"is deprecated", address(unix.RTM_NEWADDR, unix.IFA_F_DEPRECATED, 200), false},
		{"a route", route(unix.RTM_NEWROUTE, "192.0.2.1", 100), true},
		{"is refreshed", route(unix.RTM_NEWROUTE, "192.0.2.1", 200), false},
		{"through another gateway", route(unix.RTM_NEWROUTE, "192.0.2.2", 200), true},
		{"a route to itself", message(unix.RTM_NEWROUTE, routemsg(unix.RTN_LOCAL, 0)), false},
		{"a cached route", message(unix.RTM_NEWROUTE, routemsg(unix.RTN_UNICAST, unix.RTM_F_CLONED)), false},
		{"the cable is out", link(unix.IFF_UP), true},
		{"the cable is in, the route not yet", link(up), true},
		{"the same route, which went with the link", route(unix.RTM_NEWROUTE, "192.0.2.2", 200), true},
		{"two at once, the second one old", slices.Concat(address(unix.RTM_NEWADDR, unix.IFA_F_TENTATIVE, 1), link(up)), true},
		{"the route is gone", route(unix.RTM_DELROUTE, "192.0.2.2", 0), true},
		{"it is back", route(unix.RTM_NEWROUTE, "192.0.2.2", 0), true},
		{"the address is gone", address(unix.RTM_DELADDR, 0, 0), true},
		{"a neighbour", message(unix.RTM_NEWNEIGH, make([]byte, 12)), false},
		{"too short a message", message(unix.RTM_NEWROUTE, []byte{1, 2}), false},
		{"half a message", link(up)[:20], true},
	} {
		if got := known.take(step.messages); got != step.want {
			t.Errorf("%s: news is %t", step.name, got)
		}
	}
}

func TestMemoryOfARouterIsBounded(t *testing.T) {
	known := newPicture()
	for n := range uint32(3 * mostKnown) {
		known.take(message(unix.RTM_NEWROUTE, routemsg(unix.RTN_UNICAST, 0), attribute(unix.RTA_DST, binary.NativeEndian.AppendUint32(nil, n))))
	}
	if n := len(known.routes); n > mostKnown || n == 0 {
		t.Errorf("%d routes are known", n)
	}
}

func TestWatchingLeavesNothingBehind(t *testing.T) {
	before := openFiles(t)
	for range 20 {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- WatchNetwork(ctx, func() {}) }()
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if after := openFiles(t); after > before+1 { // one more: the runtime's own poller
		t.Errorf("%d files are open, %d were before", after, before)
	}
}

func openFiles(t *testing.T) int {
	t.Helper()
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(files)
}

// inNamespace tells the test's own child that it has a network to itself.
const inNamespace = "TOKENTRAY_TEST_NAMESPACE"

// A change of a real network: that of a namespace which the test has to itself. Most systems let anybody have one; where
// only root may, and nobody is root, it says so, and the kernel's messages are tested above all the same.
func TestChangeOfTheNetworkIsTold(t *testing.T) {
	if os.Getenv(inNamespace) != "" {
		changeNetwork(t)
		return
	}
	asAnybody := &syscall.SysProcAttr{
		Cloneflags:  unix.CLONE_NEWUSER | unix.CLONE_NEWNET,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	asRoot := &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNET}
	var refused []string
	for _, attributes := range []*syscall.SysProcAttr{asAnybody, asRoot} {
		attributes.Pdeathsig = syscall.SIGKILL
		child := exec.CommandContext(t.Context(), "/proc/self/exe", "-test.run=^"+t.Name()+"$", "-test.v", "-test.timeout=1m")
		child.Env = append(os.Environ(), inNamespace+"=1")
		child.SysProcAttr = attributes
		output, err := child.CombinedOutput()
		text := string(output)
		switch {
		case err == nil && strings.Contains(text, "--- PASS: "+t.Name()):
			return
		case errors.Is(err, unix.EPERM) || errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EINVAL) || strings.Contains(text, notPermitted):
			refused = append(refused, err.Error())
		default:
			t.Fatalf("%v\n%s", err, text)
		}
	}
	t.Skipf("this system gives nobody but root a network of their own: %v", refused)
}

// notPermitted is what the child says where a namespace comes without rights in it.
const notPermitted = "no right to change the namespace's network"

func changeNetwork(t *testing.T) {
	socket, err := listen()
	if err != nil {
		t.Fatalf("the kernel can't be listened to: %v", err)
	}
	shut(t, socket)
	told := make(chan struct{}, 16)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- WatchNetwork(ctx, func() { told <- struct{}{} }) }()
	defer func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}()
	// The watching has begun when it tells of a change.
	for up, began := true, false; !began; up = !up {
		setLoopback(t, up)
		select {
		case <-told:
			began = true
		case <-time.After(3 * time.Second):
		}
	}
	setLoopback(t, true)
	drain(told)
	for _, change := range []struct {
		name string
		do   func()
	}{
		{"address", func() { setAddress(t, [4]byte{10, 1, 2, 3}) }},
		{"route", func() { addDefaultRoute(t) }},
	} {
		began := time.Now()
		change.do()
		select {
		case <-told:
			if took := time.Since(began); took < quietFor/2 {
				t.Errorf("%s: told after %v already", change.name, took)
			}
		case <-time.After(2 * longestStorm):
			t.Errorf("%s: never told", change.name)
		}
		drain(told)
	}
}

// drain waits until nothing more is told.
func drain(told <-chan struct{}) {
	for {
		select {
		case <-told:
		case <-time.After(quietFor + quietFor/2):
			return
		}
	}
}

func setLoopback(t *testing.T, up bool) {
	t.Helper()
	change(t, unix.SIOCSIFFLAGS, func(r *unix.Ifreq) {
		if up {
			r.SetUint16(unix.IFF_UP)
		}
	})
}

func setAddress(t *testing.T, address [4]byte) {
	t.Helper()
	change(t, unix.SIOCSIFADDR, func(r *unix.Ifreq) {
		if err := r.SetInet4Addr(address[:]); err != nil {
			t.Fatal(err)
		}
	})
}

// change changes the loopback interface (netdevice(7)).
func change(t *testing.T, what uint, fill func(*unix.Ifreq)) {
	t.Helper()
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(socket)
	request, err := unix.NewIfreq("lo")
	if err != nil {
		t.Fatal(err)
	}
	fill(request)
	if err := unix.IoctlIfreq(socket, what, request); err != nil {
		if errors.Is(err, unix.EPERM) {
			t.Fatal(notPermitted)
		}
		t.Fatal(err)
	}
}

func addDefaultRoute(t *testing.T) {
	t.Helper()
	socket, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_ROUTE)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(socket)
	lo, err := net.InterfaceByName("lo")
	if err != nil {
		t.Fatal(err)
	}
	request := message(unix.RTM_NEWROUTE, routemsg(unix.RTN_UNICAST, 0),
		attribute(unix.RTA_OIF, []byte(number(uint32(lo.Index))))) //nolint:gosec // interfaces are numbered from 1
	binary.NativeEndian.PutUint16(request[6:], unix.NLM_F_REQUEST|unix.NLM_F_ACK|unix.NLM_F_CREATE)
	if err := unix.Sendto(socket, request, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, 4096)
	n, _, err := unix.Recvfrom(socket, answer, 0)
	if err != nil {
		t.Fatal(err)
	}
	if refused := binary.NativeEndian.AppendUint32(nil, 0); n < 20 || !bytes.Equal(answer[16:20], refused) {
		t.Fatalf("no default route: % x", answer[:n])
	}
}

// message builds a netlink message (netlink(7)).
func message(kind uint16, body []byte, attributes ...[]byte) []byte {
	body = slices.Concat(body, slices.Concat(attributes...))
	header := []byte(number(uint32(unix.SizeofNlMsghdr + len(body)))) //nolint:gosec // a test's message is short
	header = binary.NativeEndian.AppendUint16(header, kind)
	header = append(header, make([]byte, unix.SizeofNlMsghdr-len(header))...)
	return padded(append(header, body...))
}

func attribute(kind uint16, value []byte) []byte {
	header := binary.NativeEndian.AppendUint16(nil, uint16(unix.SizeofRtAttr+len(value))) //nolint:gosec // a test's value is short
	return padded(append(binary.NativeEndian.AppendUint16(header, kind), value...))
}

func padded(b []byte) []byte { return append(b, make([]byte, -len(b)&3)...) }

// infomsg is struct ifinfomsg.
func infomsg(index, flags uint32) []byte {
	b := binary.NativeEndian.AppendUint32(make([]byte, 4), index)
	return append(binary.NativeEndian.AppendUint32(b, flags), 0, 0, 0, 0)
}

// routemsg is struct rtmsg of an IPv4 default route in the main table.
func routemsg(kind byte, flags uint32) []byte {
	b := []byte{unix.AF_INET, 0, 0, 0, unix.RT_TABLE_MAIN, unix.RTPROT_BOOT, unix.RT_SCOPE_LINK, kind}
	return binary.NativeEndian.AppendUint32(b, flags)
}
