package virality_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral/virality"
)

var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// Two friends came by the link. A third saw it, and found the shop by searching
// the day after.
func ExampleIndirect() {
	contacts := []virality.Contact{{"ann", monday}, {"bo", monday}, {"cy", monday}, {"di", monday}}
	conversions := []virality.Conversion{
		{Person: "ann", At: monday.Add(time.Hour), Invited: true},
		{Person: "bo", At: monday.Add(2 * time.Hour), Invited: true},
		{Person: "cy", At: monday.AddDate(0, 0, 1)},
		{Person: "ed", At: monday.AddDate(0, 0, 1)}, // never saw it
	}
	r, err := virality.Indirect(contacts, conversions, 7*24*time.Hour)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%s of the effect is indirect (%.2f to %.2f); K times %s\n", r.Share.RatString(), r.Low, r.High, r.Uplift.RatString())
	// Output: 1/3 of the effect is indirect (0.06 to 0.79); K times 3/2
}

func TestIndirect_window(t *testing.T) {
	const window = time.Hour
	for name, c := range map[string]struct {
		contacts []time.Duration // before the conversion
		indirect int
	}{
		"none":               {},
		"at once":            {[]time.Duration{0}, 1},
		"within":             {[]time.Duration{window - 1}, 1},
		"the window is over": {[]time.Duration{window}, 0},
		"afterwards":         {[]time.Duration{-1}, 0},
		"one of several":     {[]time.Duration{-1, 3 * window, window / 2}, 1},
	} {
		var contacts []virality.Contact
		for _, before := range c.contacts {
			contacts = append(contacts, virality.Contact{Person: "a", At: monday.Add(-before)})
		}
		r, err := virality.Indirect(contacts, []virality.Conversion{{Person: "a", At: monday}}, window)
		if err != nil || r.Indirect != c.indirect || r.Other != 1-c.indirect {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}

func TestIndirect_withoutConversions(t *testing.T) {
	r, err := virality.Indirect(nil, nil, time.Hour)
	if err != nil || r.Share != nil || r.Uplift != nil || r.Low != 0 || r.High != 1 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestIndirect_refuses(t *testing.T) {
	if _, err := virality.Indirect(nil, nil, 0); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("no window: %v", err)
	}
	twice := []virality.Conversion{{Person: "a", At: monday}, {Person: "a", At: monday}}
	if _, err := virality.Indirect(nil, twice, time.Hour); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("twice: %v", err)
	}
}
