package desktop

import (
	"encoding/base64"
	"regexp"
	"strings"
	"testing"
)

func TestWordsOfANotificationAreNoPartOfItsScript(t *testing.T) {
	notice := Notice{Title: "Token Tray", Text: `für “$(exit)” 'x' ログイン`, Category: "sign-in", Passing: true}
	script := NewNotifier("", "app.id", nil).script(notice)
	var said []string
	for _, packed := range regexp.MustCompile(`said '([^']*)'`).FindAllStringSubmatch(script, -1) {
		text, err := base64.StdEncoding.DecodeString(packed[1])
		if err != nil {
			t.Error(err)
		}
		said = append(said, string(text))
	}
	if got := strings.Join(said, "|"); got != notice.Title+"|"+notice.Text+"|"+notice.Category+"|app.id" {
		t.Errorf("it says %q", got)
	}
	if !strings.Contains(script, "if ($true)") || strings.Contains(script, "exit") {
		t.Errorf("the script is\n%s", script)
	}
}
