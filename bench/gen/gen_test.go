package gen

import "testing"

// A generator that changed is another workload.
func TestShares(t *testing.T) {
	var steps [5]int
	for i := range uint64(1_000_000) {
		_, _, step := Event(i, 100_000_000, 10_000_000)
		steps[step]++
	}
	for step, percent := range []int{40, 25, 17, 11, 7} {
		if got := (steps[step] + 5000) / 10_000; got != percent {
			t.Errorf("step %d: got %d %% of the events, want %d %%", step, got, percent)
		}
	}
}
