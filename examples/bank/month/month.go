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
		m.promote, m.claim, m.order, m.takeBack, m.orderAgain,
		m.inviteFriends, m.payOut,
	} {
		if err := stage(ctx); err != nil {
			return err
		}
	}
	return m.evidence.Read(ctx, m.book.Store().Events(), func(int) {})
}

// begin brings the facts to where they are when a stage begins: what the log
// held then, also if the month goes on later and the log holds more.
func (m *Month) begin(ctx context.Context, stage string) error {
	mark := "month/begin " + stage
	if _, err := m.book.Once(ctx, mark, func(context.Context, *sqlstore.Store) error { return nil }); err != nil {
		return err
	}
	if err := m.evidence.Read(ctx, m.book.Store().Events(), func(int) {}); err != nil {
		return err
	}
	for _, e := range m.evidence.Month[m.read:m.evidence.Marks[mark]] {
		m.facts.learn(e)
	}
	m.read = m.evidence.Marks[mark]
	return nil
}

// pieceSize is how many people or acts a transaction of the month is about.
const pieceSize = 100

// each does a stage for every one of the people, in pieces that are done once.
func (m *Month) each(ctx context.Context, stage string, people []*study.Person, do func(context.Context, *sqlstore.Store, life) error) error {
	return inPieces(ctx, m, stage, people, func(ctx context.Context, s *sqlstore.Store, p *study.Person) error {
		return do(ctx, s, life{p, m.draw})
	})
}

// inPieces does a stage for every item of a list that is the same in every run.
func inPieces[T any](ctx context.Context, m *Month, stage string, items []T, do func(context.Context, *sqlstore.Store, T) error) error {
	m.progress.Begin(stage, len(items))
	for n := 0; n*pieceSize < len(items); n++ {
		piece := items[n*pieceSize : min((n+1)*pieceSize, len(items))]
		_, err := m.book.Once(ctx, fmt.Sprintf("month/%s/%d", stage, n), func(ctx context.Context, s *sqlstore.Store) error {
			for _, item := range piece {
				if err := do(ctx, s, item); err != nil {
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

// who returns those of the invited for whom it is so by what the log says of
// them.
func (m *Month) who(so func(*study.Person, *fact) bool) (people []*study.Person) {
	for _, p := range m.invited {
		if so(p, m.facts.of(p.ID)) {
			people = append(people, p)
		}
	}
	return people
}

// setUp saves the definitions that the stores keep.
func (m *Month) setUp(ctx context.Context) error {
	_, err := m.book.Once(ctx, "month/definitions", func(ctx context.Context, s *sqlstore.Store) error {
		if err := saveBatches(ctx, s, m.clock); err != nil {
			return err
		}
		return saveRosters(ctx, s, m.clock)
	})
	return err
}
