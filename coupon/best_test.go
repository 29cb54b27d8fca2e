package coupon_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
)

var noon = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

// drawCart draws a small cart with tags x, y, z.
func drawCart(t *rapid.T) coupon.Cart {
	cart := coupon.Cart{Currency: siyu.CNY, At: noon}
	for i := range rapid.IntRange(1, 5).Draw(t, "lines") {
		price := siyu.Money(rapid.Int64Range(0, 30_000).Draw(t, "price"))
		line := coupon.Line{
			ID: coupon.LineID('A' + rune(i)), UnitPrice: price, Quantity: rapid.Int64Range(1, 4).Draw(t, "quantity"),
			Tags: []string{rapid.SampledFrom([]string{"x", "y", "z"}).Draw(t, "tag")},
		}
		switch rapid.IntRange(0, 9).Draw(t, "kind") {
		case 0:
			line.MinUnitPrice = price / 2
		case 1:
			line.FullPrice = true
		}
		cart.Lines = append(cart.Lines, line)
	}
	return cart
}

func drawPromo(t *rapid.T, i int) coupon.Promo {
	amount := func(most int64) siyu.Money { return siyu.Money(rapid.Int64Range(1, most).Draw(t, "amount")) * 100 }
	rate := func() siyu.BPS { return siyu.BPS(rapid.Int64Range(1, 40).Draw(t, "rate")) * 100 }
	pick := func(n int) bool { return rapid.IntRange(0, n-1).Draw(t, "pick") == 0 }
	p := coupon.Promo{ID: coupon.PromoID(fmt.Sprintf("C%d", i)), Priority: rapid.IntRange(0, 3).Draw(t, "priority")}
	switch rapid.IntRange(0, 9).Draw(t, "benefit") {
	case 0, 1:
		p.Benefit = coupon.AmountOff(amount(60))
	case 2:
		p.Benefit = coupon.PercentOff(rate())
	case 3:
		p.Benefit = coupon.PercentOff(rate()).UpTo(amount(50))
	case 4:
		p.Benefit = coupon.Every(amount(50), amount(5))
		if pick(2) {
			p.Benefit = p.Benefit.OnRemaining()
		}
	case 5:
		p.Benefit = coupon.Ladder(coupon.Tier{At: amount(300), Amount: amount(50)}, coupon.Tier{At: amount(300) + 1, Rate: rate()},
			coupon.Tier{At: amount(900) + 2, Rate: rate(), Max: amount(90)})
		if pick(2) {
			p.Benefit = p.Benefit.OnRemaining()
		}
	case 6:
		p.Benefit = coupon.Ladder(coupon.Tier{At: 1, Rate: rate()}, coupon.Tier{At: 4, Amount: amount(50)}).ByQuantity()
	case 7:
		p.Benefit = coupon.UnitAmountOff(amount(5)).Units(rapid.Int64Range(0, 4).Draw(t, "units"))
	case 8:
		p.Benefit = coupon.PercentOffUnits(rate(), rapid.Int64Range(0, 4).Draw(t, "units"))
	}
	if p.Benefit.Kind == "" {
		p.Benefit = coupon.PriceEach(amount(200)).Units(rapid.Int64Range(0, 4).Draw(t, "units"))
	}
	if pick(3) {
		p.Level = coupon.LineLevel
	}
	if pick(2) {
		p.Scope.Tags = []string{rapid.SampledFrom([]string{"x", "y", "z"}).Draw(t, "tag")}
	}
	if pick(2) {
		p.Requires.MinSpend = amount(600)
		p.Requires.WholeCart = pick(4)
	}
	if pick(8) {
		p.Requires.MaxSpend = p.Requires.MinSpend + amount(600)
	}
	if pick(2) {
		p.Requires.SpendBasis = coupon.Remaining
	}
	if pick(2) {
		p.Group = rapid.SampledFrom([]string{"g1", "g2", "g3"}).Draw(t, "group")
	}
	if pick(6) {
		p.Excludes = []coupon.PromoID{coupon.PromoID(fmt.Sprintf("C%d", i+1))}
	}
	p.Exclusive, p.Stop = pick(10), pick(10)
	return p
}

