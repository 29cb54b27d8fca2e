package virality

import (
	"math/big"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// Factor is the viral coefficient with its parts: K is invitations per member
// times the share accepted.
type Factor struct {
	Sent       int64
	Accepted   int64    // members who were invited
	PerMember  *big.Rat // invitations sent per member, nil without members
	Acceptance *big.Rat // accepted of sent, nil if nothing was sent
	K          *big.Rat // accepted per member, nil without members
}

// K returns the viral coefficient over all members, young ones included, who
// have not had the time to invite: see [Cohort] for the correction.
func K(members []Member) (Factor, error) {
	if _, err := index(members); err != nil {
		return Factor{}, err
	}
	var f Factor
	for i, m := range members {
		if m.Sent < 0 || f.Sent+m.Sent < 0 {
			return Factor{}, siyu.Invalid("members", "the invitations of member %d are out of range", i)
		}
		f.Sent += m.Sent
		if m.Inviter != "" {
			f.Accepted++
		}
	}
	f.PerMember = ratio(f.Sent, int64(len(members)))
	f.Acceptance = ratio(f.Accepted, f.Sent)
	f.K = ratio(f.Accepted, int64(len(members)))
	return f, nil
}

// Mature is K of those members only who have had the time to invite.
type Mature struct {
	Members    int64    // who joined at least the maturity before
	Attributed int64    // whom they invited within that time after joining
	K          *big.Rat // nil without members
}

// Cohort returns K of the members with joined + maturity <= asOf, counting
// their invitees with joined < the inviter's joined + maturity: every member is
// given the same time, so a growing program is not measured too low.
func Cohort(members []Member, asOf time.Time, maturity time.Duration) (Mature, error) {
	number, err := index(members)
	if err != nil {
		return Mature{}, err
	}
	ripe := func(m Member) bool { return !m.JoinedAt.Add(maturity).After(asOf) }
	var c Mature
	for _, m := range members {
		if ripe(m) {
			c.Members++
		}
		if m.Inviter == "" {
			continue
		}
		if up := members[number[m.Inviter]]; ripe(up) && m.JoinedAt.Before(up.JoinedAt.Add(maturity)) {
			c.Attributed++
		}
	}
	c.K = ratio(c.Attributed, c.Members)
	return c, nil
}

// Cycle is the time from joining to bringing somebody.
type Cycle struct {
	Edges  int
	Mean   *big.Rat // seconds, nil without edges
	Median *big.Rat // seconds; of an even count the mean of the middle two
}

// CycleTime returns the times from an inviter's joining to the invitees'.
func CycleTime(members []Member) (Cycle, error) {
	number, err := index(members)
	if err != nil {
		return Cycle{}, err
	}
	var gaps []int64 // microseconds
	sum := new(big.Int)
	for _, m := range members {
		if m.Inviter != "" {
			gap := m.JoinedAt.Sub(members[number[m.Inviter]].JoinedAt).Microseconds()
			gaps = append(gaps, gap)
			sum.Add(sum, big.NewInt(gap))
		}
	}
	c := Cycle{Edges: len(gaps)}
	if len(gaps) == 0 {
		return c, nil
	}
	const micros = 1_000_000
	slices.Sort(gaps)
	c.Mean = new(big.Rat).SetFrac(sum, big.NewInt(int64(len(gaps))*micros))
	low, high := gaps[(len(gaps)-1)/2], gaps[len(gaps)/2]
	c.Median = new(big.Rat).SetFrac(new(big.Int).Add(big.NewInt(low), big.NewInt(high)), big.NewInt(2*micros))
	return c, nil
}

func ratio(a, b int64) *big.Rat {
	if b == 0 {
		return nil
	}
	return big.NewRat(a, b)
}
