package month

import (
	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/coupon"
	"github.com/siyu-go/siyu/examples/bank/report"
)

// countLadder counts what became of the coupons of each rung.
func countLadder(events []siyu.Event) []report.Rung {
	rungs := make([]report.Rung, len(Ladder))
	of := map[coupon.BatchID]*report.Rung{}
	for i, r := range Ladder {
		rungs[i] = report.Rung{From: r.From, Off: r.Off, Quota: int(r.Quota)}
		of[BatchOf(i)] = &rungs[i]
	}
	for _, e := range events {
		rung := of[coupon.BatchID(e.Props["batch"])]
		switch {
		case e.Name == Return && number(e.Props[propRung]) >= 0:
			rungs[number(e.Props[propRung])].Refunded++
		case rung == nil:
		case e.Name == Claimed:
			rung.Claimed++
		case e.Name == Locked:
			rung.Locked++
		case e.Name == Redeemed:
			rung.Redeemed++
		}
	}
	return rungs
}
