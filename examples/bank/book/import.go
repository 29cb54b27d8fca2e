package book

import (
	"context"
	"fmt"
	"iter"
	"strconv"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/examples/bank/source"
	"github.com/siyu-go/siyu/store/sqlstore"
)

// The events that an import writes, beside the loan log's.
const (
	Imported   = "bank.customer"   // a customer and his attributes
	Called     = "bank.call"       // the campaign called
	Subscribed = "bank.subscribed" // to a term deposit
)

// Attributes of an imported customer.
const (
	Age       = "age"
	Job       = "job"
	Marital   = "marital"
	Education = "education"
	Default   = "default"
	Housing   = "housing_loan"
	Loan      = "personal_loan"
	Line      = "line"
)

// Pieces of an import are this many rows: large enough that a transaction
// costs nothing beside them, small enough that little is repeated after a kill.
const pieceRows = 10_000

// ImportCustomers appends customers and their contact history to the event log,
// in pieces, and calls done with the number of customers of each.
func (b *Book) ImportCustomers(ctx context.Context, customers iter.Seq[source.Customer], done func(int)) error {
	return inPieces(customers, func(n int, piece []source.Customer) error {
		_, err := b.Once(ctx, "customers/"+strconv.Itoa(n), func(ctx context.Context, s *sqlstore.Store) error {
			var events []siyu.Event
			for _, c := range piece {
				events = append(events, CustomerEvents(c)...)
			}
			_, err := s.Events().Append(ctx, events...)
			return err
		})
		done(len(piece))
		return err
	})
}

// ImportLoans appends the loan log as it is.
func (b *Book) ImportLoans(ctx context.Context, works iter.Seq[source.Work], done func(int)) error {
	return inPieces(works, func(n int, piece []source.Work) error {
		_, err := b.Once(ctx, "loans/"+strconv.Itoa(n), func(ctx context.Context, s *sqlstore.Store) error {
			events := make([]siyu.Event, len(piece))
			for i, w := range piece {
				events[i] = WorkEvent(w)
			}
			_, err := s.Events().Append(ctx, events...)
			return err
		})
		done(len(piece))
		return err
	})
}

// WorkEvent is the event of one work item.
func WorkEvent(w source.Work) siyu.Event {
	return siyu.Event{ID: siyu.EventID(fmt.Sprintf("%s/%d", w.Case, w.Item)), User: w.Case, Name: w.Name, At: w.At}
}

// CustomerEvents are the events of one customer: who he is, every call, and what
// came of the last.
func CustomerEvents(c source.Customer) []siyu.Event {
	calls := c.Calls()
	events := make([]siyu.Event, 0, len(calls)+2)
	events = append(events, siyu.Event{
		ID: siyu.EventID(string(c.ID) + "/customer"), User: c.ID, Name: Imported, At: calls[0],
		Props: map[string]string{
			Age: strconv.Itoa(c.Age), Job: c.Job, Marital: c.Marital, Education: c.Education,
			Default: c.Default, Housing: c.Housing, Loan: c.Loan, Line: c.Line,
		},
	})
	for i, at := range calls {
		events = append(events, siyu.Event{
			ID: siyu.EventID(fmt.Sprintf("%s/call/%d", c.ID, i+1)), User: c.ID, Name: Called, At: at,
			Channel: c.Line, Domain: siyu.Private,
		})
	}
	if c.Subscribed {
		events = append(events, siyu.Event{
			ID: siyu.EventID(string(c.ID) + "/subscribed"), User: c.ID, Name: Subscribed, At: c.Last,
			Channel: c.Line, Domain: siyu.Private,
		})
	}
	return events
}

// inPieces hands the values on in slices of pieceRows, which it uses again.
func inPieces[T any](values iter.Seq[T], take func(n int, piece []T) error) error {
	piece, n := make([]T, 0, pieceRows), 0
	for v := range values {
		if piece = append(piece, v); len(piece) < pieceRows {
			continue
		}
		if err := take(n, piece); err != nil {
			return err
		}
		piece, n = piece[:0], n+1
	}
	if len(piece) == 0 {
		return nil
	}
	return take(n, piece)
}
