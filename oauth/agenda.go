package oauth

import (
	"container/heap"
	"time"
)

// agenda knows which account is due first, however many there are. It alone writes account.due and account.place, so
// that the two never disagree with the order. Engine.mu guards it.
type agenda struct{ order byDue }

// set plans an account for a time; the zero time takes it off the agenda.
func (g *agenda) set(a *account, due time.Time) {
	a.due = due
	switch {
	case due.IsZero() && a.place > 0:
		heap.Remove(&g.order, a.place-1)
	case due.IsZero():
	case a.place > 0:
		heap.Fix(&g.order, a.place-1)
	default:
		heap.Push(&g.order, a)
	}
}

// next is when the first account is due; zero when none is planned.
func (g *agenda) next() time.Time {
	if len(g.order) == 0 {
		return time.Time{}
	}
	return g.order[0].due
}

// take takes the first account off the agenda if it is due, else it returns nil.
func (g *agenda) take(now time.Time) *account {
	if len(g.order) == 0 || g.order[0].due.After(now) {
		return nil
	}
	first := g.order[0]
	g.set(first, time.Time{})
	return first
}

// byDue is a heap of accounts that know their place in it, counted from 1: 0 is that of an account that is not in it.
type byDue []*account

func (h byDue) Len() int           { return len(h) }
func (h byDue) Less(i, j int) bool { return h[i].due.Before(h[j].due) }

func (h byDue) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = i+1, j+1
}

func (h *byDue) Push(x any) {
	a := x.(*account)
	*h = append(*h, a)
	a.place = len(*h)
}

func (h *byDue) Pop() any {
	last := len(*h) - 1
	a := (*h)[last]
	(*h)[last] = nil // or the array would keep a removed account's token
	*h = (*h)[:last]
	a.place = 0
	return a
}
