package forest

import (
	"errors"
	"math"
	"sort"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/hugepage"
)

// Forest is who invited whom, counted. It does not change and is safe for
// concurrent use.
type Forest struct {
	direct, second counts
	shallow        []uint8  // depth of each member, or
	deep           []uint32 // if some are deeper than 255
	generations    []int64
}

// Build counts a forest: parent[i] is the number of i's inviter, below i, or -1.
// Anything else is [siyu.ErrInvalid] with the place. The slice is read only
// while Build runs.
func Build(parent []int32) (*Forest, error) {
	if len(parent) > math.MaxInt32 {
		return nil, siyu.Invalid("parent", "has more than %d members", math.MaxInt32)
	}
	f := &Forest{direct: newCounts(len(parent)), second: newCounts(len(parent))}
	var err error
	f.shallow, f.generations, err = count[uint8](parent, &f.direct)
	if errors.Is(err, errDeep) {
		f.direct, f.shallow = newCounts(len(parent)), nil
		f.deep, f.generations, err = count[uint32](parent, &f.direct)
	}
	if err != nil {
		return nil, err
	}
	// Whoever brought nobody adds nothing to the one above: that is most.
	for i, p := range parent {
		if d := f.direct.of(i); d > 0 && p >= 0 {
			f.second.add(p, d)
		}
	}
	return f, nil
}

var errDeep = errors.New("forest: deeper than the depths that were made room for")

// count counts invitees and works out everybody's depth, and how many there are
// in each.
func count[D uint8 | uint32](parent []int32, direct *counts) (depth []D, generations []int64, err error) {
	depth = hugepage.Make[D](len(parent))
	low := direct.low
	counted := []int64{0}
	for i, p := range parent {
		if p < 0 {
			if p != -1 {
				return nil, nil, siyu.Invalid("parent", "member %d: %d is not a member", i, p)
			}
			counted[0]++
			continue
		}
		if int(p) >= i {
			return nil, nil, siyu.Invalid("parent", "member %d joined before the inviter %d", i, p)
		}
		if n := low[p]; n < full {
			low[p] = n + 1
		} else {
			direct.many[p]++
		}
		d := depth[p] + 1
		if d == 0 {
			return nil, nil, errDeep
		}
		depth[i] = d
		if int(d) == len(counted) {
			counted = append(counted, 0)
		}
		counted[d]++
	}
	if len(parent) > 0 {
		generations = counted
	}
	return depth, generations, nil
}

// counts holds numbers most of which are small: a byte each, so that the
// processor's cache has room for millions, and the rest beside it.
type counts struct {
	low  []uint8
	many map[int32]uint32 // what goes beyond full
}

const full = math.MaxUint8

func newCounts(n int) counts {
	return counts{low: hugepage.Make[uint8](n), many: map[int32]uint32{}}
}

func (c *counts) of(i int) uint32 {
	n := uint32(c.low[i])
	if n == full {
		n += c.many[int32(i)]
	}
	return n
}

func (c *counts) add(i int32, n uint32) {
	sum := uint32(c.low[i]) + n
	if sum <= full {
		c.low[i] = uint8(sum)
		return
	}
	c.low[i] = full
	c.many[i] += sum - full
}

// Len returns the number of members.
func (f *Forest) Len() int { return len(f.direct.low) }

// Generations returns the number of members by depth, seeds first.
func (f *Forest) Generations() []int64 { return append([]int64(nil), f.generations...) }

// Direct returns how many member i brought.
func (f *Forest) Direct(i int) int { return int(f.direct.of(i)) }

// Second returns how many the invitees of member i brought.
func (f *Forest) Second(i int) int { return int(f.second.of(i)) }

// Depth returns the generation of member i, 0 for a seed.
func (f *Forest) Depth(i int) int {
	if f.deep != nil {
		return int(f.deep[i])
	}
	return int(f.shallow[i])
}

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
	for i := range f.direct.low {
		d := f.direct.of(i)
		t := tierOf.of(d)
		r.Members[t]++
		r.Direct[t] += int64(d)
		r.Second[t] += int64(f.second.of(i))
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
	t := tierOf.of(f.direct.of(i))
	if t == 0 {
		return 0, nil
	}
	direct, err := tiers[t-1].Direct.Times(int64(f.Direct(i)))
	if err != nil {
		return 0, err
	}
	second, err := tiers[t-1].Second.Times(int64(f.Second(i)))
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
