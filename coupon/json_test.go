package coupon_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
)

func TestParsePromo_namesTheFault(t *testing.T) {
	const ok = `"benefit":{"type":"amount","amount":1}`
	for _, tt := range []struct{ data, field, problem string }{
		{`[]`, "", "not a JSON object"},
		{`{"id":"a",` + ok + `} x`, "", "data after"},
		{`{"id":"a",` + ok, "", "not JSON"},
		{`{` + ok + `}`, "id", "missing"},
		{`{"id":"a"}`, "benefit.type", "no kind"},
		{`{"id":"a","id":"b",` + ok + `}`, "id", "twice"},
		{`{"id":"a","colour":1,` + ok + `}`, "colour", "not a known field"},
		{`{"id":"a","level":"cart",` + ok + `}`, "level", "none of line, order"},
		{`{"id":null,` + ok + `}`, "id", "null"},
		{`{"id":"a","priority":1.5,` + ok + `}`, "priority", "JSON number"},
		{`{"id":"a","excludes":["a"],` + ok + `}`, "excludes", "itself"},
		{`{"id":"a","scope":{"tag":["x"]},` + ok + `}`, "scope.tag", "not a known field"},
		{`{"id":"a","scope":{"tags":"x"},` + ok + `}`, "scope.tags", "JSON string"},
		{`{"id":"a","requires":{"min_spend":-1},` + ok + `}`, "requires.min_spend", "negative"},
		{`{"id":"a","requires":{"min_spend":1.5},` + ok + `}`, "requires.min_spend", "minor units"},
		{`{"id":"a","requires":{"min_spend":9,"max_spend":8},` + ok + `}`, "requires.max_spend", "below"},
		{`{"id":"a","requires":{"min_spend_basis":"later"},` + ok + `}`, "requires.min_spend_basis", "none of"},
		{`{"id":"a","requires":{"min_spend_scope":"cart"},` + ok + `}`, "requires.min_spend_scope", "none of"},
		{`{"id":"a","requires":{"starts_at":"today"},` + ok + `}`, "requires.starts_at", "today"},
		{`{"id":"a","requires":{"starts_at":"2026-01-02T00:00:00Z","ends_at":"2026-01-02T00:00:00Z"},` + ok + `}`, "requires.ends_at", "not after"},
		{`{"id":"a","requires":{"weekly":{"days":["wed","someday"],"zone":"Asia/Shanghai"}},` + ok + `}`, "requires.weekly.days[1]", "none of"},
		{`{"id":"a","requires":{"weekly":{"days":["wed"],"zone":"Local"}},` + ok + `}`, "requires.weekly.zone", "named"},
		{`{"id":"a","requires":{"weekly":{"days":["wed"],"zone":"UTC","from":"25:00"}},` + ok + `}`, "requires.weekly.from", "time of day"},
		{`{"id":"a","requires":{"early":{"groups":["vip"],"by":"soon"}},` + ok + `}`, "requires.early.by", "duration"},
		{`{"id":"a","requires":{"early":{"by":"2h"}},` + ok + `}`, "requires.early.groups", "not 1 to"},
		{`{"id":"a","benefit":{"type":"percent","bps":-1}}`, "benefit.bps", "negative"},
		{`{"id":"a","benefit":{"type":"percent","amount":1}}`, "benefit.amount", "no meaning"},
		{`{"id":"a","benefit":{"type":"percent","bps":1,"rounding":"up"}}`, "benefit.rounding", "none of"},
		{`{"id":"a","benefit":{"type":"every","amount":1}}`, "benefit.step", "must not be 0"},
		{`{"id":"a","benefit":{"type":"ladder"}}`, "benefit.tiers", "not 1 to"},
		{`{"id":"a","benefit":{"type":"ladder","tiers":[{"at":1,"amount":1},{"at":-1}]}}`, "benefit.tiers[1].at", "negative"},
		{`{"id":"a","benefit":{"type":"ladder","tiers":[{"at":1,"amount":1},{"at":1,"bps":1}]}}`, "benefit.tiers[1].at", "earlier tier"},
		{`{"id":"a","benefit":{"type":"ladder","tiers":[{"at":1,"amount":1,"bps":2}]}}`, "benefit.tiers[0].bps", "exclude"},
		{`{"id":"a","benefit":{"type":"ladder","tiers":[{"at":1,"max":1}]}}`, "benefit.tiers[0].max", "without bps"},
		{`{"id":"a","benefit":{"type":"ladder","measure":"weight","tiers":[{"at":1}]}}`, "benefit.measure", "none of"},
		{`{"id":"a","benefit":{"type":"gift","count":1}}`, "benefit.item", "missing"},
		{`{"id":"a","benefit":{"type":"gift","item":"cup"}}`, "benefit.count", "not 1 to"},
		{`{"id":"a","benefit":{"type":"gift","item":"cup","count":-1}}`, "benefit.count", "negative"},
		{`{"id":"a","benefit":{"type":"gift","item":"cup","count":1,"amount":5}}`, "benefit.amount", "no meaning for gift"},
		{`{"id":"a","benefit":{"type":"amount","amount":5,"item":"cup"}}`, "benefit.item", "no meaning for amount"},
		{`{"id":"` + strings.Repeat("a", 300<<10) + `"}`, "", "larger than"},
	} {
		_, err := coupon.ParsePromo([]byte(tt.data))
		var invalid *siyu.InvalidError
		if !errors.As(err, &invalid) || invalid.Field != tt.field || !strings.Contains(invalid.Problem, tt.problem) {
			t.Errorf("%.80s: got %v, want field %q and problem %q", tt.data, err, tt.field, tt.problem)
		}
	}
}

