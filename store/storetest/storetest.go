// Package storetest is the conformance suite of a whole store: the event log,
// tenants, and transactions across domains. The contracts of each domain's own
// store are in the suites beside the domains, such as coupon/coupontest.
package storetest

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/siyu-go/siyu"
)

// Store is what the suite needs of a store; S is the store's own type.
type Store[S any] interface {
	Events() siyu.EventLog
	Tenant(name string) S
	InTx(ctx context.Context, fn func(S) error) error
}

// TestStore runs the suite. newStore returns an empty store that is cleaned up
// with the test.
func TestStore[S Store[S]](t *testing.T, newStore func(t *testing.T) S) {
	for name, test := range map[string]func(*testing.T, S){
		"events are kept in order":              eventsInOrder[S],
		"events with a known id are skipped":    eventsSkipped[S],
		"instants before and at 1970 live":      eventsLongAgo[S],
		"events that differ conflict":           eventsConflict[S],
		"a broken event keeps all out":          eventsInvalid[S],
		"reading starts after a place":          eventsAfter[S],
		"reading ends early when told":          eventsStop[S],
		"tenants see nothing of each other":     tenants[S],
		"a transaction that fails leaves none":  txRollback[S],
		"a transaction that panics leaves none": txPanic[S],
		"a transaction sees its own writes":     txReadsOwn[S],
		"a nested failure undoes its part":      txNested[S],
		"a cancelled context changes none":      cancelled[S],
		"many events keep their order":          eventsMany[S],
	} {
		t.Run(name, func(t *testing.T) { test(t, newStore(t)) })
	}
}

var noon = time.Date(2026, 1, 15, 12, 0, 0, 123456000, time.UTC)

// sample makes an event that uses every field.
func sample(id string) siyu.Event {
	return siyu.Event{
		ID: siyu.EventID(id), User: "u-用户", Name: "order.paid", At: noon, Value: -250, Channel: "wecom",
		Domain: siyu.Private, Props: map[string]string{"sku": "a'b\"c\\ 满减", "n": "0"},
	}
}

func appendAll[S Store[S]](t *testing.T, s S, events ...siyu.Event) {
	t.Helper()
	if _, err := s.Events().Append(t.Context(), events...); err != nil {
		t.Fatal(err)
	}
}

func ids[S Store[S]](t *testing.T, s S, after int64) []siyu.EventID {
	t.Helper()
	var out []siyu.EventID
	for e, err := range s.Events().Events(t.Context(), after) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, e.ID)
	}
	return out
}

func want[S Store[S]](t *testing.T, s S, wanted ...siyu.EventID) {
	t.Helper()
	if got := ids(t, s, 0); !slices.Equal(got, wanted) {
		t.Errorf("log holds %q, want %q", got, wanted)
	}
}

