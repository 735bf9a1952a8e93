package assets

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"strings"
)

// PageText is what the page says. All of it may come from strangers: it is escaped.
type PageText struct {
	Title string // how it went: "alice@gmail.com is signed in"
	Text  string // a sentence or two more; may be empty
	Good  bool   // a tick, else an exclamation mark
	Lang  string // of the words, such as "de"; "" is English
	Close string // what to do now; "" is "You can close this tab and go back to Token Tray."
}

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string

	pageTemplate = template.Must(template.New("page").Parse(pageHTML))
	// style is what stands in the page, to the byte: a browser reads a line
	// end of any kind as \n before it hashes.
	style = strings.ReplaceAll(pageCSS, "\r\n", "\n")
)

// Page is the page that the browser shows at the end of a sign-in: HTML that
// needs no script and no other resource. It is to be sent with [PageHeader].
func Page(p PageText) []byte {
	if p.Lang == "" {
		p.Lang = "en"
	}
	if p.Close == "" {
		p.Close = "You can close this tab and go back to Token Tray."
	}
	var page bytes.Buffer
	err := pageTemplate.Execute(&page, struct {
		PageText
		Style template.CSS
	}{p, template.CSS(style)}) //nolint:gosec // the style is this package's own
	if err != nil {
		panic("assets: page.html: " + err.Error()) // a buffer takes everything: the template is wrong
	}
	return page.Bytes()
}

// PageHeader is the header that belongs to [Page]: nothing is stored, nothing
// of the address is passed on, and the browser loads nothing and runs nothing.
// Each call makes a new one.
func PageHeader() http.Header {
	sum := sha256.Sum256([]byte(style))
	header := http.Header{}
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'sha256-"+
		base64.StdEncoding.EncodeToString(sum[:])+"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	return header
}
