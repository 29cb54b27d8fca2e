package cases

import (
	"encoding/json"
	"testing"
)

// Select this area with -run campaign.
func TestCases_campaign(t *testing.T) { Run(t, "campaign", runCampaign) }

func runCampaign(_ File, _ json.RawMessage) error { return ErrNotBuilt }
