package assets_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"go/build"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tokentray/assets"
)

// drawable are the elements that the window's picture renderer knows and these
// icons keep to.
var drawable = map[string]bool{
	"svg": true, "g": true, "path": true, "defs": true, "use": true, "linearGradient": true, "stop": true,
}

func TestIconsKeepToPlainShapes(t *testing.T) {
	for name, icon := range map[string][]byte{
		"icon": assets.IconSVG, "icon-small": read(t, "icon-small.svg"),
		"tray": assets.TraySVG, "tray-working": assets.TrayWorkingSVG,
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
				case a.Name.Local == "class", a.Name.Local == "style",
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

// read is a file that is no part of the program.
func read(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestIconsInPixelsHaveTheirSizes(t *testing.T) {
	for width, icon := range map[int][]byte{512: read(t, "icon.png"), 96: assets.IconPNG} {
		picture, err := png.DecodeConfig(bytes.NewReader(icon))
		if err != nil || picture.Width != width || picture.Height != width {
			t.Errorf("%d: %+v, %v", width, picture, err)
		}
	}
}

// What only the README and the packages show would make the program larger for nothing.
func TestOnlyWhatTheProgramShowsIsInIt(t *testing.T) {
	here, err := build.ImportDir(".", 0)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(here.EmbedPatterns)
	want := []string{
		"icon-96.png", "icon.svg", "page.css", "page.html", "translations/*.json",
		"tray-needs-you.svg", "tray-offline.svg", "tray-working.svg", "tray.svg",
	}
	if !slices.Equal(here.EmbedPatterns, want) {
		t.Errorf("in the program are %q", here.EmbedPatterns)
	}
}

func TestReadmesPicturesAreThereAndOfOneSize(t *testing.T) {
	readme := string(read(t, "../README.md"))
	for _, link := range regexp.MustCompile(`\]\((assets/[^)]*)\)`).FindAllStringSubmatch(readme, -1) {
		read(t, "../"+link[1])
	}
	pictures, err := filepath.Glob("pictures/*.png")
	if err != nil || len(pictures) != 6 {
		t.Fatalf("%q, %v", pictures, err)
	}
	sizes := map[image.Point]string{}
	for _, name := range pictures {
		file := read(t, name)
		picture, err := png.DecodeConfig(bytes.NewReader(file))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		sizes[image.Pt(picture.Width, picture.Height)] = name
		if len(file) > 150_000 {
			t.Errorf("%s has %d bytes", name, len(file))
		}
	}
	if len(sizes) != 1 {
		t.Errorf("the pictures have different sizes: %v", sizes)
	}
}
