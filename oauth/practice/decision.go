package practice

import (
	"net/http"
	"net/url"
)

// answered takes the consent form. It counts once, and only from this provider's own page.
func (p *Provider) answered(w http.ResponseWriter, r *http.Request) {
	if err := http.NewCrossOriginProtection().Check(r); err != nil || !p.ownOrigin(r) {
		refuse(w, "The answer came from another page than the practice provider's own.")
		return
	}
	if err := r.ParseForm(); err != nil {
		refuse(w, "The answer can't be read.")
		return
	}
	p.decision(r.PostForm)(w, r)
}

// ownOrigin looks at Origin by itself, for a browser that sends no Sec-Fetch-Site.
func (p *Provider) ownOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	return origin == "" || origin == p.Issuer()
}

// decision is what follows from an answer to a consent page. A page that is shown again, and a warning, leave the
// question open.
func (p *Provider) decision(form url.Values) http.HandlerFunc {
	p.mu.Lock()
	defer p.mu.Unlock()
	key, now := form.Get("request"), p.now()
	q, found := p.asked.get(key, now)
	if !found {
		return refused("This page was answered before, or has been open for too long. Start again from the program that sent you here.")
	}
	if form.Get("answer") != "allow" {
		p.asked.drop(key)
		return p.backTo(*q, (&oauthError{code: "access_denied", text: "The person said no."}).params())
	}
	problem, known := problemOf(form.Get("problem"))
	if !known {
		return refused("The problem that was chosen is not one that can be practised here.")
	}
	var address string
	address, q.shown = q.shown.decide(form, q.wanted)
	asked := *q
	switch {
	case address == "":
		return func(w http.ResponseWriter, _ *http.Request) {
			consent(w, http.StatusUnprocessableEntity, key, asked)
		}
	case problem.page != nil:
		if !problem.page.warns() {
			p.asked.drop(key)
		}
		return func(w http.ResponseWriter, _ *http.Request) { sendGoogle(w, problem.page, key, asked) }
	}
	p.asked.drop(key)
	if problem.redirect != nil {
		return p.backTo(asked, problem.redirect.params())
	}
	granted := asked.wanted.identity() | problem.access(asked.shown.ticked)
	if granted == 0 {
		return p.backTo(asked, (&oauthError{code: "access_denied", text: "No access was ticked."}).params())
	}
	newCode := p.codes.put(&code{
		question: asked,
		address:  problem.signsIn(address, asked.hint),
		granted:  granted,
		problem:  problem,
		expiry:   now.Add(p.codeLifetime),
	}, now, p.codeLifetime+codeMemory)
	return p.backTo(asked, url.Values{
		"code":     {newCode},
		"scope":    {granted.String()},
		"authuser": {"0"},
		"prompt":   {"consent"},
	})
}

func (p *Provider) backTo(q question, params url.Values) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { p.sendBack(w, r, q.redirectURI, q.state, params) }
}

func refused(words string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { refuse(w, words) }
}
