package persona

import (
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// Promise is a promise to answer customers within some time (响应时效).
type Promise struct {
	Target     time.Duration // of working time
	Hours      *Hours        // nil: time always runs
	AutoCounts bool          // a robot's reply keeps the promise
}

// Author says who wrote a message.
type Author string

// The authors.
const (
	FromCustomer Author = "customer"
	FromStaff    Author = "staff"
	FromRobot    Author = "auto"
)

// Message is one message of a conversation, or the handing of it to another
// adviser if Assign is set.
type Message struct {
	At     time.Time
	From   Author
	By     AdviserID // who replied
	Assign AdviserID // who holds the conversation from now on
}

// TurnState says how a promise stands.
type TurnState string

// The states.
const (
	TurnOpen TurnState = "open"     // no reply yet, and still time
	Met      TurnState = "met"      // replied in time
	Breached TurnState = "breached" // replied late, or not yet though the time is over
)

// Turn is one wait of a customer: from his first message that nobody answered
// to the first reply that counts.
type Turn struct {
	Start  time.Time
	Due    time.Time // when Target of working time has run
	State  TurnState
	Reply  time.Time // zero: none yet
	By     AdviserID // who replied
	Holder AdviserID // who held the conversation when the reply was due: a breach is his
}

// Measure returns the turns of a conversation as they stand at now. Messages
// are sorted by time first; handing a conversation over does not restart the
// clock. Holder is who has it at the beginning.
func (p Promise) Measure(messages []Message, holder AdviserID, now time.Time, loc *time.Location) ([]Turn, error) {
	if p.Target <= 0 {
		return nil, siyu.Invalid("target", "is not positive")
	}
	if p.Hours != nil {
		if err := p.Hours.Validate(); err != nil {
			return nil, err
		}
	}
	sorted := slices.SortedStableFunc(slices.Values(messages), func(a, b Message) int { return a.At.Compare(b.At) })
	var turns []Turn
	waiting := false
	for _, m := range sorted {
		switch {
		case m.Assign != "":
		case m.From == FromCustomer && !waiting:
			due, err := p.due(m.At, loc)
			if err != nil {
				return nil, err
			}
			waiting = true
			turns = append(turns, Turn{Start: m.At.UTC(), Due: due, Holder: holderAt(sorted, holder, due)})
		case waiting && (m.From == FromStaff || (m.From == FromRobot && p.AutoCounts)):
			waiting = false
			t := &turns[len(turns)-1]
			t.Reply, t.By = m.At.UTC(), m.By
		}
	}
	for i := range turns {
		turns[i].State = turns[i].stateAt(now)
	}
	return turns, nil
}

func (p Promise) due(from time.Time, loc *time.Location) (time.Time, error) {
	if p.Hours == nil {
		return from.Add(p.Target).UTC(), nil
	}
	return p.Hours.After(from, p.Target, loc)
}

func (t Turn) stateAt(now time.Time) TurnState {
	switch {
	case !t.Reply.IsZero() && !t.Reply.After(t.Due):
		return Met
	case !t.Reply.IsZero() || now.After(t.Due):
		return Breached
	}
	return TurnOpen
}

// holderAt returns who holds the conversation at an instant.
func holderAt(sorted []Message, holder AdviserID, at time.Time) AdviserID {
	for _, m := range sorted {
		if m.Assign != "" && !m.At.After(at) {
			holder = m.Assign
		}
	}
	return holder
}