func TestNewQuoter_namesTheFault(t *testing.T) {
	good := coupon.Promo{ID: "a", Benefit: coupon.AmountOff(1)}
	for field, tt := range map[string]struct {
		promos []coupon.Promo
		policy coupon.Policy
	}{
		"promos[1].id":            {promos: []coupon.Promo{good, good}},
		"promos[0].benefit.type":  {promos: []coupon.Promo{{ID: "a"}}},
		"promos":                  {promos: make([]coupon.Promo, coupon.MaxPromos+1)},
		"policy.mode":             {policy: coupon.Policy{Mode: "cheapest"}},
		"policy.max_promos":       {policy: coupon.Policy{MaxPromos: -1}},
		"policy.percent_basis":    {policy: coupon.Policy{Basis: "net"}},
		"policy.rounding":         {policy: coupon.Policy{Rounding: 99}},
		"promos[0].benefit.tiers": {promos: []coupon.Promo{{ID: "a", Benefit: coupon.Ladder()}}},
	} {
		_, err := coupon.NewQuoter(tt.promos, &tt.policy)
		var invalid *siyu.InvalidError
		if !errors.As(err, &invalid) || invalid.Field != field {
			t.Errorf("got %v, want field %s", err, field)
		}
	}
}

func TestQuote_namesTheFaultOfTheCart(t *testing.T) {
	line := func(change func(*coupon.Line)) coupon.Cart {
		l := coupon.Line{ID: "b", UnitPrice: 1, Quantity: 1}
		change(&l)
		return coupon.Cart{Lines: []coupon.Line{{ID: "a", UnitPrice: 1 << 62, Quantity: 1}, l}}
	}
	for field, cart := range map[string]coupon.Cart{
		"cart.lines[1].id":             line(func(l *coupon.Line) { l.ID = "" }),
		"cart.lines[1].unit_price":     line(func(l *coupon.Line) { l.UnitPrice = -1 }),
		"cart.lines[1].quantity":       line(func(l *coupon.Line) { l.Quantity = -1 }),
		"cart.lines[1].min_unit_price": line(func(l *coupon.Line) { l.MinUnitPrice = -1 }),
		"cart.lines[1].tags":           line(func(l *coupon.Line) { l.Tags = make([]string, coupon.MaxTags+1) }),
		"cart.lines":                   {Lines: make([]coupon.Line, coupon.MaxLines+1)},
		"cart.groups":                  {Groups: make([]string, coupon.MaxTags+1)},
	} {
		_, err := coupon.Evaluate(cart, nil, nil)
		var invalid *siyu.InvalidError
		if !errors.As(err, &invalid) || invalid.Field != field {
			t.Errorf("got %v, want field %s", err, field)
		}
	}
	same := line(func(l *coupon.Line) { l.ID = "a" })
	if _, err := coupon.Evaluate(same, nil, nil); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("repeated line: %v", err)
	}
	for _, l := range []coupon.Line{{ID: "b", UnitPrice: 1 << 62, Quantity: 2}, {ID: "b", UnitPrice: 1 << 62, Quantity: 1}} {
		cart := line(func(to *coupon.Line) { *to = l })
		cart.Lines[0].UnitPrice = 1 << 62
		if _, err := coupon.Evaluate(cart, nil, nil); !errors.Is(err, siyu.ErrOverflow) {
			t.Errorf("%+v: got %v, want overflow", l, err)
		}
	}
}

