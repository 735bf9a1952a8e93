//go:build linux

package virtual

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// word is one that stands in a window, with its middle in pixels from the window's upper left corner.
type word struct {
	text string
	x, y int
}

// enlarged is how many times as large as on the screen the letters are that tesseract gets: it knows those of books.
const enlarged = 3

// manners are tesseract's ways to tell letters from what is behind them (thresholding_method). None reads everything: a
// light button beside a dark one on the same line is lost on the first, a pale one on the second.
var manners = []string{"0", "1", "2"}

// read reads the words in a picture of the window, line by line, in one of tesseract's manners. On two processors that
// others use too, tesseract's threads only wait for each other.
func (d *Desktop) read(ctx context.Context, picture []byte, manner string) (words []word, err error) {
	large, err := d.filter(ctx, picture, "convert", "-", "-colorspace", "Gray", "-resize", strconv.Itoa(100*enlarged)+"%", "-depth", "8", "pgm:-")
	if err != nil {
		return nil, err
	}
	table, err := d.filter(ctx, large, "env", "OMP_THREAD_LIMIT=1", "tesseract", "-", "-", "--psm", "6",
		"-c", "thresholding_method="+manner, "tsv")
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(table)) {
		// level page block paragraph line word left top width height confidence text
		fields := strings.Split(strings.TrimSpace(line), "\t")
		if len(fields) != 12 || fields[0] != "5" {
			continue
		}
		var n [4]int
		for i := range n {
			n[i], _ = strconv.Atoi(fields[6+i])
		}
		words = append(words, word{fields[11], (n[0] + n[2]/2) / enlarged, (n[1] + n[3]/2) / enlarged})
	}
	return words, nil
}

// view is a window as a person sees it.
type view struct {
	desktop *Desktop
	picture func(context.Context) ([]byte, error) // as it looks now
}

// Settle waits until the window's picture stays the same, at most for two seconds: something in it may move for ever.
func (v view) Settle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	var last []byte
	err := waitFor(ctx, "the window to settle", func(ctx context.Context) (bool, error) {
		picture, err := v.picture(ctx)
		same := err == nil && bytes.Equal(picture, last)
		last = picture
		return same, err
	})
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return nil
	}
	return err
}

// Text is what stands in the window, as far as it can be read from its picture: letters that look alike may be mistaken
// for each other.
func (v view) Text(ctx context.Context) (string, error) {
	picture, err := v.picture(ctx)
	if err != nil {
		return "", err
	}
	words, err := v.desktop.read(ctx, picture, manners[0])
	return joined(words), err
}

func joined(words []word) string {
	var text []string
	for _, word := range words {
		text = append(text, word.text)
	}
	return strings.Join(text, " ")
}

// WaitForText waits until these words stand in the window.
func (v view) WaitForText(ctx context.Context, words string) error {
	_, err := v.find(ctx, words)
	return err
}

// WaitForNoText waits until these words no longer stand in the window.
func (v view) WaitForNoText(ctx context.Context, words string) error {
	return waitFor(ctx, fmt.Sprintf("%q to go from the window", words), func(ctx context.Context) (bool, error) {
		picture, err := v.picture(ctx)
		if err != nil {
			return false, err
		}
		for _, manner := range manners {
			all, err := v.desktop.read(ctx, picture, manner)
			if err != nil || len(placesOf(all, words)) > 0 {
				return false, err
			}
		}
		return true, nil
	})
}

// ClickText clicks the uppermost place that reads so.
func (w *Window) ClickText(ctx context.Context, words string) error {
	places, err := w.find(ctx, words)
	if err != nil {
		return err
	}
	return w.Click(ctx, places[0].x, places[0].y)
}

// Press clicks the button with this label: the lowest place that reads so, since what is said of it stands above.
// White on blue is not always read: the button that does the next right thing has the keyboard and is pressed by that.
func (w *Window) Press(ctx context.Context, label string) error {
	places, err := w.find(ctx, label)
	if err != nil {
		return err
	}
	last := places[len(places)-1]
	return w.Click(ctx, last.x, last.y)
}

// restless is how long a window may go on changing before it is read all the same: a cursor blinks for ever.
const restless = time.Second

// find waits for words in the window, until the window has settled with them, and returns where they begin, from top to
// bottom. A picture that was read in vain is not read again.
func (v view) find(ctx context.Context, words string) (places []word, err error) {
	var said string
	var before, seen []byte
	since := time.Now()
	err = waitFor(ctx, fmt.Sprintf("%q in the window", words), func(ctx context.Context) (bool, error) {
		picture, err := v.picture(ctx)
		if err != nil {
			return false, err
		}
		still := bytes.Equal(picture, before)
		before = picture
		if !still && time.Since(since) < restless || bytes.Equal(picture, seen) {
			return false, nil
		}
		said = ""
		for _, manner := range manners {
			all, err := v.desktop.read(ctx, picture, manner)
			if err != nil {
				return false, err
			}
			said += joined(all) + "\n"
			if places = placesOf(all, words); len(places) > 0 {
				return true, nil
			}
		}
		seen, since = picture, time.Now()
		return false, nil
	})
	if err != nil {
		return nil, fmt.Errorf("%w; it says %q", err, said)
	}
	return places, nil
}

// placesOf finds where words begin that follow each other.
func placesOf(all []word, words string) (places []word) {
	wanted := alike(words)
	for i := range all {
		if alike(all[i].text) == "" {
			continue // a smudge
		}
		rest, ok := wanted, true
		for j := i; ok && rest != "" && j < len(all); j++ {
			next := alike(all[j].text)
			rest, ok = strings.CutPrefix(rest, next[:min(len(next), len(rest))])
		}
		if ok && rest == "" {
			places = append(places, all[i])
		}
	}
	return places
}

// lookAlike are letters that tesseract takes for each other.
var lookAlike = strings.NewReplacer("I", "l", "1", "l", "|", "l", "i", "l", "0", "o", "O", "o", "rn", "m")

// alike takes from a text what can't be relied on: spaces, marks, and which of the letters that look alike it is. Upper
// case stays: it tells a button's label from the same words within a sentence.
func alike(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, lookAlike.Replace(text))
}
