package forest

import (
	"math"
	"sort"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/hugepage"
)

// Forest is who invited whom, counted. It does not change and is safe for
// concurrent use.
type Forest struct {
	nodes       []uint64 // depth above, invitees in the lower 32 bits: one look-up finds both
	second      []uint32
	generations []int64
}

const (
	depthShift = 32
	directMask = 1<<depthShift - 1
)

// Build counts a forest: parent[i] is the number of i's inviter, below i, or -1.
// Anything else is [siyu.ErrInvalid] with the place. The slice is read only
// while Build runs.
func Build(parent []int32) (*Forest, error) {
	if len(parent) > math.MaxInt32 {
		return nil, siyu.Invalid("parent", "has more than %d members", math.MaxInt32)
	}
	f := &Forest{nodes: hugepage.Make[uint64](len(parent)), second: hugepage.Make[uint32](len(parent))}
	nodes := f.nodes
	counts := []int64{0}
	for i, p := range parent {
		if p < 0 {
			if p != -1 {
				return nil, siyu.Invalid("parent", "member %d: %d is not a member", i, p)
			}
			counts[0]++
			continue
		}
		if int(p) >= i {
			return nil, siyu.Invalid("parent", "member %d joined before the inviter %d", i, p)
		}
		nodes[p]++
		depth := nodes[p]>>depthShift + 1
		nodes[i] = depth << depthShift
		if int(depth) == len(counts) {
			counts = append(counts, 0)
		}
		counts[depth]++
	}
	// Whoever brought nobody adds nothing to the one above: that is most.
	for i, p := range parent {
		if d := uint32(nodes[i]); d > 0 && p >= 0 {
			f.second[p] += d
		}
	}
	if len(parent) > 0 {
		f.generations = counts
	}
	return f, nil
}

// Len returns the number of members.
func (f *Forest) Len() int { return len(f.nodes) }

// Generations returns the number of members by depth, seeds first.
func (f *Forest) Generations() []int64 { return append([]int64(nil), f.generations...) }

// Direct returns how many member i brought.
func (f *Forest) Direct(i int) int { return int(f.nodes[i] & directMask) }

// Second returns how many the invitees of member i brought.
func (f *Forest) Second(i int) int { return int(f.second[i]) }

// Depth returns the generation of member i, 0 for a seed.
func (f *Forest) Depth(i int) int { return int(f.nodes[i] >> depthShift) }

// Tier is what everybody earns who brought at least From: Direct for each
// invitee and Second for each of theirs.
type Tier struct {
	From   int
	Direct siyu.Money
	Second siyu.Money
}

// Report is what a schedule comes to.
type Report struct {
	// Members are those below the first tier, then those in each tier.
	Members []int64
	// Direct and Second count the invitations that are paid for in each of them.
	Direct, Second []int64
	Total          siyu.Money
}

// Reckon applies a schedule of strictly ascending tiers, each person being paid
// for all at the tier reached.
func (f *Forest) Reckon(tiers []Tier) (Report, error) {
	tierOf, err := lookup(tiers)
	if err != nil {
		return Report{}, err
	}
	r := Report{Members: make([]int64, len(tiers)+1), Direct: make([]int64, len(tiers)+1), Second: make([]int64, len(tiers)+1)}
	for i := range f.nodes {
		d := uint32(f.nodes[i])
		t := tierOf.of(d)
		r.Members[t]++
		r.Direct[t] += int64(d)
		r.Second[t] += int64(f.second[i])
	}
	for i, tier := range tiers {
		direct, err := tier.Direct.Times(r.Direct[i+1])
		if err != nil {
			return Report{}, err
		}
		second, err := tier.Second.Times(r.Second[i+1])
		if err != nil {
			return Report{}, err
		}
		if r.Total, err = siyu.Sum(r.Total, direct, second); err != nil {
			return Report{}, err
		}
	}
	return r, nil
}

// Reward returns what a schedule pays member i; see [Forest.Reckon].
func (f *Forest) Reward(i int, tiers []Tier) (siyu.Money, error) {
	tierOf, err := lookup(tiers)
	if err != nil {
		return 0, err
	}
	t := tierOf.of(uint32(f.nodes[i]))
	if t == 0 {
		return 0, nil
	}
	direct, err := tiers[t-1].Direct.Times(int64(f.Direct(i)))
	if err != nil {
		return 0, err
	}
	second, err := tiers[t-1].Second.Times(int64(f.second[i]))
	if err != nil {
		return 0, err
	}
	return direct.Add(second)
}

// places finds tiers: most people brought few, so those are looked up.
type places struct {
	few  [64]uint8
	from []int
}

func lookup(tiers []Tier) (*places, error) {
	if len(tiers) > math.MaxUint8 {
		return nil, siyu.Invalid("tiers", "has more than %d entries", math.MaxUint8)
	}
	p := &places{from: make([]int, len(tiers))}
	for i, t := range tiers {
		if t.From < 0 || i > 0 && t.From <= tiers[i-1].From {
			return nil, siyu.Invalid("tiers", "tier %d does not begin above the one before", i)
		}
		if t.Direct < 0 || t.Second < 0 {
			return nil, siyu.Invalid("tiers", "tier %d has a negative amount", i)
		}
		p.from[i] = t.From
	}
	for d := range p.few {
		p.few[d] = uint8(p.search(d))
	}
	return p, nil
}

func (p *places) search(d int) int {
	return sort.Search(len(p.from), func(i int) bool { return p.from[i] > d })
}

func (p *places) of(direct uint32) int {
	if direct < uint32(len(p.few)) {
		return int(p.few[direct])
	}
	return p.search(int(direct))
}
