package campaign

import (
	"cmp"
	"slices"

	"github.com/siyu-go/siyu"
)

// Pressure is how hard people were contacted over some time (触达压力): how many
// got how many messages, and what came of it.
type Pressure struct {
	People   int            `json:"people"`   // with at least one contact
	Contacts int            `json:"contacts"` // that count for caps
	Most     int            `json:"most"`     // contacts of the person with the most
	Median   int            `json:"median"`   // of the people contacted
	P95      int            `json:"p95"`      // contacts that 95 % of the people do not exceed
	Bands    []PressureBand `json:"bands"`    // in order of From
}

// PressureBand is the people with From to To contacts.
type PressureBand struct {
	From      int `json:"from"`
	To        int `json:"to"` // 0 in the last band: no upper end
	People    int `json:"people"`
	Contacts  int `json:"contacts"`
	Converted int `json:"converted"` // people with at least one conversion
}

// PressureOf counts the contacts of a log that lie in the window and count for
// caps. Bands are given by their lower ends: {1, 2, 4} makes 1, 2 to 3, and 4 or
// more. They must begin with 1 and rise.
func PressureOf(log []Contact, window siyu.Window, bands ...int) (Pressure, error) {
	if len(bands) == 0 || bands[0] != 1 || !slices.IsSortedFunc(bands, func(a, b int) int { return cmp.Or(cmp.Compare(a, b), -1) }) {
		return Pressure{}, siyu.Invalid("bands", "wants lower ends that begin with 1 and rise")
	}
	type person struct {
		contacts  int
		converted bool
	}
	people := map[siyu.UserID]person{}
	for _, c := range log {
		if !window.Contains(c.At) || !c.Counts() {
			continue
		}
		p := people[c.User]
		p.contacts++
		p.converted = p.converted || c.Converted
		people[c.User] = p
	}
	out := Pressure{People: len(people)}
	for i, from := range bands {
		b := PressureBand{From: from}
		if i+1 < len(bands) {
			b.To = bands[i+1] - 1
		}
		out.Bands = append(out.Bands, b)
	}
	counts := make([]int, 0, len(people))
	for _, p := range people {
		counts = append(counts, p.contacts)
		i, exact := slices.BinarySearch(bands, p.contacts)
		if !exact {
			i--
		}
		b := &out.Bands[i]
		b.People++
		b.Contacts += p.contacts
		out.Contacts += p.contacts
		if p.converted {
			b.Converted++
		}
	}
	slices.Sort(counts)
	if n := len(counts); n > 0 {
		out.Most, out.Median, out.P95 = counts[n-1], counts[(n-1)/2], counts[(95*n+99)/100-1]
	}
	return out, nil
}
