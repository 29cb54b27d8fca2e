package campaign

import (
	"cmp"
	"slices"
	"time"
)

// Candidate is one of several messages that want to reach the same person at
// the same instant.
type Candidate struct {
	ID       string
	Priority int
	Attempt  Attempt
}

// Contend gives the places that caps leave to the candidates of highest
// priority, ties by id in byte order. Each candidate is asked against the caps
// after the ones before it were granted. Both lists are in that order.
func (c Caps) Contend(candidates []Candidate, history []Send, now time.Time, loc *time.Location) (granted, refused []Candidate) {
	queue := slices.SortedStableFunc(slices.Values(candidates), func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.Priority, a.Priority), cmp.Compare(a.ID, b.ID))
	})
	history = slices.Clone(history)
	for _, cand := range queue {
		if !c.Check(cand.Attempt, history, now, loc).Allowed() {
			refused = append(refused, cand)
			continue
		}
		granted = append(granted, cand)
		history = append(history, Send{Attempt: cand.Attempt, At: now, Outcome: Reserved})
	}
	return granted, refused
}
