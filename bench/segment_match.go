package main

import (
	"fmt"
	"time"

	"cel.dev/cel-go/cel"

	"github.com/siyu-go/siyu/bench/gen"
	"github.com/siyu-go/siyu/segment"
)

// segmentMatch: a rule of six conditions asked half a million times for one of a
// thousand customers, of whom every second meets all conditions.
var segmentMatch = workload{
	name:     "segment/match",
	peer:     "cel-go, on a map of attributes",
	goal:     15,
	openOurs: openMatcher,
	openPeer: openCEL,
}

const (
	matchUsers = 1000
	matchTurns = 500 // of all customers
)

func matchUser(i int) gen.Attributes {
	u := gen.User(uint64(i))
	if i%2 == 1 {
		u.Follow, u.Black, u.Age, u.City, u.Assets, u.Last = true, false, 30, 42, 50000, 3
	}
	return u
}

func openMatcher(scale float64) (side, error) {
	schema, err := segment.NewSchema(follow, black, age, city, assets, last)
	if err != nil {
		return side{}, err
	}
	people := make([]*segment.Record, matchUsers)
	for i := range people {
		u := matchUser(i)
		r := schema.NewRecord()
		r.SetBool(follow, u.Follow)
		r.SetBool(black, u.Black)
		r.SetInt(age, int64(u.Age))
		r.SetInt(city, int64(u.City))
		r.SetInt(assets, int64(u.Assets))
		r.SetInt(last, int64(u.Last))
		people[i] = r
	}
	var bound *segment.Bound
	build := func() error {
		matcher, err := segment.Compile(customerRule(), nil)
		if err != nil {
			return err
		}
		bound, err = matcher.Bind(schema)
		return err
	}
	now := time.Unix(0, 0)
	return inProcess(build, func() ([]int64, error) {
		var matched int64
		turns := scaled(matchTurns, scale)
		for range turns {
			for _, p := range people {
				if bound.Match(p, now) {
					matched++
				}
			}
		}
		return []int64{matched}, nil
	})
}

func openCEL(scale float64) (side, error) {
	people := make([]map[string]any, matchUsers)
	for i := range people {
		u := matchUser(i)
		people[i] = map[string]any{
			"follow": u.Follow, "black": u.Black, "age": int64(u.Age), "city": int64(u.City),
			"assets": int64(u.Assets), "last": int64(u.Last),
		}
	}
	var program cel.Program
	build := func() error {
		env, err := cel.NewEnv(
			cel.Variable("follow", cel.BoolType), cel.Variable("black", cel.BoolType),
			cel.Variable("age", cel.IntType), cel.Variable("city", cel.IntType),
			cel.Variable("assets", cel.IntType), cel.Variable("last", cel.IntType),
		)
		if err != nil {
			return err
		}
		ast, issues := env.Compile(`follow && !black && age >= 25 && age <= 45 &&
			city in [3, 7, 11, 19, 23, 42, 77, 101] && assets >= 30000 && last <= 30`)
		if issues.Err() != nil {
			return issues.Err()
		}
		program, err = env.Program(ast, cel.EvalOptions(cel.OptOptimize))
		return err
	}
	return inProcess(build, func() ([]int64, error) {
		var matched int64
		turns := scaled(matchTurns, scale)
		for i := range turns * matchUsers {
			out, _, err := program.Eval(people[i%matchUsers])
			if err != nil {
				return nil, err
			}
			holds, ok := out.Value().(bool)
			if !ok {
				return nil, fmt.Errorf("cel-go answered %v", out)
			}
			if holds {
				matched++
			}
		}
		return []int64{matched}, nil
	})
}
