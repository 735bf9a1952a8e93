package desktop

import (
	"image"
	"image/color"
	"testing"

	"github.com/godbus/dbus/v5"
)

// shownNotice is what a desktop is told in a notification.
type shownNotice struct {
	sender, program, title, text string
	id, replaced                 uint32
	hints                        map[string]dbus.Variant
	lasts                        int32
}

// center is a desktop's place for notifications.
type center struct {
	shown chan shownNotice
	last  uint32
}

func (c *center) Notify(program string, replaced uint32, _, title, text string, _ []string, hints map[string]dbus.Variant, lasts int32, from dbus.Sender) (uint32, *dbus.Error) {
	id := replaced
	if id == 0 {
		c.last++
		id = c.last
	}
	c.shown <- shownNotice{string(from), program, title, text, id, replaced, hints, lasts}
	return id, nil
}

// startCenter starts one on the session bus.
func startCenter(t *testing.T) *center {
	t.Helper()
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	c := &center{shown: make(chan shownNotice, 10), last: 100}
	if err := conn.Export(c, "/org/freedesktop/Notifications", "org.freedesktop.Notifications"); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.RequestName("org.freedesktop.Notifications", dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	return c
}

func notifier() *Notifier {
	icon := image.NewNRGBA(image.Rect(0, 0, 2, 1))
	icon.Set(1, 0, color.NRGBA{R: 1, G: 2, B: 3, A: 4})
	return NewNotifier("A program", "app.a.Program", icon)
}

// notify shows a notification and returns what the desktop was told.
func (c *center) notify(t *testing.T, n *Notifier, notice Notice) shownNotice {
	t.Helper()
	if err := n.Notify(t.Context(), notice); err != nil {
		t.Fatal(err)
	}
	return <-c.shown
}

func TestNotificationSaysWhoseItIsAndOfWhatKind(t *testing.T) {
	startBus(t)
	shared := sharedBus(t)
	got := startCenter(t).notify(t, notifier(), Notice{Title: "A title", Text: "A text", Category: "x-a.kind"})
	if got.program != "A program" || got.title != "A title" || got.text != "A text" || got.lasts != -1 || got.replaced != 0 {
		t.Errorf("shown was %+v", got)
	}
	for name, want := range map[string]any{"desktop-entry": "app.a.Program", "category": "x-a.kind", "urgency": byte(1)} {
		if got.hints[name].Value() != want {
			t.Errorf("its %s is %v, want %v", name, got.hints[name], want)
		}
	}
	if _, ok := got.hints["transient"]; ok {
		t.Error("it is not kept for later")
	}
	var p rawImage
	if err := got.hints["image-data"].Store(&p); err != nil {
		t.Fatal(err)
	}
	if p.Width != 2 || p.Height != 1 || p.RowStride != 8 || p.Channels != 4 || string(p.Data) != "\x00\x00\x00\x00\x01\x02\x03\x04" {
		t.Errorf("with the picture %+v", p)
	}
	// The desktop tells the sender when a notification closes.
	if got.sender == shared.Names()[0] {
		t.Error("it was sent on the shared connection")
	}
	// And takes a notification away whose sender has gone.
	var there bool
	if err := shared.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, got.sender).Store(&there); err != nil || !there {
		t.Errorf("its sender is there: %t, %v", there, err)
	}
}

func TestPassingNotificationTakesThePlaceOfTheOneBefore(t *testing.T) {
	startBus(t)
	n, desktop := notifier(), startCenter(t)
	copied := Notice{Title: "A title", Text: "Copied", Category: "x-a.copied", Passing: true}
	first := desktop.notify(t, n, copied)
	if first.hints["transient"].Value() != true {
		t.Error("it is kept for later")
	}
	lasting := desktop.notify(t, n, Notice{Title: "A title", Text: "Look", Category: "x-a.attention"})
	if lasting.replaced != 0 {
		t.Error("one that lasts takes the place of another")
	}
	other := desktop.notify(t, n, Notice{Title: "A title", Text: "Gone", Category: "x-a.gone", Passing: true})
	if other.replaced != 0 {
		t.Error("it takes the place of one of another kind")
	}
	for range 3 {
		if again := desktop.notify(t, n, copied); again.replaced != first.id {
			t.Errorf("the next takes the place of %d, want %d", again.replaced, first.id)
		}
	}
}

func TestNotifierFindsABusThatIsNew(t *testing.T) {
	stop := startBus(t)
	n, passing := notifier(), Notice{Category: "x-a.copied", Passing: true}
	startCenter(t).notify(t, n, passing)
	stop()
	if err := n.Notify(t.Context(), passing); err == nil {
		t.Error("no error, and no bus")
	}
	startBus(t)
	if got := startCenter(t).notify(t, n, passing); got.replaced != 0 {
		t.Errorf("it takes the place of %d, which was another desktop's", got.replaced)
	}
}

func TestDesktopWithoutNotificationsIsAnError(t *testing.T) {
	startBus(t)
	if err := notifier().Notify(t.Context(), Notice{Title: "A title", Text: "A text"}); err == nil {
		t.Error("no error")
	}
}
