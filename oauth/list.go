package oauth

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"
	"unicode"

	"tokentray/oauth/jsonfile"
)

// The account list is a file that a person may read: who is signed in, with which access, since when. It holds no
// secret. Its rows are what makes an account exist; the keychain's entries hang on them.

const (
	listVersion = 1
	maxList     = 8 << 20
)

// phase marks a row that a crash may have left half done.
type phase string

const (
	settled phase = ""
	// adding: the keychain may hold entries of an account that was never shown. They are cleared away.
	adding phase = "adding"
	// removing: the person asked for the removal. It is finished.
	removing phase = "removing"
)

// row is what the list keeps of an account.
type row struct {
	Issuer  string `json:"issuer"`
	Subject string `json:"subject"`
	Address string `json:"address"`
	// Client is the ID of the client that the refresh token was given to.
	Client   string    `json:"client,omitempty"`
	Scopes   []string  `json:"scopes"`
	SignedIn time.Time `json:"signed_in"`
	Ended    time.Time `json:"ended,omitzero"`
	// Why is why only the person can make the account work, from when that was found until a new token comes.
	Why      cause     `json:"cause,omitzero"`
	LastUsed time.Time `json:"last_used,omitzero"`
	Phase    phase     `json:"phase,omitempty"`
}

func (r row) key() Key { return Key{Issuer: r.Issuer, Subject: r.Subject} }

// valid refuses what this program would never have written.
func (r row) valid(issuer string) bool {
	return r.Issuer == issuer && plausible(r.Subject, 255) && plausible(r.Address, 320) &&
		(r.Client == "" || plausible(r.Client, 512)) &&
		slices.Contains([]phase{settled, adding, removing}, r.Phase) &&
		!slices.ContainsFunc(r.Scopes, func(s string) bool { return !plausible(s, 1024) })
}

func plausible(text string, most int) bool {
	if text == "" || len(text) > most {
		return false
	}
	for _, c := range text {
		if !unicode.IsPrint(c) {
			return false
		}
	}
	return true
}

type listFile struct {
	Version  int   `json:"version"`
	Accounts []row `json:"accounts"`
}

// readList reads the rows of one issuer. A missing file is an empty list. A file that holds anything else than such
// rows is renamed, the rows that can be used are returned, and the error is ErrListAside with the new name.
func readList(path, issuer string, now time.Time) ([]row, error) {
	data, err := jsonfile.Read(path, maxList)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var file listFile
	damaged := err != nil
	if !damaged {
		damaged = json.Unmarshal(data, &file) != nil || file.Version != listVersion
	}
	var rows []row
	seen := map[Key]bool{}
	for _, r := range file.Accounts {
		if !r.valid(issuer) || seen[r.key()] {
			damaged = true
			continue
		}
		seen[r.key()] = true
		rows = append(rows, r)
	}
	if !damaged {
		return rows, nil
	}
	aside, err := jsonfile.PutAside(path, now)
	if err != nil {
		return nil, fmt.Errorf("could not put the damaged account list aside: %w", err)
	}
	return rows, fmt.Errorf("%w as %s", ErrListAside, aside)
}

func writeList(path string, rows []row) error {
	return jsonfile.Write(path, listFile{Version: listVersion, Accounts: rows})
}
