package conformance

import (
	"context"
	"fmt"

	"github.com/siyu-go/siyu"
)

// Logged compares the whole of a log with what should be in it, in order.
func Logged(ctx context.Context, log siyu.EventLog, want ...siyu.Event) error {
	n := 0
	for e, err := range log.Events(ctx, 0) {
		if err != nil {
			return err
		}
		if n < len(want) && !e.Equal(want[n]) {
			return fmt.Errorf("logged %+v, want %+v", e.Event, want[n])
		}
		n++
	}
	if n != len(want) {
		return fmt.Errorf("%d events are logged, want %d", n, len(want))
	}
	return nil
}
