package identity_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment/identity"
)

// Other rules give the graph that restoring its journal under them gives: the
// same persons, decisions and attributes, and the same answers afterwards.
func TestGraph_SetRules_equalsRestore(t *testing.T) {
	t.Parallel()
	drawRules := func(t *rapid.T, label string) identity.Rules {
		rules := identity.Rules{Limits: map[string]int{}}
		for _, kind := range kinds {
			if limit := rapid.IntRange(0, 3).Draw(t, label+" limit"); limit > 0 {
				rules.Limits[kind] = limit
			}
		}
		for range rapid.IntRange(0, 3).Draw(t, label+" blocked") {
			text := identifier.Draw(t, label+" block")
			rules.Blocked = append(rules.Blocked, identity.ID(text[:1], text[2:]))
		}
		return rules
	}
	rapid.Check(t, func(t *rapid.T) {
		g, err := identity.New(drawRules(t, "first"))
		if err != nil {
			t.Fatal(err)
		}
		made := 0
		steps := func(graphs ...*identity.Graph) {
			for range rapid.IntRange(0, 20).Draw(t, "steps") {
				l := link(fmt.Sprint(made), identifier.Draw(t, "a"), identifier.Draw(t, "b"))
				back := ""
				if made > 0 && rapid.IntRange(0, 3).Draw(t, "back") == 0 {
					back = fmt.Sprint(rapid.IntRange(0, made-1).Draw(t, "which"))
				} else {
					made++
				}
				for _, g := range graphs {
					var err error
					if back != "" {
						err = g.Unlink(back, identity.Undo{})
					} else {
						_, err = g.Link(l)
					}
					if err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		steps(g)
		for range rapid.IntRange(0, 4).Draw(t, "seen") {
			text := identifier.Draw(t, "of")
			_ = g.Observe(identity.Observation{Of: identity.ID(text[:1], text[2:]), Name: "n", Value: "v", Source: "s", At: at}) // may be blocked
		}
		for range rapid.IntRange(1, 3).Draw(t, "changes") {
			rules := drawRules(t, "next")
			want, err := identity.Restore(rules, g.Journal())
			if err != nil {
				t.Fatal(err)
			}
			if err := g.SetRules(rules); err != nil {
				t.Fatal(err)
			}
			same(t, g, want)
			steps(g, want)
			same(t, g, want)
		}
	})
}

func same(t *rapid.T, got, want *identity.Graph) {
	if a, b := persons(got), persons(want); !slices.Equal(a, b) {
		t.Fatalf("persons %v, want %v", a, b)
	}
	a, err := json.Marshal(got.Journal())
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(want.Journal())
	if err != nil || string(a) != string(b) {
		t.Fatalf("journal %s, want %s (%v)", a, b, err)
	}
	for id, decision := range decisions(want) {
		if decisions(got)[id] != decision {
			t.Fatalf("link %s: %+v, want %+v", id, decisions(got)[id], decision)
		}
	}
}

func TestGraph_SetRules_refuses(t *testing.T) {
	t.Parallel()
	g := graph(t, identity.Rules{Limits: map[string]int{"c": 1}})
	must(t, g, link("1", "c:1", "d:1"))
	if err := g.SetRules(identity.Rules{Limits: map[string]int{"c": 0}}); !errors.Is(err, siyu.ErrInvalid) {
		t.Errorf("got %v", err)
	}
	if d := must(t, g, link("2", "c:2", "d:1")); d.Reason != identity.Limited {
		t.Errorf("rules that were refused hold: %+v", d)
	}
}
