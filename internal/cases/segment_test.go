package cases

import (
	"encoding/json"
	"testing"
)

// Select this area with -run segment.
func TestCases_segment(t *testing.T) { Run(t, "segment", runSegment) }

func runSegment(file File, raw json.RawMessage) error {
	var format string
	if err := json.Unmarshal(file.Format, &format); err != nil {
		return err
	}
	switch format {
	case "segment-rule-cases/1":
		return runSegmentRule(file, raw)
	case "segment-ring-cases/1":
		return runSegmentRings(file, raw)
	}
	return runSegmentMore(file, raw)
}
