package month

import (
	"fmt"
	"math"
	"testing"

	"github.com/siyu-go/siyu"
)

func TestDrawsAreUniformAndApart(t *testing.T) {
	const n = 20_000
	var sum, both, first, second float64
	for i := range n {
		user := siyu.UserID(fmt.Sprintf("c%07d", i))
		a, b := seed(1).chance(user, "a"), seed(1).chance(user, "b")
		if a < 0 || a >= 1 {
			t.Fatalf("a chance of %v", a)
		}
		sum += a
		if a < 0.3 {
			first++
		}
		if b < 0.3 {
			second++
		}
		if a < 0.3 && b < 0.3 {
			both++
		}
	}
	if mean := sum / n; math.Abs(mean-0.5) > 0.01 {
		t.Errorf("mean %v", mean)
	}
	if want := first * second / n; math.Abs(both-want) > 0.08*want {
		t.Errorf("two questions to one person agree %v times, want about %v", both, want)
	}
}

func TestDrawsDependOnSeedPersonAndQuestion(t *testing.T) {
	base := seed(1).chance("u", "q")
	if base != seed(1).chance("u", "q") {
		t.Error("a draw changed")
	}
	for name, other := range map[string]float64{
		"seed": seed(2).chance("u", "q"), "person": seed(1).chance("v", "q"), "question": seed(1).chance("u", "r"),
		"where the words part": seed(1).chance("uq", ""),
	} {
		if other == base {
			t.Errorf("another %s draws the same", name)
		}
	}
}

func TestDefinitionsAreValid(t *testing.T) {
	if err := Course.Validate(); err != nil {
		t.Error(err)
	}
	for region := range Regions {
		if err := RosterOf(region).Validate(); err != nil {
			t.Error(err)
		}
		if err := CodeOf(region).Validate(); err != nil {
			t.Error(err)
		}
	}
	if _, warnings := Program.Check(); len(warnings) > 0 {
		t.Errorf("the program has warnings: %v", warnings)
	}
	for _, w := range append(courseWaves, promoWaves...) {
		if err := w.Validate(); err != nil {
			t.Error(err)
		}
	}
}
