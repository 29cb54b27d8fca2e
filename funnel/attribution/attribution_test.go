package attribution_test

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
	"github.com/siyu-go/siyu/funnel/attribution"
	"pgregory.net/rapid"
)

func day(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }

func journey(value siyu.Money, channels ...string) attribution.Journey {
	j := attribution.Journey{User: "u", Converted: value > 0, Value: value}
	for i, c := range channels {
		j.Touches = append(j.Touches, attribution.Touch{Channel: c, At: day(1 + i)})
	}
	return j
}

func credits(t *testing.T, journeys []attribution.Journey, m attribution.Model) string {
	t.Helper()
	r, err := attribution.Credit(journeys, m)
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	for _, c := range r.Channels {
		text += fmt.Sprintf("%s:%d ", c.Channel, c.Credit)
	}
	return text
}

func TestCredit_rules(t *testing.T) {
	one := []attribution.Journey{journey(1000, "ad", "group", "group", "sms")}
	for _, c := range []struct {
		model attribution.Model
		want  string
	}{
		{attribution.Model{Kind: attribution.First}, "ad:1000 group:0 sms:0 "},
		{attribution.Model{Kind: attribution.Last}, "ad:0 group:0 sms:1000 "},
		{attribution.Model{Kind: attribution.Linear}, "ad:250 group:500 sms:250 "},
		{attribution.Model{Kind: attribution.Position}, "ad:400 group:200 sms:400 "},
		{attribution.Model{Kind: attribution.Position, First: 1000, Last: 5000}, "ad:100 group:400 sms:500 "},
		// 1/8, 1/4, 1/2, 1 of 15/8
		{attribution.Model{Kind: attribution.TimeDecay, HalfLife: 24 * time.Hour}, "ad:67 group:400 sms:533 "},
		{attribution.Model{Kind: attribution.Shapley}, "ad:334 group:333 sms:333 "},
	} {
		if got := credits(t, one, c.model); got != c.want {
			t.Errorf("%+v: got %s, want %s", c.model, got, c.want)
		}
	}
}

