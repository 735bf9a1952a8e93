package practice

import (
	"crypto/rand"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"net/mail"
	"net/url"
	"strings"
	"unicode"
)

//go:embed *.html
var pageFiles embed.FS

var pages = template.Must(template.ParseFS(pageFiles, "*.html"))

// maxAddress keeps a refresh token below 512 bytes, whatever the address.
const maxAddress = 200

// other is the value of the radio button for an address that is typed.
const other = "other"

// person is somebody whom the page offers by name.
type person struct{ ID, Name, Address string }

var people = []person{
	{"person-alice", "Alice", "alice@example.com"},
	{"person-bob", "Bob", "bob@example.com"},
}

// choice is what a consent page shows as chosen.
type choice struct {
	person  string // an address of people, or other
	address string // as typed
	ticked  scopeSet
	problem string // the code of one to practise; empty: none

	complaint string // in English, shown beside the address; empty: none
}

// firstChoice is what the page shows first: the person of the login_hint (an address or a sub), else Alice, and every
// access ticked.
func firstChoice(hint string, wanted scopeSet) choice {
	c := choice{person: people[0].Address, ticked: wanted &^ wanted.identity()}
	for _, p := range people {
		if strings.EqualFold(hint, p.Address) || hint == subject(p.Address) {
			c.person = p.Address
			return c
		}
	}
	if _, complaint := readAddress(hint); complaint == "" {
		c.person, c.address = other, hint
	}
	return c
}

// decide reads a form that says Allow. It gives the address of the person, or "" and a page to show again. An address
// that was typed beside somebody else's button is not passed over: which of the two was meant is asked.
func (c choice) decide(form url.Values, wanted scopeSet) (address string, next choice) {
	next = choice{person: form.Get("person"), address: form.Get("address"), problem: form.Get("problem")}
	given, _ := parseScopes(strings.Join(form["scope"], " "))
	next.ticked = given & wanted &^ wanted.identity()
	for _, p := range people {
		if next.person != p.Address {
			continue
		}
		if typed := strings.TrimSpace(next.address); typed != "" && next.address != c.address && !strings.EqualFold(typed, p.Address) {
			next.person = other
			next.complaint = twoChosen(p)
			return "", next
		}
		return p.Address, next
	}
	if next.person != other {
		next.complaint = nobodyChosen
		return "", next
	}
	address, next.complaint = readAddress(next.address)
	if next.complaint != "" {
		return "", next
	}
	return address, next
}

// readAddress gives the address in lower case, so that one address is one person, or says in words what is wrong.
func readAddress(typed string) (address, complaint string) {
	typed = strings.ToLower(strings.TrimSpace(typed))
	if typed == "" {
		return "", noAddress
	}
	if len(typed) > maxAddress {
		return "", longAddress
	}
	parsed, err := mail.ParseAddress(typed)
	invisible := func(r rune) bool { return !unicode.IsGraphic(r) || unicode.IsSpace(r) }
	if err != nil || parsed.Address != typed || strings.ContainsFunc(typed, invisible) {
		return "", notAnAddress
	}
	return typed, ""
}

// view is what the pages show.
type view struct {
	Nonce   string
	Request string
	People  []radio
	Other   radio
	Address string
	Access  []box
	Email   bool    // the program learns the address
	Offline bool    // the program keeps its access
	Groups  []group // of problems to practise
	Problem bool    // one is chosen

	Complaint string
	Refusal   string
	Google    *googlePage
	App       string // what Google's pages call the program

	Lang  string // of what Say says
	words func(english string) string
}

// Say is called by the templates with one of Sentences.
func (v view) Say(english string) string { return v.words(english) }

type radio struct {
	person
	Checked bool
}

type box struct {
	ID, Scope, Means string
	Checked          bool
}

type group struct {
	Name     string
	Problems []option
}

type option struct {
	Code, Words string
	Chosen      bool
}

// consent sends the consent page.
func (p *Provider) consent(w http.ResponseWriter, status int, key string, q question) {
	p.show(w, status, "consent", "'self' "+formTarget(q.redirectURI), viewOf(key, q))
}

func viewOf(key string, q question) view {
	v := view{
		Request: key,
		Other:   radio{person{ID: "person-other", Address: other}, q.shown.person == other},
		Address: q.shown.address,
		Email:   q.wanted.has(scopeEmail),
		Offline: q.offline,
		Groups:  groups(q.shown.problem),
		Problem: q.shown.problem != "",

		Complaint: q.shown.complaint,
	}
	for _, p := range people {
		v.People = append(v.People, radio{p, q.shown.person == p.Address})
	}
	for i, s := range (q.wanted &^ q.wanted.identity()).list() {
		v.Access = append(v.Access, box{fmt.Sprintf("scope-%d", i+1), s.name, s.means, q.shown.ticked.has(s.name)})
	}
	return v
}

// groups are the problems as the page offers them.
func groups(chosen string) (list []group) {
	for _, p := range Problems {
		if len(list) == 0 || list[len(list)-1].Name != p.Group {
			list = append(list, group{Name: p.Group})
		}
		last := &list[len(list)-1]
		last.Problems = append(last.Problems, option{p.Code, p.Words, p.Code == chosen})
	}
	return list
}

// formTarget is the part of form-action that lets the answer's redirect through: browsers hold a redirect after a
// form to it as well. A policy can't name an IPv6 address (CSP level 3 §2.3.1), so [::1] needs the whole scheme.
func formTarget(redirectURI string) string {
	origin := loopbackOrigin(redirectURI)
	if strings.Contains(origin, "[") {
		return "http:"
	}
	return origin
}

// refuse sends a page that says why there is no going on. It never redirects.
func (p *Provider) refuse(w http.ResponseWriter, words string) {
	p.show(w, http.StatusBadRequest, "refusal", "'none'", view{Refusal: words})
}

func (p *Provider) show(w http.ResponseWriter, status int, name, formAction string, v view) {
	v.Nonce, v.App, v.Lang, v.words = rand.Text(), appName, p.lang, p.words
	var text strings.Builder
	if err := pages.ExecuteTemplate(&text, name, v); err != nil {
		http.Error(w, "The page could not be made.", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'nonce-"+v.Nonce+"'; form-action "+formAction+"; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "same-origin") // no-referrer would blank the Origin of the form's own answer
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text.String()))
}
