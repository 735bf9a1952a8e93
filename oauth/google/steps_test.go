package google_test

import (
	"testing"

	"tokentray/oauth/google"
)

func TestEveryStepShowsWhatToPress(t *testing.T) {
	for _, step := range google.Steps {
		presses, column := 0, 0
		for _, part := range step.Shows {
			switch part.Kind {
			case google.Then, google.Or, google.Rest:
				if part.Label != "" {
					t.Errorf("%s: %+v has a label", step.Title, part)
				}
			default:
				if part.Label == "" {
					t.Errorf("%s: %+v has no label", step.Title, part)
				}
			}
			switch part.Kind {
			case google.Then, google.Or:
				if column == 0 {
					t.Errorf("%s: a column is empty", step.Title)
				}
				column = -1
			case google.Press:
				presses++
			}
			column++
		}
		if presses == 0 || column == 0 {
			t.Errorf("%s: %d things to press, %d parts in the last column", step.Title, presses, column)
		}
	}
}
