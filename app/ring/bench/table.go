//go:build linux

package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// row is one figure of both programs, with what is asked of ours: a ratio to the baseline, an absolute value, or nothing.
type row struct {
	figure     string
	ours, bare float64
	unit       string
	ratio      float64 // at most this many times the baseline; zero: no such bound
	most       float64 // at most this; zero: no such bound
}

func printTable(to io.Writer, ours, bare *subject) {
	rows := []row{
		{"start to tray icon, median of 10", ms(median(ours.starts)), ms(median(bare.starts)), "ms", 1.20, 0},
		{"resident memory (RSS), median of 10", mb(median(ours.rss)), mb(median(bare.rss)), "MB", 1.15, 0},
		{"its share of it (PSS), median of 10", mb(median(ours.pss)), mb(median(bare.pss)), "MB", 0, 0},
		{"tray click to clipboard, median of 50", ms(median(ours.clicks)), ms(median(bare.clicks)), "ms", 0, 60},
		{"tray click to clipboard, 99th percentile", ms(percentile(ours.clicks, 99)), ms(percentile(bare.clicks, 99)), "ms", 0, 0},
		{"hidden and idle: share of a core", ours.cpu, bare.cpu, "%", 0, 0.3},
		{"hidden and idle: wakeups in a second", ours.wakeups, bare.wakeups, "/s", 0, 8},
		{"hidden and idle: tray click to clipboard, median of 50", ms(median(ours.hiddenClicks)), ms(median(bare.hiddenClicks)), "ms", 0, 60},
		{"hidden and idle: the same, 99th percentile", ms(percentile(ours.hiddenClicks, 99)), ms(percentile(bare.hiddenClicks, 99)), "ms", 0, 0},
		{"release binary", mb(ours.size), mb(bare.size), "MB", 1.20, 0},
	}
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "figure\tours\tbare\tratio\tbound\t")
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%.3g %s\t%.3g %s\t%.2f\t%s\t%s\n", r.figure, r.ours, r.unit, r.bare, r.unit, r.ours/r.bare, r.bound(), r.verdict())
	}
	_ = w.Flush()
	fmt.Fprintf(to, "\nsecond start to the window of the first, hidden before and now with the focus, median of %d: %.0f ms (bound 300 ms)\n",
		len(ours.raises), ms(median(ours.raises)))
	fmt.Fprintf(to, "tray click to clipboard in the slowest of five forms, median of %d: %.1f ms (bound 60 ms)\n",
		len(ours.formClicks), ms(median(ours.formClicks)))
}

func (r row) bound() string {
	switch {
	case r.ratio > 0:
		return fmt.Sprintf("%.2f ×", r.ratio)
	case r.most > 0:
		return fmt.Sprintf("%g %s", r.most, r.unit)
	}
	return "-"
}

func (r row) verdict() string {
	switch {
	case r.ratio == 0 && r.most == 0:
		return ""
	case r.ratio > 0 && r.ours > r.ratio*r.bare, r.most > 0 && r.ours > r.most:
		return "short"
	}
	return "ok"
}

func median[T cmp.Ordered](values []T) T { return percentile(values, 50) }

// percentile is the nearest-rank percentile: of 50 values the 99th is the largest.
func percentile[T cmp.Ordered](values []T, p int) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[(len(sorted)*p+99)/100-1]
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
func mb(bytes int64) float64     { return float64(bytes) / 1e6 }
