package main

import (
	"fmt"
	"runtime"
	"time"

	"github.com/siyu-go/siyu/bench/gen"
	"github.com/siyu-go/siyu/segment"
)

// segmentRule: how many of 107 million customers meet a rule of six conditions.
var segmentRule = workload{
	name:     "segment/rule",
	peer:     "ClickHouse countIf on a MergeTree, warm",
	goal:     8,
	openOurs: openRule,
	openPeer: openCountIf,
	exact:    []int64{95832},
}

// segmentRings: how many of 107 million customers are in each of three rings.
var segmentRings = workload{
	name:     "segment/rings",
	peer:     "ClickHouse, two countIf on a MergeTree, warm",
	goal:     15,
	openOurs: openRings,
	openPeer: openTwoCountIf,
	exact:    []int64{24483988, 62242138, 20273874},
}

const populationUsers = 1.07e8

// The fields of the population that its rules look at.
var (
	follow = segment.Bool("follow")
	group  = segment.Bool("group")
	wecom  = segment.Bool("wecom")
	black  = segment.Bool("black")
	app    = segment.Bool("app")
	age    = segment.Int("age")
	city   = segment.Int("city")
	active = segment.Int("active")
	last   = segment.Int("last")
	assets = segment.Int("assets")
)

// customerRule is the rule of segment/rule and of segment/match.
func customerRule() segment.Rule {
	return segment.All(
		follow.Is(true),
		black.Is(false),
		age.Between(25, 45),
		city.In(3, 7, 11, 19, 23, 42, 77, 101),
		assets.AtLeast(30000),
		last.AtMost(30),
	)
}

const customerSQL = `follow AND NOT black AND age BETWEEN 25 AND 45 AND city IN (3, 7, 11, 19, 23, 42, 77, 101)
	AND assets >= 30000 AND last <= 30`

func customerRings() segment.Rings {
	return segment.Rings{
		Rings: []segment.Ring{
			{Name: "inner", Rule: segment.All(wecom.Is(true), segment.Any(active.AtLeast(8), assets.AtLeast(50000)))},
			{Name: "middle", Rule: segment.Any(follow.Is(true), group.Is(true), segment.All(app.Is(true), active.AtLeast(1)))},
		},
		Outside: "outer",
	}
}

const (
	innerSQL  = `(wecom AND (active >= 8 OR assets >= 50000))`
	middleSQL = `(follow OR group OR (app AND active >= 1))`
)

// population makes the table of all customers.
func population(scale float64) (*segment.Table, error) {
	schema, err := segment.NewSchema(follow, group, wecom, black, app, age, city, active, last, assets)
	if err != nil {
		return nil, err
	}
	b := segment.NewTableBuilder(schema)
	r := schema.NewRecord()
	for i := range scaled(populationUsers, scale) {
		u := gen.User(i)
		r.SetBool(follow, u.Follow)
		r.SetBool(group, u.Group)
		r.SetBool(wecom, u.Wecom)
		r.SetBool(black, u.Black)
		r.SetBool(app, u.App)
		r.SetInt(age, int64(u.Age))
		r.SetInt(city, int64(u.City))
		r.SetInt(active, int64(u.Active))
		r.SetInt(last, int64(u.Last))
		r.SetInt(assets, int64(u.Assets))
		if err := b.Append(r); err != nil {
			return nil, err
		}
	}
	return b.Table(), nil
}

// scanAll reads a table on all cores.
func scanAll() *segment.ScanOptions {
	return &segment.ScanOptions{Workers: runtime.GOMAXPROCS(0)}
}

func openRule(scale float64) (side, error) {
	var plan *segment.Plan
	build := func() error {
		table, err := population(scale)
		if err != nil {
			return err
		}
		matcher, err := segment.Compile(customerRule(), nil)
		if err != nil {
			return err
		}
		bound, err := matcher.Bind(table.Schema())
		if err != nil {
			return err
		}
		plan, err = table.Plan(bound, time.Unix(0, 0))
		return err
	}
	return inProcess(build, func() ([]int64, error) { return []int64{int64(plan.Count(scanAll()))}, nil })
}

func openRings(scale float64) (side, error) {
	var plan *segment.RingPlan
	build := func() error {
		table, err := population(scale)
		if err != nil {
			return err
		}
		classifier, err := segment.CompileRings(customerRings(), nil)
		if err != nil {
			return err
		}
		bound, err := classifier.Bind(table.Schema())
		if err != nil {
			return err
		}
		plan, err = table.PlanRings(bound, time.Unix(0, 0))
		return err
	}
	return inProcess(build, func() ([]int64, error) {
		var answer []int64
		for _, n := range plan.Count(scanAll()) {
			answer = append(answer, int64(n))
		}
		return answer, nil
	})
}

func openCountIf(scale float64) (side, error) {
	return openEngine("chdb", populationSQL(scale),
		fmt.Sprintf("SELECT countIf(%s) FROM bench.users SETTINGS max_threads = %d", customerSQL, runtime.GOMAXPROCS(0)))
}

func openTwoCountIf(scale float64) (side, error) {
	return openEngine("chdb", populationSQL(scale),
		fmt.Sprintf(`SELECT countIf(%[1]s) AS inner, countIf(NOT %[1]s AND %[2]s) AS middle, count() - inner - middle
			FROM bench.users SETTINGS max_threads = %[3]d`, innerSQL, middleSQL, runtime.GOMAXPROCS(0)))
}

// populationSQL makes the same customers in ClickHouse.
func populationSQL(scale float64) []string {
	return []string{
		`CREATE DATABASE bench ENGINE = Atomic`,
		`CREATE TABLE bench.users (follow UInt8, group UInt8, wecom UInt8, black UInt8, app UInt8,
			age UInt8, city UInt8, active UInt8, last UInt16, assets UInt32) ENGINE = MergeTree ORDER BY tuple()`,
		fmt.Sprintf(`INSERT INTO bench.users
			WITH %s, %s, bitAnd(bitShiftRight(g, 16), 255) AS d, bitAnd(bitShiftRight(g, 24), 65535) AS l,
				bitAnd(bitShiftRight(g, 40), 65535) AS w, bitShiftRight(w * w, 16) AS w2
			SELECT bitAnd(h, 255) < 115, bitAnd(bitShiftRight(h, 8), 255) < 51, bitAnd(bitShiftRight(h, 16), 255) < 77,
				bitAnd(bitShiftRight(h, 32), 255) < 5, bitAnd(bitShiftRight(h, 40), 255) < 141,
				18 + bitAnd(bitShiftRight(h, 48), 31) + bitAnd(bitShiftRight(h, 53), 31),
				least(bitAnd(g, 255), bitAnd(bitShiftRight(g, 8), 255)),
				bitShiftRight(d * d * 31, 16), bitShiftRight(l * l, 22), bitShiftRight(w2 * w2, 12)
			FROM numbers_mt(%d)`, mixSQL(7, "h"), mixSQL(8, "g"), scaled(populationUsers, scale)),
		`OPTIMIZE TABLE bench.users FINAL`,
	}
}
