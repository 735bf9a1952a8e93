package desktop

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/godbus/dbus/v5"
)

const (
	menuName = "com.canonical.dbusmenu"
	menuPath = itemPath + "/menu"
)

// Entry is one entry of a tray menu.
type Entry struct {
	// Label is the text; see [MenuLabel].
	Label             string
	Disabled, Checked bool
	Separator         bool
	// Do is what a click does, on a goroutine of its own; it must not block. nil: nothing.
	Do func()
	// Entries are a submenu.
	Entries []Entry
}

// trayMenu is a menu as com.canonical.dbusmenu has it: a tree of entries with numbers, of which 0 is the root. An entry is
// what it says in its place: another label is another entry, and one that comes back has its number again. So what is
// clicked is what was read, however the menu changed meanwhile. Nothing is forgotten; there are no more entries than
// accounts, times the few things to say of one.
type trayMenu struct {
	root     node
	revision uint32           // counts the changes of the tree
	ids      map[string]int32 // by place and label
	clicks   map[int32]func() // what each entry does, also those that are gone
}

type node struct {
	id       int32
	looks    map[string]dbus.Variant
	children []node
}

func newTrayMenu() trayMenu {
	return trayMenu{root: node{looks: map[string]dbus.Variant{}}, ids: map[string]int32{}, clicks: map[int32]func(){}}
}

// set puts a menu in the place of the one before. It tells whether the tree is another one, and which of the entries that
// stay look different.
func (m *trayMenu) set(entries []Entry) (layout bool, changed []int32) {
	before := m.root
	m.root = node{looks: map[string]dbus.Variant{}, children: m.nodes("", entries)}
	if len(entries) > 0 {
		m.root.looks["children-display"] = dbus.MakeVariant("submenu")
	}
	layout = !sameTree(before, m.root)
	if layout {
		m.revision++
	}
	looked := map[int32]map[string]dbus.Variant{}
	before.visit(func(n node) { looked[n.id] = n.looks })
	m.root.visit(func(n node) {
		if was, stays := looked[n.id]; stays && !maps.Equal(was, n.looks) {
			changed = append(changed, n.id)
		}
	})
	return layout, changed
}

// nodes numbers the entries of one menu.
func (m *trayMenu) nodes(place string, entries []Entry) []node {
	seen := map[string]int{} // two entries may say the same, as all separators do
	var nodes []node
	for _, e := range entries {
		name := place + "\x00" + e.Label
		seen[name]++
		name += "\x00" + strconv.Itoa(seen[name])
		id, known := m.ids[name]
		if !known {
			id = int32(len(m.ids) + 1)
			m.ids[name] = id
		}
		m.clicks[id] = e.Do
		nodes = append(nodes, node{id, looks(e), m.nodes(name, e.Entries)})
	}
	return nodes
}

// looks are an entry's properties.
func looks(e Entry) map[string]dbus.Variant {
	if e.Separator {
		return map[string]dbus.Variant{"type": dbus.MakeVariant("separator")}
	}
	// What has its usual value is there all the same, so that a change back is one.
	looks := map[string]dbus.Variant{
		"label":        dbus.MakeVariant(e.Label),
		"enabled":      dbus.MakeVariant(!e.Disabled),
		"toggle-type":  dbus.MakeVariant(""),
		"toggle-state": dbus.MakeVariant(int32(0)),
	}
	if e.Checked {
		looks["toggle-type"], looks["toggle-state"] = dbus.MakeVariant("checkmark"), dbus.MakeVariant(int32(1))
	}
	if len(e.Entries) > 0 {
		looks["children-display"] = dbus.MakeVariant("submenu")
	}
	return looks
}

func sameTree(a, b node) bool {
	if a.id != b.id || len(a.children) != len(b.children) {
		return false
	}
	for i := range a.children {
		if !sameTree(a.children[i], b.children[i]) {
			return false
		}
	}
	return true
}

func (n node) visit(do func(node)) {
	do(n)
	for _, child := range n.children {
		child.visit(do)
	}
}

// entryLooks are an entry's properties as signals and answers have them, (ia{sv}).
type entryLooks struct {
	ID    int32
	Looks map[string]dbus.Variant
}

// looks are the properties of some entries as they are now.
func (m *trayMenu) looks(wanted func(id int32) bool) []entryLooks {
	all := []entryLooks{}
	m.root.visit(func(n node) {
		if wanted(n.id) {
			all = append(all, entryLooks{n.id, n.looks})
		}
	})
	return all
}

