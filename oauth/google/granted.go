package google

import "slices"

// Unticked lists the access that was wanted and not granted, in the order in
// which it was wanted, the boxes left empty on Google's
// consent page. Scopes that a wider granted one covers are not missed, nor those
// that only tell who somebody is. An unknown scope has only its ID.
func Unticked(wanted, granted []string) []Scope {
	have := slices.Clone(granted)
	for _, scope := range granted {
		have = append(have, covered[scope]...)
	}
	var unticked []Scope
	for _, scope := range Missing(wanted, have) {
		if scope == "" || IsIdentity(scope) {
			continue
		}
		unticked = append(unticked, scopeOf(scope))
	}
	return unticked
}

// ReadsProfile tells whether a token with these scopes can read [ProfileURL].
// One that can't may be alive and well: see [TokenInfoURL].
func ReadsProfile(granted []string) bool {
	return slices.ContainsFunc(granted, func(scope string) bool {
		switch scope {
		case ScopeEverything, ScopeModify, ScopeReadOnly, prefix + "gmail.compose", prefix + "gmail.metadata":
			return true
		}
		return false
	})
}
