//go:build linux && desktop

package ring_test

import (
	"encoding/json"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// What is found after a kill.
const (
	killed      = "killed"
	halfAdded   = "add: row says adding"
	halfRemoved = "remove: row says removing"
	lostAnswer  = "any: provider rotated, answer not in the keychain"
	lostRemoved = "any: removed after its answer was lost, cannot be withdrawn"
	signedOut   = "any: has to sign in again, since an answer was lost"
	halfWritten = "any: replacement of a file left behind"
)

// listRow is what the tests read of an account list.
type listRow struct {
	Issuer   string    `json:"issuer"`
	Subject  string    `json:"subject"`
	Address  string    `json:"address"`
	Client   string    `json:"client"`
	Scopes   []string  `json:"scopes"`
	SignedIn time.Time `json:"signed_in"`
	Ended    time.Time `json:"ended"`
	LastUsed time.Time `json:"last_used"`
	Phase    string    `json:"phase"`
}

func (w *wreck) root() string { return filepath.Join(w.d.ConfigHome(), "tokentray") }

// rows reads the account list, which is whole at every moment.
func (w *wreck) rows() []listRow {
	w.Helper()
	found, err := filepath.Glob(filepath.Join(w.root(), "*", "accounts.json"))
	must(w.T, err)
	if len(found) == 0 {
		return nil
	}
	text, err := os.ReadFile(found[0])
	must(w.T, err)
	var list struct {
		Version  int       `json:"version"`
		Accounts []listRow `json:"accounts"`
	}
	must(w.T, json.Unmarshal(text, &list))
	return list.Accounts
}

// listed is how many accounts are there that no change is half done to.
func (w *wreck) listed() (n int) {
	for _, r := range w.rows() {
		if r.Phase == "" {
			n++
		}
	}
	return n
}

// believe takes the list for what must be there from now on.
func (w *wreck) believe() {
	clear(w.there)
	for _, r := range w.rows() {
		if r.Phase == "" {
			w.there[r.Address] = r.Subject
		}
	}
}

func (w *wreck) service() string {
	return "Token Tray (" + strings.TrimPrefix(w.provider.Issuer(), "http://") + ")"
}

// allKept tells whether the keychain has the newest refresh token of everybody.
func (w *wreck) allKept() bool {
	secrets, err := w.d.Secrets(w.Context(), w.service())
	return err == nil && !slices.ContainsFunc(w.rows(), func(r listRow) bool { // an error: it was changing
		behind, known := w.witness.behind(secrets["refresh_token:"+r.Subject])
		return !known || behind > 0
	})
}

// inspect looks at what a kill during an act left behind.
func (w *wreck) inspect(act string) {
	w.Helper()
	w.quiet()
	w.inspectFiles()
	rows := w.rows()
	secrets, err := w.d.Secrets(w.Context(), w.service())
	must(w.T, err)
	w.inspectSecrets(rows, secrets)
	w.inspectAccounts(act, rows, secrets)
	w.believe()
	for _, words := range []string{"panic", "damaged", "not readable", "unknown account"} {
		if strings.Contains(w.program.Output(), words) {
			w.Errorf("the log says %q: %s", words, w.program.Output())
		}
	}
}

// replacement is the name of what takes a file's place once it is written.
var replacement = regexp.MustCompile(`\.json\d+$`)

// inspectFiles wants every file of the program to be its owner's only, and to be whole.
func (w *wreck) inspectFiles() {
	w.Helper()
	left := map[string][]string{}
	must(w.T, filepath.WalkDir(w.root(), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		if info.Mode() != 0o600 {
			w.Errorf("%s has mode %v", e.Name(), info.Mode())
		}
		text, err := os.ReadFile(path)
		switch {
		case replacement.MatchString(path):
			left[filepath.Dir(path)] = append(left[filepath.Dir(path)], e.Name()+" "+info.ModTime().String())
		case e.Name() == "lock":
		case !json.Valid(text):
			w.Errorf("%s can't be read", e.Name())
		case strings.Contains(e.Name(), "damaged"):
			w.Errorf("%s was put aside", e.Name())
		}
		return err
	}))
	for folder, names := range left {
		if folder == w.root() { // settings may be somebody else's to write: only old ones are swept up
			continue
		}
		w.seen[halfWritten] += len(names)
		if len(names) > 1 { // each start sweeps up what the kill before left
			w.Errorf("left behind are %q", names)
		}
	}
}

