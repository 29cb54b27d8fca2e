package segment_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
)

func TestPortrait(t *testing.T) {
	t.Parallel()
	var p segment.Portrait
	put := func(name, value, source, at, until string, want bool) {
		t.Helper()
		tag := segment.Tag{Name: name, Value: value, Source: source, At: when(at)}
		if until != "" {
			tag.Until = when(until)
		}
		news, err := p.Put(tag)
		if err != nil || news != want {
			t.Errorf("%s by %s: got %v %v", name, source, news, err)
		}
	}
	put("hometown", "Wuxi", "survey", "2026-01-10T00:00:00Z", "", true)
	put("hometown", "Suzhou", "order", "2026-02-10T00:00:00Z", "", true)
	put("hometown", "Nanjing", "survey", "2026-01-05T00:00:00Z", "", false) // older
	put("hometown", "Wuxi Binhu", "survey", "2026-01-10T00:00:00Z", "", true)
	put("interest", "funds", "model", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z", true)
	for _, tt := range []struct {
		at      string
		sources []string
		want    map[string]string
	}{
		{"2026-01-01T00:00:00Z", nil, map[string]string{}},
		{"2026-01-20T00:00:00Z", nil, map[string]string{"hometown": "Wuxi Binhu"}},
		{"2026-02-28T23:59:59Z", nil, map[string]string{"hometown": "Suzhou", "interest": "funds"}},
		{"2026-02-28T23:59:59Z", []string{"survey"}, map[string]string{"hometown": "Wuxi Binhu", "interest": "funds"}},
		{"2026-03-01T00:00:00Z", nil, map[string]string{"hometown": "Suzhou"}},
	} {
		if got := p.Values(when(tt.at), tt.sources...); !maps.Equal(got, tt.want) {
			t.Errorf("%+v: got %v", tt, got)
		}
	}
	if n := p.Expire(when("2026-03-01T00:00:00Z")); n != 1 || len(p.All()) != 2 {
		t.Errorf("%d expired, %v left", n, p.All())
	}
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var again segment.Portrait
	if err := json.Unmarshal(text, &again); err != nil || !slices.Equal(again.All(), p.All()) {
		t.Errorf("%s reads back as %v %v", text, again.All(), err)
	}
	if err := json.Unmarshal([]byte(`[{"name":"a","source":"b"}]`), &again); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("a tag without time: got %v", err)
	}
	if text, err := json.Marshal(segment.Portrait{}); err != nil || string(text) != "[]" {
		t.Errorf("an empty portrait is %s %v", text, err)
	}
	good := segment.Tag{Name: "a", Source: "b", At: when("2026-01-10T00:00:00Z")}
	for field, change := range map[string]func(*segment.Tag){
		"name":   func(t *segment.Tag) { t.Name = "" },
		"source": func(t *segment.Tag) { t.Source = "" },
		"value":  func(t *segment.Tag) { t.Value = string(make([]byte, siyu.MaxProp+1)) },
		"at":     func(t *segment.Tag) { t.At = when("0001-01-01T00:00:00Z") },
		"until":  func(t *segment.Tag) { t.Until = t.At },
	} {
		bad := good
		change(&bad)
		var invalid *siyu.InvalidError
		if _, err := p.Put(bad); !errors.As(err, &invalid) || invalid.Field != field {
			t.Errorf("got %v, want a fault in %s", err, field)
		}
	}
}

