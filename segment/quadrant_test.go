package segment_test

import (
	"slices"
	"testing"

	"github.com/siyu-go/siyu/segment"
)

// The presets are those of the four industry types (行业四象限): industries, goal
// and, for business in stores, the visit to watch.
func TestQuadrant_presets(t *testing.T) {
	t.Parallel()
	for q, want := range map[segment.Quadrant]struct {
		goal       segment.Goal
		event      string
		industries []string
	}{
		segment.HighFrequencyHighOnline: {segment.GoalRepurchase, "order.repeated", []string{"food", "fashion", "mother_baby", "cosmetics", "retail"}},
		segment.HighFrequencyLowOnline:  {segment.GoalLocalFission, "store.visited", []string{"catering", "beauty", "leisure", "fitness"}},
		segment.LowFrequencyHighOnline: {segment.GoalShortDecision, "content.finished", []string{
			"electronics", "luxury", "travel", "adult_education", "finance_insurance", "media", "business_services",
		}},
		segment.LowFrequencyLowOnline: {segment.GoalTrust, "lead.created", []string{"property", "cars", "home"}},
	} {
		p, ok := q.Profile()
		if !ok || p.Goal != want.goal || p.KeyEvent != want.event || !slices.Equal(p.Industries, want.industries) {
			t.Errorf("%s: got %+v, want %+v", q, p, want)
		}
	}
}