// inspectSecrets wants no entry in the keychain without a row, and no row that is not half done without its entry.
func (w *wreck) inspectSecrets(rows []listRow, secrets map[string]string) {
	w.Helper()
	subjects := map[string]bool{}
	for _, r := range rows {
		subjects[r.Subject] = true
		if r.Phase == "" && secrets["refresh_token:"+r.Subject] == "" {
			w.Errorf("%s has no refresh token", r.Address)
		}
	}
	for name, secret := range secrets {
		kind, of, _ := strings.Cut(name, ":")
		switch {
		case kind == "client_secret" && of == w.provider.ClientID() && secret == w.provider.ClientSecret():
		case (kind == "refresh_token" || kind == "access_token") && subjects[of]:
		default:
			w.Errorf("the keychain has an orphan: %s", name)
		}
	}
	if secrets["client_secret:"+w.provider.ClientID()] == "" {
		w.Error("the client secret is gone")
	}
}

// inspectAccounts wants everybody to be there, with a refresh token that the provider takes, or lost in the one way that
// nobody can prevent: the provider has given a newer one, and its answer did not reach the keychain before a kill.
func (w *wreck) inspectAccounts(act string, rows []listRow, secrets map[string]string) {
	w.Helper()
	gone := maps.Clone(w.there)
	added := 0
	for _, r := range rows {
		if r.Issuer == "" || r.Subject == "" || r.Address == "" || r.Client == "" || len(r.Scopes) == 0 || r.SignedIn.IsZero() {
			w.Errorf("half a row: %+v", r)
		}
		refresh, access := secrets["refresh_token:"+r.Subject], secrets["access_token:"+r.Subject]
		behind, known := w.witness.behind(refresh)
		if kept, ok := w.witness.accessOf(keptAccess(access)); ok && kept.refresh != refresh && r.Ended.IsZero() {
			w.seen[act+": refresh token kept, access token not yet"]++
		}
		if !r.Ended.IsZero() && !w.ended[r.Subject] {
			w.seen[signedOut]++
			if !w.lost[r.Subject] {
				w.Errorf("%s has to sign in again, and no kill was to blame", r.Address)
			}
		}
		w.ended[r.Subject] = !r.Ended.IsZero()
		if refresh != "" {
			w.lost[r.Subject] = w.leeway == 0 && (behind > 0 || !r.Ended.IsZero())
		}
		switch r.Phase {
		case "adding", "removing":
			w.seen[act+": row says "+r.Phase]++
			w.seen[act+": row says "+r.Phase+", keychain has "+entries(refresh, access)]++
			continue
		}
		if w.there[r.Address] == "" {
			added++
		}
		delete(gone, r.Address)
		switch {
		case !known:
			w.Errorf("%s has a refresh token that it was never given", r.Address)
		case !r.Ended.IsZero() && w.leeway > 0:
			w.Errorf("%s has to sign in again although the provider forgives a lost answer", r.Address)
		case !r.Ended.IsZero() && behind == 0:
			w.Errorf("%s has to sign in again although it has the newest refresh token", r.Address)
		case behind > 0 && r.Ended.IsZero() && act == "end":
			w.Errorf("a lost answer was not made up for")
		case behind > 0 && r.Ended.IsZero():
			w.seen[lostAnswer]++
			w.seen[act+": provider rotated, answer not in the keychain"]++
		}
	}
	over := map[string]bool{
		"add":    slices.ContainsFunc(rows, func(r listRow) bool { return r.Phase == "" && r.SignedIn.After(w.begun) }),
		"remove": len(rows) < len(w.there),
	}
	if over[act] {
		w.seen[act+": over"]++
	}
	w.adjust(act, over[act])
	if act != "remove" && len(gone) > 0 || len(gone) > 1 {
		w.Errorf("gone are %v", gone)
	}
	if act != "add" && added > 0 || added > 1 {
		w.Errorf("%d accounts came from nowhere: %+v", added, rows)
	}
	for _, subject := range gone {
		w.leaving = append(w.leaving, subject)
	}
}

