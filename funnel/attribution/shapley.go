package attribution

import (
	"math"
	"math/bits"
	"math/rand/v2"

	"github.com/siyu-go/siyu"
)

// Limits of [ShapleyValues].
const (
	ExactPlayers = 12 // up to here every set is looked at
	MaxPlayers   = 64
)

// ShapleyValues returns what each of n players contributes to the worth of all,
// on average over all orders in which they could come together (Lloyd Shapley,
// 1953). Sets are given as bits. Up to [ExactPlayers] players the values are
// exact and the errors 0; beyond, they are the means of as many random orders as
// samples says, with their standard errors. The seed fixes the orders.
func ShapleyValues(n int, worth func(set uint64) float64, samples int, seed uint64) (values, errors []float64, err error) {
	if n < 1 || n > MaxPlayers {
		return nil, nil, siyu.Invalid("n", "must be 1 to %d", MaxPlayers)
	}
	values, errors = make([]float64, n), make([]float64, n)
	if n <= ExactPlayers {
		exactShapley(values, worth)
		return values, errors, nil
	}
	if samples < 2 {
		return nil, nil, siyu.Invalid("samples", "must be 2 or more for more than %d players", ExactPlayers)
	}
	squares := make([]float64, n)
	random := rand.New(rand.NewPCG(seed, 0))
	for range samples {
		set, before := uint64(0), worth(0)
		for _, player := range random.Perm(n) {
			set |= 1 << player
			after := worth(set)
			gain := after - before
			values[player] += gain
			squares[player] += gain * gain
			before = after
		}
	}
	count := float64(samples)
	for i := range values {
		values[i] /= count
		variance := max(squares[i]/count-values[i]*values[i], 0) * count / (count - 1)
		errors[i] = math.Sqrt(variance / count)
	}
	return values, errors, nil
}

// exactShapley weighs the gain from joining each set by the share of orders in
// which just that set comes first.
func exactShapley(values []float64, worth func(set uint64) float64) {
	n := len(values)
	worths := make([]float64, 1<<n)
	for set := range worths {
		worths[set] = worth(uint64(set))
	}
	weight := make([]float64, n) // by size of the set: s! (n-1-s)! / n!
	for s := range weight {
		weight[s] = 1 / (float64(n) * choose(n-1, s))
	}
	for set := range worths {
		size := bits.OnesCount(uint(set))
		for player := range n {
			if set>>player&1 == 0 {
				values[player] += weight[size] * (worths[set|1<<player] - worths[set])
			}
		}
	}
}

func choose(n, k int) float64 {
	c := 1.0
	for i := range k {
		c = c * float64(n-i) / float64(i+1)
	}
	return c
}
