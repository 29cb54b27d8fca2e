package conformance_test

import (
	"context"
	"strings"
	"testing"

	"github.com/siyu-go/siyu/internal/conformance"
)

func TestRun(t *testing.T) {
	reached := false
	err := conformance.Run(t.Context(), func(p *conformance.Probe) {
		p.Helper()
		if p.Context() != t.Context() {
			p.Error("another context")
		}
		p.Errorf("first %d", 1)
		p.Fatal("second")
		reached = true
	})
	if err == nil || err.Error() != "first 1\nsecond" || reached {
		t.Errorf("found %v, reached %t", err, reached)
	}
	if err := conformance.Run(t.Context(), func(*conformance.Probe) {}); err != nil {
		t.Errorf("a sound check found %v", err)
	}
}

// What is not the check's own end goes on.
func TestRun_panics(t *testing.T) {
	defer func() {
		if r := recover(); r != "broken" {
			t.Errorf("recovered %v", r)
		}
	}()
	_ = conformance.Run(t.Context(), func(*conformance.Probe) { panic("broken") })
}

type clause struct {
	Name string
	Run  func(ctx context.Context, b *strings.Builder) error
}

func TestTestStore(t *testing.T) {
	ran := 0
	run := func(ctx context.Context, b *strings.Builder) error {
		ran++
		return nil
	}
	conformance.TestStore(t, []clause{{"a", run}, {"b", run}}, func(*testing.T) *strings.Builder { return new(strings.Builder) })
	if ran != 2 {
		t.Errorf("ran %d checks", ran)
	}
}
