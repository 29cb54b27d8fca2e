package identitytest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/google/go-cmp/cmp"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment/identity"
)

func linkKept(t *probe, b *bench) {
	s := b.service(t, identity.Rules{})
	l := link("1", "c1", "o1")
	out := must(t, s, l)
	want := []identity.Person{{IDs: []identity.Identifier{name("c1"), name("o1")}}}
	if out.Decision.Reason != identity.Joined || out.Replayed || !cmp.Equal(out.Persons, want) {
		t.Errorf("answer %+v", out)
	}
	for _, id := range []identity.Identifier{l.A, l.B} {
		if part := b.part(t, identity.Near{IDs: []identity.Identifier{id}}); len(part.Links) != 1 || !cmp.Equal(part.Links[0], l) {
			t.Errorf("kept %+v", part)
		}
	}
	events := b.events(t)
	if len(events) != 1 || events[0].Name != identity.EventJoined || events[0].Props["link"] != "1" || events[0].User != "c:1" {
		t.Errorf("events %+v", events)
	}
}

func replays(t *probe, b *bench) {
	s := b.service(t, identity.Rules{})
	first := must(t, s, link("1", "c1", "o1"))
	must(t, s, link("2", "o1", "d1"))
	again := must(t, s, link("1", "c1", "o1"))
	if !again.Replayed {
		t.Error("not replayed")
	}
	if again.Replayed = false; !cmp.Equal(again, first) {
		t.Errorf("got %+v, want %+v", again, first)
	}
	if n := len(b.events(t)); n != 2 {
		t.Errorf("%d events", n)
	}
}

func conflicts(t *probe, b *bench) {
	s := b.service(t, identity.Rules{})
	must(t, s, link("1", "c1", "o1"))
	if _, err := s.Link(t.Context(), link("1", "c1", "o2")); !errors.Is(err, siyu.ErrConflict) {
		t.Errorf("got %v", err)
	}
	if part := b.part(t, identity.Near{IDs: []identity.Identifier{name("o2")}}); len(part.Links) != 0 {
		t.Errorf("kept %+v", part)
	}
}

func refusal(t *probe, b *bench) {
	call, err := siyu.NewCall("identity.link", "1", 1)
	if err != nil {
		t.Fatal(err)
	}
	l, refused := link("1", "c1", "o1"), errors.New("refused")
	near := identity.Near{IDs: []identity.Identifier{l.A}}
	_, _, err = b.store.Update(t.Context(), call, near, func(identity.Journal) (identity.Change, error) {
		return identity.Change{Link: &l}, refused
	})
	if !errors.Is(err, refused) {
		t.Errorf("got %v", err)
	}
	if part := b.part(t, near); len(part.Links) != 0 {
		t.Errorf("kept %+v", part)
	}
	if out := must(t, b.service(t, identity.Rules{}), l); out.Replayed {
		t.Error("the key is used")
	}
}

