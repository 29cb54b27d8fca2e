package cases

import (
	"encoding/json"
	"fmt"
	"testing"
)

// Select this area with -run funnel.
func TestCases_funnel(t *testing.T) { Run(t, "funnel", runFunnel) }

func runFunnel(_ File, raw json.RawMessage) error {
	var head struct {
		Kind string `json:"kind"`
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return err
	}
	switch head.Kind {
	case "funnel":
		return runFunnelReport(raw)
	case "window_funnel":
		return runWindowFunnel(raw)
	case "retention":
		return runRetention(raw)
	case "sequence_match", "sequence_count":
		return runSequence(raw)
	case "cohort_retention":
		return runCohorts(raw)
	}
	return fmt.Errorf("%w: kind %q", ErrNotBuilt, head.Kind)
}
