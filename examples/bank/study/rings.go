package study

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/siyu-go/siyu/examples/bank/book"
	"github.com/siyu-go/siyu/examples/bank/report"
	"github.com/siyu-go/siyu/segment"
)

// The rings, from the inside out.
const (
	Inner  = "inner"
	Middle = "middle"
	Outer  = "outer"
)

// Rings are the rings (圈层) of this bank: what a customer really has with it.
// Unknown counts as no.
func Rings() segment.Rings {
	return segment.Rings{
		Rings: []segment.Ring{
			{Name: Inner, Rule: segment.Text(book.Housing).Eq("yes")},
			{Name: Middle, Rule: segment.Text(book.Loan).Eq("yes")},
			{Name: Outer, Rule: segment.Text(book.Line).Exists()},
		},
		Outside: "outside",
	}
}

var ringWords = map[string]string{
	Inner: "housing loan with us", Middle: "personal loan only", Outer: "contact only",
}

// Ringed are the customers by ring.
type Ringed struct {
	Rings   []report.Ring
	Example report.Explained
	Of      []string // ring of each person of the list
}

// AssignRings places everybody, and explains the first customer of the outer
// ring with a known trade.
func AssignRings(people *People) (Ringed, error) {
	classifier, err := segment.CompileRings(Rings(), nil)
	if err != nil {
		return Ringed{}, err
	}
	var (
		names  = classifier.Names()
		counts = make([]int, len(names))
		now    time.Time // no rule asks for the time
		ringed = Ringed{Of: make([]string, len(people.List))}
	)
	for i := range people.List {
		level := classifier.Level(people.List[i].Attrs(), now)
		counts[level]++
		ringed.Of[i] = names[level]
	}
	for i, name := range names[:len(names)-1] {
		ringed.Rings = append(ringed.Rings, report.Ring{Name: name, Rule: ringWords[name], Users: counts[i]})
	}
	example := slices.IndexFunc(people.List, func(p Person) bool {
		return p.Job != "unknown" && p.Marital != "unknown" && p.Subscribed && classifier.Level(p.Attrs(), now) == len(names)-2
	})
	if example >= 0 {
		person := &people.List[example]
		ringed.Example = explain(person, classifier.Assign(person.Attrs(), now))
	}
	return ringed, nil
}

var attrWords = map[string]string{
	book.Housing: "a housing loan with us", book.Loan: "a personal loan with us", book.Line: "a telephone number we know",
}

func explain(p *Person, place segment.Placement) report.Explained {
	attrs := p.Attrs()
	e := report.Explained{
		Person: fmt.Sprintf("A customer of %d, %s, %s, who subscribed a deposit in call %d of the campaign.",
			p.Age, strings.TrimSuffix(p.Job, "."), p.Marital, len(p.Calls)),
		Ring: place.Ring,
	}
	for _, attr := range []string{book.Housing, book.Loan} {
		e.Because = append(e.Because, fmt.Sprintf("%s: %v", attrWords[attr], attrs[attr]))
	}
	if place.Why != nil {
		for _, fact := range place.Why.Facts {
			e.Because = append(e.Because, fmt.Sprintf("%s: %s, which is what ring %s asks for", attrWords[fact.Attr], yesNo(fact.Held), place.Ring))
		}
	}
	var ways []string
	for _, set := range place.Missing {
		var facts []string
		for _, fact := range set {
			facts = append(facts, attrWords[fact.Attr])
		}
		ways = append(ways, strings.Join(facts, " and "))
	}
	e.Inward = fmt.Sprintf("What would move him inward, to ring %s: %s.", place.Next, strings.Join(ways, ", or "))
	return e
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
