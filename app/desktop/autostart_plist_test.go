package desktop

import (
	"encoding/xml"
	"slices"
	"strings"
	"testing"
)

func TestJobOfLaunchdKeepsItsCommand(t *testing.T) {
	for _, program := range append(nastyPaths, "/Applications/Token Tray.app/Contents/MacOS/tokentray") {
		want := []string{program, "--hidden"}
		text := encodePlist("app.tokentray.TokenTray", want)
		if got := decodePlist(text); !slices.Equal(got, want) {
			t.Errorf("%q came back", got)
		}
		var plist struct {
			Dict struct {
				Keys []string `xml:"key"`
			} `xml:"dict"`
		}
		if err := xml.Unmarshal(text, &plist); err != nil {
			t.Error(err)
		}
		if want := []string{"Label", "ProgramArguments", "RunAtLoad", "ProcessType"}; !slices.Equal(plist.Dict.Keys, want) {
			t.Errorf("the job has %q, want %q", plist.Dict.Keys, want)
		}
	}
}

func TestJobThatIsSwitchedOffOrBrokenStartsNothing(t *testing.T) {
	whole := string(encodePlist("id", []string{"/bin/a"}))
	for name, text := range map[string]string{
		"empty":        "",
		"cut off":      whole[:len(whole)-20],
		"no plist":     "bplist00\xd4\x01",
		"disabled":     strings.Replace(whole, "<key>RunAtLoad", "<key>Disabled</key><true/><key>RunAtLoad", 1),
		"other lists":  strings.Replace(whole, "ProgramArguments", "WatchPaths", 1),
		"no arguments": strings.Replace(whole, "<string>/bin/a</string>", "", 1),
	} {
		if got := decodePlist([]byte(text)); len(got) > 0 {
			t.Errorf("%s: starts %q", name, got)
		}
	}
	if got := decodePlist([]byte(strings.Replace(whole, "<key>RunAtLoad", "<key>Disabled</key><false/><key>RunAtLoad", 1))); len(got) != 1 {
		t.Error("one that is not disabled is off")
	}
}

// nastyPaths are paths that any format has to escape.
var nastyPaths = []string{
	"/usr/bin/tokentray",
	"/home/a b/token tray",
	"/100%/%u %%/t",
	`/"double"/'single'/` + "`back`",
	`/back\slash\\twice\n/$HOME/$(rm)/;&|<>`,
	"/a\nb\tc\rd",
	"/~a/*?/#b/(c)/é/ü/漢",
	`/ends\`,
	`/ends %`,
	"/<tag>&amp;]]>/",
}
