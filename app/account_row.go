package app

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"tokentray/oauth"
)

// accountRow is one account in the window: who, how it stands, and what can be done with it.
type accountRow struct {
	widget.BaseWidget
	account oauth.Account
	address *widget.Label
	state   *widget.Label
	act     *widget.Button // Copy token, or Sign in again
	remove  *widget.Button
}

func newAccountRow(a *App) *accountRow {
	r := &accountRow{address: widget.NewLabel(""), state: widget.NewLabel("")}
	r.address.TextStyle.Bold = true
	r.address.Truncation = fyne.TextTruncateEllipsis
	r.state.Truncation = fyne.TextTruncateEllipsis
	r.act = primary("Sign in again", func() {
		if r.account.NeedsSignIn() {
			a.signInAgain(r.account)
		} else {
			a.copyToken(r.account)
		}
	})
	r.remove = widget.NewButton("Remove", func() { a.confirmRemoval(r.account) })
	r.ExtendBaseWidget(r)
	return r
}

func (r *accountRow) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewPadded(container.New(layout.NewCustomPaddedVBoxLayout(0),
		r.address,
		container.NewBorder(nil, nil, nil, container.NewHBox(r.act, r.remove), r.state),
	)))
}

// show puts an account of a view into the row; rows are used again as the list scrolls.
func (r *accountRow) show(account oauth.Account, v view, now time.Time) {
	r.account = account
	r.address.SetText(account.Address)
	words := stateWords(account, v.provider, now)
	if v.practice {
		words = "Practice · " + words
	}
	r.state.SetText(words)
	r.state.Importance = widget.MediumImportance
	r.act.SetText("Copy token")
	r.act.Importance = widget.HighImportance
	if account.NeedsSignIn() {
		r.state.Importance = widget.WarningImportance
		r.act.SetText("Sign in again")
		r.act.Importance = widget.WarningImportance
	}
	r.state.Refresh()
	r.act.Refresh()
}
