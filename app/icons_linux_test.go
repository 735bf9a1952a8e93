package app

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"tokentray/assets"
)

// The window draws the icon's SVG itself. What was drawn from it for others is the work of another renderer, and differs
// along the edges only.
func TestIconInPixelsIsTheOneThatTheWindowDraws(t *testing.T) {
	test.NewTempApp(t)
	packaged, err := os.ReadFile(filepath.Join("..", "assets", "icon.png"))
	if err != nil {
		t.Fatal(err)
	}
	for width, file := range map[int][]byte{512: packaged, 96: assets.IconPNG} {
		icon, err := png.Decode(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		drawn := picture(fyne.NewStaticResource("icon.svg", assets.IconSVG), float32(width))
		if icon.Bounds() != drawn.Bounds() {
			t.Fatalf("%d pixels: %v", width, icon.Bounds())
		}
		if n := unlike(icon, drawn); n > width {
			t.Errorf("the icon in %d pixels is not that of icon.svg, %d of them differ: make icons", width, n)
		}
	}
}

// unlike counts the pixels that have another colour to the eye, as on white.
func unlike(a, b image.Image) (n int) {
	white := color.NRGBA{0xff, 0xff, 0xff, 0xff}
	at := func(p image.Image, x, y int) color.NRGBA {
		return over(color.NRGBAModel.Convert(p.At(x, y)).(color.NRGBA), white)
	}
	apart := func(v, w uint8) bool { return max(v, w)-min(v, w) > 24 }
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			if v, w := at(a, x, y), at(b, x, y); apart(v.R, w.R) || apart(v.G, w.G) || apart(v.B, w.B) {
				n++
			}
		}
	}
	return n
}
