package memstore

import (
	"errors"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
)

func TestStep(t *testing.T) {
	s := New()
	call := func(args any) siyu.Call {
		c, err := siyu.NewCall("test.op", "key", args)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	runs := 0
	run := func(c siyu.Call, fail error) (int, bool, error) {
		return step(t.Context(), s, c, func(x *tx, tn *tenant) (int, []siyu.Event, error) {
			runs++
			put(x, tn.calls, callKey{"side", "effect"}, answered{})
			return 40 + runs, []siyu.Event{{ID: "e", User: "u", Name: "n", At: time.Unix(0, 0)}}, fail
		})
	}
	refused := errors.New("refused")
	if _, _, err := run(call("a"), refused); !errors.Is(err, refused) {
		t.Errorf("err = %v, want the refusal", err)
	}
	if n := len(s.data().calls) + len(*s.data().log.entries); n != 0 {
		t.Errorf("a refused step left %d rows", n)
	}
	if got, replayed, err := run(call("a"), nil); got != 42 || replayed || err != nil {
		t.Errorf("first: %d, %t, %v", got, replayed, err)
	}
	if got, replayed, err := run(call("a"), nil); got != 42 || !replayed || err != nil {
		t.Errorf("again: %d, %t, %v", got, replayed, err)
	}
	if _, _, err := run(call("b"), nil); !errors.Is(err, siyu.ErrConflict) {
		t.Errorf("other arguments: err = %v, want ErrConflict", err)
	}
	if runs != 2 {
		t.Errorf("decided %d times, want 2", runs)
	}
}
