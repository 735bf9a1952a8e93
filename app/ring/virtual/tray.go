//go:build linux

package virtual

import (
	"context"
	"errors"
	"fmt"
	"image"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"
)

const (
	itemInterface = "org.kde.StatusNotifierItem"
	menuInterface = "com.canonical.dbusmenu"
)

// ErrNoEntry means that the tray menu has no such entry, or that it can't be clicked now.
var ErrNoEntry = errors.New("no such entry in the tray menu")

// Tray is a program's icon in the tray, seen as a tray host sees it.
type Tray struct {
	item, menu dbus.BusObject
}

// Entry is one entry of a tray menu.
type Entry struct {
	ID        int32
	Label     string // as a person sees it
	Enabled   bool
	Visible   bool
	Checked   bool
	Separator bool
	Entries   []Entry // the submenu
}

// Tray waits until the program's icon is registered with the tray host.
func (p *Program) Tray(ctx context.Context) (t *Tray, err error) {
	err = p.proc.ready(ctx, func(ctx context.Context) (bool, error) {
		t, err = p.findTray(ctx)
		return t != nil, err
	})
	if err != nil {
		return nil, fmt.Errorf("no tray icon: %w", err)
	}
	return t, nil
}

// findTray returns nil while the tray host knows no item of the program.
func (p *Program) findTray(ctx context.Context) (*Tray, error) {
	d := p.desktop
	host := d.bus.Object(trayHost, "/StatusNotifierWatcher")
	names, err := property[[]string](ctx, host, trayHost, "RegisteredStatusNotifierItems")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		bus, path := splitItem(name)
		var pid uint32
		call := d.bus.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.GetConnectionUnixProcessID", 0, bus)
		if call.Store(&pid) != nil || int(pid) != p.PID {
			continue
		}
		item := d.bus.Object(bus, path)
		menu, err := property[dbus.ObjectPath](ctx, item, itemInterface, "Menu")
		if err != nil {
			return nil, err
		}
		return &Tray{item: item, menu: d.bus.Object(bus, menu)}, nil
	}
	return nil, nil
}

// splitItem takes a host's name of an item apart: a bus name, followed by a path where it isn't the usual one.
func splitItem(name string) (bus string, path dbus.ObjectPath) {
	if i := strings.IndexByte(name, '/'); i > 0 {
		return name[:i], dbus.ObjectPath(name[i:])
	}
	return name, "/StatusNotifierItem"
}

// Menu reads the whole menu.
func (t *Tray) Menu(ctx context.Context) ([]Entry, error) {
	_, entries, err := t.read(ctx)
	return entries, err
}

// Revision counts the changes of the menu's entries.
func (t *Tray) Revision(ctx context.Context) (uint32, error) {
	revision, _, err := t.read(ctx)
	return revision, err
}

// read returns the menu with its revision, which counts the menu's changes.
func (t *Tray) read(ctx context.Context) (revision uint32, entries []Entry, err error) {
	var root layout
	err = t.menu.CallWithContext(ctx, menuInterface+".GetLayout", 0, int32(0), int32(-1), []string{}).Store(&revision, &root)
	if err != nil {
		return 0, nil, fmt.Errorf("could not read the tray menu: %w", err)
	}
	return revision, root.entry().Entries, nil
}

// Labels are the labels of the menu's top level, separators as "-".
func (t *Tray) Labels(ctx context.Context) ([]string, error) {
	menu, err := t.Menu(ctx)
	var labels []string
	for _, e := range menu {
		if e.Separator {
			e.Label = "-"
		}
		if e.Visible {
			labels = append(labels, e.Label)
		}
	}
	return labels, err
}

// layout is one node of GetLayout's answer, (ia{sv}av).
type layout struct {
	ID         int32
	Properties map[string]dbus.Variant
	Children   []dbus.Variant
}

// entry gives absent properties the value that com.canonical.dbusmenu says they have.
func (l layout) entry() Entry {
	e := Entry{ID: l.ID, Enabled: true, Visible: true}
	if label, ok := l.Properties["label"].Value().(string); ok {
		e.Label = withoutMnemonic(label)
	}
	if enabled, ok := l.Properties["enabled"].Value().(bool); ok {
		e.Enabled = enabled
	}
	if visible, ok := l.Properties["visible"].Value().(bool); ok {
		e.Visible = visible
	}
	if state, ok := l.Properties["toggle-state"].Value().(int32); ok {
		e.Checked = state == 1
	}
	e.Separator = l.Properties["type"].Value() == "separator"
	for _, child := range l.Children {
		var node layout
		if dbus.Store([]any{child.Value()}, &node) == nil {
			e.Entries = append(e.Entries, node.entry())
		}
	}
	return e
}

// withoutMnemonic reads a label as hosts show it: of two underscores one stays, a single one only underlines the letter
// that follows (com.canonical.dbusmenu, property "label").
func withoutMnemonic(label string) string {
	const kept = "\x00"
	return strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(label, "__", kept), "_", ""), kept, "_")
}

// Find returns the entry with this label, below the given submenus. [ErrNoEntry] when there is none.
func (t *Tray) Find(ctx context.Context, labels ...string) (Entry, error) {
	entries, err := t.Menu(ctx)
	if err != nil {
		return Entry{}, err
	}
	var found Entry
	for _, label := range labels {
		i := slices.IndexFunc(entries, func(e Entry) bool { return e.Visible && e.Label == label })
		if i < 0 {
			return Entry{}, fmt.Errorf("%w: %q", ErrNoEntry, labels)
		}
		found, entries = entries[i], entries[i].Entries
	}
	return found, nil
}

