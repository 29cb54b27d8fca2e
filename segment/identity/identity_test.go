package identity_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment/identity"
)

var at = time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)

func graph(t testing.TB, rules identity.Rules) *identity.Graph {
	t.Helper()
	g, err := identity.New(rules)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// link joins two identifiers written "kind:value" with single letters.
func link(id, a, b string) identity.Link {
	return identity.Link{ID: id, A: identity.ID(a[:1], a[2:]), B: identity.ID(b[:1], b[2:]), Source: "test", At: at}
}

func must(t testing.TB, g *identity.Graph, l identity.Link) identity.Decision {
	t.Helper()
	d, err := g.Link(l)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// persons writes each person as the list of identifiers.
func persons(g *identity.Graph) []string {
	var out []string
	for p := range g.Persons() {
		out = append(out, fmt.Sprint(p.IDs))
	}
	return out
}

func decisions(g *identity.Graph) map[string]identity.Decision {
	out := make(map[string]identity.Decision)
	for l := range g.Links() {
		out[l.Link.ID] = l.Decision
	}
	return out
}

func TestGraph_Link(t *testing.T) {
	t.Parallel()
	rules := identity.Rules{Limits: map[string]int{"c": 1, "d": 2}, Blocked: []identity.Identifier{identity.ID("p", "shop")}}
	for _, tt := range []struct {
		name  string
		links [][2]string
		last  identity.Decision
		want  []string
	}{
		{"a chain is one person", [][2]string{{"c:1", "o:1"}, {"o:1", "d:1"}}, identity.Decision{Reason: identity.Joined}, []string{"[c:1 d:1 o:1]"}},
		{"a link within a person", [][2]string{{"c:1", "o:1"}, {"o:1", "c:1"}}, identity.Decision{Reason: identity.Known}, []string{"[c:1 o:1]"}},
		{"an identifier with itself", [][2]string{{"c:1", "c:1"}}, identity.Decision{Reason: identity.Known}, []string{"[c:1]"}},
		{"two unique ones", [][2]string{{"c:1", "d:1"}, {"c:2", "d:1"}}, identity.Decision{Reason: identity.Limited, Kind: "c", Limit: 1, Count: 2}, []string{"[c:1 d:1]", "[c:2]"}},
		{"a limit of two", [][2]string{{"c:1", "d:1"}, {"c:1", "d:2"}, {"c:1", "d:3"}}, identity.Decision{Reason: identity.Limited, Kind: "d", Limit: 2, Count: 3}, []string{"[c:1 d:1 d:2]", "[d:3]"}},
		{"a blocked side", [][2]string{{"c:1", "p:shop"}}, identity.Decision{Reason: identity.Blocked}, []string{"[c:1]"}},
		{"a blocked one joins nobody", [][2]string{{"c:1", "p:shop"}, {"p:shop", "c:2"}}, identity.Decision{Reason: identity.Blocked}, []string{"[c:1]", "[c:2]"}},
	} {
		g := graph(t, rules)
		var last identity.Decision
		for i, l := range tt.links {
			last = must(t, g, link(fmt.Sprint(i), l[0], l[1]))
		}
		if last != tt.last {
			t.Errorf("%s: got %+v, want %+v", tt.name, last, tt.last)
		}
		if got := persons(g); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
		for _, lang := range []siyu.Lang{siyu.Chinese, siyu.English} {
			if last.Reason.Text(lang) == "" {
				t.Errorf("%s has no text", last.Reason)
			}
		}
	}
}

func TestGraph_Link_again(t *testing.T) {
	t.Parallel()
	g := graph(t, identity.Rules{})
	l := link("1", "c:1", "o:1")
	first := must(t, g, l)
	if again := must(t, g, l); again != first {
		t.Errorf("again: got %+v, want %+v", again, first)
	}
	l.B.Value = "2"
	if _, err := g.Link(l); !errors.Is(err, siyu.ErrConflict) {
		t.Errorf("other contents: got %v", err)
	}
	if err := g.Unlink("nobody", identity.Undo{}); !errors.Is(err, siyu.ErrNotFound) {
		t.Errorf("unknown link: got %v", err)
	}
	if _, err := g.Link(identity.Link{ID: "2", A: identity.ID("c", "1"), B: identity.ID("", "1")}); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("no kind: got %v", err)
	}
}

// A refused link is decided again when the one in its way is taken back.
func TestGraph_Unlink_frees(t *testing.T) {
	t.Parallel()
	g := graph(t, identity.Rules{Limits: map[string]int{"c": 1}})
	must(t, g, link("1", "c:1", "d:1"))
	if d := must(t, g, link("2", "c:2", "d:1")); !d.Refused() {
		t.Fatalf("got %+v", d)
	}
	if err := g.Unlink("1", identity.Undo{Source: "adviser", At: at}); err != nil {
		t.Fatal(err)
	}
	if got, want := persons(g), []string{"[c:2 d:1]"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

var (
	kinds      = []string{"c", "d", "o"}
	identifier = rapid.Custom(func(t *rapid.T) string {
		return rapid.SampledFrom(kinds).Draw(t, "kind") + ":" + fmt.Sprint(rapid.IntRange(0, 4).Draw(t, "value"))
	})
)

// Taking links back, in any order, leaves what would be there had they never
// been made: persons, decisions, and what is known of each identifier.
func TestGraph_unmergeEqualsNeverMerged(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rules := identity.Rules{
			Limits:  map[string]int{"c": rapid.IntRange(1, 2).Draw(t, "c"), "d": rapid.IntRange(1, 3).Draw(t, "d")},
			Blocked: []identity.Identifier{identity.ID("o", "0")},
		}
		g, err := identity.New(rules)
		if err != nil {
			t.Fatal(err)
		}
		var standing []identity.Link
		for i := range rapid.IntRange(1, 25).Draw(t, "steps") {
			if len(standing) > 0 && rapid.IntRange(0, 2).Draw(t, "unlink") == 0 {
				k := rapid.IntRange(0, len(standing)-1).Draw(t, "which")
				if err := g.Unlink(standing[k].ID, identity.Undo{Source: "test"}); err != nil {
					t.Fatal(err)
				}
				standing = slices.Delete(standing, k, k+1)
			} else {
				l := link(fmt.Sprint(i), identifier.Draw(t, "a"), identifier.Draw(t, "b"))
				standing = append(standing, l)
				if _, err := g.Link(l); err != nil {
					t.Fatal(err)
				}
			}
			fresh, err := identity.Restore(rules, identity.Journal{Links: standing})
			if err != nil {
				t.Fatal(err)
			}
			if got, want := persons(g), persons(fresh); !slices.Equal(got, want) {
				t.Fatalf("got %v, want %v", got, want)
			}
			if got, want := decisions(g), decisions(fresh); !maps.Equal(got, want) {
				t.Fatalf("got %v, want %v", got, want)
			}
			if g.Len() != fresh.Len() {
				t.Fatalf("%d identifiers, want %d", g.Len(), fresh.Len())
			}
			obeys(t, g, rules)
		}
	})
}

// obeys checks that the persons keep the limits and part the identifiers.
func obeys(t *rapid.T, g *identity.Graph, rules identity.Rules) {
	seen := make(map[identity.Identifier]bool)
	for p := range g.Persons() {
		count := make(map[string]int)
		for _, id := range p.IDs {
			if seen[id] || slices.Contains(rules.Blocked, id) {
				t.Fatalf("%v is in two persons or blocked", id)
			}
			seen[id] = true
			count[id.Kind]++
		}
		for kind, limit := range rules.Limits {
			if count[kind] > limit {
				t.Fatalf("%v has %d of kind %s", p.IDs, count[kind], kind)
			}
		}
	}
}

// A preview says what the link then does, and changes nothing.
func TestGraph_Preview(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g, err := identity.New(identity.Rules{Limits: map[string]int{"c": 1}, Blocked: []identity.Identifier{identity.ID("o", "0")}})
		if err != nil {
			t.Fatal(err)
		}
		for i := range rapid.IntRange(1, 12).Draw(t, "links") {
			l := link(fmt.Sprint(i), identifier.Draw(t, "a"), identifier.Draw(t, "b"))
			before := persons(g)
			preview, err := g.Preview(l)
			if err != nil {
				t.Fatal(err)
			}
			if got := persons(g); !slices.Equal(got, before) {
				t.Fatalf("preview changed %v to %v", before, got)
			}
			d, err := g.Link(l)
			if err != nil {
				t.Fatal(err)
			}
			if d != preview.Decision {
				t.Fatalf("preview %+v, then %+v", preview.Decision, d)
			}
			if p, _ := g.Person(l.A); !d.Refused() && !slices.Equal(p.IDs, preview.Result.IDs) {
				t.Fatalf("preview %v, then %v", preview.Result.IDs, p.IDs)
			}
		}
	})
}

