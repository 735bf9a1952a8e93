package desktop

import (
	"image"
	"image/color"
	"testing"

	"github.com/godbus/dbus/v5"
)

// notice is what a desktop is told in a notification.
type notice struct {
	sender, program, title, text string
	picture                      rawImage
	lasts                        int32
}

type notices chan notice

func (n notices) Notify(program string, _ uint32, _, title, text string, _ []string, hints map[string]dbus.Variant, lasts int32, from dbus.Sender) (uint32, *dbus.Error) {
	got := notice{string(from), program, title, text, rawImage{}, lasts}
	if err := hints["image-data"].Store(&got.picture); err != nil {
		return 0, dbus.MakeFailedError(err)
	}
	n <- got
	return 1, nil
}

func TestNotificationIsSentOnAConnectionOfItsOwn(t *testing.T) {
	startBus(t)
	shared := sharedBus(t)
	desktop, err := dbus.ConnectSessionBus()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { desktop.Close() })
	shown := make(notices, 1)
	if err := desktop.Export(shown, "/org/freedesktop/Notifications", "org.freedesktop.Notifications"); err != nil {
		t.Fatal(err)
	}
	if _, err := desktop.RequestName("org.freedesktop.Notifications", dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	icon := image.NewNRGBA(image.Rect(0, 0, 2, 1))
	icon.Set(1, 0, color.NRGBA{R: 1, G: 2, B: 3, A: 4})
	if err := Notify(t.Context(), "A program", icon, "A title", "A text"); err != nil {
		t.Fatal(err)
	}
	got := <-shown
	if got.program != "A program" || got.title != "A title" || got.text != "A text" || got.lasts != -1 {
		t.Errorf("shown was %+v", got)
	}
	p := got.picture
	if p.Width != 2 || p.Height != 1 || p.RowStride != 8 || p.Channels != 4 || string(p.Data) != "\x00\x00\x00\x00\x01\x02\x03\x04" {
		t.Errorf("with the picture %+v", p)
	}
	// The desktop tells the sender when a notification closes.
	if got.sender == shared.Names()[0] {
		t.Error("it was sent on the shared connection")
	}
}

func TestDesktopWithoutNotificationsIsAnError(t *testing.T) {
	startBus(t)
	if err := Notify(t.Context(), "A program", image.NewNRGBA(image.Rect(0, 0, 1, 1)), "A title", "A text"); err == nil {
		t.Error("no error")
	}
}
