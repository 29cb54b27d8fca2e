package cases

import (
	"encoding/json"
	"testing"
)

// Select this area with -run segment.
func TestCases_segment(t *testing.T) { Run(t, "segment", runSegment) }

func runSegment(_ File, _ json.RawMessage) error { return ErrNotBuilt }
