package main

import (
	"fmt"
	"runtime"
	"time"

	"github.com/siyu-go/siyu/bench/gen"
	"github.com/siyu-go/siyu/segment"
)

// segmentBank: how many of a bank's 140 million customers are in each ring of
// its preset, 100 million in the inner one, and the memory of the rings as sets.
var segmentBank = workload{
	name:     "segment/bank140",
	peer:     "ClickHouse multiIf and GROUP BY on a MergeTree, warm, counts only",
	goal:     15,
	openOurs: openBank,
	openPeer: openMultiIf,
	exact:    []int64{0, 1e8, 1, 2e7, 2, 2e7}, // ring and people
}

const bankCustomers = 1.4e8

func openBank(scale float64) (side, error) {
	customers := scaled(bankCustomers, scale)
	watch := watchResident()
	var plan *segment.RingPlan
	build := func() error {
		table, err := bankTable(customers)
		if err != nil {
			return err
		}
		plan, err = table.QueryRings(segment.BankRings(), nil, time.Unix(0, 0))
		return err
	}
	s, err := inProcess(build, func() ([]int64, error) {
		var answer []int64
		for ring, people := range plan.Count(scanAll()) {
			if people > 0 {
				answer = append(answer, int64(ring), int64(people))
			}
		}
		return answer, nil
	})
	s.note = func() string {
		var rings *segment.Assignment
		assigned, _ := measure(func() error {
			rings = plan.Assign(scanAll())
			return nil
		})
		defer runtime.KeepAlive(rings)
		return fmt.Sprintf("kept as sets in %s; %s", seconds(assigned.Wall), watch.note(customers))
	}
	return s, err
}

func bankTable(customers uint64) (*segment.Table, error) {
	app, debit := segment.Bool(segment.BankApp), segment.Bool(segment.BankOwnDebit)
	credit, other := segment.Bool(segment.BankOwnCredit), segment.Bool(segment.BankOther)
	schema, err := segment.NewSchema(app, debit, credit, other)
	if err != nil {
		return nil, err
	}
	b := segment.NewTableBuilder(schema)
	r := schema.NewRecord()
	for i := range customers {
		c := gen.Bank(i, customers)
		r.SetBool(app, true)
		r.SetBool(debit, c.OwnDebit)
		r.SetBool(credit, c.OwnCredit)
		r.SetBool(other, c.Other)
		if err := b.Append(r); err != nil {
			return nil, err
		}
	}
	return b.Table(), nil
}

func openMultiIf(scale float64) (side, error) {
	customers := scaled(bankCustomers, scale)
	return openEngine("chdb", []string{
		`CREATE DATABASE bench ENGINE = Atomic`,
		`CREATE TABLE bench.bank (app UInt8, own_debit UInt8, own_credit UInt8, other_bank UInt8) ENGINE = MergeTree ORDER BY tuple()`,
		fmt.Sprintf(`INSERT INTO bench.bank
			WITH %[1]s, number * 7368787 %% %[2]d * 7 AS r, bitAnd(h, 3) AS m
			SELECT 1, r < 5 * %[2]d, multiIf(r < 5 * %[2]d, bitAnd(h, 255) < 102, r < 6 * %[2]d, m != 0, 0),
				multiIf(r < 5 * %[2]d, bitAnd(bitShiftRight(h, 8), 255) < 128, r < 6 * %[2]d, m != 1, 0)
			FROM numbers_mt(%[2]d)`, mixSQL(17, "h"), customers),
		`OPTIMIZE TABLE bench.bank FINAL`,
	}, fmt.Sprintf(`SELECT multiIf(app AND own_debit, 0, app AND (own_credit OR other_bank), 1, app, 2, 3) AS ring, count()
		FROM bench.bank GROUP BY ring ORDER BY ring SETTINGS max_threads = %d`, runtime.GOMAXPROCS(0)))
}
