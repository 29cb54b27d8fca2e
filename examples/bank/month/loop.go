package month

import (
	"iter"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/examples/bank/report"
	"github.com/siyu-go/siyu/funnel"
)

// The stages of the loop, as events of one person in their order. Buying again
// and bringing a friend both follow the first order, in either order, so each
// has a funnel of its own.
var (
	untilConvert = []funnel.Step{
		{Name: "Acquire", Event: Came},
		{Name: "Settle", Event: Joined},
		{Name: "Activate", Event: CheckIn},
		{Name: "Convert", Event: Order},
	}
	repurchase = funnel.Step{Name: "Repurchase", Event: Order}
	refer      = funnel.Step{Name: "Refer", Event: Brought}
)

// countLoop runs the loop acquire → settle → activate → convert → repurchase →
// refer over the month's events.
func countLoop(events []siyu.Event) ([]report.Step, error) {
	log, err := funnel.NewLog(withBrought(events), &funnel.LogOptions{Props: []string{}})
	if err != nil {
		return nil, err
	}
	var loop []report.Step
	for _, last := range []funnel.Step{repurchase, refer} {
		answer, err := funnel.Run(log, funnel.Definition{
			Steps:  append(slices.Clip(untilConvert), last),
			Window: Days * 24 * time.Hour,
		})
		if err != nil {
			return nil, err
		}
		steps := answer.Steps
		if loop != nil {
			steps = steps[len(steps)-1:]
		}
		for _, s := range steps {
			loop = append(loop, report.Step{Name: s.Name, Users: s.Count, Rate: s.Next.Share, Low: s.Next.Low, High: s.Next.High})
		}
	}
	loop[len(loop)-1].Of = "Convert"
	circle, err := funnel.RunLifecycle(log, funnel.Loop{
		New: untilConvert[0], Settle: untilConvert[1], Active: untilConvert[2], Convert: untilConvert[3],
		Repurchase: repurchase, Refer: refer,
	}.Lifecycle(), funnel.Range{})
	if err != nil {
		return nil, err
	}
	for i, stage := range circle.Stages {
		loop[i].Now = stage.Now
	}
	return loop, nil
}

// withBrought yields the events, and for every friend who qualified one of the
// person who brought him.
func withBrought(events []siyu.Event) iter.Seq2[siyu.Event, error] {
	return func(yield func(siyu.Event, error) bool) {
		for _, e := range events {
			if !yield(e, nil) {
				return
			}
			if e.Name != Qualified || e.Props["inviter"] == "" {
				continue
			}
			brought := siyu.Event{ID: "brought/" + e.ID, User: siyu.UserID(e.Props["inviter"]), Name: Brought, At: e.At}
			if !yield(brought, nil) {
				return
			}
		}
	}
}