// Anderl's chain by hand: C1-C2-C3 converts, C1 ends, C2-C3 ends. Start goes to
// C1 by 2/3; C1 to C2 by 1/2; C3 converts by 1/2, so 1/3 converts. Without C1
// it is 1/6, without C2 or C3 nothing: the effects are 1/2, 1, 1.
func TestCredit_markov(t *testing.T) {
	journeys := []attribution.Journey{journey(1000, "c1", "c2", "c3"), journey(0, "c1"), journey(0, "c2", "c3")}
	if got, want := credits(t, journeys, attribution.Model{Kind: attribution.Markov}), "c1:200 c2:400 c3:400 "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestCredit_sumsExactly(t *testing.T) {
	channels := []string{"ad", "group", "sms", "moments"}
	rapid.Check(t, func(t *rapid.T) {
		var journeys []attribution.Journey
		total, converted := siyu.Money(0), int64(0)
		for i := range rapid.IntRange(0, 12).Draw(t, "journeys") {
			j := journey(0, rapid.SliceOfN(rapid.SampledFrom(channels), 0, 6).Draw(t, "touches")...)
			if j.Converted = rapid.Bool().Draw(t, "converted"); j.Converted {
				j.Value = siyu.Money(rapid.Int64Range(0, 1e12).Draw(t, "value"))
				total += j.Value
				if len(j.Touches) > 0 {
					converted++
				}
			}
			j.User = siyu.UserID(strconv.Itoa(i))
			journeys = append(journeys, j)
		}
		m := attribution.Model{
			Kind: rapid.SampledFrom([]attribution.Kind{
				attribution.First, attribution.Last, attribution.Linear, attribution.Position,
				attribution.TimeDecay, attribution.Markov, attribution.Shapley,
			}).Draw(t, "kind"),
			Order: rapid.IntRange(0, 4).Draw(t, "order"),
		}
		r, err := attribution.Credit(journeys, m)
		if err != nil {
			t.Fatal(err)
		}
		sum, count := r.Unattributed, int64(0)
		for _, c := range r.Channels {
			if c.Credit < 0 || c.Conversions < 0 || c.Removal < 0 || c.Removal > 1 {
				t.Fatalf("channel %+v", c)
			}
			sum += c.Credit
			count += c.Conversions
		}
		if sum != total || r.Total != total || count != 1000*converted {
			t.Fatalf("credits sum to %d of %d, conversions to %d of %d", sum, total, count, 1000*converted)
		}
		again, err := attribution.Credit(rapid.Permutation(journeys).Draw(t, "order of journeys"), m)
		if err != nil {
			t.Fatal(err)
		}
		if m.Kind != attribution.Markov && !reflect.DeepEqual(r, again) {
			t.Fatalf("in another order %+v, was %+v", again, r)
		}
	})
}

// The closed form of the model equals Shapley's definition.
func TestShapleyValues_agreeWithModel(t *testing.T) {
	journeys := []attribution.Journey{
		journey(600, "a", "b", "a"), journey(900, "c", "b", "a"), journey(0, "a"), journey(100, "c"), journey(240, "b", "c"),
	}
	names := []string{"a", "b", "c"}
	worth := func(set uint64) float64 {
		sum := 0.0
		for _, j := range journeys {
			inside := !slices.ContainsFunc(j.Touches, func(touch attribution.Touch) bool {
				return set>>slices.Index(names, touch.Channel)&1 == 0
			})
			if inside {
				sum += float64(j.Value)
			}
		}
		return sum
	}
	values, _, err := attribution.ShapleyValues(3, worth, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	r, err := attribution.Credit(journeys, attribution.Model{Kind: attribution.Shapley})
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range r.Channels {
		if math.Abs(values[i]-float64(c.Credit)) > 1e-9 {
			t.Errorf("%s: %v by definition, %d by the model", c.Channel, values[i], c.Credit)
		}
	}
}

// Twenty players whose worth is known: the sampled values lie within five
// standard errors, and sum to the worth of all.
func TestShapleyValues_sampled(t *testing.T) {
	worth := func(set uint64) float64 {
		sum := 0.0
		for i := range 20 {
			if set>>i&1 != 0 {
				sum += float64(i)
			}
		}
		if set&3 == 3 {
			sum += 100 // the first two are worth more together
		}
		return sum
	}
	values, errs, err := attribution.ShapleyValues(20, worth, 2000, 7)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for i, v := range values {
		want := float64(i)
		if i < 2 {
			want += 50
		}
		if math.Abs(v-want) > 5*errs[i]+1e-9 {
			t.Errorf("player %d: %v +- %v, want %v", i, v, errs[i], want)
		}
		sum += v
	}
	if math.Abs(sum-worth(1<<20-1)) > 1e-6 {
		t.Errorf("values sum to %v", sum)
	}
}

func TestJourneys(t *testing.T) {
	touch := func(id siyu.EventID, n int, channel string) siyu.Event {
		return siyu.Event{ID: id, User: "li", Name: "touch", At: day(n), Channel: channel}
	}
	order := func(id siyu.EventID, n int, value siyu.Money) siyu.Event {
		return siyu.Event{ID: id, User: "li", Name: "order", At: day(n), Value: value, Channel: "shop"}
	}
	events := []siyu.Event{
		order("o2", 20, 500), touch("1", 1, "ad"), touch("2", 12, "sms"), order("o1", 13, 900), touch("3", 20, "group"), touch("4", 25, "ad"),
		touch("2", 12, "sms"),
		{ID: "r", User: "li", Name: "refund", At: day(22), Value: 200, Props: map[string]string{"of": "o1"}},
	}
	got, err := attribution.Journeys(funnel.FromSlice(events), attribution.Question{
		Convert: []string{"order"}, Refund: []string{"refund"}, Lookback: 10 * 24 * time.Hour,
	})
	if err != nil {
		t.Fatal(err)
	}
	var text []string
	for _, j := range got {
		line := string(j.Event) + " " + j.Value.String()
		for _, touch := range j.Touches {
			line += " " + touch.Channel
		}
		text = append(text, line)
	}
	if want := []string{" 0 ad", "o1 700 sms", "o2 500 group", " 0 ad"}; !slices.Equal(text, want) {
		t.Errorf("got %q, want %q", text, want)
	}
	events[len(events)-1].Props["of"] = "o3"
	_, err = attribution.Journeys(funnel.FromSlice(events), attribution.Question{Convert: []string{"order"}, Refund: []string{"refund"}})
	if !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("refund of an unknown order: %v", err)
	}
}

func TestModel_Validate(t *testing.T) {
	for _, m := range []attribution.Model{
		{},
		{Kind: "best"},
		{Kind: attribution.Position, First: 9000, Last: 2000},
		{Kind: attribution.Markov, Order: 5},
		{Kind: attribution.TimeDecay, HalfLife: -1},
	} {
		if _, err := attribution.Credit(nil, m); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%+v: %v", m, err)
		}
	}
}

// What each channel cost, what it brought, and when a customer has paid for
// himself.
func ExampleCosts() {
	journeys := []attribution.Journey{journey(30_000, "ad", "wecom"), journey(10_000, "wecom"), journey(0, "ad")}
	report, err := attribution.Credit(journeys, attribution.Model{Kind: attribution.Linear})
	if err != nil {
		fmt.Println(err)
		return
	}
	costs, err := attribution.Costs(report, map[string]siyu.Money{"ad": 12_000, "wecom": 5_000})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range costs {
		fmt.Printf("%s: credit %d, spend %d, CAC %d, ROI %s\n", c.Channel, c.Credit, c.Spend, c.CAC, c.ROI)
	}
	purchase, err := attribution.Payback(costs[0].CAC, []siyu.Money{9_000, 8_000, 8_000})
	fmt.Println("an ad customer pays back at purchase", purchase, err)
	// Output:
	// ad: credit 15000, spend 12000, CAC 24000, ROI 25%
	// wecom: credit 25000, spend 5000, CAC 3333, ROI 400%
	// an ad customer pays back at purchase 3 <nil>
}

// The money of two orders, divided by position.
func ExampleCredit() {
	journeys := []attribution.Journey{journey(10_000, "ad", "group", "sms"), journey(5_000, "group")}
	report, err := attribution.Credit(journeys, attribution.Model{Kind: attribution.Position})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range report.Channels {
		fmt.Println(c.Channel, c.Credit)
	}
	fmt.Println("total", report.Total)
	// Output:
	// ad 4000
	// group 7000
	// sms 4000
	// total 15000
}
