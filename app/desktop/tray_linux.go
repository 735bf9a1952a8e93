package desktop

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"os"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"
)

const (
	busName        = "org.freedesktop.DBus"
	propertiesName = busName + ".Properties"
	watcherName    = "org.kde.StatusNotifierWatcher"
	watcherPath    = "/StatusNotifierWatcher"
	itemName       = "org.kde.StatusNotifierItem"
	itemPath       = "/StatusNotifierItem"
	// hostTime is what a tray host may take to heed an icon.
	hostTime = 5 * time.Second
	// announceRest is between two announcements. A host asks about the menu that it was told of for a while (deeperPause);
	// told of another one meanwhile, it mixes them up.
	announceRest = 300 * time.Millisecond
)

// Tray is the program's icon in the desktop's tray, with a tooltip and a menu, as tray hosts know it: an
// org.kde.StatusNotifierItem (https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem/) with a
// com.canonical.dbusmenu. Its methods may be called from any goroutine, before and while it is shown, and do not wait for
// the desktop.
//
// Fyne's own tray (fyne.io/systray 1.12.3) would do, but for this: it gives every entry a new identity when the menu changes,
// so that a click at that moment is lost, and drops a click that comes right after another one; it spoils the colours of
// half-transparent pixels; it shares its bus connection with the keychain's prompts; and it keeps a hidden window, for which
// a program that only waits in the tray has the graphics driver in memory.
type Tray struct {
	name    string
	tapped  func()
	changed chan struct{} // something has to be announced; holds one

	mu      sync.Mutex
	icon    pixmap
	tooltip string
	menu    trayMenu
	news    trayNews
}

// trayNews is what the hosts have not been told yet.
type trayNews struct {
	icon, tooltip, layout bool
	entries               []int32 // those that look different
}

// NewTray makes an icon that is not shown yet. tapped is called at a click on the icon itself, on a goroutine of its own;
// it must not block.
func NewTray(name string, tapped func()) *Tray {
	return &Tray{name: name, tapped: tapped, changed: make(chan struct{}, 1), tooltip: name, menu: newTrayMenu()}
}

// SetIcon changes the picture, which hosts scale to their size.
func (t *Tray) SetIcon(picture image.Image) {
	icon := newPixmap(picture)
	t.change(func() { t.icon, t.news.icon = icon, true })
}

// SetTooltip changes what hosts show when the pointer rests on the icon.
func (t *Tray) SetTooltip(text string) {
	t.change(func() { t.tooltip, t.news.tooltip = text, true })
}

// SetMenu changes the menu. Of one that looks as before the hosts are told nothing, and entries that stay keep their
// identity. A click on an entry that has just gone still does what the entry said.
func (t *Tray) SetMenu(entries []Entry) {
	t.change(func() {
		layout, changed := t.menu.set(entries)
		t.news.layout = t.news.layout || layout
		t.news.entries = append(t.news.entries, changed...)
	})
}

func (t *Tray) change(do func()) {
	t.mu.Lock()
	do()
	t.mu.Unlock()
	select {
	case t.changed <- struct{}{}:
	default:
	}
}

// Show gives the icon to the tray host, and to each that comes, until ctx ends. It tells whether there is one, at once and
// whenever that changes. An error means that there is no session bus, and so no tray. The bus connection is its own.
func (t *Tray) Show(ctx context.Context, tell func(present bool)) error {
	conn, err := dbus.ConnectSessionBus(dbus.WithContext(ctx))
	if err != nil {
		return fmt.Errorf("could not ask for the tray host: %w", err)
	}
	defer conn.Close()
	t.mu.Lock()
	t.news = trayNews{} // whoever is given the icon reads all of it
	t.mu.Unlock()
	if err := t.export(conn); err != nil {
		return fmt.Errorf("could not offer an icon to the tray host: %w", err)
	}
	if err := conn.AddMatchSignal(
		dbus.WithMatchInterface(busName),
		dbus.WithMatchMember("NameOwnerChanged"),
		dbus.WithMatchArg(0, watcherName),
	); err != nil {
		return fmt.Errorf("could not watch the tray host: %w", err)
	}
	changes := make(chan *dbus.Signal, 16)
	conn.Signal(changes)
	var present bool
	if err := conn.BusObject().CallWithContext(ctx, busName+".NameHasOwner", 0, watcherName).Store(&present); err != nil {
		return fmt.Errorf("could not ask for the tray host: %w", err)
	}
	if present {
		register(ctx, conn)
	}
	tell(present)
	changed, rested := t.changed, (<-chan time.Time)(nil)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
			t.announce(conn)
			changed, rested = nil, time.After(announceRest)
		case <-rested:
			changed = t.changed
		case change, ok := <-changes:
			if !ok {
				tell(false)
				return nil
			}
			var name, before, after string
			if change.Name == busName+".NameOwnerChanged" && dbus.Store(change.Body, &name, &before, &after) == nil {
				if after != "" {
					register(ctx, conn)
				}
				tell(after != "")
			}
		}
	}
}