// glance is the time that a menu must stay the same before it is clicked; a person needs longer.
const glance = 100 * time.Millisecond

// Click opens the menu and clicks the entry with this label; for one in a submenu name the submenus first. It looks before
// it clicks: a menu that changes at that moment is read again, since its entries have new ids then.
func (t *Tray) Click(ctx context.Context, labels ...string) error {
	var update bool
	if err := t.menu.CallWithContext(ctx, menuInterface+".AboutToShow", 0, int32(0)).Store(&update); err != nil {
		return fmt.Errorf("could not open the tray menu: %w", err)
	}
	if err := t.settle(ctx); err != nil {
		return err
	}
	e, err := t.Find(ctx, labels...)
	if err != nil {
		return err
	}
	if !e.Enabled {
		return fmt.Errorf("%w: %q is disabled", ErrNoEntry, labels)
	}
	return t.ClickEntry(ctx, e)
}

func (t *Tray) settle(ctx context.Context) error {
	var last uint32
	since := time.Now()
	return waitFor(ctx, "the tray menu to settle", func(ctx context.Context) (bool, error) {
		revision, _, err := t.read(ctx)
		if revision != last {
			last, since = revision, time.Now()
		}
		return err == nil && time.Since(since) >= glance, err
	})
}

// ClickEntry sends the click alone, for measuring what follows it.
func (t *Tray) ClickEntry(ctx context.Context, e Entry) error {
	now := uint32(time.Now().Unix()) //nolint:gosec // the protocol has no more bits
	return t.menu.CallWithContext(ctx, menuInterface+".Event", 0, e.ID, "clicked", dbus.MakeVariant(int32(0)), now).Err
}

// Activate clicks the icon itself.
func (t *Tray) Activate(ctx context.Context) error {
	return t.item.CallWithContext(ctx, itemInterface+".Activate", 0, int32(0), int32(0)).Err
}

// WaitFor waits until the menu has an entry with this label.
func (t *Tray) WaitFor(ctx context.Context, labels ...string) error {
	return waitFor(ctx, fmt.Sprintf("tray entry %q", labels), func(ctx context.Context) (bool, error) {
		_, err := t.Find(ctx, labels...)
		return err == nil, err
	})
}

// WaitForNo waits until the menu has no entry with this label.
func (t *Tray) WaitForNo(ctx context.Context, labels ...string) error {
	return waitFor(ctx, fmt.Sprintf("tray entry %q to go", labels), func(ctx context.Context) (bool, error) {
		_, err := t.Find(ctx, labels...)
		return errors.Is(err, ErrNoEntry), err
	})
}

// ToolTip is what the host shows when the pointer rests on the icon.
func (t *Tray) ToolTip(ctx context.Context) (string, error) {
	tip, err := property[toolTip](ctx, t.item, itemInterface, "ToolTip")
	return tip.Title, err
}

// Name is what hosts list the icon under, and tell it by from one start to the next.
func (t *Tray) Name(ctx context.Context) (id, title string, err error) {
	if id, err = property[string](ctx, t.item, itemInterface, "Id"); err != nil {
		return "", "", err
	}
	title, err = property[string](ctx, t.item, itemInterface, "Title")
	return id, title, err
}

// Icon is the picture that the host shows.
func (t *Tray) Icon(ctx context.Context) (*image.NRGBA, error) {
	all, err := property[[]pixmap](ctx, t.item, itemInterface, "IconPixmap")
	if err != nil {
		return nil, err
	}
	if len(all) != 1 || len(all[0].Data) != int(all[0].W*all[0].H)*4 {
		return nil, fmt.Errorf("the icon has %d pictures, or one that is cut off", len(all))
	}
	picture := image.NewNRGBA(image.Rect(0, 0, int(all[0].W), int(all[0].H)))
	for i := 0; i < len(all[0].Data); i += 4 {
		argb := all[0].Data[i : i+4]
		copy(picture.Pix[i:], []byte{argb[1], argb[2], argb[3], argb[0]})
	}
	return picture, nil
}

type pixmap struct {
	W, H int32
	Data []byte
}

// toolTip is the property's type, (sa(iiay)ss).
type toolTip struct {
	Icon        string
	Pixmap      []pixmap
	Title, Text string
}

// TrayChanges is how often hosts were told of something new.
type TrayChanges struct {
	Icons, Tooltips int
	Menus           int // another tree of entries, which a host reads anew
	Looks           int // entries that only look different
}

// TrayChanges counts from now on what the tray's host is told, of all programs; count tells how often it was so far.
func (d *Desktop) TrayChanges() (count func() TrayChanges, err error) {
	var mu sync.Mutex
	var so TrayChanges
	err = d.overhear("type='signal',path_namespace='/StatusNotifierItem'", func(m *dbus.Message) {
		member, _ := m.Headers[dbus.FieldMember].Value().(string)
		mu.Lock()
		defer mu.Unlock()
		switch member {
		case "NewIcon":
			so.Icons++
		case "NewToolTip":
			so.Tooltips++
		case "LayoutUpdated":
			so.Menus++
		case "ItemsPropertiesUpdated":
			so.Looks++
		}
	})
	return func() TrayChanges {
		mu.Lock()
		defer mu.Unlock()
		return so
	}, err
}
