package identitytest

import (
	"context"
	"errors"
	"fmt"
)

// probe runs a check outside of package testing and collects what it finds.
type probe struct {
	ctx   context.Context
	found []error
}

// stop ends a check that cannot go on.
type stop struct{}

// run runs a check and returns what it found.
func (p *probe) run(check func()) (err error) {
	defer func() {
		r := recover()
		if _, stopped := r.(stop); r != nil && !stopped {
			panic(r)
		}
		err = errors.Join(p.found...)
	}()
	check()
	return nil
}

func (p *probe) Context() context.Context { return p.ctx }

func (*probe) Helper() {}

func (p *probe) Errorf(format string, args ...any) {
	p.found = append(p.found, fmt.Errorf(format, args...))
}

func (p *probe) Error(args ...any) { p.Errorf("%s", fmt.Sprint(args...)) }

func (p *probe) Fatalf(format string, args ...any) {
	p.Errorf(format, args...)
	panic(stop{})
}

func (p *probe) Fatal(args ...any) { p.Fatalf("%s", fmt.Sprint(args...)) }