// register gives the icon to the tray host. A host that does not take it shows none; there is nothing to be done about it.
func register(ctx context.Context, conn *dbus.Conn) {
	ctx, cancel := context.WithTimeout(ctx, hostTime)
	defer cancel()
	conn.Object(watcherName, watcherPath).CallWithContext(ctx, watcherName+".RegisterStatusNotifierItem", 0, itemPath)
}

// export offers the icon and its menu to whoever asks.
func (t *Tray) export(conn *dbus.Conn) error {
	for _, o := range []struct {
		methods map[string]any
		path    dbus.ObjectPath
		name    string
	}{
		{map[string]any{"Activate": t.activate}, itemPath, itemName},
		{readOnly(t.properties), itemPath, propertiesName},
		{t.menuMethods(), menuPath, menuName},
		{readOnly(menuProperties), menuPath, propertiesName},
	} {
		if err := conn.ExportMethodTable(o.methods, o.path, o.name); err != nil {
			return err
		}
	}
	// Hosts that start later look for a name like this; that it is not to be had does no harm to the others.
	_, _ = conn.RequestName(fmt.Sprintf("%s-%d-1", itemName, os.Getpid()), dbus.NameFlagDoNotQueue)
	return nil
}

// announce tells the hosts what is new.
func (t *Tray) announce(conn *dbus.Conn) {
	t.mu.Lock()
	news := t.news
	t.news = trayNews{}
	looks := t.menu.looks(news.entries)
	revision := t.menu.revision
	t.mu.Unlock()
	// A signal that can't be sent was sent to nobody: the bus is gone.
	if news.icon {
		_ = conn.Emit(itemPath, itemName+".NewIcon")
	}
	if news.tooltip {
		_ = conn.Emit(itemPath, itemName+".NewToolTip")
	}
	if news.layout {
		_ = conn.Emit(menuPath, menuName+".LayoutUpdated", revision, int32(0))
	}
	if len(looks) > 0 {
		_ = conn.Emit(menuPath, menuName+".ItemsPropertiesUpdated", looks, []struct {
			ID    int32
			Names []string
		}{})
	}
}

func (t *Tray) activate(_, _ int32) *dbus.Error {
	t.tapped()
	return nil
}

func (t *Tray) properties() map[string]dbus.Variant {
	t.mu.Lock()
	defer t.mu.Unlock()
	icon := []pixmap{}
	if t.icon.Width > 0 {
		icon = append(icon, t.icon)
	}
	return map[string]dbus.Variant{
		"Category":      dbus.MakeVariant("ApplicationStatus"),
		"Id":            dbus.MakeVariant(t.name),
		"Title":         dbus.MakeVariant(t.name),
		"Status":        dbus.MakeVariant("Active"),
		"IconName":      dbus.MakeVariant(""),
		"IconThemePath": dbus.MakeVariant(""),
		"IconPixmap":    dbus.MakeVariant(icon),
		"ToolTip":       dbus.MakeVariant(toolTip{Pictures: []pixmap{}, Title: t.tooltip}),
		"ItemIsMenu":    dbus.MakeVariant(false),
		"Menu":          dbus.MakeVariant(dbus.ObjectPath(menuPath)),
	}
}

// readOnly are the methods of org.freedesktop.DBus.Properties for properties that nobody else may change.
func readOnly(properties func() map[string]dbus.Variant) map[string]any {
	return map[string]any{
		"Get": func(_, name string) (dbus.Variant, *dbus.Error) {
			value, ok := properties()[name]
			if !ok {
				return dbus.Variant{}, dbus.NewError(busName+".Error.UnknownProperty", []any{name})
			}
			return value, nil
		},
		"GetAll": func(string) (map[string]dbus.Variant, *dbus.Error) { return properties(), nil },
	}
}

// toolTip is the item's property of this name, (sa(iiay)ss).
type toolTip struct {
	Icon        string
	Pictures    []pixmap
	Title, Text string
}

// pixmap is a picture as the item's properties have it, (iiay): four bytes a pixel, alpha, red, green, blue.
type pixmap struct {
	Width, Height int32
	Pixels        []byte
}

func newPixmap(picture image.Image) pixmap {
	bounds := picture.Bounds()
	p := pixmap{Width: int32(bounds.Dx()), Height: int32(bounds.Dy())} //nolint:gosec // an icon's
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			c := color.NRGBAModel.Convert(picture.At(x, y)).(color.NRGBA)
			p.Pixels = append(p.Pixels, c.A, c.R, c.G, c.B)
		}
	}
	return p
}
