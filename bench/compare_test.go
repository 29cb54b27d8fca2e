package main

import (
	"errors"
	"strings"
	"testing"
)

// constant is a side that always answers the same in the same time.
func constant(wall float64, answer ...int64) func(float64) (side, error) {
	return func(float64) (side, error) {
		return side{
			build: cost{Wall: 2, CPU: 3},
			ask:   func() ([]int64, cost, error) { return answer, cost{Wall: wall, CPU: 2 * wall}, nil },
		}, nil
	}
}

func TestCompare(t *testing.T) {
	w := workload{
		name: "area/name", peer: "a constant", goal: 20,
		openOurs: constant(0.1, 1, 2), openPeer: constant(2.5, 1, 2), exact: []int64{1, 2},
	}
	text, err := compare(w, 1, 3)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(text, "\n")
	if want := "bench area/name: ours 100.0 ms peer 2.50 s ratio 25.0 goal 20.0"; lines[0] != want {
		t.Errorf("got %q, want %q", lines[0], want)
	}
	for _, want := range []string{"ours: 200.0 ms cpu", "built in 2.00 s (3.00 s cpu)", "ratio by cpu 25.0", "GB/s", "scale 1"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	if strings.Contains(text, "missed") {
		t.Errorf("the goal was reached:\n%s", text)
	}
}

func TestCompareTellsAMissedGoal(t *testing.T) {
	w := workload{name: "area/name", goal: 20, openOurs: constant(0.2, 1), openPeer: constant(2, 1)}
	text, err := compare(w, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text, "goal missed") {
		t.Errorf("a ratio of 10 against a goal of 20 was not told:\n%s", text)
	}
}

func TestCompareRefusesOtherAnswers(t *testing.T) {
	broken := func(float64) (side, error) {
		return side{ask: func() ([]int64, cost, error) { return nil, cost{}, errors.New("broken") }}, nil
	}
	tests := []struct {
		name string
		w    workload
		want string
	}{
		{"differ", workload{openOurs: constant(1, 1), openPeer: constant(1, 2)}, "answers differ: ours [1], peer [2]"},
		{"length", workload{openOurs: constant(1, 1), openPeer: constant(1, 1, 1)}, "answers differ"},
		{"both wrong", workload{openOurs: constant(1, 1), openPeer: constant(1, 1), exact: []int64{5}}, "the workload's answer begins with [5]"},
		{"ours fails", workload{openOurs: broken, openPeer: constant(1, 1)}, "ours: broken"},
		{"peer fails", workload{openOurs: constant(1, 1), openPeer: broken}, "peer: broken"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := compare(tt.w, 1, 1)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}
