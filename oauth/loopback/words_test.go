package loopback_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"tokentray/oauth/loopback"
)

func TestOwnLinesAreSaidInThePersonsLanguage(t *testing.T) {
	if len(loopback.Sentences) != 7 || slices.Contains(loopback.Sentences, "") {
		t.Fatalf("sentences: %q", loopback.Sentences)
	}
	r, err := loopback.Listen(state, "", func(english string) string {
		if !slices.Contains(loopback.Sentences, english) {
			t.Errorf("%q is not among the sentences", english)
		}
		return "→ " + english
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	base, _ := url.Parse(r.RedirectURL())
	for path, english := range map[string]string{
		"/nothing":            "There is nothing here.",
		"/callback?state=odd": "This address doesn't belong to the sign-in that is going on.",
	} {
		if got := get("http://" + base.Host + path); !strings.HasPrefix(got.body, "→ "+english) || !strings.HasSuffix(got.body, "\n") {
			t.Errorf("%s: %q", path, got.body)
		}
	}
	got := browse(right(r))
	answer(t, r)
	_ = r.Close()
	if page := wait(t, got); page.body != "→ This sign-in has ended. You can close this tab.\n" {
		t.Errorf("after the end: %+v", page)
	}
}
