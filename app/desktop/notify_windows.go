package desktop

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"image"
	"os/exec"
	"syscall"
	"unicode/utf16"

	"golang.org/x/sys/windows"
)

// Notifier shows notifications by PowerShell, which has Windows' own way to. Fyne's script for that is read in the system's
// code page, in which only English is what it was.
type Notifier struct{ id string }

// NewNotifier makes one for a program by its ID. Windows has its icon from the program itself.
func NewNotifier(_, id string, _ image.Image) *Notifier { return &Notifier{id} }

// toast shows a notification in place of the one before with the same tag, which is gone after an hour if it passes by itself.
const toast = `$ErrorActionPreference = 'Stop'
function said($text) { [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($text)) }
[void][Windows.UI.Notifications.ToastNotificationManager, Windows.UI.Notifications, ContentType = WindowsRuntime]
$xml = [Windows.UI.Notifications.ToastNotificationManager]::GetTemplateContent([Windows.UI.Notifications.ToastTemplateType]::ToastText02)
$lines = $xml.GetElementsByTagName('text')
[void]$lines.Item(0).AppendChild($xml.CreateTextNode((said '%s')))
[void]$lines.Item(1).AppendChild($xml.CreateTextNode((said '%s')))
$toast = [Windows.UI.Notifications.ToastNotification]::new($xml)
$toast.Tag = (said '%s')
if ($%t) { $toast.ExpirationTime = [DateTimeOffset]::Now.AddHours(1) }
[Windows.UI.Notifications.ToastNotificationManager]::CreateToastNotifier((said '%s')).Show($toast)
`

// script has the words as base64: nothing in them is read as a part of it.
func (n *Notifier) script(notice Notice) string {
	packed := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	return fmt.Sprintf(toast, packed(notice.Title), packed(notice.Text), packed(notice.Category), notice.Passing, packed(n.id))
}

// Notify shows a notification, and returns when Windows has it. It is safe for concurrent use.
func (n *Notifier) Notify(ctx context.Context, notice Notice) error {
	var script []byte // UTF-16, as -EncodedCommand wants it
	for _, unit := range utf16.Encode([]rune(n.script(notice))) {
		script = binary.LittleEndian.AppendUint16(script, unit)
	}
	//nolint:gosec // the words in the script are packed
	cmd := exec.CommandContext(ctx, "powershell.exe", "-NoProfile", "-NonInteractive", "-EncodedCommand", base64.StdEncoding.EncodeToString(script))
	cmd.SysProcAttr = &syscall.SysProcAttr{HideWindow: true, CreationFlags: windows.CREATE_NO_WINDOW}
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("notification not shown: %w", err)
	}
	return nil
}
