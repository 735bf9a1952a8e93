package desktop

import (
	"path/filepath"
	"testing"
)

// meetingForTest is a place where nobody meets but this test.
func meetingForTest(t *testing.T) meeting {
	t.Helper()
	folder := t.TempDir()
	return meeting{lock: filepath.Join(folder, "lock"), door: `\\.\pipe\tokentray-test-` + filepath.Base(filepath.Dir(folder)) + filepath.Base(folder)}
}

func TestStartsMeetAtAPipeOfTheUsersOwn(t *testing.T) {
	at, err := meet("")
	if err != nil {
		t.Fatal(err)
	}
	t.Log(at.door)
}