func observation(of, name, value, source string, day int, consent ...string) identity.Observation {
	return identity.Observation{Of: identity.ID(of[:1], of[2:]), Name: name, Value: value, Source: source, At: at.AddDate(0, 0, day), Consent: consent}
}

func TestPerson_Attribute(t *testing.T) {
	t.Parallel()
	g := graph(t, identity.Rules{Blocked: []identity.Identifier{identity.ID("p", "shop")}})
	must(t, g, link("1", "c:1", "o:1"))
	for _, o := range []identity.Observation{
		observation("c:1", "city", "Shanghai", "bank", 1, "service"),
		observation("o:1", "city", "Suzhou", "app", 5, "service", "marketing"),
		observation("o:1", "city", "Wuxi", "app", 3, "marketing"), // late: the newer one stands
		observation("o:1", "name", "Li", "app", 5),
	} {
		if err := g.Observe(o); err != nil {
			t.Fatal(err)
		}
	}
	if err := g.Observe(observation("p:shop", "city", "x", "app", 1)); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("blocked: got %v", err)
	}
	p, ok := g.Person(identity.ID("c", "1"))
	if !ok {
		t.Fatal("no person")
	}
	for _, tt := range []struct {
		purpose string
		sources []string
		want    string
	}{
		{"", nil, "Suzhou"},                // the newest
		{"", []string{"bank"}, "Shanghai"}, // the source that counts more
		{"marketing", []string{"bank"}, "Suzhou"},
		{"profiling", nil, ""},
	} {
		got, ok := p.Attribute("city", tt.purpose, tt.sources...)
		if got.Value != tt.want || ok != (tt.want != "") {
			t.Errorf("%+v: got %+v", tt, got)
		}
	}
	conflicts := p.Conflicts()
	if len(conflicts) != 1 || len(conflicts["city"]) != 2 {
		t.Errorf("conflicts %v", conflicts)
	}
	// Attributes part with their identifiers.
	if err := g.Unlink("1", identity.Undo{Source: "adviser", At: at}); err != nil {
		t.Fatal(err)
	}
	p, _ = g.Person(identity.ID("c", "1"))
	if got, _ := p.Attribute("city", ""); len(p.Observations) != 1 || got.Value != "Shanghai" {
		t.Errorf("after the unmerge: %+v", p.Observations)
	}
	restored(t, g, identity.Rules{})
}

