package practice

import (
	"fmt"
	"slices"
)

// Sentences are what the provider's own pages say to a person, in English; its names of people and what its pages quote of
// Google's are not among them. Nobody changes them.
var Sentences = slices.Concat(onPages, complaints(), refusing, meanings(), practised())

// onPages stand in the templates.
var onPages = []string{
	"Practice sign-in: choose who you are",
	"Practice sign-in",
	"Practice sign-in: nothing here is Google, no real mailbox is touched.",
	"Who are you?",
	"Somebody else",
	"Address of somebody else",
	"What may the program do?",
	"The program will also learn who you are.",
	"The program will also learn who you are and your address.",
	"It keeps its access until that is withdrawn.",
	"Allow",
	"Deny",
	"Practise a problem",
	"What goes wrong after Allow?",
	"Nothing goes wrong",
	"Practice sign-in: this can't go on",
	"This sign-in can't go on",
	"This page sent nothing to the program. You can close it.",
}

// What is wrong with an answer to the consent page, which is then shown again.
const (
	nobodyChosen = "Choose who you are."
	noAddress    = "Type an address, or choose Alice or Bob."
	notAnAddress = "This is not an e-mail address. One looks like carol@example.com."
)

var longAddress = fmt.Sprintf("This address is too long: %d characters at most.", maxAddress)

// twoChosen is the complaint where somebody was chosen and another address typed.
func twoChosen(p person) string {
	return "You chose " + p.Name + " and typed another address. Choose one of them."
}

func complaints() []string {
	said := []string{nobodyChosen, noAddress, longAddress, notAnAddress}
	for _, p := range people {
		said = append(said, twoChosen(p))
	}
	return said
}

// Why there is no going on.
const (
	strangeRequest  = "The address that the program opened can't be read."
	namedTwice      = "The program named itself or its address more than once."
	clientMissing   = "The program did not say which client it is (client_id is missing)."
	clientUnknown   = "The program named a client that this provider does not know (client_id)."
	redirectMissing = "The program did not say where the answer should go (redirect_uri is missing)."
	redirectForeign = "The program wants the answer sent to an address that is not a plain one on this computer: redirect_uri must start with http://127.0.0.1 or http://[::1]."
	strangeRedirect = "The address for the answer can't be read."
	foreignAnswer   = "The answer came from another page than the practice provider's own."
	strangeAnswer   = "The answer can't be read."
	answeredBefore  = "This page was answered before, or has been open for too long. Start again from the program that sent you here."
	unknownProblem  = "The problem that was chosen is not one that can be practised here."
)

var refusing = []string{
	strangeRequest, namedTwice, clientMissing, clientUnknown, redirectMissing, redirectForeign, strangeRedirect, foreignAnswer,
	strangeAnswer, answeredBefore, unknownProblem,
}

// meanings say what the tick boxes allow.
func meanings() (said []string) {
	for _, s := range scopes {
		if s.means != "" {
			said = append(said, s.means)
		}
	}
	return said
}

// practised are the problems and their groups.
func practised() (said []string) {
	for _, p := range Problems {
		said = append(said, p.Group, p.Words)
	}
	slices.Sort(said)
	return slices.Compact(said)
}
