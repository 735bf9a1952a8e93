package desktop

import (
	"cmp"
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
	last     int32            // of the IDs
	// known are all entries that there ever were, by their numbers. A host may go on asking for one that has just gone; one
	// that uses libdbusmenu would never show an entry again of which it got no answer.
	known map[int32]entry
}

// entry is what is known of one entry.
type entry struct {
	depth int // how many menus deep it is: 1 at the top level
	looks map[string]dbus.Variant
	do    func()
}

// node is an entry in its place.
type node struct {
	id       int32
	looks    map[string]dbus.Variant
	children []node
}

func newTrayMenu() trayMenu {
	m := trayMenu{ids: map[string]int32{}, known: map[int32]entry{}}
	m.set(nil)
	return m
}

// set puts a menu in the place of the one before. It tells whether the tree is another one, and which of the entries that
// stay look different.
func (m *trayMenu) set(entries []Entry) (layout bool, changed []int32) {
	before := m.root
	m.root = node{looks: map[string]dbus.Variant{"children-display": dbus.MakeVariant("submenu")}, children: m.nodes("", 1, entries)}
	m.known[m.root.id] = entry{looks: m.root.looks}
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
func (m *trayMenu) nodes(place string, depth int, entries []Entry) []node {
	seen := map[string]int{} // two entries may say the same, as all separators do
	var nodes []node
	for _, e := range entries {
		name := place + "\x00" + e.Label
		seen[name]++
		name += "\x00" + strconv.Itoa(seen[name])
		id, known := m.ids[name]
		if !known {
			m.last++
			id = m.last
			m.ids[name] = id
		}
		m.known[id] = entry{depth, looks(e), e.Do}
		nodes = append(nodes, node{id, m.known[id].looks, m.nodes(name, depth+1, e.Entries)})
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

// looks are the properties of these entries, those of the top level first.
func (m *trayMenu) looks(ids []int32) []entryLooks {
	all := []entryLooks{}
	for _, id := range ids {
		if e, ok := m.known[id]; ok {
			all = append(all, entryLooks{id, e.looks})
		}
	}
	slices.SortStableFunc(all, func(a, b entryLooks) int { return cmp.Compare(m.known[a.ID].depth, m.known[b.ID].depth) })
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
const deeperPause = 100 * time.Millisecond

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
			value, ok := t.menu.known[id].looks[name]
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
	if len(ids) == 0 { // means all
		t.menu.root.visit(func(n node) { ids = append(ids, n.id) })
	}
	all := t.menu.looks(ids)
	deepest := 0
	if len(all) > 0 {
		deepest = t.menu.known[all[len(all)-1].ID].depth
	}
	t.mu.Unlock()
	if deepest > 1 {
		time.Sleep(time.Duration(deepest-1) * deeperPause)
	}
	return all, nil
}

func (t *Tray) click(id int32, kind string) {
	if kind != "clicked" {
		return
	}
	t.mu.Lock()
	do := t.menu.known[id].do
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
