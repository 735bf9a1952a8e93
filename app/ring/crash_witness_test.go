//go:build linux && desktop

package ring_test

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	"tokentray/oauth/practice"
)

// witness knows what the provider gave to whom, also where the program did not live to hear of it.
type witness struct {
	mu       sync.Mutex
	answered int                 // answers of the token endpoint, refusals included
	tokens   int                 // and those that gave tokens
	refresh  map[string][]string // refresh tokens by grant, the newest last
	newest   map[string]string   // refresh token by subject
	access   map[string]access   // by access token
	ends     time.Time           // of the last of them
}

type access struct {
	subject, refresh string // whose it is, and the refresh token that came with it
	ends             time.Time
}

// The provider's answers take this long after the deed is done, so that more kills come in between.
const answerTakes = 15 * time.Millisecond

func (w *wreck) startProvider() {
	w.Helper()
	provider, err := practice.Start(practice.Options{AccessLifetime: time.Second, Rotate: true, Leeway: w.leeway})
	must(w.T, err)
	w.Cleanup(func() { must(w.T, provider.Close()) })
	w.provider, w.witness = provider, newWitness()
	provider.SetFault(practice.Token, practice.Fault{Edit: w.witness.note})
	provider.SetFault(practice.Revoke, practice.Fault{Delay: answerTakes, Edit: func(map[string]any) { <-time.After(answerTakes) }})
}

func newWitness() *witness {
	return &witness{refresh: map[string][]string{}, newest: map[string]string{}, access: map[string]access{}}
}

// note sees each answer of the token endpoint.
func (w *witness) note(answer map[string]any) {
	w.mu.Lock()
	w.answered++
	if idToken, ok := answer["id_token"].(string); ok {
		subject := claim(idToken, "sub")
		refresh := answer["refresh_token"].(string)
		w.tokens++
		w.newest[subject] = refresh
		w.refresh[grantOf(refresh)] = append(w.refresh[grantOf(refresh)], refresh)
		lifetime := time.Duration(answer["expires_in"].(int)) * time.Second
		w.ends = time.Now().Add(lifetime)
		w.access[answer["access_token"].(string)] = access{subject, refresh, w.ends}
	}
	w.mu.Unlock()
	<-time.After(answerTakes)
}

// given is how often tokens were given.
func (w *witness) given() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.tokens
}

// behind is how many refresh tokens the provider has given in place of this one; false: it never gave this one.
func (w *witness) behind(refreshToken string) (n int, known bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := w.refresh[grantOf(refreshToken)]
	i := slices.Index(all, refreshToken)
	return len(all) - 1 - i, i >= 0
}

// newestOf is the refresh token that a subject was given last.
func (w *witness) newestOf(subject string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.newest[subject]
}

// grantOf is what ties the refresh tokens of one consent together: the practice provider's tokens say it.
func grantOf(refreshToken string) string { return claim(refreshToken, "g") }

// claim reads a text out of a signed token; empty when there is none.
func claim(token, name string) string {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return ""
	}
	var claims map[string]any
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || json.Unmarshal(payload, &claims) != nil {
		return ""
	}
	text, _ := claims[name].(string)
	return text
}

func (w *witness) accessOf(token string) (access, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	a, ok := w.access[token]
	return a, ok
}

// lastEnd is when every access token has ended.
func (w *witness) lastEnd() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.ends
}

func (w *witness) answers() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.answered
}

// quiet waits until the provider has done what a killed program still asked of it. It looks twice: what is on the way
// does not count yet.
func (w *wreck) quiet() {
	w.Helper()
	before := -1
	w.await("the provider to finish", func() bool {
		answers := w.witness.answers()
		same := answers == before && answers == w.provider.Requests(practice.Token)
		before = answers
		return same
	})
}
