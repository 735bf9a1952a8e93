package app

import (
	"image"
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

// smallIcons are the tray's icons as a panel shows them that scales them down to 16 pixels; how turns each into what is drawn.
func smallIcons(t *testing.T, how func(fyne.Resource) fyne.Resource) map[string]*image.NRGBA {
	t.Helper()
	test.NewTempApp(t)
	icons := map[string]*image.NRGBA{}
	for name, state := range map[string]trayState{
		"well": trayWell, "working": trayWorking, "offline": trayOffline, "needs you": trayNeedsYou,
	} {
		large := picture(how(state.icon()), trayIconSize)
		if large.Bounds().Dx() != trayIconSize || large.Bounds().Dy() != trayIconSize {
			t.Fatalf("%s is %v", name, large.Bounds())
		}
		icons[name] = scaled(large, 16)
	}
	return icons
}

func asTheyAre(icon fyne.Resource) fyne.Resource { return icon }

// inOneColour is what macOS gets.
func inOneColour(icon fyne.Resource) fyne.Resource { return theme.NewThemedResource(icon) }

// scaled makes each pixel of the means of those that it takes the place of.
func scaled(large image.Image, size int) *image.NRGBA {
	small := image.NewNRGBA(image.Rect(0, 0, size, size))
	step := large.Bounds().Dx() / size
	for y := range size {
		for x := range size {
			var red, green, blue, alpha uint32
			for i := range step * step {
				r, g, b, a := large.At(x*step+i%step, y*step+i/step).RGBA()
				red, green, blue, alpha = red+r, green+g, blue+b, alpha+a
			}
			n := uint32(step*step) << 8                                                             //nolint:gosec // a few pixels
			mean := color.RGBA{uint8(red / n), uint8(green / n), uint8(blue / n), uint8(alpha / n)} //nolint:gosec // means of bytes
			small.Set(x, y, mean)
		}
	}
	return small
}

func TestTrayIconsDifferByTheirShapeAlone(t *testing.T) {
	icons := smallIcons(t, inOneColour)
	for a, one := range icons {
		solid := 0
		for i := 3; i < len(one.Pix); i += 4 {
			if one.Pix[i] > 127 {
				solid++
			}
		}
		if solid < 40 || solid > 128 { // with its light edge it would be a blot
			t.Errorf("%s has %d solid pixels of 256", a, solid)
		}
		for b, other := range icons {
			n := 0
			for i := 3; i < len(one.Pix); i += 4 {
				if math.Abs(float64(one.Pix[i])-float64(other.Pix[i])) > 127 {
					n++
				}
			}
			if a < b && n < 32 {
				t.Errorf("%s and %s differ in %d of 256 pixels", a, b, n)
			}
		}
	}
}

// Dark on a light panel, and light at the edge on a dark one: on each enough of the icon has the contrast that text needs.
func TestTrayIconsStandOutFromLightAndDarkPanels(t *testing.T) {
	for name, icon := range smallIcons(t, asTheyAre) {
		for _, panel := range []color.NRGBA{{0xff, 0xff, 0xff, 0xff}, {0xf0, 0xf0, 0xf0, 0xff}, {0x2d, 0x2d, 0x2d, 0xff}, {0x20, 0x20, 0x20, 0xff}} {
			clear := 0
			for i := 0; i < len(icon.Pix); i += 4 {
				pixel := color.NRGBA{icon.Pix[i], icon.Pix[i+1], icon.Pix[i+2], icon.Pix[i+3]}
				if contrast(over(pixel, panel), panel) >= 4.5 {
					clear++
				}
			}
			if clear < 40 {
				t.Errorf("on a panel of %v %d pixels of %s stand out", panel, clear, name)
			}
		}
	}
}

func TestTrayEntriesAreTheMenus(t *testing.T) {
	s := newStage(t)
	did := 0
	below := fyne.NewMenuItem("Below", func() { did++ })
	below.Checked = true
	above := fyne.NewMenuItem("Above_all", nil)
	above.Disabled, above.ChildMenu = true, fyne.NewMenu("", below)
	entries := s.app.trayEntries(fyne.NewMenu("", above, fyne.NewMenuItemSeparator()))
	if len(entries) != 2 || entries[0].Label != "Above__all" || !entries[0].Disabled || entries[0].Do != nil || !entries[1].Separator {
		t.Fatalf("%+v", entries)
	}
	if e := entries[0].Entries; len(e) != 1 || e[0].Label != "Below" || !e[0].Checked || e[0].Disabled {
		t.Fatalf("%+v", e)
	}
	entries[0].Entries[0].Do()
	if did != 0 {
		t.Error("it is not done on the screen's thread")
	}
	s.until("it is done", func() bool { return did == 1 })
}
