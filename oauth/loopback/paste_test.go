package loopback_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tokentray/oauth/loopback"
)

func TestPastedAddressCountsLikeAHit(t *testing.T) {
	for name, change := range map[string]func(address string) string{
		"as it is":             func(a string) string { return a },
		"spaces around":        func(a string) string { return " \t" + a + "  \n" },
		"line breaks inside":   func(a string) string { return a[:20] + "\r\n" + a[20:40] + "\n  " + a[40:] },
		"no scheme":            func(a string) string { return strings.TrimPrefix(a, "http://") },
		"https":                func(a string) string { return strings.Replace(a, "http:", "https:", 1) },
		"capitals":             func(a string) string { return strings.Replace(a, "http:", "HTTP:", 1) },
		"full stop":            func(a string) string { return a + "." },
		"comma":                func(a string) string { return a + "," },
		"in brackets":          func(a string) string { return "<" + a + ">" },
		"in quotes":            func(a string) string { return "“" + a + "”." },
		"invisible characters": func(a string) string { return "\ufeff" + a[:30] + "\u200b\u00ad" + a[30:] },
		"from a page's source": func(a string) string { return strings.ReplaceAll(a, "&", "&amp;") },
		"a fragment":           func(a string) string { return a + "#_=_" },
		"an address inside":    func(a string) string { return a + "&iss=https://accounts.example" },
		"the same, no scheme": func(a string) string {
			return strings.TrimPrefix(a, "http://") + "&iss=https://accounts.example"
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := listen(t, loopback.Limits{})
			if err := r.Paste(change(right(r))); err != nil {
				t.Fatal(err)
			}
			a := answer(t, r)
			if a.Code != "c0de" || a.Query.Get("state") != state {
				t.Errorf("answer = %+v", a)
			}
			a.Show(http.StatusOK, nil, nil)
		})
	}
}

func TestWrongAddressIsNamedAndTheFlowGoesOn(t *testing.T) {
	r := listen(t, loopback.Limits{})
	redirect, _ := url.Parse(r.RedirectURL())
	for name, row := range map[string]struct {
		address string
		want    error
	}{
		"nothing":               {"", loopback.ErrNotRedirect},
		"words":                 {"I can't find it", loopback.ErrNotRedirect},
		"the consent page":      {"https://accounts.example/o/oauth2/v2/auth?state=" + state + "&code=c", loopback.ErrNotRedirect},
		"cut off":               {r.RedirectURL(), loopback.ErrNotRedirect},
		"cut off in the middle": {r.RedirectURL() + "?state=" + state + "&iss=x", loopback.ErrNotRedirect},
		"another path":          {"http://" + redirect.Host + "/?code=c&state=" + state, loopback.ErrNotRedirect},
		"another host":          {"http://rebound.example:" + redirect.Port() + "/callback?code=c&state=" + state, loopback.ErrNotRedirect},
		"a host in disguise":    {"http://" + redirect.Host + "@rebound.example/callback?code=c&state=" + state, loopback.ErrNotRedirect},
		"somebody's name":       {"http://x@" + redirect.Host + "/callback?code=c&state=" + state, loopback.ErrNotRedirect},
		"another scheme":        {"ftp://" + redirect.Host + "/callback?code=c&state=" + state, loopback.ErrNotRedirect},
		"broken escape":         {right(r) + "&x=%zz", loopback.ErrNotRedirect},
		"code twice":            {right(r) + "&code=d", loopback.ErrNotRedirect},
		"code and error":        {right(r) + "&error=e", loopback.ErrNotRedirect},
		"no end":                {right(r) + "&x=" + strings.Repeat("x", 1<<20), loopback.ErrNotRedirect},
		"wrong state":           {r.RedirectURL() + "?code=c&state=x", loopback.ErrWrongState},
		"state twice":           {right(r) + "&state=" + state, loopback.ErrWrongState},
		"another port":          {"http://127.0.0.1:1/callback?code=c&state=" + state, loopback.ErrWrongState},
		"no port":               {"http://127.0.0.1/callback?code=c&state=" + state, loopback.ErrWrongState},
	} {
		t.Run(name, func(t *testing.T) {
			err := r.Paste(row.address)
			if !errors.Is(err, row.want) {
				t.Fatalf("Paste = %v, want %v", err, row.want)
			}
			if strings.Contains(err.Error(), "state=") || strings.Contains(err.Error(), "code=") {
				t.Errorf("the error repeats the address: %v", err)
			}
			stillWaiting(t, r)
		})
	}
	if err := r.Paste(right(r)); err != nil {
		t.Fatal(err)
	}
	answer(t, r)
}

func TestPasteOnIPv6Loopback(t *testing.T) {
	r := unconnected(t, "http://[::1]:4000/callback")
	for _, scheme := range []string{"http://", ""} {
		if err := r.Paste(scheme + "[::1]:4000/callback?code=c&state=" + state); err != nil {
			t.Errorf("%q: %v", scheme, err)
		}
	}
}

func TestNothingIsPastedAfterClose(t *testing.T) {
	r := listen(t, loopback.Limits{})
	_ = r.Close()
	if err := r.Paste(right(r)); !errors.Is(err, loopback.ErrClosed) {
		t.Fatalf("Paste = %v", err)
	}
}

func TestBrowserThatComesAfterAPasteGetsThePage(t *testing.T) {
	r := listen(t, loopback.Limits{})
	if err := r.Paste(right(r)); err != nil {
		t.Fatal(err)
	}
	answer(t, r).Show(http.StatusOK, nil, []byte("done"))
	if got := get(right(r)); got.body != "done" {
		t.Fatalf("got %+v", got)
	}
}
