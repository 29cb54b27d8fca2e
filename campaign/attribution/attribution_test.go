package attribution_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign/attribution"
)

var noon = time.Date(2026, 6, 4, 12, 0, 0, 0, time.UTC)

func genTouches(t *rapid.T) (touches []attribution.Touch) {
	for range rapid.IntRange(0, 7).Draw(t, "touches") {
		touches = append(touches, attribution.Touch{
			At:       noon.Add(time.Duration(rapid.IntRange(-100, 10).Draw(t, "hour")) * time.Hour),
			Campaign: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "campaign"), NotSent: rapid.IntRange(0, 4).Draw(t, "sent") == 0,
		})
	}
	return touches
}

func sum(m map[string]siyu.Money) (s siyu.Money) {
	for _, v := range m {
		s += v
	}
	return s
}

// Credit adds up to the amount or is empty, and refunds in any number of parts
// take it back to exactly zero.
func TestLedger_laws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := attribution.Model{Kind: rapid.SampledFrom([]attribution.Kind{attribution.Last, attribution.First, attribution.Linear}).Draw(t, "kind"), Window: 72 * time.Hour}
		touches := genTouches(t)
		amount := siyu.Money(rapid.Int64Range(0, 100_000).Draw(t, "amount"))
		counted := 0
		for _, x := range touches {
			if !x.NotSent && !x.At.After(noon) && !x.At.Before(noon.Add(-72*time.Hour)) {
				counted++
			}
		}
		l := attribution.Ledger{Model: m}
		c := attribution.Conversion{ID: "o1", At: noon, Amount: amount}
		for range 2 { // a conversion counts once
			if err := l.Add(touches, c); err != nil {
				t.Fatal(err)
			}
		}
		want := amount
		if counted == 0 {
			want = 0
		}
		if got := sum(l.Totals()); got != want {
			t.Fatalf("credit of %d for %d", got, want)
		}
		left := amount
		for i := 0; left > 0; i++ {
			part := siyu.Money(rapid.Int64Range(1, int64(left)).Draw(t, "refund"))
			left -= part
			for range 2 { // and so does a refund
				if err := l.Add(nil, attribution.Conversion{ID: fmt.Sprint("r", i), RefundOf: "o1", At: noon, Amount: part}); err != nil {
					t.Fatal(err)
				}
			}
			if got := sum(l.Totals()); counted > 0 && got != left {
				t.Fatalf("credit of %d with %d left", got, left)
			}
		}
		for campaign, v := range l.Totals() {
			if v != 0 {
				t.Fatalf("%s keeps %d of a conversion that was refunded", campaign, v)
			}
		}
	})
}

func TestLedger_Add_refuses(t *testing.T) {
	l := attribution.Ledger{Model: attribution.Model{Kind: attribution.Last, Window: time.Hour}}
	if err := l.Add(nil, attribution.Conversion{RefundOf: "o1", Amount: 1}); !errors.Is(err, siyu.ErrNotFound) {
		t.Errorf("refund of the unknown: got %v", err)
	}
	if err := l.Add([]attribution.Touch{{At: noon, Campaign: "a"}}, attribution.Conversion{ID: "o1", At: noon, Amount: 5}); err != nil {
		t.Fatal(err)
	}
	if err := l.Add(nil, attribution.Conversion{RefundOf: "o1", Amount: 6}); !errors.Is(err, siyu.ErrInvalid) || l.Totals()["a"] != 5 {
		t.Errorf("refund of more than there is: got %v, credit %v", err, l.Totals())
	}
	l.Model.Kind = "magic"
	if err := l.Add(nil, attribution.Conversion{ID: "o2", At: noon}); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("unknown model: got %v", err)
	}
}

// Nothing is lost between host and partner, and a refund reverses a share.
func TestShare_laws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := siyu.Money(rapid.Int64().Filter(func(n int64) bool { return n != -1<<63 }).Draw(t, "amount"))
		rate := siyu.BPS(rapid.Int64Range(0, 10_000).Draw(t, "rate"))
		host, partner, err := attribution.Share(amount, rate)
		if err != nil || host+partner != amount {
			t.Fatalf("%d and %d of %d, %v", host, partner, amount, err)
		}
		back, rest, err := attribution.Share(-amount, rate)
		if err != nil || back != -host || rest != -partner {
			t.Fatalf("refund of %d and %d, want the reverse of %d and %d", back, rest, host, partner)
		}
	})
	if _, _, err := attribution.Share(1, 10_001); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("more than the whole: got %v", err)
	}
}

func ExampleModel_Credit() {
	m := attribution.Model{Kind: attribution.Linear, Window: 7 * 24 * time.Hour}
	credit, err := m.Credit([]attribution.Touch{
		{At: noon.Add(-time.Hour), Campaign: "push"}, {At: noon.Add(-2 * time.Hour), Campaign: "article"}, {At: noon, Campaign: "adviser"},
	}, attribution.Conversion{ID: "o1", At: noon, Amount: 10_000})
	fmt.Println(credit, err)
	// Output: map[adviser:3333 article:3334 push:3333] <nil>
}

func ExampleShare() {
	host, partner, err := attribution.Share(9_900, 1_250) // 12.5 % of 99.00
	fmt.Println(host.Format(siyu.CNY), partner.Format(siyu.CNY), err)
	// Output: 12.38 86.62 <nil>
}
