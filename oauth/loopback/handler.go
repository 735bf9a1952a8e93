package loopback

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// page is one answer to a browser.
type page struct {
	status int
	header http.Header
	body   []byte
	line   string // of text in place of a body: one of Sentences
}

func plain(status int, line string) page { return page{status: status, line: line} }

var (
	notHere     = plain(http.StatusForbidden, "This address is not served here.")
	notFound    = plain(http.StatusNotFound, "There is nothing here.")
	noIcon      = page{status: http.StatusNoContent}
	onlyGet     = page{status: http.StatusMethodNotAllowed, header: http.Header{"Allow": {http.MethodGet}}}
	notYet      = plain(http.StatusServiceUnavailable, "This page can't be loaded ahead of time.")
	notOurs     = plain(http.StatusBadRequest, "This address doesn't belong to the sign-in that is going on. Go back to the program and try again.")
	tooMany     = plain(http.StatusServiceUnavailable, "This page is open too many times. You can close this tab.")
	stillAtWork = plain(http.StatusOK, "This takes longer than usual. You can close this tab: the program will say how it went.")
	hasEnded    = plain(http.StatusGone, "This sign-in has ended. You can close this tab.")
)

// Sentences are what the receiver itself may say to a browser, in English. Nobody changes them.
var Sentences = []string{notHere.line, notFound.line, notYet.line, notOurs.line, tooMany.line, stillAtWork.line, hasEnded.line}

// serve answers one request. The order of the rules matters: a stranger who
// names another host (DNS rebinding) learns nothing about the paths.
func (r *Receiver) serve(w http.ResponseWriter, req *http.Request) {
	r.busy.RLock()
	defer r.busy.RUnlock()
	switch asked, redirect := path(req.URL), r.address.path; {
	case !r.address.named(req.Host):
		r.write(w, notHere)
	case asked != redirect && asked == "/favicon.ico":
		r.write(w, noIcon)
	case asked != redirect:
		r.write(w, notFound)
	case req.Method != http.MethodGet:
		r.write(w, onlyGet)
	case aheadOfTime(req.Header):
		r.write(w, notYet)
	case r.accept(req.URL.RawQuery) != nil:
		r.write(w, notOurs)
	default:
		r.hold(w, req)
	}
}

// aheadOfTime tells whether the browser asks without the person having gone to
// the page: a prefetch or a prerender.
func aheadOfTime(header http.Header) bool {
	for _, name := range []string{"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"} {
		for _, value := range header.Values(name) {
			value = strings.ToLower(value)
			if strings.Contains(value, "prefetch") || strings.Contains(value, "prerender") || strings.Contains(value, "preview") {
				return true
			}
		}
	}
	return false
}

// hold keeps the browser waiting until there is a page for it.
func (r *Receiver) hold(w http.ResponseWriter, req *http.Request) {
	select {
	case r.held <- struct{}{}:
		defer func() { <-r.held }()
	default:
		r.write(w, tooMany)
		return
	}

	// The server's own deadline is for an ordinary answer. (While a handler runs
	// there is none for reading: net/http then only looks whether the browser is
	// still there.)
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(r.limits.hold + r.limits.write))

	patience := time.NewTimer(r.limits.hold)
	defer patience.Stop()
	otherwise := hasEnded
	select {
	case <-r.shown:
	case <-r.closed:
	case <-patience.C:
		otherwise = stillAtWork
	case <-req.Context().Done():
		return
	}
	select {
	case <-r.shown: // also when closed at the same moment
		r.write(w, r.page)
	default:
		r.write(w, otherwise)
	}
}

// write sends a page and hands all of it to the system, so that closing the
// connection afterwards can't cut it.
func (r *Receiver) write(w http.ResponseWriter, p page) {
	if p.line != "" {
		p.body = []byte(r.inWords(p.line) + "\n")
	}
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Content-Type-Options", "nosniff")
	if p.status != http.StatusNoContent {
		header.Set("Content-Type", "text/plain; charset=utf-8")
	}
	for name, values := range p.header {
		header[http.CanonicalHeaderKey(name)] = values
	}
	if p.status != http.StatusNoContent {
		header.Set("Content-Length", strconv.Itoa(len(p.body)))
	}
	w.WriteHeader(p.status)
	_, _ = w.Write(p.body)
	_ = http.NewResponseController(w).Flush()
}
