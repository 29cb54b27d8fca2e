package referral

import "github.com/siyu-go/siyu"

// MaxExposure is the largest number of qualified invitees that
// [Plan.Liability] works out, and the most fakes of [Plan.Sybil] without level
// 2 rewards.
const MaxExposure = 2_000_000

// maxWork is how many steps a partition may take: about a second.
const maxWork = 1 << 30

// MaxFakeTree is the most fakes that [Plan.Sybil] arranges in trees when level
// 2 is rewarded.
const MaxFakeTree = 40

// Exposure says what [Plan.Liability] has to reckon with.
type Exposure struct {
	Qualified int64      // invitees that qualify once each
	Amount    siyu.Money // of each order, for rules that go by amounts
	// MembersHaveUpline says that everybody who invites was invited; otherwise
	// the first to qualify has nobody at level 2, and all others may.
	MembersHaveUpline bool
}

// Liability returns the most that a program can cost when so many invitees
// qualify, over all ways to spread them over inviters, and these over theirs,
// within the caps and the budget. It is what a sponsor must be able to pay. Caps
// by period do not limit it, as periods go on.
//
// It is exact: each level 2 takes whole groups of level 1, and nobody earns on
// both, which could only cost less. The work grows with the number of
// invitees and of the places where rewards change their pace. Where it would
// take seconds, which rounded rates above some 30,000 invitees can, it is
// [siyu.ErrInvalid], and [Plan.LiabilityBound] answers.
//
// Exact is meant for rewards that never fall with more friends. Where a tier
// pays less than the one before in [Whole] mode, or a cap skips, the order of
// events decides too, and the answer is the cost of friends one after the other.
func (p *Plan) Liability(x Exposure) (siyu.Money, error) {
	e, err := p.exposed(x)
	if err != nil {
		return 0, err
	}
	if e.first.straight() || e.second.straight() { // then either spreads for itself
		return p.LiabilityBound(x)
	}
	alone, err := e.first.partition()
	if err != nil {
		return 0, err
	}
	// A group of level 2 with n invitees below pays what these are worth to level 1
	// in their best partition, and the group itself.
	group, missing := make(ladder, len(alone)), e.invitees-e.indirect
	for n := range group {
		group[n] = alone[n] + e.second[n]
	}
	best, err := group.partition()
	if err != nil {
		return 0, err
	}
	most := best[e.invitees]
	if missing > 0 { // one group has a member who does not count for it
		most = 0
		for n := int64(1); n <= e.invitees; n++ {
			most = max(most, best[e.invitees-n]+alone[n]+e.second[n-missing])
		}
	}
	return p.sponsored(e, most)
}

// LiabilityBound returns a sum that a program cannot cost more than: as
// [Plan.Liability], but that level 1 and level 2 are each spread in their own
// worst way, which may be at odds. It is exact where one of the levels has
// neither tiers, milestones nor caps.
func (p *Plan) LiabilityBound(x Exposure) (siyu.Money, error) {
	e, err := p.exposed(x)
	if err != nil {
		return 0, err
	}
	direct, err := e.first.partition()
	if err != nil {
		return 0, err
	}
	second, err := e.second[:e.indirect+1].partition()
	if err != nil {
		return 0, err
	}
	return p.sponsored(e, direct[e.invitees]+second[e.indirect])
}

// exposed is what both answers begin with.
type exposed struct {
	invitees, indirect int64
	first, second      ladder
	each               siyu.Money // for an invitee
}

func (p *Plan) exposed(x Exposure) (e exposed, err error) {
	if x.Qualified < 0 || x.Qualified > MaxExposure {
		return e, siyu.Invalid("qualified", "is outside 0..%d", MaxExposure)
	}
	if x.Amount < 0 {
		return e, siyu.Invalid("amount", "is negative")
	}
	e.invitees, e.indirect = x.Qualified, x.Qualified
	if !x.MembersHaveUpline {
		e.indirect = max(e.indirect-1, 0)
	}
	if e.first, err = p.ladder(Inviter, x.Qualified, x.Amount); err != nil {
		return e, err
	}
	if e.second, err = p.ladder(Inviter2, x.Qualified, x.Amount); err != nil {
		return e, err
	}
	e.each, err = p.worth(Invitee, 1, x.Amount)
	return e, err
}

// sponsored adds what invitees get, and stops at the budget.
func (p *Plan) sponsored(e exposed, inviters siyu.Money) (siyu.Money, error) {
	invitees, err := e.each.Times(e.invitees)
	if err != nil {
		return 0, err
	}
	total, err := inviters.Add(invitees)
	if err != nil {
		return 0, err
	}
	if budget := p.program.Caps.Budget; budget != nil {
		total = min(total, *budget)
	}
	return total, nil
}

// ladder returns what one person earns in a role from 0..n qualifications,
// within the person's caps. It makes sure that sums of them stay within 64 bits.
func (p *Plan) ladder(role Role, n int64, amount siyu.Money) (ladder, error) {
	values := make(ladder, n+1)
	var most siyu.Money
	for i := int64(1); i <= n; i++ {
		total, err := p.worth(role, i, amount)
		if err != nil {
			return nil, err
		}
		values[i] = p.capped(values[i-1], total)
		if p.program.Caps.OnCap == Skip {
			if values[i], err = p.skipping(role, i, amount, values[i-1]); err != nil {
				return nil, err
			}
		}
		most = max(most, values[i])
	}
	if _, err := most.Times(4*n + 4); err != nil {
		return nil, err
	}
	return values, nil
}

// worth returns what n qualifications of equal amount are worth to one person
// in a role by the rules, without caps on amounts.
func (p *Plan) worth(role Role, n int64, amount siyu.Money) (siyu.Money, error) {
	if limit := p.program.Caps.InviterCount; role == Inviter && limit != nil {
		n = min(n, *limit)
	}
	var total siyu.Money
	for i := range p.rules {
		r := &p.rules[i]
		if r.To != role {
			continue
		}
		w, err := r.worth(n, amount)
		if err != nil {
			return 0, err
		}
		if total, err = total.Add(w); err != nil {
			return 0, err
		}
	}
	return total, nil
}

func (r Rule) worth(n int64, amount siyu.Money) (siyu.Money, error) {
	switch r.Kind {
	case Percent:
		each, err := r.OnVolume(amount)
		if err != nil {
			return 0, err
		}
		return each.Times(n)
	case TieredVolume:
		v, err := amount.Times(n)
		if err != nil {
			return 0, err
		}
		return r.OnVolume(v)
	}
	return r.Total(n)
}

// capped returns total within the cap of a person who has had before. What was
// granted is not taken back by qualifying more.
func (p *Plan) capped(before, total siyu.Money) siyu.Money {
	if limit := p.program.Caps.InviterAmount; limit != nil {
		return max(before, min(total, *limit))
	}
	return total
}

// skipping returns what the n-th qualification brings a person to who has had
// before, where each rule pays in full or not at all.
func (p *Plan) skipping(role Role, n int64, amount, before siyu.Money) (siyu.Money, error) {
	limit := p.program.Caps.InviterAmount
	count := p.program.Caps.InviterCount
	if role == Invitee || limit == nil {
		return p.worth(role, n, amount)
	}
	if role == Inviter && count != nil && n > *count {
		return before, nil
	}
	for i := range p.rules {
		r := &p.rules[i]
		if r.To != role {
			continue
		}
		now, err := r.worth(n, amount)
		if err != nil {
			return 0, err
		}
		then, err := r.worth(n-1, amount)
		if err != nil {
			return 0, err
		}
		if rise := now - then; before+rise <= *limit {
			before += rise
		}
	}
	return before, nil
}
