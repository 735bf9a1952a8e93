package desktop

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"
)

const (
	notificationsName = "org.freedesktop.Notifications"
	notificationsPath = "/org/freedesktop/Notifications"
	// notifyTime is what the desktop may take to heed a notification.
	notifyTime = 5 * time.Second
	// usualTime leaves it to the desktop how long a notification shows.
	usualTime = int32(-1)
	// usualUrgency is neither so low that some desktops don't show it at once, nor so high that it stays until it is
	// clicked away.
	usualUrgency = byte(1)
)

// Notifier shows notifications in a program's name. See https://specifications.freedesktop.org/notification-spec/.
//
// Its bus connection is its own and stays: on the process's shared one the signals about notifications that close would
// disturb others, and GNOME takes a program's notifications away when their sender leaves the bus.
type Notifier struct {
	program, entry string
	icon           rawImage

	mu   sync.Mutex // held while a notification is sent: one takes the place of another in the order of their calls
	conn *dbus.Conn // nil: none yet
	// passing are the notifications whose place the next ones take, by category.
	passing map[string]uint32
}

// NewNotifier makes a notifier for a program of this name, with the desktop entry of this name (without ".desktop").
func NewNotifier(program, entry string, icon image.Image) *Notifier {
	return &Notifier{program: program, entry: entry, icon: pixels(icon)}
}

// Notify shows a notification and returns when the desktop has it. ctx is the program's life: the first notification's
// also ends the connection.
func (n *Notifier) Notify(ctx context.Context, notice Notice) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.conn == nil || !n.conn.Connected() {
		conn, err := connect(ctx, notifyTime)
		if err != nil {
			return fmt.Errorf("could not reach the desktop: %w", err)
		}
		n.conn, n.passing = conn, map[string]uint32{}
	}
	hints := map[string]dbus.Variant{
		"image-data":    dbus.MakeVariant(n.icon),
		"desktop-entry": dbus.MakeVariant(n.entry),
		"urgency":       dbus.MakeVariant(usualUrgency),
		"category":      dbus.MakeVariant(notice.Category),
	}
	replaced := uint32(0)
	if notice.Passing {
		hints["transient"] = dbus.MakeVariant(true) // it is not kept for later
		replaced = n.passing[notice.Category]
	}
	ctx, cancel := context.WithTimeout(ctx, notifyTime)
	defer cancel()
	var id uint32
	call := n.conn.Object(notificationsName, notificationsPath).CallWithContext(ctx, notificationsName+".Notify", 0,
		n.program, replaced, "", notice.Title, notice.Text, []string{}, hints, usualTime)
	if err := call.Store(&id); err != nil {
		return fmt.Errorf("could not show the notification: %w", err)
	}
	if notice.Passing {
		n.passing[notice.Category] = id
	}
	return nil
}

// connect connects to the session bus until ctx ends; getting there may take no longer than within.
func connect(ctx context.Context, within time.Duration) (*dbus.Conn, error) {
	ctx, cancel := context.WithCancel(ctx)
	late := time.AfterFunc(within, cancel)
	conn, err := dbus.ConnectSessionBus(dbus.WithContext(ctx))
	if err != nil {
		cancel()
		return nil, err
	}
	if !late.Stop() {
		return nil, context.DeadlineExceeded // it was closed just now
	}
	context.AfterFunc(conn.Context(), cancel)
	return conn, nil
}

// rawImage is the specification's picture, (iiibiiay).
type rawImage struct {
	Width, Height, RowStride int32
	HasAlpha                 bool
	BitsPerSample, Channels  int32
	Data                     []byte
}

func pixels(icon image.Image) rawImage {
	const channels = 4
	size := icon.Bounds().Size()
	width, height := int32(size.X), int32(size.Y) //nolint:gosec // an icon's
	raw := rawImage{width, height, width * channels, true, 8, channels, nil}
	for y := icon.Bounds().Min.Y; y < icon.Bounds().Max.Y; y++ {
		for x := icon.Bounds().Min.X; x < icon.Bounds().Max.X; x++ {
			c := color.NRGBAModel.Convert(icon.At(x, y)).(color.NRGBA)
			raw.Data = append(raw.Data, c.R, c.G, c.B, c.A)
		}
	}
	return raw
}
