package app

import (
	"fyne.io/fyne/v2/lang"

	"tokentray/oauth/google"
)

// scopeWords say what a program may do with a scope: "read all mail".
func scopeWords(scope google.Scope) string {
	if scope.Words == "" {
		return lang.L("use {{.Scope}}", with{"Scope": scope.Short()})
	}
	return lang.L(scope.Words)
}

// mayWords say what a program may do with all of these scopes.
func mayWords(scopes []string) string {
	widest := google.Widest(scopes)
	if len(widest) > 0 {
		return listed(widest)
	}
	for _, scope := range scopes {
		if google.IsIdentity(scope) {
			return lang.L("see who you are")
		}
	}
	return lang.L("do nothing")
}

// listed is several kinds of access in a sentence.
func listed(scopes []google.Scope) string {
	var words []string
	for _, scope := range scopes {
		words = append(words, scopeWords(scope))
	}
	return listOf(words)
}

// purpose says what an access is good for.
func purpose(access google.Access) string {
	switch {
	case access.Words != "":
		return lang.L(access.Words)
	case len(access.Scopes) == 0:
		return lang.L("Choose what your tool may do.")
	default:
		return lang.L("Lets the tool {{.Access}}.", with{"Access": mayWords(access.Scopes)})
	}
}

// changeWords say what a change of access brings and takes.
func changeWords(had, wanted []string) string {
	var said []string
	if more := google.Unticked(wanted, had); len(more) > 0 {
		said = append(said, lang.L("It may then also {{.Access}}.", with{"Access": listed(more)}))
	}
	if less := google.Unticked(had, wanted); len(less) > 0 {
		said = append(said, lang.L("It may no longer {{.Access}}.", with{"Access": listed(less)}))
	}
	if len(said) == 0 {
		return lang.L("That is what it may do already.")
	}
	return sentencesOf(said...)
}
