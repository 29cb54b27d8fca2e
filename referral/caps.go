package referral

import (
	"slices"

	"github.com/siyu-go/siyu"
)

// capSeries is the tally of what a person holds from inviter rewards.
const capSeries = "cap"

// limit is a cap on one person's inviter rewards, with the tally that it looks
// at.
type limit struct {
	series string
	amount siyu.Money
}

// limits returns the caps that an award falls under: none for an invitee's, the
// one by period by the instant of the grant.
func (p *Plan) limits(a *Award) []limit {
	if a.Role == Invitee {
		return nil
	}
	by := p.program.Caps.InviterPeriod
	if by == nil {
		return p.everCap
	}
	ofPeriod := limit{capSeries + "/" + periodName(by.Period, by.TZ, p.period, a.At), by.Amount}
	return append(slices.Clip(p.everCap), ofPeriod)
}

// fitting finds how much of each reward of one event fits, the earlier ones of
// the event taken into account.
type fitting struct {
	s      *step
	taken  notes[tallyKey, siyu.Money] // by the event, of persons' caps
	wanted siyu.Money                  // by the event, of the budget
}

// used returns what the event has taken of a person's cap so far.
func (f *fitting) used(person siyu.UserID, series string) *siyu.Money {
	key := tallyKey{person, series}
	if m := f.taken.get(key); m != nil {
		return m
	}
	return f.taken.add(key, 0)
}

// room returns what is paid of a reward that rises by want, and the reason if
// that is less. The smaller room names the reason, the inviter's if both are
// equal. Atomic events leave the budget to together.
func (f *fitting) room(a *Award, want siyu.Money) (siyu.Money, Reason) {
	caps := &f.s.plan.program.Caps
	limits := f.s.plan.limits(a)
	room, reason := want, Reason("")
	for _, l := range limits {
		if left := f.left(l.amount, f.s.tally(a.Person, l.series).Amount, *f.used(a.Person, l.series)); left < room {
			room, reason = left, InviterCap
		}
	}
	if caps.Budget != nil && caps.Pair == Independent {
		if left := f.left(*caps.Budget, f.s.change.Totals.Net, f.wanted); left < room {
			room, reason = left, BudgetCap
		}
	}
	if reason != "" && caps.OnCap == Skip {
		room = 0
	}
	for _, l := range limits {
		f.s.add(f.used(a.Person, l.series), room)
	}
	f.s.add(&f.wanted, room)
	return room, reason
}

// left returns limit - used - taken, and 0 if that is below.
func (f *fitting) left(limit, used, taken siyu.Money) siyu.Money {
	f.s.add(&used, taken)
	return max(f.s.money(limit.Sub(used)), 0)
}

// together reports whether the event's rewards may stand: always, unless they
// are atomic and do not all fit the budget.
func (f *fitting) together() bool {
	caps := &f.s.plan.program.Caps
	return caps.Budget == nil || caps.Pair == Independent ||
		f.wanted <= f.left(*caps.Budget, f.s.change.Totals.Net, 0)
}
