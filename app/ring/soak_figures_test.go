//go:build linux && desktop

package ring_test

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"tokentray/app/ring/virtual"
)

// sighting is what the program held on to when a part (0 to 1) of the soak was over.
type sighting struct {
	part float64
	virtual.Holding
}

// look notes what the program holds on to while it is out of sight: as it is for most of its days.
func (s *soak) look(part float64) {
	if s.shown {
		return
	}
	h, err := s.program.Holding()
	must(s.T, err)
	s.seen = append(s.seen, sighting{part, h})
}

// holdings are the figures of which none may grow, with what they may differ by: three idle connections to the provider
// have three descriptors and six goroutines, and a minute may begin without and end with them. In the first minutes the
// heap still grows to its size, by up to 13 MB as was seen: a soak shorter than ten minutes allows for that.
var holdings = []struct {
	what  string
	of    func(virtual.Holding) float64
	most  float64
	young float64 // what more it may grow by in a short soak
	shown string  // how it is printed
}{
	{"goroutines", func(h virtual.Holding) float64 { return float64(h.Goroutines) }, 7, 0, "%.0f"},
	{"file descriptors", func(h virtual.Holding) float64 { return float64(h.Descriptors) }, 4, 0, "%.0f"},
	{"threads", func(h virtual.Holding) float64 { return float64(h.Threads) }, 3, 0, "%.0f"},
	{"child processes", func(h virtual.Holding) float64 { return float64(h.Children) }, 0, 0, "%.0f"},
	{"resident memory (MB)", func(h virtual.Holding) float64 { return float64(h.RSS) / 1e6 }, 12, 13, "%.1f"},
}

// growth compares the least of the second fifth, when everything has been used once, with the least of the last one: what
// leaks never goes away, and what comes and goes is not there at some moment.
func (s *soak) growth(of func(virtual.Holding) float64) (early, late, most float64) {
	fifths := make([][]float64, 5)
	for _, seen := range s.seen {
		i := min(int(seen.part*5), 4)
		fifths[i] = append(fifths[i], of(seen.Holding))
		most = max(most, of(seen.Holding))
	}
	if len(fifths[1]) == 0 || len(fifths[4]) == 0 {
		s.Fatalf("it was looked at %d times in the second fifth and %d times in the last", len(fifths[1]), len(fifths[4]))
	}
	return slices.Min(fifths[1]), slices.Min(fifths[4]), most
}

func (s *soak) bound(most, young float64) float64 {
	if s.lasts < 10*time.Minute {
		most += young
	}
	return most
}

// figures are the table of what the soak has found.
func (s *soak) figures() string {
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "out of sight\tsecond fifth\tlast fifth\tgrowth\tbound\tmost ever\t")
	for _, h := range holdings {
		early, late, most := s.growth(h.of)
		figure := func(value float64) string { return fmt.Sprintf(h.shown, value) }
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t\n", h.what, figure(early), figure(late), figure(late-early), figure(s.bound(h.most, h.young)), figure(most))
	}
	var took []time.Duration
	least := soakLifetime
	for _, c := range s.copies {
		took = append(took, c.took)
		least = min(least, c.left)
	}
	fmt.Fprintf(w, "tokens copied\t%d\n", len(s.copies))
	fmt.Fprintf(w, "dead ones\t%d\n", s.dead)
	fmt.Fprintf(w, "below %.2f s to live, and said so\t%d\n", soakLeast.Seconds(), s.short)
	fmt.Fprintf(w, "least to live\t%.2f s\n", least.Seconds())
	fmt.Fprintf(w, "clicks answered in words\t%d\n", s.told)
	fmt.Fprintf(w, "keychain prompts answered\t%d\n", s.prompts)
	if slices.Sort(took); len(took) > 0 {
		fmt.Fprintf(w, "click to clipboard, median\t%.0f ms\n", took[len(took)/2].Seconds()*1000)
	}
	_ = w.Flush()
	return table.String()
}

// judge holds the figures against the promises.
func (s *soak) judge(copies int) {
	for _, h := range holdings {
		if early, late, _ := s.growth(h.of); late-early > s.bound(h.most, h.young) {
			s.Errorf("%s grew from "+h.shown+" to "+h.shown, h.what, early, late)
		}
	}
	if len(s.copies) < copies {
		s.Errorf("%d tokens were copied, want %d", len(s.copies), copies)
	}
	if n := s.desktop.Running("xclip"); n > 0 {
		s.Errorf("%d clipboard programs are left", n)
	}
	noLeak(s.T, s.desktop, s.program, s.text)
}
