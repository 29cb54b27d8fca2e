package campaign

import (
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
	b := Backtest{Contacts: len(log), Allowed: make([]bool, len(log)), ByCap: map[string]int{}}
	var history []Send
	var blocked []string
	for _, order := range byPerson(log) {
		history = history[:0]
		loc := zone(log[order[0]].User)
		saved := b.Saved
		for _, i := range order {
			contact := &log[i]
			blocked = c.blockedBy(blocked[:0], contact.Attempt, history, contact.At, loc)
			b.count(contact, blocked)
			if len(blocked) == 0 {
				b.Allowed[i] = true
				history = append(history, contact.Send)
			}
		}
		if b.Saved > saved {
			b.PeopleSpared++
		}
	}
	return b
}

// count notes what the caps say about one contact.
func (b *Backtest) count(c *Contact, blocked []string) {
	converted := 0
	if c.Converted {
		converted = 1
	}
	b.Conversions += converted
	if len(blocked) == 0 {
		b.Kept++
		return
	}
	b.Saved++
	b.ConversionsSaved += converted
	for _, id := range blocked {
		b.ByCap[id]++
	}
}

// byPerson returns the places of each person's contacts in order of time,
// those of one instant in the order of the log.
func byPerson(log []Contact) [][]int {
	number := make(map[siyu.UserID]int, len(log)/4)
	whose := make([]int, len(log))
	var counts []int
	for i := range log {
		n, known := number[log[i].User]
		if !known {
			n = len(counts)
			number[log[i].User] = n
			counts = append(counts, 0)
		}
		whose[i] = n
		counts[n]++
	}
	places, orders := make([]int, len(log)), make([][]int, len(counts))
	for n, count := range counts {
		orders[n], places = places[:0:count], places[count:]
	}
	for i, n := range whose {
		orders[n] = append(orders[n], i)
	}
	for _, order := range orders {
		slices.SortStableFunc(order, func(i, j int) int { return log[i].At.Compare(log[j].At) })
	}
	return orders
}
