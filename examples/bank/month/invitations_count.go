package month

import (
	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/examples/bank/report"
)

// countReferrals counts what inviting came to, from the log alone: who got how
// far up the tiers goes by the friends who are not taken back.
func countReferrals(events []siyu.Event) (report.Referrals, error) {
	var (
		r        report.Referrals
		inviters = map[siyu.UserID]bool{}
		live     = map[siyu.UserID]int{}
		inviter  = map[string]siyu.UserID{} // of a qualification
		err      error
	)
	add := func(sum *siyu.Money, v siyu.Money) {
		if err == nil {
			*sum, err = sum.Add(v)
		}
	}
	for _, e := range events {
		switch e.Name {
		case Touched:
			inviters[siyu.UserID(e.Props["inviter"])] = true
		case Bound:
			r.Bound++
		case Qualified:
			by := siyu.UserID(e.Props["inviter"])
			inviter[e.Props["key"]] = by
			live[by]++
			r.Qualified++
		case "referral.refunded":
			live[inviter[e.Props["key"]]]--
			r.Reversed++
		case Rewarded:
			add(&r.Granted, e.Value)
		case Reversed:
			add(&r.ClawedBack, -e.Value)
		case PaidOut:
			add(&r.Paid, e.Value)
		}
	}
	r.Inviters = len(inviters)
	add(&r.Open, r.Granted)
	add(&r.Open, -r.ClawedBack)
	add(&r.Open, -r.Paid)
	for _, tier := range Program.Rules[0].Tiers {
		t := report.Tier{From: int(tier.From), Reward: tier.Amount}
		for _, n := range live {
			if int64(n) >= tier.From {
				t.Inviters++
			}
		}
		r.Tiers = append(r.Tiers, t)
	}
	return r, err
}
