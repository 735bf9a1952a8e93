package oauth

import (
	"slices"
	"time"
	"unique"
)

// EventKind says what happened to an account.
type EventKind uint8

// What happens to accounts.
const (
	// Refreshed: the provider gave a new access token.
	Refreshed EventKind = iota + 1
	// Failed: no new token could be had.
	Failed
	// Copied: a token was handed to the person.
	Copied
	// SignedIn: the person gave consent.
	SignedIn
)

// Event is something that happened to an account. It holds no secret and never changes.
type Event struct {
	// At is when it happened, to the second, by the provider's time; see [Engine.ClockOff].
	At   time.Time
	Kind EventKind
	// Cause is why it Failed: errors.Is and errors.As find in it what an [Account]'s Cause had, without its text. Else nil.
	Cause error
	// Times is how often it happened in a row: failures of the same cause are one event, and At is the last one's time.
	Times int
	// First is when it happened first.
	First time.Time
}

// longestHistory is how many events of an account are kept.
const longestHistory = 20

// history is what happened to an account last, the oldest first.
type history []record

// record is an event in memory, where a thousand accounts have twenty each. Causes are few and shared.
type record struct {
	at, first int64 // seconds since 1970
	why       unique.Handle[cause]
	times     uint32
	kind      EventKind
}

// add notes what happened; err is why it failed.
func (h *history) add(at time.Time, kind EventKind, err error) {
	r := record{at: at.Unix(), first: at.Unix(), times: 1, kind: kind}
	if kind == Failed {
		r.why = unique.Make(causeOf(err))
		if n := len(*h); n > 0 && (*h)[n-1].kind == Failed && (*h)[n-1].why == r.why {
			last := &(*h)[n-1]
			last.at = r.at
			last.times++
			return
		}
	}
	h.push(r)
}

// push appends a record and lets go of the oldest where there are enough.
func (h *history) push(r record) {
	if *h == nil {
		*h = make(history, 0, longestHistory)
	}
	if len(*h) == longestHistory {
		*h = slices.Delete(*h, 0, 1)
	}
	*h = append(*h, r)
}

func (r record) event() Event {
	event := Event{At: time.Unix(r.at, 0), Kind: r.kind, Times: int(r.times), First: time.Unix(r.first, 0)}
	if r.kind == Failed {
		event.Cause = r.why.Value().err()
	}
	return event
}

// History is what happened to an account last, the newest first: at most 20 events, those before a restart included.
func (e *Engine) History(key Key) []Event {
	e.mu.RLock()
	defer e.mu.RUnlock()
	a := e.accounts[key]
	if a == nil || a.Phase != settled {
		return nil
	}
	events := make([]Event, 0, len(a.past))
	for _, r := range slices.Backward(a.past) {
		events = append(events, r.event())
	}
	return events
}

// note adds to an account's history, and has that saved before long. Engine.mu is held.
func (e *Engine) note(a *account, kind EventKind, err error) {
	a.past.add(e.now(), kind, err)
	e.historyChanged()
}

// historyChanged has the histories saved before long. Engine.mu is held.
func (e *Engine) historyChanged() {
	if e.unwritten {
		return // that is on its way
	}
	e.unwritten = true
	select {
	case e.noted <- struct{}{}:
	default:
	}
}
