package segment

import (
	"math"
	"slices"

	"github.com/siyu-go/siyu"
)

// Migration counts moves between two snapshots of rings: rows are the states
// before, columns those after, both in the order of States, innermost first
// and the state outside last.
type Migration struct {
	States []string
	Counts [][]int64
}

// NewMigration returns an empty matrix over the states, innermost first, the
// last of them outside. They must be at least two and differ.
func NewMigration(states []string) (*Migration, error) {
	if err := checkStates(states); err != nil {
		return nil, err
	}
	m := &Migration{States: slices.Clone(states), Counts: make([][]int64, len(states))}
	for i := range m.Counts {
		m.Counts[i] = make([]int64, len(states))
	}
	return m, nil
}

// Migrate compares two snapshots. A person who is in one of them only was or is
// outside. An unknown state is siyu.ErrInvalid.
func Migrate(states []string, before, after map[siyu.UserID]string) (*Migration, error) {
	m, err := NewMigration(states)
	if err != nil {
		return nil, err
	}
	outside := m.States[len(m.States)-1]
	for id, from := range before {
		to, ok := after[id]
		if !ok {
			to = outside
		}
		if err := m.Add(from, to, 1); err != nil {
			return nil, err
		}
	}
	for id, to := range after {
		if _, ok := before[id]; ok {
			continue
		}
		if err := m.Add(outside, to, 1); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// Add counts n people that went from one state to another, or stayed. An unknown
// state and a negative n are siyu.ErrInvalid.
func (m *Migration) Add(from, to string, n int64) error {
	i, j := slices.Index(m.States, from), slices.Index(m.States, to)
	switch {
	case i < 0:
		return siyu.Invalid("from", "%q is not a state", from)
	case j < 0:
		return siyu.Invalid("to", "%q is not a state", to)
	case n < 0 || m.Counts[i][j] > math.MaxInt64-n:
		return siyu.Invalid("n", "%d people cannot be added", n)
	}
	m.Counts[i][j] += n
	return nil
}

// Total returns the number of people that were in state i.
func (m *Migration) Total(i int) int64 {
	var n int64
	for _, c := range m.Counts[i] {
		n += c
	}
	return n
}

// Inward returns the number of people that moved to a state further in.
func (m *Migration) Inward() int64 { return m.moved(func(i, j int) bool { return j < i }) }

// Outward returns the number of people that moved to a state further out.
func (m *Migration) Outward() int64 { return m.moved(func(i, j int) bool { return j > i }) }

func (m *Migration) moved(counts func(i, j int) bool) int64 {
	var n int64
	for i, row := range m.Counts {
		for j, c := range row {
			if counts(i, j) {
				n += c
			}
		}
	}
	return n
}

// Probabilities returns the share of each move among the people of state i and
// its standard error sqrt(p(1-p)/n). Both are nil if nobody was there.
func (m *Migration) Probabilities(i int) (p, stdErr []float64) {
	n := float64(m.Total(i))
	if n == 0 {
		return nil, nil
	}
	p, stdErr = make([]float64, len(m.States)), make([]float64, len(m.States))
	for j, c := range m.Counts[i] {
		p[j] = float64(c) / n
		stdErr[j] = math.Sqrt(p[j] * (1 - p[j]) / n)
	}
	return p, stdErr
}

// Chain returns the Markov chain of the observed shares. People of a state that
// nobody was in are taken to stay there; see [Chain.Assumed].
func (m *Migration) Chain() (*Chain, error) {
	seen := &observed{p: make([][]float64, len(m.States)), people: make([]float64, len(m.States))}
	for i, state := range m.States {
		seen.people[i] = float64(m.Total(i))
		if seen.p[i], _ = m.Probabilities(i); seen.p[i] == nil {
			seen.p[i] = make([]float64, len(m.States))
			seen.p[i][i] = 1
			seen.assumed = append(seen.assumed, state)
		}
	}
	c, err := NewChain(m.States, seen.p)
	if err == nil {
		c.observed = seen
	}
	return c, err
}

func checkStates(states []string) error {
	if len(states) < 2 || len(states) > MaxRings+1 {
		return siyu.Invalid("states", "there must be 2 to %d", MaxRings+1)
	}
	for i, s := range states {
		if err := siyu.CheckID(elem("states", i), s); err != nil {
			return err
		}
		if slices.Contains(states[:i], s) {
			return siyu.Invalid(elem("states", i), "%q is given twice", s)
		}
	}
	return nil
}