// A population in which the target has two traits more often than others, and
// one not.
func shoppers(t testing.TB, n int) (target, base *segment.Set, traits []segment.Trait) {
	t.Helper()
	random := rand.New(rand.NewPCG(5, 5))
	rows := make([][]uint32, 5)
	for row := range uint32(n) {
		good := random.IntN(10) == 0
		put := func(i, percentIfGood, percent int) {
			if good {
				percent = percentIfGood
			}
			if random.IntN(100) < percent {
				rows[i] = append(rows[i], row)
			}
		}
		if good {
			rows[0] = append(rows[0], row)
		}
		rows[1] = append(rows[1], row)
		put(2, 80, 20) // wealth
		put(3, 60, 30) // adviser
		put(4, 50, 50) // coin
	}
	set := func(i int) *segment.Set {
		s, err := segment.NewSet(n, slices.Values(rows[i]))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	named := func(name string, i int) segment.Trait {
		return segment.Trait{Name: name, People: set(i), Rule: segment.Ref(name)}
	}
	return set(0), set(1), []segment.Trait{named("coin", 4), named("adviser", 3), named("wealth", 2)}
}

func TestContrasts(t *testing.T) {
	t.Parallel()
	target, base, traits := shoppers(t, 20_000)
	got, err := segment.Contrasts(target, base, traits)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct {
		name string
		lift float64
	}{{"wealth", 4}, {"adviser", 2}, {"coin", 1}} {
		c := got[i]
		if c.Trait != want.name || math.Abs(c.Lift/want.lift-1) > 0.15 || c.Low > want.lift || c.High < want.lift {
			t.Errorf("place %d: %+v, want %s with a lift of %v", i, c, want.name, want.lift)
		}
		if (c.Significance < 0.01) != (want.lift != 1) {
			t.Errorf("%s has p = %v", c.Trait, c.Significance)
		}
		if share := float64(c.Target) / float64(target.Count()); share != c.TargetShare {
			t.Errorf("%s: share %v, want %v", c.Trait, c.TargetShare, share)
		}
	}
	card := segment.ScorecardOf(got)
	if card.Points["wealth"] < 12 || card.Points["adviser"] < 5 || card.Points["coin"] != 0 {
		t.Errorf("points %v", card.Points)
	}
	card.Threshold = card.Points["wealth"] + card.Points["adviser"]
	audience, err := card.Audience(base, traits)
	if err != nil {
		t.Fatal(err)
	}
	if want, err := traits[1].People.And(traits[2].People); err != nil || !audience.Equal(want) {
		t.Errorf("the audience of %d is not those with both traits, %d", audience.Count(), want.Count())
	}
}

func TestLookAlike(t *testing.T) {
	t.Parallel()
	target, base, traits := shoppers(t, 20_000)
	for _, tt := range []struct {
		recall float64
		max    int
		want   []string
	}{
		{0.3, 2, []string{"wealth", "adviser"}},
		{0.7, 5, []string{"wealth"}}, // both traits together find less than 70 %
		{0.3, 1, []string{"wealth"}},
	} {
		a, err := segment.LookAlike(target, base, traits, tt.recall, tt.max)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(a.Traits, tt.want) {
			t.Errorf("recall %v: traits %v, want %v", tt.recall, a.Traits, tt.want)
		}
		if a.Recall < tt.recall || a.Lift <= 1 || get(a.People.AndCount(target)) != 0 {
			t.Errorf("recall %v: %+v", tt.recall, a)
		}
	}
}

func TestPortrait_refuses(t *testing.T) {
	t.Parallel()
	target, base, traits := shoppers(t, 1000)
	small, _, _ := shoppers(t, 10)
	none, err := segment.NewSet(1000, iter.Seq[uint32](func(func(uint32) bool) {}))
	if err != nil {
		t.Fatal(err)
	}
	card := segment.Scorecard{Points: map[string]int{"coin": 1}}
	for name, err := range map[string]error{
		"universe of target": errOf(segment.Contrasts(small, base, traits)),
		"universe of trait":  errOf(segment.Contrasts(target, base, []segment.Trait{{Name: "x", People: small}})),
		"no trait set":       errOf(segment.Contrasts(target, base, []segment.Trait{{Name: "x"}})),
		"empty target":       errOf(segment.Contrasts(none, base, traits)),
		"target is base":     errOf(segment.Contrasts(base, base, traits)),
		"recall":             errOf(segment.LookAlike(target, base, traits, 0, 1)),
		"traits":             errOf(segment.LookAlike(target, base, traits, 0.5, 0)),
		"nothing tells":      errOf(segment.LookAlike(target, base, traits[:1], 1, 1)),
		"unknown trait":      errOf(segment.Scorecard{Points: map[string]int{"x": 1}}.Scores(traits)),
		"no traits":          errOf(card.Scores(nil)),
		"mixed universes":    errOf(card.Scores([]segment.Trait{traits[0], {Name: "y", People: small}})),
		"base":               errOf(card.Audience(small, traits)),
		"overflow":           errOf(segment.Scorecard{Points: map[string]int{"coin": math.MaxInt32, "wealth": 1}}.Scores(traits)),
	} {
		if !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func ExampleLookAlike() {
	users := segment.NewUsers()
	for i := range 8 {
		if _, _, err := users.Add(siyu.UserID(fmt.Sprint("u", i))); err != nil {
			fmt.Println(err)
		}
	}
	people := func(ids ...siyu.UserID) *segment.Set {
		s, _ := users.Set(slices.Values(ids))
		return s
	}
	everybody := people("u0", "u1", "u2", "u3", "u4", "u5", "u6", "u7")
	buyers := people("u0", "u1", "u2")
	a, err := segment.LookAlike(buyers, everybody, []segment.Trait{
		{Name: "adviser added", People: people("u0", "u1", "u2", "u5"), Rule: segment.Bool("adviser").Is(true)},
		{Name: "in Shanghai", People: people("u0", "u4", "u6"), Rule: segment.Text("city").Eq("Shanghai")},
	}, 0.9, 3)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v: recall %.2f, precision %.2f, lift %.1f\n", a.Traits, a.Recall, a.Precision, a.Lift)
	for id := range users.IDs(a.People) {
		fmt.Println("invite", id)
	}
	// Output:
	// [adviser added]: recall 1.00, precision 0.75, lift 2.0
	// invite u5
}

func TestTraits(t *testing.T) {
	t.Parallel()
	age, city := segment.Int("age"), segment.Text("city")
	schema, err := segment.NewSchema(age, city)
	if err != nil {
		t.Fatal(err)
	}
	table, err := segment.BuildTable(schema, func(yield func(*segment.Record, error) bool) {
		r := schema.NewRecord()
		for i := range int64(100) {
			r.Reset()
			r.SetInt(age, i)
			r.SetText(city, []string{"Shanghai", "Wuxi"}[i%2])
			if !yield(r, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	now := when("2026-06-30T00:00:00Z")
	traits, err := segment.Traits(table, map[string]segment.Rule{"young": age.Less(30), "in Wuxi": city.Eq("Wuxi")}, nil, now)
	if err != nil {
		t.Fatal(err)
	}
	if len(traits) != 2 || traits[0].Name != "in Wuxi" || traits[0].People.Count() != 50 || traits[1].People.Count() != 30 {
		t.Errorf("traits %+v", traits)
	}
	if _, err := segment.Traits(table, map[string]segment.Rule{"x": segment.Ref("nobody")}, nil, now); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("an unknown rule: got %v", err)
	}
}
