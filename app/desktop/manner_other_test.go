//go:build !windows

package desktop

import "testing"

func TestTimesOwnLocaleCounts(t *testing.T) {
	for _, name := range []string{"LC_ALL", "LC_TIME", "LANG"} {
		t.Setenv(name, "")
	}
	american := Manner{TwelveHours: true, MonthFirst: true}
	if got := SystemManner("en-US"); got != american {
		t.Errorf("where nothing is set: %+v", got)
	}
	t.Setenv("LANG", "en_US.UTF-8")
	if got := SystemManner("de-DE"); got != american {
		t.Errorf("with LANG: %+v", got)
	}
	t.Setenv("LC_TIME", "de_DE.UTF-8")
	if got := SystemManner("en-US"); got != (Manner{}) {
		t.Errorf("with LC_TIME: %+v", got)
	}
	t.Setenv("LC_ALL", "en_US.UTF-8")
	if got := SystemManner("de-DE"); got != american {
		t.Errorf("with LC_ALL: %+v", got)
	}
}
