package conformance

import (
	"maps"
	"slices"
	"testing"
)

// Catches runs all checks on stores with a fault planted, as a subtest for each
// fault, and reports those that the check named beside them does not find.
func Catches[B any, C ~Check[B]](t *testing.T, checks []C, faults map[string]string, broken func(fault string) B) {
	t.Helper()
	for _, fault := range slices.Sorted(maps.Keys(faults)) {
		t.Run(fault, func(t *testing.T) {
			var caught []string
			for _, c := range checks {
				if check := Check[B](c); check.Run(t.Context(), broken(fault)) != nil {
					caught = append(caught, check.Name)
				}
			}
			if !slices.Contains(caught, faults[fault]) {
				t.Errorf("caught by %q, not by %q", caught, faults[fault])
			}
		})
	}
}
