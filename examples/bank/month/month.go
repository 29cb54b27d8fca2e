package month

import (
	"context"
	"fmt"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/examples/bank/book"
	"github.com/siyu-go/siyu/examples/bank/study"
	"github.com/siyu-go/siyu/store/sqlstore"
)

// Progress hears of the stages and of how many people are done.
type Progress interface {
	Begin(stage string, total int)
	Add(n int)
}

// Month runs the stages one after the other. What a stage needs of those
// before, it learns from the event log.
type Month struct {
	book     *book.Book
	evidence *study.Evidence
	draw     seed
	clock    *siyu.ManualClock
	progress Progress

	invited []*study.Person
	facts   facts
	read    int // events of the month that facts knows
}

// New prepares a month over a book whose customers are imported and read.
func New(b *book.Book, evidence *study.Evidence, s uint64, progress Progress) (*Month, error) {
	invited, err := audience(evidence.People)
	if err != nil {
		return nil, err
	}
	return &Month{
		book: b, evidence: evidence, draw: seed(s), clock: siyu.NewManualClock(Begins()), progress: progress,
		invited: invited, facts: facts{},
	}, nil
}

// Run runs the month. On a book where a part of it has happened it goes on
// there.
func (m *Month) Run(ctx context.Context) error {
	for _, stage := range []func(context.Context) error{
		m.setUp,
		m.inviteToCourse, m.settle, m.teach,
		m.promote, m.claim, m.order,
		m.inviteFriends, m.orderAgain, m.takeBack, m.payOut,
	} {
		if err := stage(ctx); err != nil {
			return err
		}
		if err := m.catchUp(ctx); err != nil {
			return err
		}
	}
	return nil
}

// catchUp reads what the stage before wrote.
func (m *Month) catchUp(ctx context.Context) error {
	if err := m.evidence.Read(ctx, m.book.Store().Events(), func(int) {}); err != nil {
		return err
	}
	for _, e := range m.evidence.Month[m.read:] {
		m.facts.learn(e)
	}
	m.read = len(m.evidence.Month)
	return nil
}

// pieceOfPeople is how many people a transaction of the month is about.
const pieceOfPeople = 250

// each does a stage for every one of the people, in pieces that are done once.
func (m *Month) each(ctx context.Context, stage string, people []*study.Person, do func(*sqlstore.Store, life) error) error {
	m.progress.Begin(stage, len(people))
	for n := 0; n*pieceOfPeople < len(people); n++ {
		piece := people[n*pieceOfPeople : min((n+1)*pieceOfPeople, len(people))]
		_, err := m.book.Once(ctx, fmt.Sprintf("month/%s/%d", stage, n), func(s *sqlstore.Store) error {
			for _, p := range piece {
				if err := do(s, life{p, m.draw}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		m.progress.Add(len(piece))
	}
	return nil
}

// who returns those of the invited for whom it is so.
func (m *Month) who(so func(*fact) bool) (people []*study.Person) {
	for _, p := range m.invited {
		if f, ok := m.facts[p.ID]; ok && so(f) {
			people = append(people, p)
		}
	}
	return people
}
