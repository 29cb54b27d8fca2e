package referral

import "github.com/siyu-go/siyu"

// MaxExposure is the largest number of qualified invitees that
// [Plan.Liability] works out, and the most fakes of [Plan.Sybil] without level
// 2 rewards.
const MaxExposure = 20_000

// MaxFakeTree is the most fakes that [Plan.Sybil] arranges in trees when level
// 2 is rewarded.
const MaxFakeTree = 40

// Exposure says what [Plan.Liability] has to reckon with.
type Exposure struct {
	Qualified int64      // invitees that qualify once each
	Amount    siyu.Money // of each order, for rules that go by amounts
	// MembersHaveUpline says that everybody who invites was invited; otherwise
	// the first inviter was not.
	MembersHaveUpline bool
}

// Liability returns the most that a program can cost when so many invitees
// qualify, over all ways to spread them over inviters, within the caps and the
// budget. It is what a sponsor must be able to pay. Caps by period do not limit
// it, as periods go on.
//
// Level 1 is exact: the best partition of the invitees into inviters. Level 2 is
// counted for all invitees but the first, spread over inviters of its own, so
// with tiers or caps on level 2 the answer is an upper bound.
func (p *Plan) Liability(x Exposure) (siyu.Money, error) {
	if x.Qualified < 0 || x.Qualified > MaxExposure {
		return 0, siyu.Invalid("qualified", "is outside 0..%d", MaxExposure)
	}
	if x.Amount < 0 {
		return 0, siyu.Invalid("amount", "is negative")
	}
	indirect := x.Qualified
	if !x.MembersHaveUpline {
		indirect = max(indirect-1, 0)
	}
	direct, err := p.spread(Inviter, x.Qualified, x.Amount)
	if err != nil {
		return 0, err
	}
	second, err := p.spread(Inviter2, indirect, x.Amount)
	if err != nil {
		return 0, err
	}
	each, err := p.worth(Invitee, 1, x.Amount)
	if err != nil {
		return 0, err
	}
	invitees, err := each.Times(x.Qualified)
	if err != nil {
		return 0, err
	}
	total, err := siyu.Sum(direct, second, invitees)
	if err != nil {
		return 0, err
	}
	if budget := p.program.Caps.Budget; budget != nil {
		total = min(total, *budget)
	}
	return total, nil
}

// spread returns the most that n qualifications earn their inviters in a role,
// over all partitions.
func (p *Plan) spread(role Role, n int64, amount siyu.Money) (siyu.Money, error) {
	alone, err := p.ladder(role, n, amount)
	if err != nil {
		return 0, err
	}
	return partition(alone)[n], nil
}

// partition returns for each n the best sum of values of parts that add up to
// n.
func partition(value []siyu.Money) []siyu.Money {
	best := make([]siyu.Money, len(value))
	for n := range best {
		for part := 1; part <= n; part++ {
			best[n] = max(best[n], best[n-part]+value[part])
		}
	}
	return best
}

// ladder returns what one person earns in a role from 0..n qualifications,
// within the person's caps. It makes sure that n of them add up within 64 bits.
func (p *Plan) ladder(role Role, n int64, amount siyu.Money) ([]siyu.Money, error) {
	values := make([]siyu.Money, n+1)
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
	if _, err := most.Times(2*n + 2); err != nil {
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
