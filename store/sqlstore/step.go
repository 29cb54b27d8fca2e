package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/siyu-go/siyu"
)

var callColumns = []string{"tenant", "op", "call_key", "digest", "answer"}

// step answers a call once: a known call with its stored answer, a new one by
// fn, whose events and answer are committed together with what it changed. If
// fn fails nothing is kept and the key stays unused.
//
// The call's row is written first: whoever comes second with the same key waits
// for the first to end, and then reads its answer.
func step[T any](
	ctx context.Context, s *Store, call siyu.Call,
	fn func(c *conn) (answer T, events []siyu.Event, err error),
) (answer T, replayed bool, err error) {
	err = s.atomically(ctx, func(c *conn) error {
		var zero T
		answer, replayed = zero, false // this may be another attempt
		fresh, err := c.insertNew(ctx, "siyu_calls", callColumns, c.tenant, call.Op, call.Key, call.Digest, "")
		if err != nil {
			return err
		}
		if !fresh {
			replayed = true
			return c.storedAnswer(ctx, call, &answer)
		}
		made, events, err := fn(c)
		if err != nil {
			return err
		}
		if _, err := c.appendEvents(ctx, events); err != nil {
			return err
		}
		data, err := json.Marshal(made)
		if err != nil {
			return fmt.Errorf("sqlstore: encode answer: %w", err)
		}
		if _, err := c.exec(ctx, "UPDATE siyu_calls SET answer = ? WHERE tenant = ? AND op = ? AND call_key = ?",
			string(data), c.tenant, call.Op, call.Key); err != nil {
			return err
		}
		return json.Unmarshal(data, &answer)
	})
	if err != nil {
		var zero T
		return zero, false, err
	}
	return answer, replayed, nil
}

func (c *conn) storedAnswer(ctx context.Context, call siyu.Call, answer any) error {
	stored, data := call, ""
	found, err := c.lockRow(ctx, "SELECT digest, answer FROM siyu_calls WHERE tenant = ? AND op = ? AND call_key = ?",
		[]any{c.tenant, call.Op, call.Key}, &stored.Digest, &data)
	if err != nil {
		return err
	}
	if !found {
		return fmt.Errorf("sqlstore: the answer of a known call is gone: %w", siyu.ErrNotFound)
	}
	if err := call.Match(stored); err != nil {
		return err
	}
	return json.Unmarshal([]byte(data), answer)
}
