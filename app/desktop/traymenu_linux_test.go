package desktop

import (
	"fmt"
	"image"
	"image/color"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// host is a tray host that was given an icon, and hears of it.
type host struct {
	*testing.T
	item, menu dbus.BusObject
	signals    chan *dbus.Signal
}

// hosted shows an icon to a host.
func hosted(t *testing.T, tray *Tray) *host {
	t.Helper()
	startBus(t)
	given := make(registrations, 1)
	conn := hostOf(t, given)
	want(t, show(t, tray), true)
	program := (<-given).program
	h := &host{t, conn.Object(program, "/StatusNotifierItem"), conn.Object(program, "/StatusNotifierItem/menu"), make(chan *dbus.Signal, 100)}
	if err := conn.AddMatchSignal(dbus.WithMatchSender(program)); err != nil {
		t.Fatal(err)
	}
	conn.Signal(h.signals)
	return h
}

// hears waits for the next signal, whatever it is, and checks its name.
func (h *host) hears(name string) *dbus.Signal {
	h.Helper()
	for limit := time.After(10 * time.Second); ; {
		select {
		case s := <-h.signals:
			if strings.HasPrefix(s.Name, "org.freedesktop.DBus.") {
				continue
			}
			if s.Name != name {
				h.Fatalf("heard %s %v, want %s", s.Name, s.Body, name)
			}
			return s
		case <-limit:
			h.Fatalf("never heard %s", name)
		}
	}
}

func (h *host) property(name string) any {
	h.Helper()
	value, err := h.item.GetProperty("org.kde.StatusNotifierItem." + name)
	if err != nil {
		h.Fatal(err)
	}
	return value.Value()
}

// read is the menu as the host reads it: a line for each entry, a tab before those below another one.
func (h *host) read() (revision uint32, lines []string, ids map[string]int32) {
	h.Helper()
	var root layout
	if err := h.menu.Call("com.canonical.dbusmenu.GetLayout", 0, int32(0), int32(-1), []string{}).Store(&revision, &root); err != nil {
		h.Fatal(err)
	}
	ids = map[string]int32{}
	var walk func(l layout, before string)
	walk = func(l layout, before string) {
		for _, child := range l.Children {
			var c layout
			if err := dbus.Store([]any{child.Value()}, &c); err != nil {
				h.Fatal(err)
			}
			line := before + "---"
			if c.Looks["type"].Value() != "separator" {
				line = before + c.Looks["label"].Value().(string)
				ids[c.Looks["label"].Value().(string)] = c.ID
			}
			if c.Looks["enabled"].Value() == false {
				line += " (disabled)"
			}
			if c.Looks["toggle-type"].Value() == "checkmark" {
				line += fmt.Sprintf(" (ticked %v)", c.Looks["toggle-state"].Value())
			}
			if c.Looks["children-display"].Value() == "submenu" {
				line += " >"
			}
			lines = append(lines, line)
			walk(c, before+"\t")
		}
	}
	walk(root, "")
	return revision, lines, ids
}

func (h *host) click(id int32) {
	h.Helper()
	if err := h.menu.Call("com.canonical.dbusmenu.Event", 0, id, "clicked", dbus.MakeVariant(int32(0)), uint32(0)).Err; err != nil {
		h.Error(err)
	}
}

// done waits for what a click does.
func (h *host) done(did chan string) string {
	select {
	case what := <-did:
		return what
	case <-time.After(10 * time.Second):
		return "nothing"
	}
}

func TestIconHasNamePictureAndWords(t *testing.T) {
	tapped := make(chan string, 1)
	tray := NewTray("A program", func() { tapped <- "tapped" })
	picture := image.NewNRGBA(image.Rect(0, 0, 2, 1))
	picture.Set(1, 0, color.NRGBA{R: 200, G: 100, B: 50, A: 128}) // half-transparent: the colours stay what they are
	tray.SetIcon(picture)
	tray.SetTooltip("All is well")
	h := hosted(t, tray)
	for name, want := range map[string]string{
		"Id": "A program", "Title": "A program", "Status": "Active", "Category": "ApplicationStatus", "ItemIsMenu": "false",
		"Menu": "/StatusNotifierItem/menu", "IconPixmap": "[[2 1 [0 0 0 0 128 200 100 50]]]", "ToolTip": "[ [] All is well ]",
	} {
		if got := fmt.Sprint(h.property(name)); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	var all map[string]dbus.Variant
	if err := h.item.Call("org.freedesktop.DBus.Properties.GetAll", 0, "org.kde.StatusNotifierItem").Store(&all); err != nil || len(all) < 10 {
		t.Errorf("all properties are %v, %v", all, err)
	}
	if _, err := h.item.GetProperty("org.kde.StatusNotifierItem.Nothing"); err == nil {
		t.Error("a property that isn't there is no error")
	}

	tray.SetIcon(image.NewNRGBA(image.Rect(0, 0, 1, 1)))
	h.hears("org.kde.StatusNotifierItem.NewIcon")
	if got := fmt.Sprint(h.property("IconPixmap")); got != "[[1 1 [0 0 0 0]]]" {
		t.Errorf("then the icon is %s", got)
	}
	tray.SetTooltip("Offline")
	h.hears("org.kde.StatusNotifierItem.NewToolTip")
	if got := fmt.Sprint(h.property("ToolTip")); got != "[ [] Offline ]" {
		t.Errorf("then it says %s", got)
	}
	if err := h.item.Call("org.kde.StatusNotifierItem.Activate", 0, int32(1), int32(2)).Err; err != nil {
		t.Fatal(err)
	}
	if h.done(tapped) != "tapped" {
		t.Error("a click on it is not told")
	}
}

func TestMenuIsReadAsItWasSet(t *testing.T) {
	tray := NewTray("A program", func() {})
	tray.SetMenu([]Entry{
		{Label: "One"}, {Label: "Two", Disabled: true}, {Separator: true},
		{Label: "More", Entries: []Entry{{Label: "Three", Checked: true}, {Separator: true}, {Label: "Four"}}},
		{Separator: true}, {Label: "Quit"},
	})
	h := hosted(t, tray)
	_, lines, ids := h.read()
	if want := []string{"One", "Two (disabled)", "---", "More >", "\tThree (ticked 1)", "\t---", "\tFour", "---", "Quit"}; !slices.Equal(lines, want) {
		t.Errorf("it reads %q, want %q", lines, want)
	}
	// Hosts may ask for the looks of some entries, of all, or for one of them, and for a part of the tree.
	for _, c := range []struct {
		asked []int32
		want  int
	}{{[]int32{ids["One"], ids["Four"]}, 2}, {nil, 10}, {[]int32{4711}, 0}} {
		var looks []entryLooks
		err := h.menu.Call("com.canonical.dbusmenu.GetGroupProperties", 0, c.asked, []string{}).Store(&looks)
		if err != nil || len(looks) != c.want {
			t.Errorf("asked for the looks of %v: %v, %v", c.asked, looks, err)
		}
	}
	var label dbus.Variant
	if err := h.menu.Call("com.canonical.dbusmenu.GetProperty", 0, ids["Four"], "label").Store(&label); err != nil || label.Value() != "Four" {
		t.Errorf("one label is %v, %v", label, err)
	}
	var revision uint32
	var part layout
	err := h.menu.Call("com.canonical.dbusmenu.GetLayout", 0, ids["More"], int32(1), []string{"label"}).Store(&revision, &part)
	if err != nil || part.ID != ids["More"] || len(part.Children) != 3 {
		t.Errorf("a part of the tree is %v, %v", part, err)
	}
	if err := h.menu.Call("com.canonical.dbusmenu.GetLayout", 0, int32(4711), int32(1), []string{}).Err; err == nil {
		t.Error("an entry that isn't there is no error")
	}
	var update bool
	if err := h.menu.Call("com.canonical.dbusmenu.AboutToShow", 0, int32(0)).Store(&update); err != nil || update {
		t.Errorf("before it opens: %t, %v", update, err)
	}
	if version, err := h.menu.GetProperty("com.canonical.dbusmenu.Version"); err != nil || version.Value() != uint32(3) {
		t.Errorf("the protocol's version is %v, %v", version, err)
	}
}

// What a host hears of a submenu's entries before it knows the submenu, it may lose.
func TestAnswersAboutASubmenuComeAfterThoseAboutTheMenuAbove(t *testing.T) {
	tray := NewTray("A program", func() {})
	tray.SetMenu([]Entry{{Label: "One", Entries: []Entry{{Label: "Two", Entries: []Entry{{Label: "Three"}}}}}})
	h := hosted(t, tray)
	_, _, ids := h.read()
	for range 5 {
		answers := make(chan *dbus.Call, 3)
		for _, label := range []string{"Three", "Two", "One"} {
			h.menu.Go("com.canonical.dbusmenu.GetGroupProperties", 0, answers, []int32{ids[label]}, []string{})
		}
		for _, want := range []string{"One", "Two", "Three"} {
			var looks []entryLooks
			if err := (<-answers).Store(&looks); err != nil || len(looks) != 1 || looks[0].Looks["label"].Value() != want {
				t.Fatalf("the next answer is %v, %v, want that about %q", looks, err, want)
			}
		}
	}
}

func TestHostIsToldOfRealChangesAlone(t *testing.T) {
	tray := NewTray("A program", func() {})
	menu := []Entry{{Label: "One"}, {Label: "Two"}, {Separator: true}, {Label: "Quit"}}
	tray.SetMenu(menu)
	h := hosted(t, tray)
	revision, _, ids := h.read()
	for range 100 {
		tray.SetMenu(slices.Clone(menu))
	}
	// The next that is heard is of the next change.
	menu[1].Disabled = true
	tray.SetMenu(menu)
	told := h.hears("com.canonical.dbusmenu.ItemsPropertiesUpdated")
	var looks []entryLooks
	if err := dbus.Store(told.Body[:1], &looks); err != nil || len(looks) != 1 || looks[0].ID != ids["Two"] || looks[0].Looks["enabled"].Value() != false {
		t.Errorf("told of %v, %v", told.Body, err)
	}
	menu[1].Disabled = false
	tray.SetMenu(menu)
	told = h.hears("com.canonical.dbusmenu.ItemsPropertiesUpdated")
	if err := dbus.Store(told.Body[:1], &looks); err != nil || looks[0].Looks["enabled"].Value() != true {
		t.Errorf("then of %v, %v", told.Body, err)
	}
	menu[0].Checked = true
	tray.SetMenu(menu)
	h.hears("com.canonical.dbusmenu.ItemsPropertiesUpdated")
	if now, lines, _ := h.read(); now != revision || lines[0] != "One (ticked 1)" {
		t.Errorf("%q has the revision %d, want %d", lines, now, revision)
	}

	tray.SetMenu(slices.Insert(slices.Clone(menu), 0, Entry{Label: "New"}))
	told = h.hears("com.canonical.dbusmenu.LayoutUpdated")
	now, lines, after := h.read()
	if now != revision+1 || fmt.Sprint(told.Body) != fmt.Sprint([]any{now, int32(0)}) {
		t.Errorf("told of %v, and the revision is %d after %d", told.Body, now, revision)
	}
	if want := []string{"New", "One (ticked 1)", "Two", "---", "Quit"}; !slices.Equal(lines, want) {
		t.Errorf("it reads %q, want %q", lines, want)
	}
	delete(after, "New")
	if !maps.Equal(after, ids) {
		t.Errorf("the others were %v and are %v", ids, after)
	}
	tray.SetMenu(menu)
	h.hears("com.canonical.dbusmenu.LayoutUpdated")
}

// A person clicks what they read. The menu may have changed just then.
func TestClickOnAnEntryThatHasJustGoneDoesWhatItSaid(t *testing.T) {
	did := make(chan string, 1)
	entry := func(label string) Entry { return Entry{Label: label, Do: func() { did <- label }} }
	tray := NewTray("A program", func() {})
	tray.SetMenu([]Entry{entry("Copy alice"), entry("Copy bob")})
	h := hosted(t, tray)
	_, _, ids := h.read()
	tray.SetMenu([]Entry{entry("Sign in bob"), {Label: "Rest", Entries: []Entry{entry("Copy alice")}}})
	h.hears("com.canonical.dbusmenu.LayoutUpdated")
	for label, id := range ids {
		h.click(id)
		if got := h.done(did); got != label {
			t.Errorf("%q was clicked, and %q done", label, got)
		}
	}
	// A host that was about to ask how it looks gets its answer.
	var looks []entryLooks
	err := h.menu.Call("com.canonical.dbusmenu.GetGroupProperties", 0, []int32{ids["Copy bob"]}, []string{}).Store(&looks)
	if err != nil || len(looks) != 1 || looks[0].Looks["label"].Value() != "Copy bob" {
		t.Errorf("it looks like %v, %v", looks, err)
	}
	h.click(4711) // was never there
	if err := h.menu.Call("com.canonical.dbusmenu.EventGroup", 0, []event{
		{ids["Copy bob"], "hovered", dbus.MakeVariant(""), 0}, {ids["Copy alice"], "clicked", dbus.MakeVariant(""), 0},
	}).Err; err != nil {
		t.Fatal(err)
	}
	if got := h.done(did); got != "Copy alice" {
		t.Errorf("%q was done", got)
	}
}

func TestNoClickIsLostWhileTheMenuChanges(t *testing.T) {
	const clicks = 500
	var mu sync.Mutex
	done := map[string]int{}
	entry := func(label string) Entry {
		return Entry{Label: label, Do: func() {
			mu.Lock()
			defer mu.Unlock()
			done[label]++
		}}
	}
	menus := [][]Entry{
		{entry("Copy alice"), entry("Copy bob"), {Separator: true}, entry("Quit")},
		{entry("Copy alice"), entry("Sign in bob"), {Separator: true}, entry("bob: ended"), entry("Quit")},
		{entry("Copy bob"), {Separator: true}, {Label: "More", Entries: []Entry{entry("Copy alice")}}, entry("Quit")},
	}
	tray := NewTray("A program", func() {})
	tray.SetMenu(menus[0])
	h := hosted(t, tray)
	go func() { // nobody reads them all
		for range h.signals {
		}
	}()
	stop, stopped := make(chan bool), make(chan bool)
	go func() {
		defer close(stopped)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				tray.SetMenu(menus[i%len(menus)])
			}
		}
	}()
	sent := map[string]int{}
	var sending sync.WaitGroup
	for range clicks {
		_, _, ids := h.read()
		for label, id := range ids {
			if label == "More" {
				continue
			}
			sent[label]++
			sending.Go(func() { h.click(id) })
		}
	}
	sending.Wait()
	close(stop)
	<-stopped
	mu.Lock()
	defer mu.Unlock()
	if !maps.Equal(done, sent) || len(sent) != 5 {
		t.Errorf("clicked were %v, done %v", sent, done)
	}
}
