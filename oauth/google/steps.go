package google

// Step is one thing to do in Google's console.
type Step struct {
	Title string
	Words string // how, in a sentence or two
	Page  string // where: an https address
	// Shows is what of the page matters, for a picture of it: column after
	// column, each from top to bottom.
	Shows []Part
}

// Part is one thing on a page of Google's console.
type Part struct {
	Kind  Kind
	Label string // as the page words it; "" for kinds that have none
}

// Kind says what a part of a page is.
type Kind int

// What stands on Google's pages.
const (
	Heading Kind = iota // names what stands below it
	Text                // something to read
	Field               // a line to fill in
	Choice              // the one to choose of several
	Tick                // a box to tick
	Press               // a button, and the thing to press
	Rest                // something that doesn't matter; no label
	Then                // ends a column: pressing leads to the next; no label
	Or                  // ends a column: the next is another way; no label
)

// Steps lead from nothing to a client file, in order. Nobody changes them.
var Steps = []Step{
	{
		Title: "Create a project",
		Words: "Any name will do. Then press Create.",
		Page:  ProjectPage,
		Shows: []Part{{Heading, "New Project"}, {Field, "Project name"}, {Kind: Rest}, {Press, "Create"}},
	},
	{
		Title: "Turn on the Gmail API",
		Words: "Your project's name should stand at the top of the page. Press Enable.",
		Page:  GmailPage,
		Shows: []Part{{Heading, "Gmail API"}, {Kind: Rest}, {Press, "Enable"}, {Kind: Rest}},
	},
	{
		Title: "Say what the app is",
		Words: "Press Get started. Give a name and your own address, choose External, agree, and press Create.",
		Page:  OverviewPage,
		Shows: []Part{
			{Kind: Rest}, {Press, "Get started"}, {Kind: Then},
			{Field, "App name"}, {Field, "Support email"}, {Choice, "External"}, {Kind: Then},
			{Field, "Your email"}, {Tick, "I agree"}, {Press, "Create"},
		},
	},
	{
		Title: "Let people in",
		Words: "Press Publish app, or add your own addresses as test users. Test users have to sign in again every 7 days.",
		Page:  AudiencePage,
		Shows: []Part{
			{Heading, "Publishing status"}, {Text, "Testing"}, {Press, "Publish app"}, {Kind: Or},
			{Heading, "Test users"}, {Kind: Rest}, {Press, "Add users"},
		},
	},
	{
		Title: "Create the client",
		Words: "Press Create client, choose Desktop app, then Download JSON at once: the secret is never shown again.",
		Page:  ClientsPage,
		Shows: []Part{
			{Kind: Rest}, {Press, "Create client"}, {Kind: Then},
			{Heading, "Application type"}, {Choice, "Desktop app"}, {Press, "Create"}, {Kind: Then},
			{Kind: Rest}, {Press, "Download JSON"},
		},
	},
}