func drawPolicy(t *rapid.T) coupon.Policy {
	return coupon.Policy{
		Basis:     rapid.SampledFrom([]coupon.Basis{"", coupon.Original}).Draw(t, "basis"),
		Rounding:  rapid.SampledFrom([]siyu.Rounding{siyu.HalfUp, siyu.HalfEven, siyu.Floor, siyu.Ceil}).Draw(t, "rounding"),
		PerLine:   rapid.Bool().Draw(t, "per line"),
		MaxPromos: rapid.SampledFrom([]int{0, 0, 0, 1, 2, 3}).Draw(t, "max promos"),
	}
}

func drawPromos(t *rapid.T, most int) []coupon.Promo {
	promos := make([]coupon.Promo, rapid.IntRange(0, most).Draw(t, "promos"))
	for i := range promos {
		promos[i] = drawPromo(t, i)
	}
	return promos
}

// bruteForce prices every subset in sequence and keeps the best in which all
// apply: more discount, then fewer promos, then the smallest sorted ids. Sets
// with two promos that exclude each other are passed over unpriced.
func bruteForce(t *rapid.T, cart coupon.Cart, promos []coupon.Promo, policy coupon.Policy) coupon.Quote {
	var best coupon.Quote
	var bestIDs []string
	policy.Mode = coupon.InSequence
	clashes := clashesOf(promos)
	for set := range 1 << len(promos) {
		var some []coupon.Promo
		var ids []string
		legal := true
		for i, p := range promos {
			if set&(1<<i) != 0 {
				some, ids, legal = append(some, p), append(ids, string(p.ID)), legal && set&clashes[i] == 0
			}
		}
		if !legal || policy.MaxPromos > 0 && len(some) > policy.MaxPromos {
			continue
		}
		quote, err := coupon.Evaluate(cart, some, &policy)
		if err != nil {
			t.Fatal(err)
		}
		if len(quote.Rejected) > 0 {
			continue
		}
		slices.Sort(ids)
		if set == 0 || cmp.Or(cmp.Compare(best.Discount, quote.Discount), cmp.Compare(len(ids), len(bestIDs)), slices.Compare(ids, bestIDs)) < 0 {
			best, bestIDs = quote, ids
		}
	}
	return best
}

// clashesOf returns for each promo the set of those that it never goes with.
func clashesOf(promos []coupon.Promo) []int {
	clashes := make([]int, len(promos))
	for i, p := range promos {
		for j, o := range promos {
			if i != j && (p.Exclusive || o.Exclusive || (p.Group != "" && p.Group == o.Group) ||
				slices.Contains(p.Excludes, o.ID) || slices.Contains(o.Excludes, p.ID)) {
				clashes[i] |= 1 << j
			}
		}
	}
	return clashes
}

// 10,000 random instances, shared among the cores; under the race detector a
// twentieth of them.
func TestBest_equalsBruteForce(t *testing.T) {
	t.Parallel()
	rounds := 100 // of 100 instances each, unless -rapid.checks says otherwise
	if raceEnabled {
		rounds = 5
	}
	for round := range rounds {
		t.Run(fmt.Sprint(round), func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, bestEqualsBruteForce)
		})
	}
}

func bestEqualsBruteForce(t *rapid.T) {
	cart, promos, policy := drawCart(t), drawPromos(t, 10), drawPolicy(t)
	want := bruteForce(t, cart, promos, policy)
	policy.Mode = coupon.Best
	got, err := coupon.Evaluate(cart, promos, &policy)
	if err != nil {
		t.Fatal(err)
	}
	if !got.Proof.Exact || got.Proof.Bound != got.Discount {
		t.Fatalf("no proof: %+v", got.Proof)
	}
	got.Rejected, got.Hints, got.Proof = nil, nil, coupon.Proof{}
	want.Rejected, want.Hints, want.Proof = nil, nil, coupon.Proof{}
	if diff := gocmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("brute force -, best +:\n%s", diff)
	}
}

