package desktop

import (
	"encoding/binary"
	"syscall"

	"golang.org/x/sys/unix"
)

// mostKnown bounds the memory of a computer that is somebody's router.
const mostKnown = 4096

// picture is what the kernel's messages have said so far. It tells news from repetition: a wireless interface says that
// it is up with each scan, and a router refreshes its addresses and routes every few seconds.
type picture struct {
	links  map[string]string // links and addresses
	routes map[string]string
}

func newPicture() *picture {
	return &picture{links: map[string]string{}, routes: map[string]string{}}
}

// take reads messages and tells whether there is news among them. What can't be read is taken for news.
func (p *picture) take(messages []byte) (news bool) {
	parsed, err := syscall.ParseNetlinkMessage(messages)
	if err != nil {
		return true
	}
	for _, m := range parsed {
		f, ok := read(m)
		switch {
		case !ok:
		case f.isRoute:
			news = f.enter(p.routes) || news
		case f.enter(p.links):
			clear(p.routes) // they go with an interface or an address without a word
			news = true
		}
	}
	return news
}

// fact is one message's content.
type fact struct {
	isRoute    bool
	gone       bool
	key, value string
}

// enter writes the fact down and tells whether it is news. That something is gone is news always: it may have been there
// since before the first message.
func (f fact) enter(known map[string]string) (news bool) {
	if f.gone {
		delete(known, f.key)
		return true
	}
	if value, ok := known[f.key]; ok && value == f.value {
		return false
	}
	if len(known) >= mostKnown {
		clear(known)
	}
	known[f.key] = f.value
	return true
}

// read takes from a message what matters to whether a provider can be reached; ok is false where nothing does.
func read(m syscall.NetlinkMessage) (f fact, ok bool) {
	switch m.Header.Type {
	case unix.RTM_NEWLINK, unix.RTM_DELLINK:
		f, ok = readLink(m)
		f.gone = m.Header.Type == unix.RTM_DELLINK
	case unix.RTM_NEWADDR, unix.RTM_DELADDR:
		f, ok = readAddress(m)
		f.gone = m.Header.Type == unix.RTM_DELADDR
	case unix.RTM_NEWROUTE, unix.RTM_DELROUTE:
		f, ok = readRoute(m)
		f.gone = m.Header.Type == unix.RTM_DELROUTE
	}
	return f, ok
}

// readLink reads struct ifinfomsg. A bridge speaks of its ports in the same messages, in a family of its own.
func readLink(m syscall.NetlinkMessage) (fact, bool) {
	if len(m.Data) < unix.SizeofIfInfomsg || m.Data[0] != unix.AF_UNSPEC {
		return fact{}, false
	}
	flags := binary.NativeEndian.Uint32(m.Data[8:]) & (unix.IFF_UP | unix.IFF_RUNNING | unix.IFF_LOWER_UP)
	return fact{key: "link" + string(m.Data[4:8]), value: number(flags)}, true
}

// readAddress reads struct ifaddrmsg. An IPv6 address that is tentative can't be used yet.
func readAddress(m syscall.NetlinkMessage) (fact, bool) {
	if len(m.Data) < unix.SizeofIfAddrmsg {
		return fact{}, false
	}
	key := "address" + string(m.Data[:2]) + string(m.Data[4:8]) + attributes(m, unix.IFA_ADDRESS, unix.IFA_LOCAL)
	return fact{key: key, value: number(uint32(m.Data[2] & unix.IFA_F_TENTATIVE))}, true
}

// readRoute reads struct rtmsg. Routes to this computer itself come and go with its addresses, and cached ones with
// whoever is talked to.
func readRoute(m syscall.NetlinkMessage) (fact, bool) {
	if len(m.Data) < unix.SizeofRtMsg || m.Data[7] != unix.RTN_UNICAST ||
		binary.NativeEndian.Uint32(m.Data[8:])&unix.RTM_F_CLONED != 0 {
		return fact{}, false
	}
	key := string(m.Data[:2]) + string(m.Data[4:5]) + attributes(m, unix.RTA_DST, unix.RTA_OIF, unix.RTA_PRIORITY)
	return fact{isRoute: true, key: key, value: attributes(m, unix.RTA_GATEWAY, unix.RTA_VIA, unix.RTA_MULTIPATH)}, true
}

// attributes are those of these types, with type and length before each so that none can pass for another.
func attributes(m syscall.NetlinkMessage, types ...uint16) (text string) {
	all, err := syscall.ParseNetlinkRouteAttr(&m)
	if err != nil {
		return ""
	}
	for _, wanted := range types {
		for _, a := range all {
			if a.Attr.Type == wanted {
				text += number(uint32(wanted)) + number(uint32(a.Attr.Len)) + string(a.Value)
			}
		}
	}
	return text
}

func number(n uint32) string { return string(binary.NativeEndian.AppendUint32(nil, n)) }
