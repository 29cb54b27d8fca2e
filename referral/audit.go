package referral

import (
	"context"
	"fmt"

	"github.com/siyu-go/siyu"
)

// Audit is what [Service.Verify] found in a stored program.
type Audit struct {
	Seq     int64 // of the last event
	Entries int64 // of the ledger
	People  int64
	Awards  int64 // that moved money
	Net     siyu.Money
	// Differences are the first MaxDifferences places where the stored rows are
	// not what the ledger says; none in a sound program.
	Differences []Difference
}

// Difference is one such place.
type Difference struct {
	What   string      // such as "balance" or "granted"
	Person siyu.UserID // of a bucket
	Key    Key         // of an award
	Rule   string
	Stored siyu.Money
	Ledger siyu.Money
}

// MaxDifferences is how many differences an [Audit] lists.
const MaxDifferences = 100

// Verify reads a stored program's whole ledger and proves the rows against it:
// entries in order without a gap inside an event and above 0, every person's
// buckets, every award's grant, no pending or held money below 0, and the
// program's net, within the budget. It changes nothing and holds no lock; if
// the program moves meanwhile the answer is [siyu.ErrConflict], and Verify is to
// be called again when it is quiet, or inside a transaction. It needs about 100
// bytes of memory an award and a person.
func (s *Service) Verify(ctx context.Context) (Audit, error) {
	before, err := s.Totals(ctx)
	if err != nil {
		return Audit{}, err
	}
	a := auditor{Audit: Audit{Seq: before.Seq, Net: before.Net}, buckets: map[siyu.UserID]*Buckets{}, granted: map[awardKey]siyu.Money{}}
	if err := a.ledger(ctx, s); err != nil {
		return Audit{}, err
	}
	if err := a.people(ctx, s); err != nil {
		return Audit{}, err
	}
	if err := a.awards(ctx, s); err != nil {
		return Audit{}, err
	}
	a.differ(Difference{What: "program net", Stored: before.Net, Ledger: a.net})
	if budget := s.plan.program.Caps.Budget; budget != nil && a.net > *budget {
		a.differ(Difference{What: "net above budget", Stored: *budget, Ledger: a.net})
	}
	after, err := s.Totals(ctx)
	if err != nil {
		return Audit{}, err
	}
	if after != before {
		return Audit{}, fmt.Errorf("referral: verify: the program moved meanwhile: %w", siyu.ErrConflict)
	}
	return a.Audit, nil
}

type auditor struct {
	Audit
	buckets map[siyu.UserID]*Buckets
	granted map[awardKey]siyu.Money
	net     siyu.Money
}

func (a *auditor) differ(d Difference) {
	if d.Stored != d.Ledger && len(a.Differences) < MaxDifferences {
		a.Differences = append(a.Differences, d)
	}
}

func (a *auditor) ledger(ctx context.Context, s *Service) error {
	last := Place{Line: -1}
	for e, err := range s.Ledger(ctx, "") {
		if err != nil {
			return err
		}
		a.Entries++
		expected := 0 // line of a new event
		if e.Seq == last.Seq {
			expected = last.Line + 1
		}
		a.differ(Difference{What: "ledger line", Person: e.Person, Key: e.Key, Rule: e.Rule, Stored: siyu.Money(e.Line), Ledger: siyu.Money(expected)})
		last = Place{e.Seq, e.Line}
		if e.Amount <= 0 {
			a.differ(Difference{What: "ledger amount", Person: e.Person, Key: e.Key, Rule: e.Rule, Stored: e.Amount})
		}
		if a.buckets[e.Person] == nil {
			a.buckets[e.Person] = &Buckets{}
		}
		if err := a.buckets[e.Person].move(e.From, e.To, e.Amount); err != nil {
			return err
		}
		moved := siyu.Money(0)
		if e.From == Funds {
			moved = e.Amount
		} else if e.To == Funds {
			moved = -e.Amount
		}
		if moved == 0 {
			continue
		}
		if a.net, err = a.net.Add(moved); err != nil {
			return err
		}
		a.granted[awardKey{e.Key, e.Rule}] += moved
	}
	return nil
}

func (a *auditor) people(ctx context.Context, s *Service) error {
	for p, err := range s.store.People(ctx, s.program, "") {
		if err != nil {
			return err
		}
		a.People++
		want := a.buckets[p.ID]
		if want == nil {
			want = &Buckets{}
		}
		delete(a.buckets, p.ID)
		for _, bucket := range []Bucket{Pending, Held, Balance, Paid} {
			stored := *p.of(bucket)
			a.differ(Difference{What: string(bucket), Person: p.ID, Stored: stored, Ledger: *want.of(bucket)})
			if stored < 0 && bucket != Balance {
				a.differ(Difference{What: string(bucket) + " below 0", Person: p.ID, Stored: stored})
			}
		}
	}
	for id, b := range a.buckets { // moved money, but have no row
		net, err := b.Net()
		if err != nil {
			return err
		}
		a.differ(Difference{What: "person without a row", Person: id, Ledger: net})
	}
	return nil
}

func (a *auditor) awards(ctx context.Context, s *Service) error {
	a.Awards = int64(len(a.granted))
	return s.store.View(ctx, s.program, func(v View) error {
		stored := map[Key]bool{}
		for key := range a.granted {
			if stored[key.qualification] {
				continue
			}
			stored[key.qualification] = true
			awards, err := v.Awards(key.qualification)
			if err != nil {
				return err
			}
			have := map[string]siyu.Money{}
			for _, award := range awards {
				have[award.Rule] = award.Granted
			}
			for _, r := range s.plan.rules {
				of := awardKey{key.qualification, r.ID}
				a.differ(Difference{What: "granted", Key: of.qualification, Rule: r.ID, Stored: have[r.ID], Ledger: a.granted[of]})
			}
		}
		return nil
	})
}
