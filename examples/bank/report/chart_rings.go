package report

import (
	"fmt"
	"slices"
)

// rings draws circles whose areas are in proportion to the customers inside.
func ringsChart(rings []Ring) chart {
	const (
		middle = 142.0
		outer  = 132.0
	)
	total, rows := 0, [][]string{}
	for _, r := range rings {
		total += r.Users
	}
	for _, r := range rings {
		rows = append(rows, []string{r.Name, r.Rule, Count(r.Users), percent1(part(r.Users, total))})
	}
	s := newSheet(2 * middle)
	colours := []role{brand, second, third}
	inside := total
	for i, ring := range slices.Backward(rings) {
		radius := outer * sqrt(part(inside, total))
		s.circle(middle, 2*middle-8-radius, radius, colours[i])
		inside -= ring.Users
	}
	step := 2 * middle / float64(len(rings))
	inside = 0
	for i, r := range rings {
		inside += r.Users
		top := 2*middle - 8 - 2*outer*sqrt(part(inside, total))
		y := 2*middle - step*float64(i) - step/2
		depth := 2 * outer * (sqrt(part(inside, total)) - sqrt(part(inside-r.Users, total)))
		s.line(middle, top+depth/2, 292, y, 1, muted)
		s.circle(middle, top+depth/2, 3, gold)
		s.text(300, y-12, style{size: 20, bold: true, colour: ink}, "%s", Count(r.Users))
		s.text(300, y+10, style{size: 15, colour: ink}, "%s, %s", r.Name, percent1(part(r.Users, total)))
		s.text(300, y+29, style{size: 14, colour: muted}, "%s", r.Rule)
	}
	title := fmt.Sprintf("%s of customers are in the inner ring", percent(part(rings[0].Users, total)))
	return s.chart("chart-rings", title, "Areas are in proportion to customers. A ring is a rule over real attributes.",
		[]string{"Ring", "Rule", "Customers", "Share"}, rows)
}