// layout is a part of the tree as com.canonical.dbusmenu has it, (ia{sv}av).
type layout struct {
	ID       int32
	Looks    map[string]dbus.Variant
	Children []dbus.Variant
}

// layout is the tree below an entry, this many levels deep; below zero: all of it.
func (n node) layout(depth int32) layout {
	l := layout{n.id, n.looks, []dbus.Variant{}}
	if depth != 0 {
		for _, child := range n.children {
			l.Children = append(l.Children, dbus.MakeVariant(child.layout(depth-1)))
		}
	}
	return l
}

// deeperPause is how long an answer about the entries of a submenu waits, so that it comes after the one about the entries
// above. Each call is answered on a goroutine of its own, and answers can overtake each other; panels that use libdbusmenu
// (Xfce's, waybar) lose a submenu's entries when they hear of them first.
const deeperPause = 50 * time.Millisecond

// depth is how many menus deep the deepest of some entries is; of the top level: 1.
func (n node) depth(ids []int32) (deepest int) {
	for _, child := range n.children {
		if slices.Contains(ids, child.id) {
			deepest = max(deepest, 1)
		}
		if below := child.depth(ids); below > 0 {
			deepest = max(deepest, 1+below)
		}
	}
	return deepest
}

// find returns the entry with a number.
func (m *trayMenu) find(id int32) (found node, ok bool) {
	m.root.visit(func(n node) {
		if n.id == id {
			found, ok = n, true
		}
	})
	return found, ok
}

// event is one of EventGroup's, (isvu).
type event struct {
	ID   int32
	Kind string
	Data dbus.Variant
	Time uint32
}

// menuMethods are those of com.canonical.dbusmenu.
func (t *Tray) menuMethods() map[string]any {
	noEntry := func(id int32) *dbus.Error {
		return dbus.NewError(busName+".Error.InvalidArgs", []any{"no entry " + strconv.Itoa(int(id))})
	}
	return map[string]any{
		"GetLayout": func(id, depth int32, _ []string) (uint32, layout, *dbus.Error) {
			t.mu.Lock()
			defer t.mu.Unlock()
			n, ok := t.menu.find(id)
			if !ok {
				return 0, layout{}, noEntry(id)
			}
			return t.menu.revision, n.layout(depth), nil
		},
		"GetGroupProperties": t.groupProperties,
		"GetProperty": func(id int32, name string) (dbus.Variant, *dbus.Error) {
			t.mu.Lock()
			defer t.mu.Unlock()
			n, _ := t.menu.find(id)
			value, ok := n.looks[name]
			if !ok {
				return dbus.Variant{}, noEntry(id)
			}
			return value, nil
		},
		"Event": func(id int32, kind string, _ dbus.Variant, _ uint32) *dbus.Error {
			t.click(id, kind)
			return nil
		},
		"EventGroup": func(events []event) ([]int32, *dbus.Error) {
			for _, e := range events {
				t.click(e.ID, e.Kind)
			}
			return []int32{}, nil
		},
		// The menu is always as it should be, also before it opens.
		"AboutToShow": func(int32) (bool, *dbus.Error) { return false, nil },
		"AboutToShowGroup": func([]int32) (needUpdate, noEntries []int32, _ *dbus.Error) {
			return []int32{}, []int32{}, nil
		},
	}
}

func (t *Tray) groupProperties(ids []int32, _ []string) ([]entryLooks, *dbus.Error) {
	t.mu.Lock()
	depth := t.menu.root.depth(ids)
	t.mu.Unlock()
	if depth > 1 {
		time.Sleep(time.Duration(depth-1) * deeperPause)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	// Of none in particular means of all.
	return t.menu.looks(func(id int32) bool { return len(ids) == 0 || slices.Contains(ids, id) }), nil
}

func (t *Tray) click(id int32, kind string) {
	if kind != "clicked" {
		return
	}
	t.mu.Lock()
	do := t.menu.clicks[id]
	t.mu.Unlock()
	if do != nil {
		do()
	}
}

func menuProperties() map[string]dbus.Variant {
	return map[string]dbus.Variant{
		"Version":       dbus.MakeVariant(uint32(3)), // of the protocol
		"TextDirection": dbus.MakeVariant("ltr"),
		"Status":        dbus.MakeVariant("normal"),
		"IconThemePath": dbus.MakeVariant([]string{}),
	}
}
