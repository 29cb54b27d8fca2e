package persona

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// Limits of the WeCom platform for handing customers over (客户继承), as
// documented by it.
const (
	TransferBatch   = 100            // customers per call
	GroupsPerDay    = 300            // groups of one member per day
	MaxTransfers    = 2              // times a serving member's customer may be passed on
	TransferPeriod  = 90             // natural days in which they are counted, today included
	TransferRefusal = 24 * time.Hour // in which the customer may refuse
)

// Batches cuts n customers into calls of at most size.
func Batches(n, size int) ([]int, error) {
	if n < 0 || size <= 0 {
		return nil, siyu.Invalid("size", "wants n >= 0 and size > 0")
	}
	var out []int
	for ; n > 0; n -= min(n, size) {
		out = append(out, min(n, size))
	}
	return out, nil
}

// DayPlan is how many are handed over on a date.
type DayPlan struct {
	Date  Date
	Count int
}

// PlanDays spreads n groups over days from start on, at most perDay each.
func PlanDays(n, perDay int, start Date) ([]DayPlan, error) {
	counts, err := Batches(n, perDay)
	if err != nil {
		return nil, err
	}
	var out []DayPlan
	for i, c := range counts {
		out = append(out, DayPlan{start.AddDays(i), c})
	}
	return out, nil
}

// MayTransfer reports whether a customer may be passed on at now: while his
// member serves, fewer than [MaxTransfers] earlier transfers lie on the local
// dates of the last [TransferPeriod] days, today included. The customers of a
// member who has left always may.
func MayTransfer(past []time.Time, memberLeft bool, now time.Time, loc *time.Location) bool {
	if memberLeft {
		return true
	}
	today := DateOf(now, loc)
	n := 0
	for _, t := range past {
		if age := DateOf(t, loc).daysTo(today); age >= 0 && age < TransferPeriod {
			n++
		}
	}
	return n < MaxTransfers
}

// TransferState says how a transfer stands.
type TransferState string

// The states.
const (
	TransferWaiting TransferState = "waiting"
	TransferDone    TransferState = "done"       // nobody refused in time
	TransferRefused TransferState = "refused"    // by the customer
	TakerFull       TransferState = "taker_full" // the taker has no room
)

// TransferEvent is what happened to a transfer: Refused or TakerFull.
type TransferEvent struct {
	At    time.Time
	State TransferState
}

// TransferStateAt returns how a transfer asked for at some instant stands at
// another. The first refusal within 24 hours, their end included, decides;
// without one it is done when they are over.
func TransferStateAt(asked time.Time, events []TransferEvent, at time.Time) TransferState {
	end := asked.Add(TransferRefusal)
	first := TransferEvent{}
	for _, e := range events {
		if !e.At.After(end) && !e.At.After(at) && (first.State == "" || e.At.Before(first.At)) {
			first = e
		}
	}
	switch {
	case first.State != "":
		return first.State
	case !at.Before(end):
		return TransferDone
	}
	return TransferWaiting
}

// Taker is who takes over customers, and how many he has room for.
type Taker struct {
	ID   AdviserID
	Room int
}

// Spread deals customers to takers in turn while they have room. Whoever hands
// over is never a taker. Customers for whom there is no room wait.
func Spread(customers []siyu.UserID, from AdviserID, takers []Taker) (given map[AdviserID][]siyu.UserID, waiting []siyu.UserID) {
	takers = slices.DeleteFunc(slices.Clone(takers), func(t Taker) bool { return t.ID == from || t.Room <= 0 })
	given = map[AdviserID][]siyu.UserID{}
	turn := 0
	for i, c := range customers {
		if len(takers) == 0 {
			return given, slices.Clone(customers[i:])
		}
		turn %= len(takers)
		t := &takers[turn]
		given[t.ID] = append(given[t.ID], c)
		if t.Room--; t.Room == 0 {
			takers = slices.Delete(takers, turn, turn+1)
		} else {
			turn++
		}
	}
	return given, nil
}

// Relation is an adviser's customer with all that is known about him: tags,
// wishes, running journeys, open questions. The company keeps it, so a new
// adviser goes on where the old one stopped.
type Relation struct {
	Adviser AdviserID
	Known   map[string]json.RawMessage
}

// HandTo returns the relation with another adviser and everything else as it
// was.
func (r Relation) HandTo(to AdviserID) Relation {
	return Relation{Adviser: to, Known: maps.Clone(r.Known)}
}

// Unchanged returns the names of what both relations know alike, sorted.
func (r Relation) Unchanged(after Relation) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(r.Known)) {
		if v, ok := after.Known[name]; ok && string(v) == string(r.Known[name]) {
			out = append(out, name)
		}
	}
	return out
}
