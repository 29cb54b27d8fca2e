package memstore

import (
	"context"
	"fmt"
	"iter"
	"maps"

	"github.com/siyu-go/siyu"
)

// eventLog is the log of one tenant; seq is the index in it plus one.
type eventLog struct {
	entries *[]siyu.LoggedEvent
	byID    map[siyu.EventID]int
}

func newEventLog() eventLog {
	return eventLog{entries: new([]siyu.LoggedEvent), byID: make(map[siyu.EventID]int)}
}

func (l eventLog) append(x *tx, events []siyu.Event) (added int, err error) {
	for i, e := range events {
		e.At = siyu.Instant(e.At)
		if err := e.Validate(); err != nil {
			return 0, siyu.Within(fmt.Sprintf("events[%d]", i), err)
		}
		if known, ok := l.byID[e.ID]; ok {
			if !(*l.entries)[known].Equal(e) {
				return 0, fmt.Errorf("memstore: events[%d]: id is known with other contents: %w", i, siyu.ErrConflict)
			}
			continue
		}
		n := len(*l.entries)
		e.Props = maps.Clone(e.Props)
		*l.entries = append(*l.entries, siyu.LoggedEvent{Seq: int64(n) + 1, Event: e})
		x.undo = append(x.undo, func() { *l.entries = (*l.entries)[:n:n] })
		put(x, l.byID, e.ID, n)
		added++
	}
	return added, nil
}

// events is the log as the host sees it.
type events struct{ s *Store }

func (e events) Append(ctx context.Context, list ...siyu.Event) (added int, err error) {
	err = e.s.update(ctx, func(x *tx, t *tenant) error {
		added, err = t.log.append(x, list)
		return err
	})
	if err != nil {
		return 0, err
	}
	return added, nil
}

func (e events) Events(ctx context.Context, after int64) iter.Seq2[siyu.LoggedEvent, error] {
	return func(yield func(siyu.LoggedEvent, error) bool) {
		var snapshot []siyu.LoggedEvent
		err := e.s.view(ctx, func(t *tenant) error {
			snapshot = (*t.log.entries)[min(max(after, 0), int64(len(*t.log.entries))):]
			return nil
		})
		if err != nil {
			yield(siyu.LoggedEvent{}, err)
			return
		}
		for _, logged := range snapshot {
			logged.Props = maps.Clone(logged.Props)
			if !yield(logged, nil) {
				return
			}
		}
	}
}