func order(t *probe, b *bench) {
	s := b.service(t, identity.Rules{})
	var want []string
	for i := range 12 {
		id := fmt.Sprint(12 - i)
		want = append(want, id)
		must(t, s, link(id, "c1", fmt.Sprint("d", i%5)))
	}
	var got []string
	for _, l := range b.part(t, identity.Near{IDs: []identity.Identifier{name("d3")}}).Links {
		got = append(got, l.ID)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// ids returns the links of a part.
func ids(part identity.Journal) (out []string) {
	for _, l := range part.Links {
		out = append(out, l.ID)
	}
	return out
}

func reach(t *probe, b *bench) {
	s := b.service(t, identity.Rules{Limits: map[string]int{"c": 1}})
	for _, l := range []identity.Link{link("1", "c1", "d1"), link("2", "c2", "d1"), link("3", "c2", "o2"), link("4", "c9", "o9"), link("5", "x1", "x1")} {
		must(t, s, l) // 2 is refused, and joins the part all the same
	}
	for _, tt := range []struct {
		near identity.Near
		want []string
	}{
		{identity.Near{IDs: []identity.Identifier{name("o2")}}, []string{"1", "2", "3"}},
		{identity.Near{IDs: []identity.Identifier{name("c9"), name("c1")}}, []string{"1", "2", "3", "4"}},
		{identity.Near{Link: "4"}, []string{"4"}},
		{identity.Near{IDs: []identity.Identifier{name("x1")}}, []string{"5"}},
		{identity.Near{IDs: []identity.Identifier{name("z1")}, Link: "z"}, nil},
	} {
		if got := ids(b.part(t, tt.near)); !slices.Equal(got, tt.want) {
			t.Errorf("near %v %q: got %v, want %v", tt.near.IDs, tt.near.Link, got, tt.want)
		}
	}
}

func through(t *probe, b *bench) {
	open, shop := b.service(t, identity.Rules{}), name("pshop")
	closed := b.service(t, identity.Rules{Blocked: []identity.Identifier{shop}})
	for i := range 3 {
		must(t, closed, link(fmt.Sprint(i), fmt.Sprint("c", i), "pshop"))
	}
	near := identity.Near{IDs: []identity.Identifier{name("c1")}, Through: func(id identity.Identifier) bool { return id != shop }}
	if got := ids(b.part(t, near)); !slices.Equal(got, []string{"1"}) {
		t.Errorf("got %v", got)
	}
	if _, err := closed.Person(t.Context(), shop); !errors.Is(err, siyu.ErrNotFound) {
		t.Errorf("a blocked person: %v", err)
	}
	// Under other rules the same links join.
	if p, err := open.Person(t.Context(), name("c1")); err != nil || len(p.IDs) != 4 {
		t.Errorf("unblocked: %v %v", p, err)
	}
}

func takenBack(t *probe, b *bench) {
	s := b.service(t, identity.Rules{})
	must(t, s, link("1", "c1", "o1"))
	must(t, s, link("2", "o1", "d1"))
	by := identity.Undo{Source: "adviser", At: noon}
	out, err := s.Unlink(t.Context(), "u1", "1", by)
	if err != nil || len(out.Persons) != 1 || len(out.Persons[0].IDs) != 2 {
		t.Fatalf("got %+v %v", out, err)
	}
	part := b.part(t, identity.Near{Link: "1"})
	if !slices.Equal(ids(part), []string{"2"}) || len(part.Withdrawals) != 1 || !cmp.Equal(part.Withdrawals[0], identity.Withdrawal{Link: link("1", "c1", "o1"), Undo: by}) {
		t.Errorf("part %+v", part)
	}
	if _, err := s.Unlink(t.Context(), "u2", "1", by); err != nil {
		t.Errorf("again: %v", err)
	}
	if _, err := s.Unlink(t.Context(), "u3", "9", by); !errors.Is(err, siyu.ErrNotFound) {
		t.Errorf("unknown: %v", err)
	}
	events := b.events(t)
	if n := len(events); n != 3 || events[2].Name != identity.EventUnlinked {
		t.Errorf("events %+v", events)
	}
}

func observed(t *probe, b *bench) {
	s := b.service(t, identity.Rules{})
	must(t, s, link("1", "c1", "o1"))
	o := identity.Observation{Of: name("o1"), Name: "city", Value: "上海", Source: "app", At: noon, Consent: []string{"service"}}
	older, other := o, o
	older.At, older.Value = noon.AddDate(0, 0, -1), "苏州"
	other.Source, other.Value = "desk", "杭州"
	for i, seen := range []identity.Observation{older, o, older, other} {
		if _, err := s.Observe(t.Context(), fmt.Sprint(i), seen); err != nil {
			t.Fatal(err)
		}
	}
	p, err := s.Person(t.Context(), name("c1"))
	if err != nil || !cmp.Equal(p.Observations, []identity.Observation{o, other}) {
		t.Errorf("got %+v %v", p, err)
	}
}

func bytewise(t *probe, b *bench) {
	s := b.service(t, identity.Rules{})
	for i, value := range []string{"cA", "ca", "cá", "ca ", "cA\u00a0"} {
		must(t, s, link(fmt.Sprint(i), value, value))
	}
	if got := ids(b.part(t, identity.Near{IDs: []identity.Identifier{name("ca")}})); !slices.Equal(got, []string{"1"}) {
		t.Errorf("got %v", got)
	}
}

func concurrent(t *probe, b *bench) {
	s := b.service(t, identity.Rules{Limits: map[string]int{"d": 5}})
	var wg sync.WaitGroup
	errs := make([]error, 24)
	for i := range errs {
		wg.Go(func() { _, errs[i] = s.Link(t.Context(), link(fmt.Sprint(i), "c1", fmt.Sprint("d", i))) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	p, err := s.Person(t.Context(), name("c1"))
	if part := b.part(t, identity.Near{IDs: []identity.Identifier{name("c1")}}); err != nil || len(part.Links) != len(errs) || len(p.IDs) != 6 {
		t.Errorf("%d links, person %v, %v", len(part.Links), p.IDs, err)
	}
}

func equalsGraph(t *probe, b *bench) {
	rules := identity.Rules{Limits: map[string]int{"c": 1, "d": 2}, Blocked: []identity.Identifier{name("d4")}}
	s, err := identity.New(rules)
	if err != nil {
		t.Fatal(err)
	}
	service, random := b.service(t, rules), rand.New(rand.NewPCG(5, 8))
	draw := func() string { return fmt.Sprint([]string{"c", "d", "o"}[random.IntN(3)], random.IntN(6)) }
	for i := range 60 {
		id := fmt.Sprint(i)
		if i%4 == 3 {
			back := fmt.Sprint(random.IntN(i))
			want := s.Unlink(back, identity.Undo{Source: "test"})
			if _, err := service.Unlink(t.Context(), id, back, identity.Undo{Source: "test"}); (err == nil) != (want == nil) {
				t.Fatalf("unlink %s: got %v, want %v", back, err, want)
			}
			continue
		}
		l := link(id, draw(), draw())
		want, err := s.Link(l)
		if err != nil {
			t.Fatal(err)
		}
		if out := must(t, service, l); out.Decision != want {
			t.Fatalf("link %v: got %+v, want %+v", l, out.Decision, want)
		}
	}
	for p := range s.Persons() {
		got, err := service.Person(t.Context(), p.IDs[len(p.IDs)-1])
		if err != nil || !cmp.Equal(got, p) {
			t.Errorf("got %v %v, want %v", got, err, p)
		}
	}
}
