package app

import (
	"regexp"
	"strings"
	"testing"
)

func TestAdminIsToldTheClientID(t *testing.T) {
	for _, id := range []string{clientID, "{client ID}%s", "{{.ID}}"} {
		text := adminText(id)
		if strings.Count(text, id) != 1 || !strings.Contains(text, "Trusted") || strings.ContainsAny(strings.Replace(text, id, "", 1), "{}%") {
			t.Errorf("%s", text)
		}
	}
	for _, link := range regexp.MustCompile(`https?://[^\s)]+`).FindAllString(adminText(clientID), -1) {
		if !strings.HasPrefix(link, "https://admin.google.com/") {
			t.Errorf("the admin is sent to %s", link)
		}
	}
}
