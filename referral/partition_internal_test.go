package referral

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
)

// simple finds the best sums one by one.
func (l ladder) simple() ladder {
	best := make(ladder, len(l))
	for n := 1; n < len(l); n++ {
		for part := 1; part <= n; part++ {
			best[n] = max(best[n], best[n-part]+l[part])
		}
	}
	return best
}

// Any ladder, whether it rises or falls, by steps or evenly.
func TestLadder_partitionIsTheBestSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := ladder{0}
		pace := siyu.Money(0)
		for range rapid.IntRange(0, 24).Draw(t, "n") {
			if rapid.IntRange(0, 2).Draw(t, "bend") == 0 {
				pace = siyu.Money(rapid.IntRange(-3, 6).Draw(t, "pace"))
			}
			l = append(l, max(l[len(l)-1]+pace, 0))
		}
		got, err := l.partition()
		if err != nil {
			t.Fatal(err)
		}
		if want := l.simple(); !slices.Equal(got, want) {
			t.Fatalf("%v: got %v, want %v", l, got, want)
		}
	})
}
