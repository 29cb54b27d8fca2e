package funnel_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/funnel"
)

// inUse returns the bytes that are in use once garbage is collected.
func inUse() int {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// stream yields n events of users whose ids have the given lengths.
func stream(n, users, idBytes, userBytes, props int) iter.Seq2[siyu.Event, error] {
	return func(yield func(siyu.Event, error) bool) {
		for i := range n {
			e := siyu.Event{
				ID: siyu.EventID(fmt.Sprintf("%0*d", idBytes, i)), User: siyu.UserID(fmt.Sprintf("%0*d", userBytes, i%users)),
				Name: "e", At: epoch.Add(time.Duration(i) * time.Second), Props: map[string]string{},
			}
			for k := range props {
				e.Props[strings.Repeat("p", k+1)] = "v"
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

func TestEstimateLog_isRight(t *testing.T) {
	if racing {
		t.Skip("the race detector takes memory of its own")
	}
	for _, s := range []funnel.LogSize{
		{Events: 100_000, Users: 10_000, IDBytes: 12, UserBytes: 8},
		{Events: 70_000, Users: 60_000, IDBytes: 36, UserBytes: 32, Props: 2},
		{Events: 130_000, Users: 1_000, IDBytes: 20, UserBytes: 10, Props: 1, DropIDs: true},
	} {
		want := funnel.EstimateLog(s)
		before, peak := inUse(), 0
		opts := &funnel.LogOptions{DropIDs: s.DropIDs, Progress: func(p funnel.Progress) error {
			if p.Read == s.Events { // all is gathered; or later
				peak = max(peak, inUse()-before)
			}
			return nil
		}}
		log, err := funnel.NewLog(stream(s.Events, s.Users, s.IDBytes, s.UserBytes, s.Props), opts)
		if err != nil {
			t.Fatal(err)
		}
		got := inUse() - before
		if ratio := float64(got) / float64(want.Log); ratio < 0.75 || ratio > 1.25 {
			t.Errorf("%+v: log of %d bytes, estimated %d (%.2f)", s, got, want.Log, ratio)
		}
		if ratio := float64(peak) / float64(want.Building); ratio < 0.5 || ratio > 1 {
			t.Errorf("%+v: %d bytes while building, estimated %d (%.2f)", s, peak, want.Building, ratio)
		}
		runtime.KeepAlive(log)
	}
}

func TestEstimateBuilder_isRight(t *testing.T) {
	if racing {
		t.Skip("the race detector takes memory of its own")
	}
	const events, users = 500_000, 40_000
	want := funnel.EstimateBuilder(events, users)
	before, peak := inUse(), 0
	b := funnel.NewBuilder(users, []string{"e"}, &funnel.BuilderOptions{Progress: func(funnel.Progress) error {
		peak = max(peak, inUse()-before)
		return nil
	}})
	for i := range uint32(events) {
		b.Add(i*7%users, i, 0)
	}
	log, err := b.Log()
	if err != nil {
		t.Fatal(err)
	}
	runtime.KeepAlive(b) // and no longer
	got := inUse() - before
	if ratio := float64(got) / float64(want.Log); ratio < 0.9 || ratio > 1.1 {
		t.Errorf("log of %d bytes, estimated %d (%.2f)", got, want.Log, ratio)
	}
	if ratio := float64(peak) / float64(want.Building); ratio < 0.5 || ratio > 1 {
		t.Errorf("%d bytes while building, estimated %d (%.2f)", peak, want.Building, ratio)
	}
	runtime.KeepAlive(log)
}

func TestProgress_cancels(t *testing.T) {
	const n = 140_000
	calls := 0
	count := &funnel.LogOptions{Progress: func(funnel.Progress) error { calls++; return nil }}
	if _, err := funnel.NewLog(stream(n, 100, 6, 3, 0), count); err != nil {
		t.Fatal(err)
	}
	for _, stop := range []int{0, 2, calls - 1} {
		ctx, cancel := context.WithCancel(context.Background())
		at := 0
		last := funnel.Progress{}
		_, err := funnel.NewLog(stream(n, 100, 6, 3, 0), &funnel.LogOptions{Progress: func(p funnel.Progress) error {
			if p.Read < last.Read || p.Laid < last.Laid || p.Laid > p.Read {
				t.Errorf("%+v after %+v", p, last)
			}
			last = p
			if at == stop {
				cancel()
			}
			at++
			return ctx.Err()
		}})
		if !errors.Is(err, context.Canceled) || at != stop+1 {
			t.Errorf("canceled at call %d: %v after %d calls", stop, err, at)
		}
	}
	if calls < 5 {
		t.Errorf("%d calls", calls)
	}
}

func TestBuilder_progressCancels(t *testing.T) {
	canceled := errors.New("enough")
	for stop := range 2 {
		seen := []funnel.Progress(nil)
		b := funnel.NewBuilder(2, []string{"e"}, &funnel.BuilderOptions{Progress: func(p funnel.Progress) error {
			if seen = append(seen, p); len(seen) > stop {
				return canceled
			}
			return nil
		}})
		b.AddColumns([]uint32{0, 1, 0}, []uint32{1, 2, 3}, []uint8{0, 0, 0})
		if _, err := b.Log(); !errors.Is(err, canceled) || seen[stop] != (funnel.Progress{Read: 3, Laid: 3 * stop}) {
			t.Errorf("%v, %v", seen, err)
		}
	}
}
