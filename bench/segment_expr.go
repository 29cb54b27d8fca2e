package main

import (
	"fmt"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"
)

// segmentExpr: the rule and the customers of segment/match.
var segmentExpr = workload{
	name:     "segment/expr",
	peer:     "expr-lang/expr, on a map of attributes, one virtual machine",
	goal:     15,
	openOurs: openMatcher,
	openPeer: openExpr,
}

func openExpr(scale float64) (side, error) {
	people := make([]map[string]any, matchUsers)
	for i := range people {
		u := matchUser(i)
		people[i] = map[string]any{
			"follow": u.Follow, "black": u.Black, "age": int(u.Age), "city": int(u.City),
			"assets": int(u.Assets), "last": int(u.Last),
		}
	}
	var program *vm.Program
	build := func() (err error) {
		program, err = expr.Compile(`follow && !black && age >= 25 && age <= 45 &&
			city in [3, 7, 11, 19, 23, 42, 77, 101] && assets >= 30000 && last <= 30`,
			expr.Env(people[0]), expr.AsBool())
		return err
	}
	var machine vm.VM
	return inProcess(build, func() ([]int64, error) {
		var matched int64
		for i := range scaled(matchTurns, scale) * matchUsers {
			out, err := machine.Run(program, people[i%matchUsers])
			if err != nil {
				return nil, err
			}
			holds, ok := out.(bool)
			if !ok {
				return nil, fmt.Errorf("expr answered %v", out)
			}
			if holds {
				matched++
			}
		}
		return []int64{matched}, nil
	})
}
