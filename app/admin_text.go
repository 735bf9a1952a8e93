package app

import (
	"strings"

	"fyne.io/fyne/v2/lang"
)

// adminText is what a person sends to the admin of a Google Workspace that blocks the client.
func adminText(clientID string) string {
	return strings.Join([]string{
		lang.L("Hello,"),
		lang.L("I would like to use Token Tray with my account, and our Google Workspace blocks it (admin_policy_enforced). It asks for access " +
			"to Gmail with this client ID:"),
		clientID,
		lang.L("Please allow it: in Google's Admin console (https://admin.google.com/ac/owl) open Security > Access and data control > " +
			"API controls > Manage app access, press Configure new app, search for this client ID, and choose Trusted."),
		lang.L("Thank you!") + "\n",
	}, "\n\n")
}
