package month

import (
	"cmp"
	"slices"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign"
	"github.com/siyu-go/siyu/examples/bank/report"
)

// countMessages counts what became of every message, by the reason in the order
// in which reasons are asked.
func countMessages(events []siyu.Event) report.Messages {
	var m report.Messages
	held := map[campaign.Reason]int{}
	for _, e := range events {
		switch e.Name {
		case Sent:
			m.Sent++
		case Deferred:
			m.Deferred++
		case HeldBack:
			held[campaign.Reason(e.Props[propReason])]++
		}
	}
	m.Planned = m.Sent
	for _, reason := range campaign.Reasons() {
		if n := held[reason]; n > 0 {
			m.Planned += n
			m.Suppressed = append(m.Suppressed, report.Suppressed{Reason: string(reason), Text: reason.Text(siyu.English), Count: n})
		}
	}
	slices.SortStableFunc(m.Suppressed, func(a, b report.Suppressed) int { return cmp.Compare(b.Count, a.Count) })
	return m
}