// restored checks that the journal of a graph, kept as JSON, makes the same
// graph again.
func restored(t *testing.T, g *identity.Graph, rules identity.Rules) {
	t.Helper()
	text, err := json.Marshal(g.Journal())
	if err != nil {
		t.Fatal(err)
	}
	var j identity.Journal
	if err := json.Unmarshal(text, &j); err != nil {
		t.Fatal(err)
	}
	again, err := identity.Restore(rules, j)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := persons(again), persons(g); !slices.Equal(got, want) {
		t.Errorf("restored %v, want %v", got, want)
	}
	if got, err := json.Marshal(again.Journal()); err != nil || string(got) != string(text) {
		t.Errorf("the journal is %s after, %s before: %v", got, text, err)
	}
}

// A link that comes again after it was taken back does not join anew.
func TestGraph_Unlink_isFinal(t *testing.T) {
	t.Parallel()
	g := graph(t, identity.Rules{})
	l := link("1", "c:1", "o:1")
	must(t, g, l)
	for range 2 {
		if err := g.Unlink("1", identity.Undo{Source: "adviser", At: at}); err != nil {
			t.Fatal(err)
		}
	}
	if d := must(t, g, l); d.Reason != identity.TakenBack || !d.Refused() || g.Len() != 0 {
		t.Errorf("delivered again: %+v", d)
	}
	other := l
	other.B.Value = "2"
	if _, err := g.Link(other); !errors.Is(err, siyu.ErrConflict) {
		t.Errorf("other contents: got %v", err)
	}
	if w := g.Journal().Withdrawals; len(w) != 1 || w[0].Undo.Source != "adviser" || w[0].Link.ID != "1" {
		t.Errorf("withdrawals %+v", w)
	}
	restored(t, g, identity.Rules{})
	l.ID = "2" // said again, on new grounds
	if d := must(t, g, l); d.Reason != identity.Joined {
		t.Errorf("a new link: %+v", d)
	}
}

