package month

import (
	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/examples/bank/report"
)

// countGroups counts how the groups of each region filled up, assistants
// included.
func countGroups(events []siyu.Event) []report.Group {
	var (
		groups = make([]report.Group, len(Regions))
		of     = map[string]int{}
		known  = make([]map[string]bool, len(Regions))
	)
	for i, region := range Regions {
		groups[i] = report.Group{Region: region, Members: make([]int, Days)}
		code := CodeOf(i)
		of[string(code.ID)] = i
		known[i] = map[string]bool{}
		for _, g := range code.Groups { // there from the start
			known[i][string(g.ID)] = true
			for day := range Days {
				groups[i].Members[day] += g.Members
			}
		}
	}
	for _, e := range events {
		region, ok := of[e.Props["code"]]
		if e.Name != Joined || !ok {
			continue
		}
		seats := 1
		if name := e.Props["group"]; !known[region][name] {
			known[region][name] = true
			seats += assistants
		}
		for day := DayOf(e.At); day <= Days; day++ {
			groups[region].Members[day-1] += seats
		}
	}
	for i := range groups {
		groups[i].Groups = len(known[i])
	}
	return groups
}
