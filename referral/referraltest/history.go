package referraltest

import (
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral"
)

// Draw returns a number in 0..n-1. A seeded generator or a property test's
// shrinking one can stand behind it.
type Draw func(n int) int

// chance is true once in n times.
func (d Draw) chance(n int) bool { return d(n) == 0 }

func pick[T any](d Draw, from ...T) T { return from[d(len(from))] }

func (d Draw) maybe(limit siyu.Money) *siyu.Money {
	if d.chance(2) {
		return nil
	}
	return new(siyu.Money(d(int(limit))))
}

// Start is the instant at which random histories begin.
var Start = time.Date(2026, 1, 30, 20, 0, 0, 0, time.UTC)

// Program draws a program that compiles, from all that programs may say.
func (d Draw) Program() referral.Program {
	p := referral.Program{
		Currency:           siyu.CNY,
		Attribution:        referral.Attribution{Model: pick(d, referral.FirstTouch, referral.LastTouch), Window: pick(d, 0, referral.Day, 7*referral.Day)},
		Binding:            referral.BindingPolicy{Mode: pick(d, referral.Permanent, referral.Expiring, referral.Overwrite), NewOnly: d.chance(4)},
		QualifyWithin:      pick(d, 0, 0, 5*referral.Day),
		RewardOn:           pick(d, referral.First, referral.Every),
		MinAmount:          pick[siyu.Money](d, 0, 0, 500),
		Hold:               pick(d, 0, referral.Day, 3*referral.Day),
		OnIneligibleUpline: pick(d, referral.Stop, referral.Continue),
		Caps: referral.Caps{
			InviterAmount: d.maybe(4000), Budget: d.maybe(9000),
			OnCap: pick(d, referral.Partial, referral.Skip), Pair: pick(d, referral.Independent, referral.Independent, referral.Atomic),
		},
	}
	if p.Binding.Mode == referral.Expiring || p.Binding.Mode == referral.Overwrite && d.chance(3) {
		p.Binding.TTL = pick(d, referral.Day, 10*referral.Day)
	}
	if d.chance(4) {
		p.Caps.InviterCount = new(int64(d(5)))
	}
	if d.chance(4) {
		p.Caps.InviterPeriod = &referral.PeriodCap{Period: d.period(), TZ: "Asia/Shanghai", Amount: siyu.Money(d(2000))}
	}
	if d.chance(4) {
		p.EndsAt = Start.Add(20 * 24 * time.Hour)
	}
	for i := range 1 + d(3) {
		p.Rules = append(p.Rules, d.rule(fmt.Sprintf("r%d", i)))
	}
	for i := range d(3) {
		p.Fraud = append(p.Fraud, referral.FraudRule{
			ID:     fmt.Sprintf("f%d", i),
			Kind:   pick(d, referral.MatchInviter, referral.MatchSiblings, referral.Velocity, referral.MatchAncestors, referral.Chain, referral.Barren),
			Signal: "device", Threshold: 1 + int64(d(3)), Window: referral.Day, MaxBinds: 1 + int64(d(4)),
			Action: pick(d, referral.Reject, referral.HoldAndCheck, referral.HoldAndCheck),
		})
	}
	return p
}

func (d Draw) period() referral.Period {
	return pick(d, referral.Daily, referral.Weekly, referral.Monthly)
}

func (d Draw) rule(id string) referral.Rule {
	r := referral.Rule{
		ID: id, To: pick(d, referral.Inviter, referral.Inviter, referral.Inviter2, referral.Invitee),
		Kind:     pick(d, referral.Flat, referral.Percent, referral.TieredCount, referral.TieredCount, referral.TieredVolume, referral.Milestone),
		Rounding: new(pick(d, siyu.Floor, siyu.HalfUp, siyu.HalfEven)),
	}
	switch r.Kind {
	case referral.Flat:
		r.Amount = siyu.Money(d(900))
		return r
	case referral.Percent:
		r.BPS, r.MaxAmount = siyu.BPS(d(3000)), d.maybe(300)
		return r
	case referral.TieredCount:
		r.Mode = pick(d, referral.Stack, referral.Whole)
		for i := range 1 + d(3) {
			r.Tiers = append(r.Tiers, referral.Tier{From: int64(1 + 2*i), Amount: siyu.Money(d(800))})
		}
	case referral.TieredVolume:
		r.Mode = pick(d, referral.Marginal, referral.Whole)
		for i := range 1 + d(3) {
			r.Tiers = append(r.Tiers, referral.Tier{From: int64(2000 * i), BPS: siyu.BPS(d(3000))})
		}
	case referral.Milestone:
		if d.chance(2) {
			r.Every, r.Amount = int64(1+d(3)), siyu.Money(1+d(900))
		} else {
			r.Steps = []referral.Step{{At: 1 + int64(d(2)), Amount: 700}, {At: 3 + int64(d(2)), Amount: siyu.Money(d(1500))}}
		}
	}
	if d.chance(3) {
		r.Period, r.TZ = d.period(), pick(d, "UTC", "Asia/Shanghai", "America/New_York")
	}
	r.OnReverse = pick(d, referral.Recompute, referral.Recompute, referral.Frozen)
	return r
}

// People of random histories.
const people = 8

func (d Draw) person() siyu.UserID { return siyu.UserID(fmt.Sprintf("p%d", d(people))) }

// Events draws a history of n events in the order of time, with unknown keys,
// repetitions and conflicts among them.
func (d Draw) Events(n int) []referral.Event {
	events := make([]referral.Event, n)
	at := Start
	for i := range events {
		at = at.Add(pick(d, 0, time.Second, 40*time.Minute, 5*time.Hour, 26*time.Hour))
		events[i] = d.event(i, at)
	}
	return events
}

func (d Draw) event(i int, at time.Time) referral.Event {
	request := fmt.Sprintf("request-%d", i)
	switch d(16) {
	case 0:
		return referral.Enroll{Request: request, Person: d.person(), Existing: d.chance(4), At: at, Signals: map[string]string{"device": pick(d, "", "d1", "d2")}}
	case 1:
		return referral.Touch{Request: request, Invitee: d.person(), Inviter: d.person(), At: at}
	case 2, 3, 4, 5:
		b := referral.Bind{Request: request, Invitee: d.person(), At: at}
		if !d.chance(4) {
			b.Inviter = d.person()
		}
		return b
	case 6, 7, 8, 9, 10:
		return referral.Qualify{Invitee: d.person(), Key: d.order(), Amount: siyu.Money(d(3000)), At: at}
	case 11, 12:
		r := referral.Refund{Key: d.order(), RefundKey: referral.Key(fmt.Sprintf("refund-%d", d(3*n))), At: at}
		if d.chance(2) {
			r.Amount = new(siyu.Money(d(1500)))
		}
		return r
	case 13:
		if d.chance(2) {
			return referral.Advance{Request: request, Limit: d(3), At: at}
		}
		return referral.Payout{Request: request, Person: d.person(), At: at}
	case 14:
		if d.chance(5) {
			return referral.Disable{Request: request, Person: d.person(), At: at}
		}
		return referral.Review{Request: request, Invitee: d.person(), Decision: pick(d, referral.Approve, referral.Deny), At: at}
	}
	if d.chance(3) {
		return referral.Unbind{Request: request, Invitee: d.person(), At: at}
	}
	return referral.Payout{Request: request, Person: d.person(), At: at}
}

// n is how many orders and refunds there are: few, so that they meet.
const n = 12

func (d Draw) order() referral.Key { return referral.Key(fmt.Sprintf("order-%d", d(3*n))) }
