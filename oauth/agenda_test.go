package oauth

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// The agenda is held to a plain search through all accounts, over any plans, changes and removals.
func TestAgendaGivesWhateverIsDueFirst(t *testing.T) {
	seed := rand.Uint64()
	chance := rand.New(rand.NewPCG(seed, 0))
	start := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	var g agenda
	accounts := make([]*account, 50)
	for i := range accounts {
		accounts[i] = &account{row: row{Subject: fmt.Sprint(i)}}
	}
	first := func() (due time.Time) {
		for _, a := range accounts {
			if !a.due.IsZero() && (due.IsZero() || a.due.Before(due)) {
				due = a.due
			}
		}
		return due
	}
	for range 5000 {
		now := start.Add(time.Duration(chance.IntN(100)) * time.Second)
		want := first()
		switch chance.IntN(4) {
		case 0:
			g.set(accounts[chance.IntN(len(accounts))], time.Time{})
		case 1:
			a := g.take(now)
			if isDue := !want.IsZero() && !want.After(now); isDue != (a != nil) {
				t.Fatalf("seed %d: due is %v at %v, took %v", seed, want, now, a)
			}
			if a != nil && (!a.due.IsZero() || a.place != 0) {
				t.Fatalf("seed %d: %+v was taken and is still planned", seed, a)
			}
		default:
			g.set(accounts[chance.IntN(len(accounts))], now)
		}
		if got, want := g.next(), first(); !got.Equal(want) {
			t.Fatalf("seed %d: next is %v, want %v", seed, got, want)
		}
	}
}
