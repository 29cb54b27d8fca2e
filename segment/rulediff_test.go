package segment_test

import (
	"testing"

	"github.com/siyu-go/siyu/segment"
	"pgregory.net/rapid"
)

func TestDiff(t *testing.T) {
	adult, rich := age.AtLeast(18), balance.AtLeast(1000)
	for _, tc := range []struct {
		name          string
		before, after segment.Rule
		want          []string
	}{
		{"nothing", segment.All(adult, rich), segment.All(adult, rich), nil},
		{"order", segment.All(adult, segment.Any(rich, adult)), segment.All(segment.Any(adult, rich), adult), nil},
		{"a value", segment.All(adult, rich), segment.All(rich, age.AtLeast(21)), []string{"all[1]: " + adult.String() + " → " + age.AtLeast(21).String()}},
		{"added", segment.Not(segment.Any(rich)), segment.Not(segment.Any(rich, adult)), []string{"not.any[1]: + " + adult.String()}},
		{"removed", segment.All(adult, rich), segment.All(rich), []string{"all[0]: - " + adult.String()}},
		{"another group", segment.All(adult), segment.Any(adult), []string{": " + segment.All(adult).String() + " → " + segment.Any(adult).String()}},
		{"twice", segment.All(adult, adult), segment.All(adult), []string{"all[1]: - " + adult.String()}},
	} {
		got := segment.Diff(tc.before, tc.after)
		if len(got) != len(tc.want) {
			t.Errorf("%s: got %v, want %v", tc.name, got, tc.want)
			continue
		}
		for i, c := range got {
			text := c.Path + ": "
			switch {
			case c.Old == nil:
				text += "+ " + c.New.String()
			case c.New == nil:
				text += "- " + c.Old.String()
			default:
				text += c.Old.String() + " → " + c.New.String()
			}
			if text != tc.want[i] {
				t.Errorf("%s: got %s, want %s", tc.name, text, tc.want[i])
			}
		}
	}
}

func TestDiff_noChangeMeansSameAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, who := rule().Draw(t, "a"), rule().Draw(t, "b"), person().Draw(t, "person")
		if len(segment.Diff(a, a)) != 0 {
			t.Fatalf("%s differs from itself", a)
		}
		if len(segment.Diff(a, b)) == 0 && compiled(t, a).Match(who, clock) != compiled(t, b).Match(who, clock) {
			t.Fatalf("no difference found between %s and %s", a, b)
		}
	})
}
