package app

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"
)

func TestLastLinesAreKept(t *testing.T) {
	kept := &lastLines{}
	if lines := kept.all(); len(lines) != 0 {
		t.Errorf("%q before anything was logged", lines)
	}
	log := newLog(kept)
	for i := range 450 {
		log.Warn("line", "number", i)
		if i == 1 && len(kept.all()) != 2 {
			t.Errorf("%q after two", kept.all())
		}
	}
	lines := kept.all()
	if len(lines) != 200 {
		t.Fatalf("%d lines", len(lines))
	}
	for i, line := range lines {
		if want := fmt.Sprintf("number=%d", 250+i); !strings.HasSuffix(line, want) {
			t.Fatalf("line %d is %q, want %s", i, line, want)
		}
	}
}

func TestKeptLinesAreCutButNotTheLog(t *testing.T) {
	out, kept := &buffer{}, &lastLines{}
	for _, line := range []string{strings.Repeat("ä", 3000) + "\n", "x" + strings.Repeat("ä", 3000) + "\n"} {
		for _, w := range []interface{ Write([]byte) (int, error) }{kept, out} {
			if n, err := w.Write([]byte(line)); n != len(line) || err != nil {
				t.Errorf("%d bytes written, %v", n, err)
			}
		}
	}
	for _, line := range kept.all() {
		if len(line) > 2000 || len(line) < 1990 || !utf8.ValidString(line) || !strings.HasSuffix(line, "ä…") {
			t.Errorf("%d bytes: %q", len(line), line)
		}
	}
}

func TestLinesAreKeptFromManyGoroutines(t *testing.T) {
	kept := &lastLines{}
	log := newLog(kept)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 100 {
				log.Warn("line")
				kept.all()
			}
		})
	}
	all.Wait()
	if n := len(kept.all()); n != 200 {
		t.Errorf("%d lines", n)
	}
}
