package month

import (
	"github.com/siyu-go/siyu/campaign/experiment"
	"github.com/siyu-go/siyu/examples/bank/book"
	"github.com/siyu-go/siyu/examples/bank/study"
	"github.com/siyu-go/siyu/segment"
)

// MostInvited bounds the simulated part: so many customers are invited, however
// many there are.
const MostInvited = 4000

// Target says whom the course is for: adults in working life, without a
// default, whose mobile number we know.
func Target() segment.Rule {
	return segment.All(
		segment.Int(book.Age).Between(20, 65),
		segment.Text(book.Default).Ne("yes"),
		segment.Text(book.Line).Eq("cellular"),
	)
}

// holdout keeps a twentieth out of all messages, to measure what they bring.
var holdout = experiment.Holdout{Seed: "march-2026", Size: 0.05}

// audience is who is invited, in the order of the log. Where the target has
// more people than MostInvited, a part of them by hash: which part does not
// depend on the seed.
func audience(people *study.People) ([]*study.Person, error) {
	rule, err := segment.Compile(Target(), nil)
	if err != nil {
		return nil, err
	}
	var target []*study.Person
	for i := range people.List {
		if p := &people.List[i]; rule.Match(p.Attrs(), Begins()) {
			target = append(target, p)
		}
	}
	if len(target) <= MostInvited {
		return target, nil
	}
	sample := experiment.Holdout{Seed: "audience", Size: 1.1 * MostInvited / float64(len(target))}
	var chosen []*study.Person
	for _, p := range target {
		if len(chosen) < MostInvited && sample.Holds(string(p.ID)) {
			chosen = append(chosen, p)
		}
	}
	return chosen, nil
}