func eventsInOrder[S Store[S]](t *testing.T, s S) {
	plain := siyu.Event{ID: "b", User: "u", Name: "n", At: noon.In(time.FixedZone("", 8*3600)).Add(300)}
	if n, err := s.Events().Append(t.Context(), sample("c"), plain, sample("a")); n != 3 || err != nil {
		t.Fatalf("Append = %d, %v; want 3", n, err)
	}
	plain.At = noon // stored in UTC, cut to microseconds
	var got []siyu.Event
	last := int64(0)
	for e, err := range s.Events().Events(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Seq <= last {
			t.Errorf("seq %d after %d", e.Seq, last)
		}
		last = e.Seq
		got = append(got, e.Event)
	}
	if diff := cmp.Diff([]siyu.Event{sample("c"), plain, sample("a")}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func eventsSkipped[S Store[S]](t *testing.T, s S) {
	appendAll(t, s, sample("a"))
	if n, err := s.Events().Append(t.Context(), sample("a"), sample("b"), sample("b")); n != 1 || err != nil {
		t.Errorf("Append = %d, %v; want 1", n, err)
	}
	want(t, s, "a", "b")
}

func eventsLongAgo[S Store[S]](t *testing.T, s S) {
	for i, at := range []time.Time{time.Unix(0, 0), time.Date(1912, 2, 29, 0, 0, 0, 1000, time.UTC), time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)} {
		e := sample(string(rune('a' + i)))
		e.At = at.UTC()
		for n := range 2 { // the second is the same event only if the instant lived
			if added, err := s.Events().Append(t.Context(), e); added != 1-n || err != nil {
				t.Errorf("%s: Append = %d, %v; want %d", at, added, err, 1-n)
			}
		}
	}
}

func eventsConflict[S Store[S]](t *testing.T, s S) {
	appendAll(t, s, sample("a"))
	for name, change := range map[string]func(*siyu.Event){
		"user":    func(e *siyu.Event) { e.User = "other" },
		"name":    func(e *siyu.Event) { e.Name = "other" },
		"at":      func(e *siyu.Event) { e.At = e.At.Add(time.Microsecond) },
		"value":   func(e *siyu.Event) { e.Value++ },
		"channel": func(e *siyu.Event) { e.Channel = "" },
		"domain":  func(e *siyu.Event) { e.Domain = siyu.Public },
		"props":   func(e *siyu.Event) { e.Props = nil },
	} {
		other := sample("a")
		change(&other)
		if _, err := s.Events().Append(t.Context(), sample("new"), other); !errors.Is(err, siyu.ErrConflict) {
			t.Errorf("other %s: err = %v, want ErrConflict", name, err)
		}
	}
	want(t, s, "a")
}

func eventsInvalid[S Store[S]](t *testing.T, s S) {
	broken := sample("x")
	broken.User = ""
	_, err := s.Events().Append(t.Context(), sample("a"), broken)
	var invalid *siyu.InvalidError
	if !errors.As(err, &invalid) || invalid.Field != "events[1].user" {
		t.Errorf("err = %v, want invalid events[1].user", err)
	}
	want(t, s)
}

func eventsAfter[S Store[S]](t *testing.T, s S) {
	appendAll(t, s, sample("a"), sample("b"), sample("c"))
	var seqs []int64
	for e, err := range s.Events().Events(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		seqs = append(seqs, e.Seq)
	}
	if got := ids(t, s, seqs[1]); !slices.Equal(got, []siyu.EventID{"c"}) {
		t.Errorf("after the second: %q", got)
	}
	if got := ids(t, s, seqs[2]); got != nil {
		t.Errorf("after the last: %q", got)
	}
}

func eventsStop[S Store[S]](t *testing.T, s S) {
	appendAll(t, s, sample("a"), sample("b"))
	n := 0
	for range s.Events().Events(t.Context(), 0) {
		n++
		break
	}
	appendAll(t, s, sample("c")) // the store is not left locked
	if n != 1 {
		t.Errorf("saw %d events before the break", n)
	}
}

func tenants[S Store[S]](t *testing.T, s S) {
	other := s.Tenant("other")
	appendAll(t, s, sample("a"))
	changed := sample("a")
	changed.Value = 1
	appendAll(t, other, changed) // the same id is free there
	want(t, s, "a")
	want(t, other, "a")
	want(t, s.Tenant("third"))
}

var errHost = errors.New("the host changed its mind")

func txRollback[S Store[S]](t *testing.T, s S) {
	appendAll(t, s, sample("before"))
	err := s.InTx(t.Context(), func(tx S) error {
		appendAll(t, tx, sample("a"))
		appendAll(t, tx.Tenant("other"), sample("b"))
		return errHost
	})
	if !errors.Is(err, errHost) {
		t.Errorf("err = %v", err)
	}
	want(t, s, "before")
	want(t, s.Tenant("other"))
	appendAll(t, s, sample("a")) // its id is free again
	want(t, s, "before", "a")
}

func txPanic[S Store[S]](t *testing.T, s S) {
	func() {
		defer func() { _ = recover() }()
		_ = s.InTx(t.Context(), func(tx S) error {
			appendAll(t, tx, sample("a"))
			panic("host")
		})
	}()
	want(t, s)
}

func txReadsOwn[S Store[S]](t *testing.T, s S) {
	err := s.InTx(t.Context(), func(tx S) error {
		appendAll(t, tx, sample("a"))
		want(t, tx, "a")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want(t, s, "a")
}

func txNested[S Store[S]](t *testing.T, s S) {
	err := s.InTx(t.Context(), func(tx S) error {
		appendAll(t, tx, sample("a"))
		inner := tx.InTx(t.Context(), func(tx S) error {
			appendAll(t, tx, sample("b"))
			return errHost
		})
		if !errors.Is(inner, errHost) {
			t.Errorf("inner err = %v", inner)
		}
		appendAll(t, tx, sample("c"))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want(t, s, "a", "c")
}

func cancelled[S Store[S]](t *testing.T, s S) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Events().Append(ctx, sample("a")); !errors.Is(err, context.Canceled) {
		t.Errorf("Append: err = %v, want context.Canceled", err)
	}
	if err := s.InTx(ctx, func(S) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("InTx: err = %v, want context.Canceled", err)
	}
	want(t, s)
}

func eventsMany[S Store[S]](t *testing.T, s S) {
	const n = 4100 // more than the pages of any store
	events := make([]siyu.Event, n)
	for i := range events {
		events[i] = siyu.Event{ID: siyu.EventID(string(rune('a'+i%26)) + time.Duration(i).String()), User: "u", Name: "n", At: noon}
	}
	appendAll(t, s, events...)
	got := ids(t, s, 0)
	if len(got) != n {
		t.Fatalf("read %d events, want %d", len(got), n)
	}
	for i := range got {
		if got[i] != events[i].ID {
			t.Fatalf("event %d is %q, want %q", i, got[i], events[i].ID)
		}
	}
}