func drawRichPromo(t *rapid.T) coupon.Promo {
	p := drawPromo(t, 1)
	if rapid.Bool().Draw(t, "more") {
		p.Currency = siyu.CNY
		p.Scope.Lines = []coupon.LineID{"A", "B"}
		p.Requires.Above = rapid.Bool().Draw(t, "above")
		p.Requires.Below = rapid.Bool().Draw(t, "below")
		p.Requires.MinQuantity = rapid.Int64Range(0, 4).Draw(t, "units")
		p.Requires.Groups = []string{"vip", "staff"}
		p.Requires.Window = siyu.Window{Start: noon, End: noon.Add(time.Hour)}
		shanghai, err := time.LoadLocation("Asia/Shanghai")
		if err != nil {
			t.Fatal(err)
		}
		p.Requires.Weekly = &coupon.Weekly{Days: []time.Weekday{time.Wednesday}, From: 10 * time.Hour, To: 24 * time.Hour, In: shanghai}
		p.Requires.Early = &coupon.Early{Groups: []string{"vip"}, By: 90 * time.Minute}
		if p.Benefit.Kind == coupon.KindPercent {
			p.Benefit = p.Benefit.Rounded(siyu.HalfEven)
		}
	}
	return p
}

// The canonical form reads back as the same promo, and is stable.
func TestPromo_jsonRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawRichPromo(t)
		data, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		back, err := coupon.ParsePromo(data)
		if err != nil {
			t.Fatalf("%s: %v", data, err)
		}
		again, err := json.Marshal(back)
		if err != nil || string(again) != string(data) {
			t.Fatalf("got %s, want %s (%v)", again, data, err)
		}
		h1, err1 := p.Hash()
		h2, err2 := back.Hash()
		if h1 != h2 || err1 != nil || err2 != nil {
			t.Fatalf("hash %s of the same promo as %s", h2, h1)
		}
		cart := drawCart(t)
		q1, err1 := coupon.Evaluate(cart, []coupon.Promo{p}, nil)
		q2, err2 := coupon.Evaluate(cart, []coupon.Promo{back}, nil)
		if diff := cmp.Diff(q1, q2); diff != "" || err1 != nil || err2 != nil {
			t.Fatalf("prices differ: %s", diff)
		}
	})
}

func FuzzParsePromo(f *testing.F) {
	f.Add([]byte(`{"id":"L","scope":{"tags":["fund"]},"requires":{"min_spend":100,"inclusive":false},"benefit":{"type":"ladder","tiers":[{"at":1,"amount":2},{"at":9,"bps":100,"max":7}]}}`))
	f.Add([]byte(`{"id":"G","requires":{"min_spend":100},"benefit":{"type":"gift","item":"cup","count":2}}`))
	f.Add([]byte(`{"id":"E","benefit":{"type":"every","step":1,"amount":9223372036854775807,"basis":"remaining"}}`))
	f.Add([]byte(`{"id":"W","requires":{"weekly":{"days":["wed"],"from":"10:00","to":"24:00","zone":"Asia/Shanghai"}},"benefit":{"type":"percent_units","bps":5000,"max_units":1}}`))
	cart := coupon.Cart{Currency: siyu.CNY, At: noon, Lines: []coupon.Line{
		{ID: "A", UnitPrice: 1 << 60, Quantity: 3, Tags: []string{"fund"}, MinUnitPrice: 5},
		{ID: "B", UnitPrice: 1, Quantity: 1},
	}}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := coupon.ParsePromo(data)
		if err != nil {
			return
		}
		out, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		back, err := coupon.ParsePromo(out)
		if err != nil {
			t.Fatalf("%s becomes %s: %v", data, out, err)
		}
		if again, err := json.Marshal(back); err != nil || string(again) != string(out) {
			t.Fatalf("%s is not stable: %s", out, again)
		}
		quote, err := coupon.Evaluate(cart, []coupon.Promo{p}, &coupon.Policy{Mode: coupon.Best})
		if err != nil {
			t.Fatal(err)
		}
		if quote.Discount < 0 || quote.Payable < 15 {
			t.Fatalf("%s: discount %d, payable %d", out, quote.Discount, quote.Payable)
		}
	})
}
