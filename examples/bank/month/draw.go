package month

import (
	"math"

	"github.com/siyu-go/siyu"
)

// seed draws what people do. A draw depends on the seed, the person and the
// question alone, so a run that goes on after a kill draws the same.
type seed uint64

// chance is a number in [0, 1).
func (s seed) chance(user siyu.UserID, question string) float64 {
	h := uint64(14695981039346656037) ^ uint64(s)*0x9e3779b97f4a7c15
	for _, text := range []string{string(user), "\x00", question} { // FNV-1a
		for i := range len(text) {
			h = (h ^ uint64(text[i])) * 1099511628211
		}
	}
	h ^= h >> 30 // the finalizer of splitmix64
	h *= 0xbf58476d1ce4e5b9
	h ^= h >> 27
	h *= 0x94d049bb133111eb
	h ^= h >> 31
	return float64(h>>11) / (1 << 53)
}

// happens is true with a probability.
func (s seed) happens(user siyu.UserID, question string, probability float64) bool {
	return s.chance(user, question) < probability
}

// pick is a number from 0 to n-1.
func (s seed) pick(user siyu.UserID, question string, n int) int {
	return int(s.chance(user, question) * float64(n))
}

// normal is a standard normal number, by Box and Muller.
func (s seed) normal(user siyu.UserID, question string) float64 {
	u := 1 - s.chance(user, question)
	return math.Sqrt(-2*math.Log(u)) * math.Cos(2*math.Pi*s.chance(user, question+"/angle"))
}