func TestNew_refuses(t *testing.T) {
	t.Parallel()
	for name, rules := range map[string]identity.Rules{
		"limit 0":         {Limits: map[string]int{"c": 0}},
		"blocked nothing": {Blocked: []identity.Identifier{{}}},
	} {
		if _, err := identity.New(rules); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestParseRules(t *testing.T) {
	t.Parallel()
	rules, err := identity.ParseRules([]byte(`{"limits":{"customer_no":1},"blocked":[{"kind":"phone","value":"4001234567"}]}`))
	if err != nil || rules.Limits["customer_no"] != 1 || len(rules.Blocked) != 1 {
		t.Errorf("got %+v %v", rules, err)
	}
	for field, text := range map[string]string{
		"limits.c":         `{"limits":{"c":0}}`,
		"blocked[0].value": `{"blocked":[{"kind":"phone"}]}`,
		"unique":           `{"unique":{"c":1}}`,
	} {
		_, err := identity.ParseRules([]byte(text))
		var invalid *siyu.InvalidError
		if !errors.As(err, &invalid) || invalid.Field != field {
			t.Errorf("%s: got %v, want a fault in %s", text, err, field)
		}
	}
}

func ExampleGraph() {
	g, err := identity.New(identity.Rules{Limits: map[string]int{"customer_no": 1}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, l := range []identity.Link{
		{ID: "1", A: identity.ID("customer_no", "c1"), B: identity.ID("openid", "o1"), Source: "bank"},
		{ID: "2", A: identity.ID("openid", "o1"), B: identity.ID("device", "tablet"), Source: "app"},
		{ID: "3", A: identity.ID("customer_no", "c2"), B: identity.ID("device", "tablet"), Source: "app"},
	} {
		d, err := g.Link(l)
		fmt.Println(l.ID, d.Reason, d.Kind, err)
	}
	// The tablet was handed on: take its first link back.
	if err := g.Unlink("2", identity.Undo{Source: "adviser"}); err != nil {
		fmt.Println(err)
	}
	for p := range g.Persons() {
		fmt.Println(p.IDs)
	}
	// Output:
	// 1 joined  <nil>
	// 2 joined  <nil>
	// 3 limit customer_no <nil>
	// [customer_no:c1 openid:o1]
	// [customer_no:c2 device:tablet]
}

func BenchmarkGraph_Link_identifiers_2e5(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		g := graph(b, identity.Rules{Limits: map[string]int{"c": 1, "d": 5}})
		for i := range 100_000 {
			must(b, g, link(fmt.Sprint(i), fmt.Sprint("c:", i), fmt.Sprint("d:", i*7%70_000)))
		}
	}
}

func FuzzParseRules(f *testing.F) {
	f.Add([]byte(`{"limits":{"customer_no":1},"blocked":[{"kind":"phone","value":"95555"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		rules, err := identity.ParseRules(data)
		if err != nil {
			if !errors.Is(err, siyu.ErrInvalid) {
				t.Fatal(err)
			}
			return
		}
		if _, err := identity.New(rules); err != nil {
			t.Fatalf("read, and refused: %v", err)
		}
	})
}
