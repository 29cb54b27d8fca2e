package campaign

import (
	"cmp"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
)

// Contact is one message of a past log, with what it brought.
type Contact struct {
	User siyu.UserID `json:"user"`
	Send
	Converted bool `json:"converted,omitempty"`
}

// Backtest is what caps would have done to a log of contacts. Conversions are
// those recorded beside the contacts: that a capped contact would have lost
// its conversion is an upper bound, for some of these people would have come
// by themselves or through an earlier contact.
type Backtest struct {
	Contacts         int            `json:"contacts"`
	Kept             int            `json:"kept"`
	Saved            int            `json:"saved"` // contacts that the caps refuse
	Conversions      int            `json:"conversions"`
	ConversionsSaved int            `json:"conversions_of_saved"` // that refused contacts had brought
	PeopleSpared     int            `json:"people_spared"`        // people with at least one refused contact
	ByCap            map[string]int `json:"by_cap"`               // refusals per cap; one contact may have several
	Allowed          []bool         `json:"-"`                    // per contact of the log, in its order
}

// Backtest walks the log person by person in order of time and keeps what the
// caps allow after the contacts kept before. Contacts of one instant are taken
// in the order of the log. Zone gives the location of a person's calendar
// windows and must not return nil.
func (c Caps) Backtest(log []Contact, zone func(siyu.UserID) *time.Location) Backtest {
	order := make([]int, len(log))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(log[a].User, log[b].User), log[a].At.Compare(log[b].At))
	})
	b := Backtest{Contacts: len(log), Allowed: make([]bool, len(log)), ByCap: map[string]int{}}
	var history []Send
	spared := false
	for n, i := range order {
		contact := &log[i]
		if n == 0 || log[order[n-1]].User != contact.User {
			history, spared = history[:0], false
		}
		if contact.Converted {
			b.Conversions++
		}
		v := c.Check(contact.Attempt, history, contact.At, zone(contact.User))
		if v.Allowed() {
			b.Kept++
			b.Allowed[i] = true
			history = append(history, contact.Send)
			continue
		}
		b.Saved++
		if contact.Converted {
			b.ConversionsSaved++
		}
		if !spared {
			b.PeopleSpared++
			spared = true
		}
		for _, id := range v.BlockedBy {
			b.ByCap[id]++
		}
	}
	return b
}
