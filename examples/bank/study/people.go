// Package study computes what the report shows, from the event log alone and
// with the library's own functions.
package study

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/examples/bank/book"
)

// Person is one customer as the event log knows him.
type Person struct {
	ID         siyu.UserID
	Age        int
	Job        string
	Marital    string
	Education  string
	Default    string
	Housing    string
	Loan       string
	Line       string
	Calls      []time.Time // in order of time
	Subscribed bool        // by the last call
}

// Attrs are the attributes that rules are about.
func (p *Person) Attrs() map[string]any {
	return map[string]any{
		book.Age: p.Age, book.Job: p.Job, book.Marital: p.Marital, book.Education: p.Education,
		book.Default: p.Default, book.Housing: p.Housing, book.Loan: p.Loan, book.Line: p.Line,
	}
}

// People are all customers in the order in which they were imported.
type People struct {
	List  []Person
	index map[siyu.UserID]int32
	words map[string]string
}

// Find returns the customer with the id, nil if there is none.
func (p *People) Find(id siyu.UserID) *Person {
	if i, ok := p.index[id]; ok {
		return &p.List[i]
	}
	return nil
}

// Evidence is the event log as far as it was read: the customers, packed, and
// every other event as it is.
type Evidence struct {
	People *People
	Loans  []siyu.Event // the loan log
	Month  []siyu.Event // what happened in the month, in the order of the log

	// Marks say how many events of the month lay before the mark of a piece of
	// work, so that one who goes on later sees what was seen then.
	Marks map[string]int

	last int64
}

// NewEvidence returns evidence of nothing yet; size is about how many customers
// there will be.
func NewEvidence(size int) *Evidence {
	return &Evidence{Marks: map[string]int{}, People: &People{
		List:  make([]Person, 0, size),
		index: make(map[siyu.UserID]int32, size),
		words: map[string]string{},
	}}
}

// Read takes in what the log holds beyond what was read before.
func (e *Evidence) Read(ctx context.Context, log siyu.EventLog, progress func(int)) error {
	n := 0
	for event, err := range log.Events(ctx, e.last) {
		if err != nil {
			return err
		}
		e.last = event.Seq
		if piece, ok := book.Mark(event.Event); ok {
			e.Marks[piece] = len(e.Month)
			continue
		}
		switch {
		case event.Name == book.Imported, event.Name == book.Called, event.Name == book.Subscribed:
			e.People.add(event.Event)
		case strings.HasPrefix(event.Name, loanPrefix):
			e.Loans = append(e.Loans, event.Event)
		default:
			e.Month = append(e.Month, event.Event)
		}
		if n++; n%10_000 == 0 {
			progress(10_000)
		}
	}
	progress(n % 10_000)
	return nil
}

func (p *People) add(e siyu.Event) {
	switch e.Name {
	case book.Imported:
		age, _ := strconv.Atoi(e.Props[book.Age]) // written by the import
		p.index[e.User] = int32(len(p.List))
		p.List = append(p.List, Person{
			ID: e.User, Age: age, Job: p.word(e.Props[book.Job]), Marital: p.word(e.Props[book.Marital]),
			Education: p.word(e.Props[book.Education]), Default: p.word(e.Props[book.Default]),
			Housing: p.word(e.Props[book.Housing]), Loan: p.word(e.Props[book.Loan]), Line: p.word(e.Props[book.Line]),
		})
	case book.Called:
		if person := p.Find(e.User); person != nil {
			person.Calls = append(person.Calls, e.At)
		}
	case book.Subscribed:
		if person := p.Find(e.User); person != nil {
			person.Subscribed = true
		}
	}
}

// word keeps one copy of each word, so that a million people share them.
func (p *People) word(s string) string {
	if kept, ok := p.words[s]; ok {
		return kept
	}
	p.words[s] = s
	return s
}
