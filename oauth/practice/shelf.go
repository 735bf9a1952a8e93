package practice

import (
	"crypto/rand"
	"time"
)

// shelf keeps a bounded number of things for a while, each under a random key. The caller does the locking.
type shelf[T any] struct {
	limit int
	items map[string]shelved[T]
}

type shelved[T any] struct {
	thing T
	until time.Time
}

func newShelf[T any](limit int) shelf[T] {
	return shelf[T]{limit: limit, items: map[string]shelved[T]{}}
}

// put makes room by dropping what is over, and, where that is not enough, what would be over first.
func (s *shelf[T]) put(thing T, now time.Time, life time.Duration) (key string) {
	for len(s.items) >= s.limit {
		var first string
		for key, item := range s.items {
			if first == "" || item.until.Before(s.items[first].until) {
				first = key
			}
		}
		delete(s.items, first)
	}
	key = rand.Text()
	s.items[key] = shelved[T]{thing, now.Add(life)}
	return key
}

func (s *shelf[T]) get(key string, now time.Time) (thing T, found bool) {
	item, found := s.items[key]
	if !found || !now.Before(item.until) {
		delete(s.items, key)
		return thing, false
	}
	return item.thing, true
}

func (s *shelf[T]) drop(key string) { delete(s.items, key) }
