package oauth

import (
	"encoding/json"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"time"
	"unique"

	"tokentray/oauth/jsonfile"
)

// The histories stand in a file beside the account list, as readable and as free of secrets. Nothing hangs on it: it is
// written now and then, and what is damaged is begun anew.

const (
	historyVersion = 1
	maxHistory     = 32 << 20
	// historyRest is from the first thing that is not written yet to the time when the histories are. It is longer by
	// accountRest for each account: where there are many, there is always something new, and their file is long.
	historyRest = time.Minute
	accountRest = time.Second
)

type historyFile struct {
	Version  int          `json:"version"`
	Accounts []historyRow `json:"accounts"`
}

type historyRow struct {
	Issuer  string     `json:"issuer"`
	Subject string     `json:"subject"`
	Events  []eventRow `json:"events"`
}

type eventRow struct {
	At    time.Time `json:"at"`
	Kind  string    `json:"kind"`
	Cause cause     `json:"cause,omitzero"`
	// Times and First are left out where it happened once.
	Times uint32    `json:"times,omitzero"`
	First time.Time `json:"first,omitzero"`
}

// kindNames are the kinds in the file.
var kindNames = map[EventKind]string{Refreshed: "refreshed", Failed: "failed", Copied: "copied", SignedIn: "signed_in"}

// kindNamed is zero where there is none of this name.
func kindNamed(name string) EventKind {
	for kind, known := range kindNames {
		if known == name {
			return kind
		}
	}
	return 0
}

func (r record) row() eventRow {
	row := eventRow{At: time.Unix(r.at, 0).UTC(), Kind: kindNames[r.kind]}
	if r.kind == Failed {
		row.Cause = r.why.Value()
	}
	if r.times > 1 {
		row.Times, row.First = r.times, time.Unix(r.first, 0).UTC()
	}
	return row
}

// record reads an event; false: this program would not have written it.
func (row eventRow) record() (record, bool) {
	r := record{at: row.At.Unix(), first: row.At.Unix(), times: 1, kind: kindNamed(row.Kind)}
	if r.kind == 0 || r.at <= 0 || row.Cause != (cause{}) && r.kind != Failed {
		return record{}, false
	}
	if r.kind == Failed {
		r.why = unique.Make(row.Cause)
	}
	if row.Times != 0 || !row.First.IsZero() {
		r.times, r.first = row.Times, row.First.Unix()
		if r.times < 2 || r.first <= 0 || r.first > r.at || r.kind != Failed {
			return record{}, false
		}
	}
	return r, true
}

func (e *Engine) historyPath() string { return filepath.Join(e.dir, "history.json") }

// loadHistory gives the accounts that are listed what happened to them before. What is of no use, and what is about
// accounts that are gone, is not in the file any more when it is written next, which is soon then.
func (e *Engine) loadHistory() {
	data, err := jsonfile.Read(e.historyPath(), maxHistory)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	var file historyFile
	damaged := err != nil || json.Unmarshal(data, &file) != nil || file.Version != historyVersion
	gone := false
	for _, r := range file.Accounts {
		a := e.accounts[Key{Issuer: r.Issuer, Subject: r.Subject}]
		if a == nil || a.Phase != settled {
			gone = true
			continue
		}
		a.past = nil // of what stands twice the last counts
		for _, event := range r.Events {
			if read, ok := event.record(); ok {
				a.past.push(read)
			} else {
				damaged = true
			}
		}
	}
	if damaged {
		e.log.Warn("history damaged and begun anew", "err", err)
	}
	if damaged || gone {
		e.historyChanged()
	}
}

func (e *Engine) historyRest() time.Duration {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return historyRest + time.Duration(len(e.accounts))*accountRest
}

// keepHistory saves the histories while there is something new, no more than once a minute, until the engine closes. It
// sleeps while nothing is.
func (e *Engine) keepHistory() {
	for {
		select {
		case <-e.ctx.Done():
			return
		case <-e.noted:
		}
		select {
		case <-e.ctx.Done():
			return
		case <-time.After(e.historyRest()):
		}
		e.saveHistory()
	}
}

// saveHistory writes the histories if there is something new in them. Where that fails, the next thing that happens is
// written together with what is missing.
func (e *Engine) saveHistory() {
	e.saving.Lock()
	defer e.saving.Unlock()
	e.mu.Lock()
	if !e.unwritten {
		e.mu.Unlock()
		return
	}
	e.unwritten = false
	pasts := map[Key]history{}
	for key, a := range e.accounts {
		if a.Phase == settled && len(a.past) > 0 {
			pasts[key] = slices.Clone(a.past)
		}
	}
	order := slices.Clone(e.order)
	e.mu.Unlock()
	file := historyFile{Version: historyVersion, Accounts: []historyRow{}}
	for _, key := range order {
		if past := pasts[key]; past != nil {
			r := historyRow{Issuer: key.Issuer, Subject: key.Subject}
			for _, event := range past {
				r.Events = append(r.Events, event.row())
			}
			file.Accounts = append(file.Accounts, r)
		}
	}
	if err := jsonfile.Write(e.historyPath(), file); err != nil {
		e.log.Warn("history not saved", "err", err)
	}
}

// forgetHistory has the file say nothing of an account that is being removed.
func (e *Engine) forgetHistory() {
	e.mu.Lock()
	e.unwritten = true
	e.mu.Unlock()
	e.saveHistory()
}
