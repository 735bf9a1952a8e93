package practice

import (
	"net/http"
	"net/url"
)

// answered takes the consent form. It counts once, and only from this provider's own page.
func (p *Provider) answered(w http.ResponseWriter, r *http.Request) {
	if err := http.NewCrossOriginProtection().Check(r); err != nil || !p.ownOrigin(r) {
		p.refuse(w, foreignAnswer)
		return
	}
	if err := r.ParseForm(); err != nil {
		p.refuse(w, strangeAnswer)
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
		return p.refused(answeredBefore)
	}
	if form.Get("answer") != "allow" {
		p.asked.drop(key)
		return p.backTo(*q, (&oauthError{code: "access_denied", text: "The person said no."}).params())
	}
	problem, known := problemOf(form.Get("problem"))
	if !known {
		return p.refused(unknownProblem)
	}
	var address string
	address, q.shown = q.shown.decide(form, q.wanted)
	asked := *q
	switch {
	case address == "":
		return func(w http.ResponseWriter, _ *http.Request) {
			p.consent(w, http.StatusUnprocessableEntity, key, asked)
		}
	case problem.page != nil:
		if !problem.page.warns() {
			p.asked.drop(key)
		}
		return func(w http.ResponseWriter, _ *http.Request) { p.sendGoogle(w, problem.page, key, asked) }
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

func (p *Provider) refused(words string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { p.refuse(w, words) }
}
