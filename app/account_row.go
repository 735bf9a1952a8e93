package app

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"tokentray/oauth"
)

// accountRow is one account in the window: who, how it stands, and what can be done with it.
type accountRow struct {
	widget.BaseWidget
	account oauth.Account
	address *widget.Label
	state   *widget.Label
	access  *widget.Label // what it may do, or why it may not
	act     *rowButton    // Copy token, or Sign in again
	formats *rowButton    // opens the menu of what can be copied
	remove  *rowButton
	ring    focusRing // around the row that the arrow keys are on
}

// rowButton is a button that knows the row it stands in.
type rowButton struct {
	button
	row *accountRow
}

func (r *accountRow) newButton(label string, tapped func()) *rowButton {
	b := &rowButton{button{Button: widget.Button{Text: label, OnTapped: tapped}}, r}
	b.ExtendBaseWidget(b)
	return b
}

func newAccountRow(a *App) *accountRow {
	r := &accountRow{address: widget.NewLabel(""), state: widget.NewLabel(""), access: widget.NewLabel("")}
	r.access.SizeName = theme.SizeNameCaptionText
	r.access.Truncation = fyne.TextTruncateEllipsis
	r.address.TextStyle.Bold = true
	r.address.Truncation = fyne.TextTruncateEllipsis
	r.state.Truncation = fyne.TextTruncateEllipsis
	r.act = r.newButton("Sign in again", func() {
		if r.account.NeedsSignIn() {
			a.signInAgain(r.account)
		} else {
			a.copyToken(r.account)
		}
	})
	r.act.Importance = widget.HighImportance
	r.formats = r.newButton("", func() { a.chooseFormat(r.account, r.formats) })
	r.formats.Icon = theme.MenuDropDownIcon()
	r.remove = r.newButton("Remove", func() { a.confirmRemoval(r.account) })
	r.ring = newFocusRing(theme.SizeNameInputRadius)
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer is called by Fyne, on its thread. Each line shares its width with one button only, so that an address
// of 40 letters and every state fit into the window. The lower line comes first for the Tab key.
func (r *accountRow) CreateRenderer() fyne.WidgetRenderer {
	stands := container.New(layout.NewCustomPaddedVBoxLayout(-theme.InnerPadding()-theme.Padding()), r.state, r.access)
	return widget.NewSimpleRenderer(container.NewStack(container.New(layout.NewCustomPaddedLayout(theme.Padding(), theme.Padding(), 0, 0),
		container.NewBorder(container.NewBorder(nil, nil, nil, r.remove, r.address), nil, nil, nil,
			container.NewBorder(nil, nil, nil, container.NewVBox(container.NewHBox(r.act, r.formats)), stands)),
	), r.ring.Rectangle))
}

// show puts an account of a view into the row; rows are used again as the list scrolls.
func (r *accountRow) show(account oauth.Account, v view, lastDay, now time.Time) {
	r.account = account
	r.address.SetText(account.Address)
	words := stateWords(account, v.provider, now)
	if v.practice {
		words = "Practice · " + words
	}
	r.state.SetText(words)
	r.access.SetText(accessWords(account, v, lastDay))
	r.state.Importance = widget.MediumImportance
	r.act.SetText("Copy token")
	r.act.Importance = widget.HighImportance
	if account.NeedsSignIn() || account.State == oauth.Lost {
		r.state.Importance = widget.WarningImportance
	}
	if account.NeedsSignIn() {
		r.act.SetText("Sign in again")
		r.act.Importance = widget.WarningImportance
	}
	setVisible(r.formats, !account.NeedsSignIn())
	r.state.Refresh()
	r.act.Refresh()
}
