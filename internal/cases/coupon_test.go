package cases

import (
	"encoding/json"
	"testing"
)

// Select this area with -run coupon.
func TestCases_coupon(t *testing.T) { Run(t, "coupon", runCoupon) }

func runCoupon(_ File, _ json.RawMessage) error { return ErrNotBuilt }