// inspectWithdrawn wants the grants of those who were removed to be over, once a start has put everything in order. The
// one exception is a grant whose newest refresh token a kill lost before.
func (w *wreck) inspectWithdrawn() {
	w.Helper()
	for _, subject := range w.leaving {
		if w.lost[subject] { // nobody has the token any more that would end it
			w.seen[lostRemoved]++
			continue
		}
		if status(w.T, form(w.T, w.provider.Issuer()+"/token", url.Values{
			"grant_type": {"refresh_token"}, "refresh_token": {w.witness.newestOf(subject)},
			"client_id": {w.provider.ClientID()}, "client_secret": {w.provider.ClientSecret()},
		})) == http.StatusOK {
			w.Error("a removed account's grant lives on")
		}
	}
	w.leaving = nil
}

// keptAccess is the access token in an entry of the keychain.
func keptAccess(entry string) string {
	var kept struct {
		AccessToken string `json:"access_token"`
	}
	_ = json.Unmarshal([]byte(entry), &kept)
	return kept.AccessToken
}

func entries(refresh, access string) string {
	switch {
	case refresh != "" && access != "":
		return "both tokens"
	case refresh != "":
		return "the refresh token"
	case access != "":
		return "the access token"
	}
	return "nothing"
}

// copyOne copies a token of somebody who need not sign in again, and asks the provider about it.
func (w *wreck) copyOne() {
	w.Helper()
	if rows := w.able(); len(rows) > 0 {
		w.copies(rows[w.luck.IntN(len(rows))])
	}
}

// able are those who need not sign in again, and will not find out that they have to.
func (w *wreck) able() []listRow {
	return slices.DeleteFunc(w.rows(), func(r listRow) bool { return w.lost[r.Subject] })
}

// copies copies a token and wants the provider to take it; one that ended on the way does not count.
func (w *wreck) copies(r listRow) {
	w.Helper()
	for {
		token := copied(w.T, w.d, w.tray, copyEntry+r.Address)
		given, known := w.witness.accessOf(token)
		if !known || given.subject != r.Subject {
			w.Fatalf("what %s copied is not its token", r.Address)
		}
		if status(w.T, bearer(w.T, w.provider.Issuer()+"/userinfo", token)) == http.StatusOK {
			w.seen["copied, and taken by the provider"]++
			return
		}
		if time.Now().Before(given.ends) {
			w.Fatalf("the provider does not take the token of %s", r.Address)
		}
	}
}

// sound looks whether everybody can copy a token that works, and whether nothing is left over.
func (w *wreck) sound() {
	w.Helper()
	w.provider.SetAccessLifetime(time.Hour)
	long := time.Now().Add(-time.Hour)
	left, err := filepath.Glob(filepath.Join(w.root(), "settings.json*"))
	must(w.T, err)
	for _, path := range left {
		must(w.T, os.Chtimes(path, long, long)) // so that nobody can be writing it
	}
	w.start("--hidden")
	for _, r := range w.able() {
		w.copies(r)
	}
	wantExit(w.T, w.program, 0)
	before := w.seen[halfWritten]
	w.inspect("end")
	if left, err := filepath.Glob(filepath.Join(w.root(), "settings.json?*")); err != nil || len(left) > 0 || w.seen[halfWritten] > before {
		w.Errorf("replacements are left behind after a start: %v, %v", left, err)
	}
}
