package desktop

import (
	"context"
	"fmt"
	"image"
	"image/color"
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
)

// Notify shows a notification in the program's name. Its bus connection is its own, and gone afterwards: the desktop says
// on it when a notification closes, and on the process's shared one that would end fyne.io/systray's watch for new tray
// hosts and pile up there. See https://specifications.freedesktop.org/notification-spec/.
func Notify(ctx context.Context, program string, icon image.Image, title, text string) error {
	ctx, cancel := context.WithTimeout(ctx, notifyTime)
	defer cancel()
	conn, err := dbus.ConnectSessionBus(dbus.WithContext(ctx))
	if err != nil {
		return fmt.Errorf("could not reach the desktop: %w", err)
	}
	defer conn.Close()
	hints := map[string]dbus.Variant{"image-data": dbus.MakeVariant(pixels(icon))}
	call := conn.Object(notificationsName, notificationsPath).CallWithContext(ctx, notificationsName+".Notify", 0,
		program, uint32(0), "", title, text, []string{}, hints, usualTime)
	if call.Err != nil {
		return fmt.Errorf("could not show the notification: %w", call.Err)
	}
	return nil
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
	raw := rawImage{int32(size.X), int32(size.Y), int32(size.X * channels), true, 8, channels, nil}
	for y := icon.Bounds().Min.Y; y < icon.Bounds().Max.Y; y++ {
		for x := icon.Bounds().Min.X; x < icon.Bounds().Max.X; x++ {
			c := color.NRGBAModel.Convert(icon.At(x, y)).(color.NRGBA)
			raw.Data = append(raw.Data, c.R, c.G, c.B, c.A)
		}
	}
	return raw
}
