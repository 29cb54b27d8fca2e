package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/examples/bank/book"
	"github.com/siyu-go/siyu/examples/bank/month"
	"github.com/siyu-go/siyu/examples/bank/report"
	"github.com/siyu-go/siyu/examples/bank/study"
)

// run does the whole month: import, study, month, closing, report.
func run(ctx context.Context, o options, out io.Writer) (err error) {
	clock := siyu.SystemClock{}
	began := clock.Now()
	p := newProgress(out)
	defer p.end()
	in, err := readInputs(o)
	if err != nil {
		return err
	}
	b, err := book.Open(ctx, o.db, in.run)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()

	evidence, err := importAll(ctx, b, in, p)
	if err != nil {
		return err
	}
	data := report.Data{Users: len(evidence.People.List), Generated: o.users > 0, Seed: o.seed}
	p.Begin("study what really happened", -1)
	if err := studyReal(evidence, &data, p.Add); err != nil {
		return err
	}
	march, err := month.New(b, evidence, o.seed, p)
	if err != nil {
		return err
	}
	if err := march.Run(ctx); err != nil {
		return err
	}
	if err := march.Study(ctx, &data); err != nil {
		return err
	}
	p.end()
	if err := report.WriteFile(o.out, data); err != nil {
		return err
	}
	summarize(out, data)
	fmt.Fprintf(out, "\nreport %s, data %s, %.1f s\n", o.out, o.db, clock.Now().Sub(began).Seconds())
	return balance(data)
}

// balance fails if a check does.
func balance(data report.Data) error {
	for _, c := range data.Checks {
		if !c.OK {
			return fmt.Errorf("%w: %s: %s (%s)", errUnbalanced, c.What, c.Got, c.Want)
		}
	}
	return nil
}

// importAll brings the inputs into the event log, and reads them back from it.
func importAll(ctx context.Context, b *book.Book, in inputs, p *progress) (*study.Evidence, error) {
	customers, users := in.customers()
	p.Begin("import customers", users)
	if err := b.ImportCustomers(ctx, customers, p.Add); err != nil {
		return nil, err
	}
	p.Begin("import loan log", len(in.loans))
	if err := b.ImportLoans(ctx, slices.Values(in.loans), p.Add); err != nil {
		return nil, err
	}
	p.Begin("read the event log", -1)
	evidence := study.NewEvidence(users)
	return evidence, evidence.Read(ctx, b.Store().Events(), p.Add)
}

func studyReal(evidence *study.Evidence, data *report.Data, done func(int)) error {
	people := evidence.People
	ringed, err := study.AssignRings(people)
	if err != nil {
		return err
	}
	data.Rings, data.Example = ringed.Rings, ringed.Example
	done(1)
	if data.Loans, err = study.Loans(evidence.Loans); err != nil {
		return err
	}
	done(1)
	data.Pressure = study.Pressure(people)
	data.Caps, err = study.Caps(people)
	done(1)
	return err
}
