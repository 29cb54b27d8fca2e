package cases

import (
	"encoding/json"
	"testing"
)

// Select this area with -run funnel.
func TestCases_funnel(t *testing.T) { Run(t, "funnel", runFunnel) }

func runFunnel(_ File, _ json.RawMessage) error { return ErrNotBuilt }
