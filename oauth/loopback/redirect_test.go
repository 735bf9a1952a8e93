package loopback_test

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tokentray/oauth/loopback"
)

func TestRedirectURLIsAnAddressOfThisComputer(t *testing.T) {
	r := listen(t, loopback.Limits{})
	if !regexp.MustCompile(`^http://127\.0\.0\.1:[1-9][0-9]*/callback$`).MatchString(r.RedirectURL()) {
		t.Fatalf("RedirectURL = %q", r.RedirectURL())
	}
}

func TestRightHitIsTheAnswer(t *testing.T) {
	for name, row := range map[string]struct{ query, code, fault, issuer, other string }{
		"code":  {"&code=4%2F0Ab&iss=https%3A%2F%2Faccounts.example&hd=x", "4/0Ab", "", "https://accounts.example", "x"},
		"error": {"&error=access_denied&hd=y", "", "access_denied", "", "y"},
	} {
		t.Run(name, func(t *testing.T) {
			r := listen(t, loopback.Limits{})
			got := browse(r.RedirectURL() + "?state=" + state + row.query)
			a := answer(t, r)
			if a.Code != row.code || a.Error != row.fault || a.Issuer != row.issuer || a.Query.Get("hd") != row.other {
				t.Errorf("answer = %+v", a)
			}
			a.Show(http.StatusOK, nil, nil)
			if page := wait(t, got); page.err != nil || page.status != http.StatusOK {
				t.Errorf("page = %+v", page)
			}
		})
	}
}

func TestEverythingElseIsAnsweredAndTheFlowGoesOn(t *testing.T) {
	const good = "?state=" + state + "&code=c0de"
	for name, row := range map[string]struct {
		method, path, host, header string
		status                     int
	}{
		"wrong path":            {path: "/" + good, status: 404},
		"path below":            {path: "/callback/" + good, status: 404},
		"path in other case":    {path: "/Callback" + good, status: 404},
		"path in disguise":      {path: "/%63allback" + good, status: 404},
		"path with a detour":    {path: "/x/../callback" + good, status: 404},
		"path doubled":          {path: "//callback" + good, status: 404},
		"icon":                  {path: "/favicon.ico", status: 204},
		"icon with the query":   {path: "/favicon.ico" + good, status: 204},
		"post":                  {method: "POST", path: "/callback" + good, status: 405},
		"head":                  {method: "HEAD", path: "/callback" + good, status: 405},
		"options":               {method: "OPTIONS", path: "/callback" + good, status: 405},
		"method of its own":     {method: "FETCH", path: "/callback" + good, status: 405},
		"no query":              {path: "/callback", status: 400},
		"no state":              {path: "/callback?code=c0de", status: 400},
		"empty state":           {path: "/callback?state=&code=c0de", status: 400},
		"wrong state":           {path: "/callback?state=x&code=c0de", status: 400},
		"longer state":          {path: "/callback?code=c0de&state=x" + state, status: 400},
		"state in other case":   {path: "/callback?code=c0de&state=" + strings.ToUpper(state), status: 400},
		"state and a wrong one": {path: "/callback" + good + "&state=x", status: 400},
		"state twice":           {path: "/callback" + good + "&state=" + state, status: 400},
		"code twice":            {path: "/callback" + good + "&code=c0de", status: 400},
		"error twice":           {path: "/callback?error=a&error=a&state=" + state, status: 400},
		"issuer twice":          {path: "/callback" + good + "&iss=a&iss=a", status: 400},
		"neither code nor error": {
			path: "/callback?state=" + state, status: 400},
		"empty code":           {path: "/callback?code=&state=" + state, status: 400},
		"code and error":       {path: "/callback" + good + "&error=access_denied", status: 400},
		"broken escape":        {path: "/callback" + good + "&x=%zz", status: 400},
		"semicolon":            {path: "/callback" + good + ";x=y", status: 400},
		"another host":         {path: "/callback" + good, host: "rebound.example", status: 403},
		"another port":         {path: "/callback" + good, host: "127.0.0.1:1", status: 403},
		"host by name":         {path: "/callback" + good, host: "localhost", status: 403},
		"prefetch":             {path: "/callback" + good, header: "Sec-Purpose: prefetch", status: 503},
		"prerender":            {path: "/callback" + good, header: "Sec-Purpose: prefetch;prerender", status: 503},
		"older prefetch":       {path: "/callback" + good, header: "Purpose: Prefetch", status: 503},
		"Firefox's prefetch":   {path: "/callback" + good, header: "X-Moz: prefetch", status: 503},
		"preview":              {path: "/callback" + good, header: "X-Purpose: preview", status: 503},
		"header without end":   {path: "/callback" + good, header: "Cookie: " + strings.Repeat("x", 32<<10), status: 431},
		"address without end":  {path: "/callback" + good + "&x=" + strings.Repeat("x", 32<<10), status: 431},
		"method before prefix": {method: "POST", path: "/callback" + good, header: "Purpose: prefetch", status: 405},
	} {
		t.Run(name, func(t *testing.T) {
			r := listen(t, loopback.Limits{})
			base, _ := url.Parse(r.RedirectURL())
			req, err := http.NewRequestWithContext(t.Context(), row.method, "http://"+base.Host+row.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Host = row.host
			if name, value, found := strings.Cut(row.header, ": "); found {
				req.Header.Set(name, value)
			}
			got := do(req)
			if row.status == http.StatusRequestHeaderFieldsTooLarge {
				got.err = nil // the server hangs up on the rest of the header, perhaps within its own page
			}
			if got.err != nil || got.status != row.status {
				t.Fatalf("status = %d, %v; want %d", got.status, got.err, row.status)
			}
			if row.status == http.StatusMethodNotAllowed && got.header.Get("Allow") != "GET" {
				t.Errorf("Allow = %q", got.header.Get("Allow"))
			}
			if row.status != http.StatusRequestHeaderFieldsTooLarge {
				private(t, got.header)
			}
			if strings.Contains(got.body, "c0de") || strings.Contains(got.body, state) {
				t.Errorf("the page repeats the query: %q", got.body)
			}
			stillWaiting(t, r)

			after := browse(right(r))
			answer(t, r).Show(http.StatusOK, nil, []byte("done"))
			if page := wait(t, after); page.body != "done" {
				t.Errorf("the right hit afterwards got %+v", page)
			}
		})
	}
}

// private checks what every answer promises about itself.
func private(t *testing.T, header http.Header) {
	t.Helper()
	for name, want := range map[string]string{
		"Cache-Control":           "no-store",
		"Referrer-Policy":         "no-referrer",
		"X-Content-Type-Options":  "nosniff",
		"Content-Security-Policy": "default-src 'none'",
	} {
		if got := header.Get(name); !strings.HasPrefix(got, want) {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
}

func TestRequestWithoutHostIsRefused(t *testing.T) {
	r := listen(t, loopback.Limits{})
	conn := dial(t, r)
	if _, err := io.WriteString(conn, "GET /callback?code=c&state="+state+" HTTP/1.0\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(conn)
	if err != nil || !strings.HasPrefix(string(got), "HTTP/1.0 403 ") {
		t.Fatalf("got %q, %v", got, err)
	}
	stillWaiting(t, r)
}
