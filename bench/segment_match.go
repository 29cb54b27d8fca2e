package main

import (
	"fmt"
	"time"

	"cel.dev/cel-go/cel"

	"github.com/siyu-go/siyu/bench/gen"
	"github.com/siyu-go/siyu/segment"
)

// segmentMatch: a rule of six conditions asked for one customer at a time, half
// a million customers with their attributes in a map.
var segmentMatch = workload{
	name:     "segment/match",
	peer:     "cel-go, the same map",
	goal:     15,
	openOurs: openMatcher,
	openPeer: openCEL,
}

// attributes are those of the first customers, as a host has them.
func attributes(scale float64) []map[string]any {
	people := make([]map[string]any, scaled(5e5, scale))
	for i := range people {
		u := gen.User(uint64(i))
		people[i] = map[string]any{
			"follow": u.Follow, "black": u.Black, "age": int64(u.Age), "city": int64(u.City),
			"assets": int64(u.Assets), "last": int64(u.Last),
		}
	}
	return people
}

// ruleCities are the cities of the rule of segment/rule.
var ruleCities = []int64{3, 7, 11, 19, 23, 42, 77, 101}

func ringRule() segment.Rule {
	return segment.All(
		segment.Bool("follow").Is(true),
		segment.Bool("black").Is(false),
		segment.Int("age").Between(25, 45),
		segment.Int("city").In(ruleCities...),
		segment.Int("assets").AtLeast(30000),
		segment.Int("last").AtMost(30),
	)
}

func openMatcher(scale float64) (side, error) {
	people := attributes(scale)
	var matcher *segment.Matcher
	build := func() (err error) {
		matcher, err = segment.Compile(ringRule(), nil)
		return err
	}
	now := time.Unix(0, 0)
	return inProcess(build, func() ([]int64, error) {
		var matched int64
		for _, p := range people {
			if matcher.Match(p, now) {
				matched++
			}
		}
		return []int64{matched}, nil
	})
}

func openCEL(scale float64) (side, error) {
	people := attributes(scale)
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
		for _, p := range people {
			out, _, err := program.Eval(p)
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
