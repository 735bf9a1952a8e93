package assets_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"os"
	"strings"
	"testing"

	"tokentray/assets"
)

// drawable are the elements that the window's picture renderer knows and these
// icons keep to.
var drawable = map[string]bool{"svg": true, "g": true, "path": true, "circle": true, "rect": true}

func TestIconsKeepToPlainShapes(t *testing.T) {
	for name, icon := range map[string][]byte{
		"icon": assets.IconSVG, "tray": assets.TraySVG, "tray-working": assets.TrayWorkingSVG,
		"tray-offline": assets.TrayOfflineSVG, "tray-needs-you": assets.TrayNeedsYouSVG,
	} {
		shapes := 0
		for d := xml.NewDecoder(bytes.NewReader(icon)); ; {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			element, ok := token.(xml.StartElement)
			if !ok {
				continue
			}
			if !drawable[element.Name.Local] {
				t.Errorf("%s: <%s>", name, element.Name.Local)
			}
			shapes++
			for _, a := range element.Attr {
				switch {
				case a.Name.Local == "class", a.Name.Local == "style", strings.Contains(a.Value, "url("),
					strings.HasPrefix(a.Name.Local, "stroke"): // whose width the renderer doesn't scale
					t.Errorf("%s: %s=%q", name, a.Name.Local, a.Value)
				}
			}
		}
		if shapes < 2 {
			t.Errorf("%s is empty", name)
		}
	}
}

func TestPackagedIconIs512PixelsWide(t *testing.T) {
	file, err := os.Open("icon.png")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	picture, err := png.DecodeConfig(file)
	if err != nil || picture.Width != 512 || picture.Height != 512 {
		t.Fatalf("%+v, %v", picture, err)
	}
}

func TestIconInPixelsIs96Wide(t *testing.T) {
	picture, err := png.DecodeConfig(bytes.NewReader(assets.IconPNG))
	if err != nil || picture.Width != 96 || picture.Height != 96 {
		t.Fatalf("%+v, %v", picture, err)
	}
}
