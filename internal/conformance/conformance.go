// Package conformance is what the suites for implementers of the stores have in
// common: checks that are subtests of a store, and run without package testing
// too, so that a suite can be shown to catch a broken store.
package conformance

import (
	"context"
	"errors"
	"fmt"
	"testing"
)

// Check is one clause of a contract, to be run on an empty store.
type Check[B any] = struct {
	Name string
	Run  func(ctx context.Context, b B) error
}

// TestStore runs every check as a subtest on a store of its own.
func TestStore[B any, C ~Check[B]](t *testing.T, checks []C, newStore func(t *testing.T) B) {
	for _, c := range checks {
		check := Check[B](c)
		t.Run(check.Name, func(t *testing.T) {
			if err := check.Run(t.Context(), newStore(t)); err != nil {
				t.Error(err)
			}
		})
	}
}

// Probe stands for a *testing.T in a check that runs outside of package testing,
// and collects what the check finds.
type Probe struct {
	ctx   context.Context //nolint:containedctx // as a *testing.T has
	found []error
}

// stop ends a check that cannot go on.
type stop struct{}

// Run runs a check and returns what it found.
func Run(ctx context.Context, check func(*Probe)) (err error) {
	p := &Probe{ctx: ctx}
	defer func() {
		r := recover()
		if _, stopped := r.(stop); r != nil && !stopped {
			panic(r)
		}
		err = errors.Join(p.found...)
	}()
	check(p)
	return nil
}

// Context returns the check's context.
func (p *Probe) Context() context.Context { return p.ctx }

// Helper does nothing: what is found names no line.
func (*Probe) Helper() {}

// Errorf notes what is wrong and goes on.
func (p *Probe) Errorf(format string, args ...any) {
	p.found = append(p.found, fmt.Errorf(format, args...))
}

// Error notes what is wrong and goes on.
func (p *Probe) Error(args ...any) { p.Errorf("%s", fmt.Sprint(args...)) }

// Fatalf notes what is wrong and ends the check.
func (p *Probe) Fatalf(format string, args ...any) {
	p.Errorf(format, args...)
	panic(stop{})
}

// Fatal notes what is wrong and ends the check.
func (p *Probe) Fatal(args ...any) { p.Fatalf("%s", fmt.Sprint(args...)) }
