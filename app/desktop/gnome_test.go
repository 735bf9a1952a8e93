package desktop

import "testing"

func TestDesktopsThatAreMadeOfGNOMEAreKnown(t *testing.T) {
	for name, want := range map[string]bool{"GNOME": true, "ubuntu:GNOME": true, "GNOME-Classic:GNOME": true,
		"": false, "XFCE": false, "KDE": false, "X-GNOME-like": false, "Budgie": false} {
		t.Setenv("XDG_CURRENT_DESKTOP", name)
		if IsGNOME() != want {
			t.Errorf("%q: %t", name, !want)
		}
	}
}