// Ladders on what remains, rounded on every line, are spread by what remained
// when they had their turn.
func TestBest_laddersPerLine(t *testing.T) {
	half := coupon.Ladder(coupon.Tier{At: 1, Rate: 1000}, coupon.Tier{At: 9000, Rate: 5000}).OnRemaining()
	promos := []coupon.Promo{{ID: "a", Benefit: half}, {ID: "b", Benefit: half}}
	cart := coupon.Cart{Lines: []coupon.Line{{ID: "A", UnitPrice: 5000, Quantity: 1}, {ID: "B", UnitPrice: 5000, Quantity: 1}}}
	quote, err := coupon.Evaluate(cart, promos, &coupon.Policy{Mode: coupon.Best, PerLine: true})
	if err != nil {
		t.Fatal(err)
	}
	if quote.Discount != 5500 || quote.Proof.Bound != 5500 || quote.Lines[0].Payable != 2250 {
		t.Errorf("got %+v", quote)
	}
}

// permutations calls each with every order of promos.
func permutations(promos []coupon.Promo, k int, each func()) {
	if k == len(promos) {
		each()
		return
	}
	for i := k; i < len(promos); i++ {
		promos[k], promos[i] = promos[i], promos[k]
		permutations(promos, k+1, each)
		promos[k], promos[i] = promos[i], promos[k]
	}
}

func TestBest_anyOrderEqualsBruteForce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cart, promos, policy := drawCart(t), drawPromos(t, 4), drawPolicy(t)
		var want siyu.Money
		for set := range 1 << len(promos) {
			var some []coupon.Promo
			for i, p := range promos {
				if set&(1<<i) != 0 {
					some = append(some, p)
				}
			}
			if policy.MaxPromos > 0 && len(some) > policy.MaxPromos {
				continue
			}
			permutations(some, 0, func() {
				fixed := slices.Clone(some)
				for i := range fixed {
					fixed[i].Level, fixed[i].Priority = "", len(fixed)-i
				}
				quote, err := coupon.Evaluate(cart, fixed, &policy)
				if err != nil {
					t.Fatal(err)
				}
				if len(quote.Rejected) == 0 {
					want = max(want, quote.Discount)
				}
			})
		}
		policy.Mode, policy.AnyOrder = coupon.Best, true
		got, err := coupon.Evaluate(cart, promos, &policy)
		if err != nil {
			t.Fatal(err)
		}
		if got.Discount != want || !got.Proof.Exact {
			t.Fatalf("got %d (%+v), brute force %d", got.Discount, got.Proof, want)
		}
	})
}

func TestQuote_invariants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cart, promos, policy := drawCart(t), drawPromos(t, 10), drawPolicy(t)
		policy.Mode = rapid.SampledFrom([]coupon.Mode{coupon.InSequence, coupon.Best}).Draw(t, "mode")
		quote, err := coupon.Evaluate(cart, promos, &policy)
		if err != nil {
			t.Fatal(err)
		}
		checkQuote(t, cart, promos, quote)
	})
}

// checkQuote holds a quote against what is true of every one.
func checkQuote(t *rapid.T, cart coupon.Cart, promos []coupon.Promo, quote coupon.Quote) {
	if len(quote.Applied)+len(quote.Rejected) != len(promos) {
		t.Fatalf("%d applied and %d rejected of %d", len(quote.Applied), len(quote.Rejected), len(promos))
	}
	byLine := map[coupon.LineID]siyu.Money{}
	var discount, payable siyu.Money
	for _, a := range quote.Applied {
		var sum siyu.Money
		for _, l := range a.Lines {
			if l.Amount <= 0 {
				t.Fatalf("%s gives %d to %s", a.ID, l.Amount, l.Line)
			}
			byLine[l.Line] += l.Amount
			sum += l.Amount
		}
		if sum != a.Amount || sum == 0 {
			t.Fatalf("%s gives %d, its lines %d", a.ID, a.Amount, sum)
		}
		discount += sum
	}
	for i, l := range quote.Lines {
		line := cart.Lines[i]
		floor := min(line.MinUnitPrice, line.UnitPrice) * siyu.Money(line.Quantity)
		if l.Discount != byLine[l.ID] || l.Discount+l.Payable != l.Original || l.Payable < floor || (line.FullPrice && l.Discount != 0) {
			t.Fatalf("line %+v of %+v, promos give it %d", l, line, byLine[l.ID])
		}
		payable += l.Payable
	}
	if discount != quote.Discount || payable != quote.Payable {
		t.Fatalf("discount %d payable %d, lines say %d %d", quote.Discount, quote.Payable, discount, payable)
	}
}

