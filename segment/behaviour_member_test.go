package segment_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
	"github.com/siyu-go/siyu/segment/segmenttest"
)

func ExampleMember() {
	regulars, err := segment.BehaviourSegment{
		Name:  "regulars",
		Enter: segment.Behaviour{Event: "buy", Cmp: segment.OpGe, Value: "2", Within: "30d"}.Rule(),
	}.Compile(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	li := regulars.Member(segment.Person{})
	tell := func(now string) {
		for _, e := range li.Advance(when(now)).Events("regulars", "li", when(now)) {
			fmt.Println(now[:10], e.Name, e.At.Format(time.DateOnly))
		}
	}
	for _, e := range buys("2026-01-05T10:00:00Z", "2026-01-20T18:30:00Z") {
		li.Add(e)
	}
	tell("2026-01-31T00:00:00Z")
	tell("2026-02-28T00:00:00Z")
	li.Add(buys("2026-01-25T08:00:00Z")[0]) // comes late
	tell("2026-03-01T00:00:00Z")
	// Output:
	// 2026-01-31 segment.entered 2026-01-20
	// 2026-02-28 segment.left 2026-02-04
	// 2026-03-01 segment.withdrawn 2026-03-01
	// 2026-03-01 segment.left 2026-02-19
}

func behaviourSegment(t *rapid.T) segment.BehaviourSegment {
	minutes := func(label string) segment.Period {
		return segment.Period(rapid.IntRange(0, 180).Draw(t, label)) * segment.Period(time.Minute)
	}
	s := segment.BehaviourSegment{Name: "s", Enter: segmenttest.MixedRule().Draw(t, "enter"), MinStay: minutes("stay"), CoolDown: minutes("cool")}
	if rapid.Bool().Draw(t, "exits") {
		exit := segmenttest.MixedRule().Draw(t, "exit")
		s.Exit = &exit
	}
	return s
}

func membership(t *rapid.T, s segment.BehaviourSegment) *segment.BehaviourMembership {
	m, err := s.Compile(nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The membership found from the moments of joined conditions is the one found
// by looking at them every minute and a microsecond after it.
func TestBehaviourMembership_equalsPolling(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := behaviourSegment(t)
		m := membership(t, s)
		p := segment.Person{Events: segmenttest.Events().Draw(t, "events")}
		from := clock.Add(-4 * time.Hour)
		for i := range p.Events { // all of them lie in the time that is watched
			if p.Events[i].At.Before(from) {
				p.Events[i].At = from.Add(clock.Sub(p.Events[i].At) % (4 * time.Hour)).Add(time.Minute)
			}
		}
		if len(p.Events) > 0 && rapid.Bool().Draw(t, "profile") {
			p.Profiles = []segment.Profile{{From: clock.Add(-time.Hour), Attrs: map[string]any{"age": 3, "follow": true, "city": "shanghai"}}}
		}
		enter := matcher(t, s.Enter)
		exit := func(at time.Time) bool { return !enter.Holds(p, at) }
		if s.Exit != nil {
			out := matcher(t, *s.Exit)
			exit = func(at time.Time) bool { return out.Holds(p, at) }
		}
		to := clock.Add(6 * time.Hour)
		inside, since := enter.Holds(p, from) && !exit(from), time.Time{}
		var want []segment.Flip
		for at := from; !at.After(to); at = at.Add(time.Minute) {
			in, out := enter.Holds(p, at), exit(at)
			switch {
			case inside && out && (since.IsZero() || !at.Before(since.Add(time.Duration(s.MinStay)))):
				want = append(want, segment.Flip{At: at, Type: segment.Exit})
			case !inside && in && !out && (since.IsZero() || !at.Before(since.Add(time.Duration(s.CoolDown)))):
				want = append(want, segment.Flip{At: at, Type: segment.Enter})
			default:
				continue
			}
			inside, since = !inside, at
		}
		got := m.Flips(p, from, to)
		if !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
		if at := m.At(p, to); at.Inside != inside || !at.Since.Equal(since) {
			t.Fatalf("at the end: got %+v, want %v since %v", at, inside, since)
		}
		next, ok := m.Next(p, from)
		if len(want) > 0 && (!ok || next != want[0]) || len(want) == 0 && ok && !next.At.After(to) {
			t.Fatalf("next %v %v, flips %v", next, ok, want)
		}
	})
}

func matcher(t *rapid.T, r segment.Rule) *segment.Matcher {
	m, err := segment.Compile(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// However events come in, late ones included, a member is what all events
// together say, and what was told less what was withdrawn is the same.
func TestMember_equalsFromScratch(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := membership(t, behaviourSegment(t))
		all := segment.Person{}
		member := m.Member(segment.Person{})
		told := map[segment.Flip]int{}
		now := clock.Add(-4 * time.Hour)
		for _, e := range segmenttest.Events().Draw(t, "events") {
			if rapid.IntRange(0, 3).Draw(t, "what") == 0 {
				p := segment.Profile{From: e.At, Attrs: person().Draw(t, "attrs")}
				all.Profiles = append(all.Profiles, p)
				member.Change(p)
			} else {
				all.Events = append(all.Events, e)
				member.Add(e)
			}
			now = now.Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "pass")) * time.Minute)
			tell(t, told, member.Advance(now))
			if got, want := member.Now(), m.At(all, now); got.Inside != want.Inside || !got.Since.Equal(want.Since) {
				t.Fatalf("got %v, want %v", got, want)
			}
			next, ok := member.Next(now)
			if want, has := m.Next(all, now); ok != has || next != want {
				t.Fatalf("next %v %v, want %v %v", next, ok, want, has)
			}
		}
		to := clock.AddDate(0, 3, 0)
		tell(t, told, member.Advance(to))
		long := clock.AddDate(-2, 0, 0)
		want := m.Flips(all, long, to)
		if got := member.Flips(long, to); !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
		for _, f := range want {
			told[f]--
		}
		for f, n := range told {
			if n != 0 && f.At.After(long) {
				t.Fatalf("%v was told %d times too often", f, n)
			}
		}
	})
}

