package referral

import "github.com/siyu-go/siyu"

// Attack says what [Plan.Sybil] grants the attacker.
type Attack struct {
	MaxFakes int64
	Cost     siyu.Money // net cost to make one fake qualify
	Amount   siyu.Money // of a fake's order, for rules that go by amounts
}

// Exploit is the best that fake identities can make of a program.
type Exploit struct {
	Profit      siyu.Money // rewards to all identities, less the costs
	Fakes       int64      // the fewest that reach it
	Exploitable bool       // Profit is above 0
}

// Sybil returns the best profit of an existing member who creates fake invitees
// in any tree below himself, each qualifying once. A program should come out
// with a profit of 0: raise the cost (a minimum order, a real-name check), or
// lower the caps until it does.
//
// With level 2 rewards every shape of tree up to [MaxFakeTree] fakes is
// compared; without, the best partition up to [MaxExposure]. Caps by period are
// not counted on.
func (p *Plan) Sybil(a Attack) (Exploit, error) {
	deep := false
	for _, r := range p.rules {
		deep = deep || r.To == Inviter2
	}
	most := int64(MaxExposure)
	if deep {
		most = MaxFakeTree
	}
	switch {
	case a.MaxFakes < 0 || a.MaxFakes > most:
		return Exploit{}, siyu.Invalid("max_fakes", "is outside 0..%d", most)
	case a.Cost < 0:
		return Exploit{}, siyu.Invalid("cost", "is negative")
	case a.Amount < 0:
		return Exploit{}, siyu.Invalid("amount", "is negative")
	}
	direct, err := p.ladder(Inviter, a.MaxFakes, a.Amount)
	if err != nil {
		return Exploit{}, err
	}
	rewards, err := direct.partition()
	if err != nil {
		return Exploit{}, err
	}
	if deep {
		second, err := p.ladder(Inviter2, a.MaxFakes, a.Amount)
		if err != nil {
			return Exploit{}, err
		}
		rewards = p.trees(direct, second)
	}
	each, err := p.worth(Invitee, 1, a.Amount)
	if err != nil {
		return Exploit{}, err
	}
	var best Exploit
	for m, reward := range rewards {
		profit, err := p.profit(reward, each, a.Cost, int64(m))
		if err != nil {
			return Exploit{}, err
		}
		if profit > best.Profit {
			best = Exploit{Profit: profit, Fakes: int64(m), Exploitable: true}
		}
	}
	return best, nil
}

func (p *Plan) profit(reward, each, cost siyu.Money, fakes int64) (siyu.Money, error) {
	own, err := each.Times(fakes)
	if err != nil {
		return 0, err
	}
	if reward, err = reward.Add(own); err != nil {
		return 0, err
	}
	if budget := p.program.Caps.Budget; budget != nil {
		reward = min(reward, *budget)
	}
	if cost, err = cost.Times(fakes); err != nil {
		return 0, err
	}
	return reward.Sub(cost)
}

// trees returns for each number of nodes below a root the best sum of what
// every node earns from its children and grandchildren.
//
// within[n][d] is the best for a subtree of n nodes below its root, which has d
// children; forest[c][n][g] the best for c such subtrees with n nodes and g
// grandchildren in all.
func (p *Plan) trees(direct, second ladder) ladder {
	const impossible = -1
	size := len(direct)
	within := make([][]siyu.Money, size)
	forest := make([][][]siyu.Money, size)
	for c := range forest {
		forest[c] = make([][]siyu.Money, size)
		for n := range forest[c] {
			forest[c][n] = make([]siyu.Money, size)
			for g := range forest[c][n] {
				forest[c][n][g] = impossible
			}
		}
	}
	forest[0][0][0] = 0
	best := make(ladder, size)
	for n := range size {
		for c := 1; c <= n; c++ {
			for g := 0; g <= n-c; g++ {
				forest[c][n][g] = lastChild(forest[c-1], within, n, g)
			}
		}
		within[n] = make([]siyu.Money, n+1)
		for d := range within[n] {
			within[n][d] = impossible
			for g := 0; g <= n-d; g++ {
				if f := forest[d][n][g]; f != impossible {
					within[n][d] = max(within[n][d], f+p.capped(0, direct[d]+second[g]))
				}
			}
			best[n] = max(best[n], within[n][d])
		}
	}
	return best
}

// lastChild adds one subtree to a forest of one tree less, in the best way.
func lastChild(fewer, within [][]siyu.Money, n, g int) siyu.Money {
	best := siyu.Money(-1)
	for below := range n { // nodes below the last child, which is a node too
		for d := 0; d <= min(below, g); d++ {
			rest := fewer[n-below-1][g-d]
			if rest >= 0 && within[below][d] >= 0 {
				best = max(best, rest+within[below][d])
			}
		}
	}
	return best
}

// Split returns what somebody collects who is paid levels[0] for a find and
// inserts 0, 1, 2, … fake uplines of his own between himself and the rest:
// the sums of the first levels. If it grows, the split rewards faking.
func Split(levels ...siyu.Money) ([]siyu.Money, error) {
	totals := make([]siyu.Money, len(levels))
	var sum siyu.Money
	for i, l := range levels {
		var err error
		if sum, err = sum.Add(l); err != nil {
			return nil, err
		}
		totals[i] = sum
	}
	return totals, nil
}
