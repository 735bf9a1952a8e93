package google

import "time"

// TestingLife is how long a sign-in lasts after consent while the project's publishing status is Testing. Nothing in
// Google's answers says that it is.
const TestingLife = 7 * 24 * time.Hour

// EndedByTesting tells whether a sign-in that Google ended (invalid_grant) almost surely ended because its project is
// in Testing: 6.5 to 7.5 days after consent.
func EndedByTesting(signedIn, ended time.Time) bool {
	const slack = 12 * time.Hour
	lasted := ended.Sub(signedIn)
	return TestingLife-slack <= lasted && lasted <= TestingLife+slack
}

// AfterTesting is the trouble of a sign-in that [EndedByTesting].
func AfterTesting() Trouble { return afterTesting }

var afterTesting = Trouble{nil, Refresh, []string{"ends after 7 days"},
	"The project is in Testing",
	"While it is, Google ends every sign-in after seven days, and this one has just lasted so long. Open “Audience” and press “Publish app”, then sign in again: that sign-in will last.",
	OpenPage, AudiencePage}

// Question is asked once and has two buttons.
type Question struct {
	Title, Detail string
	Page          string // what Open opens
	Open          string // the button that leads to the page
	Done          string // the button that says that all is well
}

// AskTesting is asked after the first sign-in.
var AskTesting = Question{
	Title:  "Is your project in Testing?",
	Detail: "Google's console says so under “Audience”. While it is, every sign-in ends after seven days. Press “Publish app” there to make it last; Google does not have to check the project for that.",
	Page:   AudiencePage,
	Open:   "Open the page",
	Done:   "It is published",
}
