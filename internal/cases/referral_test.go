package cases

import (
	"encoding/json"
	"testing"
)

// Select this area with -run referral.
func TestCases_referral(t *testing.T) { Run(t, "referral", runReferral) }

func runReferral(_ File, _ json.RawMessage) error { return ErrNotBuilt }
