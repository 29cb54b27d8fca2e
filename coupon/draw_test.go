package coupon_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
)

func TestRedPacket_sumsExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shares := rapid.IntRange(1, 200).Draw(t, "shares")
		amount := siyu.Money(rapid.Int64Range(int64(shares), rapid.SampledFrom([]int64{int64(shares), 1000, math.MaxInt64}).Draw(t, "most")).Draw(t, "amount"))
		seed := coupon.Seed{byte(shares)}
		parts, err := coupon.RedPacket(seed, "n", amount, shares)
		if err != nil {
			t.Fatal(err)
		}
		sum, err := siyu.Sum(parts...)
		if err != nil || sum != amount || len(parts) != shares || slices.Min(parts) < 1 {
			t.Fatalf("%v sum to %d of %d, %v", parts, sum, amount, err)
		}
		again, _ := coupon.RedPacket(seed, "n", amount, shares)
		if !slices.Equal(parts, again) {
			t.Fatalf("%v, then %v", parts, again)
		}
	})
}

// Every split of 6 into 3 is as likely, so every place is worth the same.
func TestRedPacket_isFair(t *testing.T) {
	const rounds = 30_000
	seen, places := map[string]int{}, [3]int64{}
	for i := range rounds {
		parts, err := coupon.RedPacket(coupon.Seed{1}, fmt.Sprint(i), 6, 3)
		if err != nil {
			t.Fatal(err)
		}
		seen[fmt.Sprint(parts)]++
		for p, part := range parts {
			places[p] += int64(part)
		}
	}
	if len(seen) != 10 {
		t.Errorf("%d splits, want 10", len(seen))
	}
	for split, n := range seen { // 3000 expected, sigma 52
		if n < 2700 || n > 3300 {
			t.Errorf("%s comes %d times", split, n)
		}
	}
	for p, sum := range places { // 60,000 expected, sigma 163
		if sum < 59_000 || sum > 61_000 {
			t.Errorf("place %d got %d", p, sum)
		}
	}
}

func TestRedPacket_refuses(t *testing.T) {
	for name, err := range map[string]error{
		"nobody":         second(coupon.RedPacket(coupon.Seed{}, "", 1, 0)),
		"less than each": second(coupon.RedPacket(coupon.Seed{}, "", 2, 3)),
		"too many":       second(coupon.RedPacket(coupon.Seed{}, "", 1<<40, coupon.MaxPackets+1)),
	} {
		if !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

var drawPrizes = []coupon.Prize{{ID: "phone", Stock: 3, PPM: 1000}, {ID: "film ticket", Stock: 1 << 40, PPM: 250_000}}

// The odds are those declared, stock is never exceeded, and nothing becomes
// likelier when it is gone.
func TestDraw(t *testing.T) {
	seed := coupon.Seed{7}
	d, err := coupon.NewDraw(seed, "spring", drawPrizes)
	if err != nil {
		t.Fatal(err)
	}
	const tickets = 40_000
	wins, published := map[string]int{}, []string{}
	for i := range tickets {
		number, prize := d.Ticket()
		if number != uint64(i) {
			t.Fatalf("ticket %d has number %d", i, number)
		}
		wins[prize]++
		published = append(published, prize)
	}
	if wins["phone"] != 3 || d.Prizes()[0].Stock != 0 || d.Prizes()[1].Stock != 1<<40-int64(wins["film ticket"]) {
		t.Errorf("wins %v, left %v", wins, d.Prizes())
	}
	if n := wins["film ticket"]; n < 9600 || n > 10_400 { // 10,000 expected, sigma 87
		t.Errorf("%d film tickets", n)
	}
	if err := coupon.VerifyDraw(seed, seed.Commitment(), "spring", drawPrizes, published); err != nil {
		t.Error(err)
	}
	for name, err := range map[string]error{
		"another seed": coupon.VerifyDraw(coupon.Seed{8}, seed.Commitment(), "spring", drawPrizes, published),
		"another name": coupon.VerifyDraw(seed, seed.Commitment(), "autumn", drawPrizes, published),
		"a forged ticket": func() error {
			forged := slices.Clone(published)
			forged[slices.Index(forged, "")] = "film ticket"
			return coupon.VerifyDraw(seed, seed.Commitment(), "spring", drawPrizes, forged)
		}(),
	} {
		if !errors.Is(err, siyu.ErrConflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNewDraw_refuses(t *testing.T) {
	for name, prizes := range map[string][]coupon.Prize{
		"no id":          {{Stock: 1}},
		"id twice":       {{ID: "a"}, {ID: "a"}},
		"negative stock": {{ID: "a", Stock: -1}},
		"negative odds":  {{ID: "a", PPM: -1}},
		"odds too high":  {{ID: "a", PPM: 600_000}, {ID: "b", PPM: 600_000}},
	} {
		if _, err := coupon.NewDraw(coupon.Seed{}, "", prizes); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if a, b := coupon.NewSeed(), coupon.NewSeed(); a == b || a.Commitment() == b.Commitment() || a.Opens(b.Commitment()) {
		t.Error("two seeds are alike")
	}
}
