package app

import (
	"fmt"
	"io"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"tokentray/oauth"
)

// crowded is an application with a thousand accounts, without engine and network.
func crowded(b *testing.B) *App {
	b.Helper()
	s := &screen{App: test.NewTempApp(b)}
	a := newApp(s, b.TempDir(), io.Discard)
	b.Cleanup(a.cancel)
	a.window = newWindow(a, s.NewWindow(Name))
	for i := range 1000 {
		a.view.accounts = append(a.view.accounts, oauth.Account{
			Key:     oauth.Key{Issuer: googleName, Subject: fmt.Sprint(i)},
			Address: fmt.Sprintf("person%d@example.com", i),
			Scopes:  []string{"https://mail.google.com/"},
			Expiry:  time.Now().Add(time.Hour),
		})
	}
	a.view.provider = googleName
	a.window.draw()
	return a
}

// A picture has 16.7 ms at 60 a second.
func BenchmarkPictureOfAScrollThroughAThousandAccounts(b *testing.B) {
	a := crowded(b)
	list := a.window.list
	far := list.GetScrollOffset()
	b.ResetTimer()
	for i := range b.N {
		list.ScrollToOffset(far + float32(i%1000)*37)
	}
}

func BenchmarkLetterTypedToFindAmongAThousandAccounts(b *testing.B) {
	a := crowded(b)
	b.ResetTimer()
	for i := range b.N {
		a.window.find.SetText("person" + fmt.Sprint(i%10))
	}
}

func BenchmarkSnapshotOfAThousandAccounts(b *testing.B) {
	a := crowded(b)
	b.ResetTimer()
	for range b.N {
		a.window.draw()
		a.drawTray()
	}
}