func tell(t *rapid.T, told map[segment.Flip]int, u segment.Update) {
	for _, f := range u.Withdrawn {
		if told[f]--; told[f] < 0 {
			t.Fatalf("%v is withdrawn, but was not told", f)
		}
	}
	for _, f := range u.Flips {
		told[f]++
	}
}

// A member that is resumed, or that forgot, goes on as the one that knows all.
func TestMember_resumeAndForget(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := membership(t, behaviourSegment(t))
		p := segment.Person{Events: segmenttest.Events().Draw(t, "events")}
		at := clock.Add(time.Duration(rapid.IntRange(-240, 60).Draw(t, "at")) * time.Minute)
		to := clock.AddDate(0, 3, 0)
		want := m.Flips(p, at, to)
		resumed := m.Resume(m.At(p, at), at, p)
		resumed.Advance(to)
		if got := resumed.Flips(at, to); !slices.Equal(got, want) {
			t.Fatalf("resumed at %v: got %v, want %v", at, got, want)
		}
		short := m.Member(p)
		short.Advance(at)
		short.Forget(at)
		if u := short.Advance(to); !slices.Equal(u.Flips, want) || len(u.Withdrawn) != 0 {
			t.Fatalf("after forgetting: got %v, want %v", u, want)
		}
	})
}

// A changed definition says what to tell.
func TestBehaviourMembership_Backfill(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before, after := membership(t, behaviourSegment(t)), membership(t, behaviourSegment(t))
		p := whoever(t)
		from, to := clock.AddDate(0, -3, 0), clock.Add(time.Hour)
		told := map[segment.Flip]int{}
		old := before.Flips(p, from, to)
		tell(t, told, segment.Update{Flips: old})
		tell(t, told, after.Backfill(old, p, from, to))
		for _, f := range after.Flips(p, from, to) {
			told[f]--
		}
		for f, n := range told {
			if n != 0 {
				t.Fatalf("%v was told %d times too often", f, n)
			}
		}
	})
}

func TestUpdate_Events(t *testing.T) {
	t.Parallel()
	f := segment.Flip{At: when("2026-01-05T10:00:00Z"), Type: segment.Enter}
	events := segment.Update{Flips: []segment.Flip{f}, Withdrawn: []segment.Flip{f}}.Events("s", "li", when("2026-02-01T00:00:00Z"))
	if len(events) != 2 || events[0].Name != segment.EventWithdrawn || events[0].Props["event"] != string(events[1].ID) {
		t.Errorf("got %v", events)
	}
	seen := map[siyu.EventID]bool{}
	for _, e := range events {
		if err := e.Validate(); err != nil || seen[e.ID] {
			t.Errorf("%v: %v", e, err)
		}
		seen[e.ID] = true
	}
}
