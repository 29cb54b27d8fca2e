package main

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/siyu-go/siyu/examples/bank/book"
	"github.com/siyu-go/siyu/examples/bank/report"
	"github.com/siyu-go/siyu/examples/bank/study"
)

// run does the whole month: import, study, month, closing, report.
func run(ctx context.Context, o options, out io.Writer) (err error) {
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

	customers, users := in.customers()
	p.begin("import customers", users)
	if err := b.ImportCustomers(ctx, customers, p.add); err != nil {
		return err
	}
	p.begin("import loan log", len(in.loans))
	if err := b.ImportLoans(ctx, slices.Values(in.loans), p.add); err != nil {
		return err
	}
	p.begin("read the event log", -1)
	evidence := study.NewEvidence(users)
	if err := evidence.Read(ctx, b.Store().Events(), p.add); err != nil {
		return err
	}
	people := evidence.People
	data := report.Data{Users: users, Generated: o.users > 0, Seed: o.seed}
	ringed, err := study.AssignRings(people, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		return err
	}
	data.Rings, data.Example = ringed.Rings, ringed.Example
	data.Pressure = study.Pressure(people)
	if data.Caps, err = study.Caps(people); err != nil {
		return err
	}
	if data.Loans, err = study.Loans(evidence.Loans); err != nil {
		return err
	}
	p.end()
	for _, s := range data.Loans.Steps { println(s.Name, s.Users, int(s.Rate*1000)) }
	for _, c := range data.Caps {
		println(c.Limit, c.Saved, c.LostConversions)
	}
	println(data.Example.Person, data.Example.Ring, data.Example.Inward)
	return nil
}
