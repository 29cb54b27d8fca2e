package source

import (
	"fmt"
	"iter"
	"math/rand/v2"

	"github.com/siyu-go/siyu"
)

// Generate yields n customers made of the real ones: each takes the person of
// one real row and the campaign history of another of the same subscription,
// so counts stay true and nobody real is repeated. Equal seeds, equal
// customers. They come in order of id and hold no memory.
func Generate(real []Customer, n int, seed uint64) iter.Seq[Customer] {
	var subscribed, other []Customer
	for _, c := range real {
		if c.Subscribed {
			subscribed = append(subscribed, c)
		} else {
			other = append(other, c)
		}
	}
	return func(yield func(Customer) bool) {
		random := rand.New(rand.NewPCG(seed, 0x67656e6572617465))
		for i := range n {
			c := real[random.IntN(len(real))]
			alike := other
			if c.Subscribed {
				alike = subscribed
			}
			history := alike[random.IntN(len(alike))]
			c.ID = siyu.UserID(fmt.Sprintf("g%07d", i+1))
			c.Line, c.Seconds, c.Contacts, c.Last = history.Line, history.Seconds, history.Contacts, history.Last
			c.SinceDays, c.Previous = history.SinceDays, history.Previous
			if !yield(c) {
				return
			}
		}
	}
}
