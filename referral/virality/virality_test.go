package virality_test

import (
	"errors"
	"math"
	"math/big"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral/virality"
)

var day = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

func member(id, inviter siyu.UserID, days int, sent int64) virality.Member {
	return virality.Member{ID: id, Inviter: inviter, JoinedAt: day.AddDate(0, 0, days), Sent: sent}
}

func TestGrow_anyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "n")
		members := make([]virality.Member, n)
		depth := make([]int, n)
		generations := make([]int, n)
		for i := range members {
			members[i].ID = siyu.UserID(rune('a' + i))
			if up := rapid.IntRange(-1, i-1).Draw(t, "inviter"); up >= 0 {
				members[i].Inviter, depth[i] = members[up].ID, depth[up]+1
			}
			generations[depth[i]]++
		}
		tree, err := virality.Grow(rapid.Permutation(members).Draw(t, "order"))
		if err != nil {
			t.Fatal(err)
		}
		for d, want := range generations {
			got := 0
			if d < len(tree.Generations) {
				got = tree.Generations[d]
			}
			if got != want {
				t.Fatalf("generation %d has %d, want %d", d, got, want)
			}
		}
		total := 0
		for _, k := range tree.Descendants {
			total += k
		}
		sum := 0
		for _, d := range depth {
			sum += d
		}
		if total != sum { // everybody is a descendant of each ancestor
			t.Fatalf("descendants add up to %d, depths to %d", total, sum)
		}
	})
}

func TestGrow_refuses(t *testing.T) {
	for name, members := range map[string][]virality.Member{
		"a circle":          {member("a", "b", 0, 0), member("b", "a", 0, 0)},
		"oneself":           {member("a", "a", 0, 0)},
		"an unknown":        {member("a", "x", 0, 0)},
		"an id twice":       {member("a", "", 0, 0), member("a", "", 0, 0)},
		"a missing id":      {member("", "", 0, 0)},
		"a circle and more": {member("s", "", 0, 0), member("a", "b", 0, 0), member("b", "a", 0, 0)},
	} {
		if _, err := virality.Grow(members); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestK(t *testing.T) {
	members := []virality.Member{member("a", "", 0, 6), member("b", "a", 2, 1), member("c", "a", 9, 0), member("d", "b", 3, 0)}
	f, err := virality.K(members)
	if err != nil || f.K.RatString() != "3/4" || f.Acceptance.RatString() != "3/7" || f.PerMember.RatString() != "7/4" {
		t.Errorf("got %+v, %v", f, err)
	}
	m, err := virality.Cohort(members, day.AddDate(0, 0, 9), 7*24*time.Hour)
	// a and b are mature; a brought b within a week and c too late, b brought d.
	if err != nil || m.Members != 2 || m.Attributed != 2 || m.K.RatString() != "1" {
		t.Errorf("got %+v, %v", m, err)
	}
	c, err := virality.CycleTime(members)
	if err != nil || c.Edges != 3 || c.Median.RatString() != "172800" || c.Mean.RatString() != "345600" {
		t.Errorf("got %+v, %v", c, err)
	}
	if f, err := virality.K(nil); err != nil || f.K != nil {
		t.Errorf("nobody: %+v, %v", f, err)
	}
}

func offspring(t testing.TB, pmf ...string) virality.Offspring {
	t.Helper()
	list := make([]*big.Rat, len(pmf))
	for i, p := range pmf {
		list[i], _ = new(big.Rat).SetString(p)
	}
	o, err := virality.NewOffspring(list...)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestOffspring_extinctionIsTheSmallestRoot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.Int64Range(0, 20), 2, 8).Draw(t, "weights")
		var sum int64
		for _, w := range weights {
			sum += w
		}
		if sum == 0 {
			return
		}
		pmf := make([]*big.Rat, len(weights))
		for i, w := range weights {
			pmf[i] = big.NewRat(w, sum)
		}
		o, err := virality.NewOffspring(pmf...)
		if err != nil {
			t.Fatal(err)
		}
		f := func(q float64) (value float64) {
			for _, w := range slices.Backward(weights) {
				value = value*q + float64(w)/float64(sum)
			}
			return value
		}
		q := o.Extinction()
		if math.Abs(f(q)-q) > 1e-9 {
			t.Fatalf("f(%v) = %v", q, f(q))
		}
		for x := 0.0; x < q-1e-4; x += 0.01 {
			if f(x) <= x {
				t.Fatalf("%v is a root before %v", x, q)
			}
		}
	})
}

func TestOffspring_simulate(t *testing.T) {
	o := offspring(t, "1/2", "1/4", "1/4") // mean 3/4: expected total 4
	trial := virality.Trial{Seeds: 10, Cycles: 200, Runs: 2000, Seed: 7}
	outlook, err := o.Simulate(t.Context(), trial)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(outlook.Members.Mean-40) > 2 || outlook.Extinct != trial.Runs {
		t.Errorf("mean %v of 10 lines of 4, %d of %d extinct", outlook.Members.Mean, outlook.Extinct, trial.Runs)
	}
	if s := outlook.Members; s.Low > s.Median || s.Median > s.High || s.Low < 10 {
		t.Errorf("spread %+v", s)
	}
	again, err := o.Simulate(t.Context(), trial)
	if err != nil || again != outlook {
		t.Errorf("the same seed gave %+v, then %+v, %v", outlook, again, err)
	}
	grows := offspring(t, "1/4", "1/4", "1/2")
	outlook, err = grows.Simulate(t.Context(), virality.Trial{
		Seeds: 1, Cycles: 60, Population: 500, Runs: 2000, Seed: 1,
		Cost: func(parent []int32) (siyu.Money, error) { return siyu.Money(100 * len(parent)), nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	if share := float64(outlook.Extinct) / 2000; math.Abs(share-grows.Extinction()) > 0.04 {
		t.Errorf("%v of the lines died out, expected %v", share, grows.Extinction())
	}
	if outlook.Cost.Mean != 100*outlook.Members.Mean || outlook.Members.High != 500 {
		t.Errorf("outlook %+v", outlook)
	}
}

func TestGrowth_forecastFollowsTheSum(t *testing.T) {
	f, err := virality.Growth{Seeds: 64, K: big.NewRat(1, 2)}.Forecast(6)
	if err != nil || f.Cumulative.RatString() != "127" || f.Limit.RatString() != "128" || len(f.New) != 7 {
		t.Errorf("got %+v, %v", f, err)
	}
	for name, g := range map[string]virality.Growth{"no k": {Seeds: 1}, "seeds": {Seeds: -1, K: big.NewRat(1, 1)}} {
		if _, err := g.Forecast(1); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