func TestBest_oneMoreCandidateNeverRaisesThePrice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cart, policy := drawCart(t), drawPolicy(t)
		promos := drawPromos(t, 9)
		policy.Mode = coupon.Best
		fewer, err := coupon.Evaluate(cart, promos, &policy)
		if err != nil {
			t.Fatal(err)
		}
		more, err := coupon.Evaluate(cart, append(promos, drawPromo(t, len(promos))), &policy)
		if err != nil {
			t.Fatal(err)
		}
		if more.Payable > fewer.Payable {
			t.Fatalf("one more promo raised %d to %d", fewer.Payable, more.Payable)
		}
	})
}

// Large wallets are priced with a proof, whatever the promos exclude.
func TestBest_thirtyPromosAreProven(t *testing.T) {
	for seed := range uint64(12) {
		cart, promos := workload(seed, 5, 30)
		for i := range promos {
			p := &promos[i]
			if seed%2 == 0 || i%2 == 0 {
				p.Group, p.Exclusive = "", false
			}
			if seed%3 == 0 && i > 3 {
				p.Excludes = []coupon.PromoID{promos[i-1].ID, promos[i/2].ID}
			}
			if seed > 5 {
				p.Requires.SpendBasis = coupon.Remaining
			}
		}
		quote, err := coupon.Evaluate(cart, promos, &coupon.Policy{Mode: coupon.Best})
		if err != nil {
			t.Fatal(err)
		}
		if !quote.Proof.Exact || quote.Proof.Nodes > 20_000 {
			t.Errorf("seed %d: %+v", seed, quote.Proof)
		}
	}
}

// A search that is cut off says so, and its bound holds.
func TestBest_cutOff(t *testing.T) {
	for seed := range uint64(20) {
		cart, promos := workload(seed, 5, 40)
		for i := range promos {
			promos[i].Group = ""
		}
		exact, err := coupon.Evaluate(cart, promos, &coupon.Policy{Mode: coupon.Best})
		if err != nil {
			t.Fatal(err)
		}
		cut, err := coupon.Evaluate(cart, promos, &coupon.Policy{Mode: coupon.Best, MaxNodes: 5})
		if err != nil {
			t.Fatal(err)
		}
		if cut.Discount > exact.Discount || cut.Proof.Bound < exact.Discount || cut.Proof.Exact != (cut.Proof.Bound == cut.Discount) {
			t.Errorf("seed %d: cut off %d %+v, exact %d", seed, cut.Discount, cut.Proof, exact.Discount)
		}
	}
}

// More promos than a search looks at still give a legal quote with a bound.
func TestBest_hundredPromos(t *testing.T) {
	cart, promos := workload(3, 5, 100)
	for i := range promos {
		promos[i].Exclusive, promos[i].Requires.MinSpend = false, 0
	}
	quote, err := coupon.Evaluate(cart, promos, &coupon.Policy{Mode: coupon.Best, MaxNodes: 1000})
	if err != nil {
		t.Fatal(err)
	}
	groups := map[string]bool{}
	for _, a := range quote.Applied {
		for _, p := range promos {
			if p.ID == a.ID {
				if groups[p.Group] {
					t.Errorf("two of group %s", p.Group)
				}
				groups[p.Group] = true
			}
		}
	}
	if quote.Discount == 0 || quote.Proof.Bound < quote.Discount {
		t.Errorf("discount %d, %+v", quote.Discount, quote.Proof)
	}
}

func TestQuoteInto_allocatesNothing(t *testing.T) {
	for _, policy := range []coupon.Policy{{Mode: coupon.Best}, {}} {
		cart, promos := workload(5, 5, 20)
		quoter, err := coupon.NewQuoter(promos, &policy)
		if err != nil {
			t.Fatal(err)
		}
		var quote coupon.Quote
		if n := testing.AllocsPerRun(100, func() {
			if err := quoter.QuoteInto(&cart, &quote); err != nil {
				t.Fatal(err)
			}
		}); n > 0 && !raceEnabled {
			t.Errorf("%s: %v allocations", policy.Mode, n)
		}
	}
}
