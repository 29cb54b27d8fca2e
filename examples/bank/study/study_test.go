package study_test

import (
	"cmp"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/examples/bank/book"
	"github.com/siyu-go/siyu/examples/bank/report"
	"github.com/siyu-go/siyu/examples/bank/source"
	"github.com/siyu-go/siyu/examples/bank/study"
	"github.com/siyu-go/siyu/store/memstore"
)

// read brings the real data through an event log, and returns them beside the
// files' own contents.
func read(t *testing.T) (*study.Evidence, []source.Customer, []source.Work) {
	t.Helper()
	open := func(name string) *os.File {
		f, err := os.Open("../testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	customers, err := source.Customers("customers", open("bank-additional-full.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	works, err := source.Loans("loans", open("bpi_12_w.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	var events []siyu.Event
	for _, c := range customers {
		events = append(events, book.CustomerEvents(c)...)
	}
	for _, w := range works {
		events = append(events, book.WorkEvent(w))
	}
	log := memstore.New().Events()
	if _, err := log.Append(t.Context(), events...); err != nil {
		t.Fatal(err)
	}
	evidence := study.NewEvidence(len(customers))
	if err := evidence.Read(t.Context(), log, func(int) {}); err != nil {
		t.Fatal(err)
	}
	return evidence, customers, works
}

// What the study finds in the log by the library is what plain loops find in
// the files.
func TestStudyEqualsPlainCounting(t *testing.T) {
	evidence, customers, works := read(t)
	t.Run("rings", func(t *testing.T) { testRings(t, evidence.People, customers) })
	t.Run("loans", func(t *testing.T) { testLoans(t, evidence.Loans, works) })
	t.Run("pressure", func(t *testing.T) { testPressure(t, evidence.People, customers) })
	t.Run("caps", func(t *testing.T) { testCaps(t, evidence.People, customers) })
}

func testRings(t *testing.T, people *study.People, customers []source.Customer) {
	ringed, err := study.AssignRings(people)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{}
	for _, c := range customers {
		switch {
		case c.Housing == "yes":
			want[study.Inner]++
		case c.Loan == "yes":
			want[study.Middle]++
		default:
			want[study.Outer]++
		}
	}
	for _, r := range ringed.Rings {
		if r.Users != want[r.Name] {
			t.Errorf("ring %s has %d customers, want %d", r.Name, r.Users, want[r.Name])
		}
	}
	if e := ringed.Example; e.Ring != study.Outer || e.Inward != "What would move him inward, to ring middle: a personal loan with us." {
		t.Errorf("the example is %+v", e)
	}
}

func testLoans(t *testing.T, events []siyu.Event, works []source.Work) {
	loans, err := study.Loans(events)
	if err != nil {
		t.Fatal(err)
	}
	steps := []string{source.Lead, source.Application, source.OfferCall, source.Validation}
	cases := map[siyu.UserID][]source.Work{}
	for _, w := range works {
		cases[w.Case] = append(cases[w.Case], w)
	}
	want := make([]int, len(steps))
	for _, items := range cases { // whoever gets further is quicker than the window
		at := 0
		for _, w := range items {
			if w.At.Sub(items[0].At) > 90*24*time.Hour {
				break
			}
			if at < len(steps) && w.Name == steps[at] {
				want[at]++
				at++
			}
		}
	}
	for i, s := range loans.Steps {
		if s.Users != want[i] {
			t.Errorf("%s: %d cases, want %d", s.Name, s.Users, want[i])
		}
		if i > 0 && (s.Low > s.Rate || s.Rate > s.High || loans.Dropped[i-1].Users != want[i-1]-want[i]) {
			t.Errorf("%s: rate %v in [%v, %v], %d dropped before it", s.Name, s.Rate, s.Low, s.High, loans.Dropped[i-1].Users)
		}
	}
	if !slices.IsSortedFunc(loans.Converted, func(a, b report.Share) int { return cmp.Compare(a.After, b.After) }) {
		t.Error("the curve of conversions falls")
	}
}

func testPressure(t *testing.T, people *study.People, customers []source.Customer) {
	users, subscribed := map[int]int{}, map[int]int{}
	for _, c := range customers {
		n := min(c.Contacts, 11)
		users[n]++
		if c.Subscribed {
			subscribed[n]++
		}
	}
	for i, p := range study.Pressure(people) {
		if p.Users != users[i+1] || p.Subscribed != subscribed[i+1] {
			t.Errorf("%s contacts: %d of %d, want %d of %d", p.Contacts, p.Subscribed, p.Users, subscribed[i+1], users[i+1])
		}
	}
}

func testCaps(t *testing.T, people *study.People, customers []source.Customer) {
	caps, err := study.Caps(people)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range caps {
		saved, lost := 0, 0
		for _, customer := range customers {
			saved += max(0, customer.Contacts-c.Limit)
			if customer.Subscribed && customer.Contacts > c.Limit {
				lost++
			}
		}
		if c.Saved != saved || c.LostConversions != lost {
			t.Errorf("cap %d saves %d and loses %d, want %d and %d", c.Limit, c.Saved, c.LostConversions, saved, lost)
		}
	}
}
