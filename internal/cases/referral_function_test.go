package cases

import "encoding/json"

func runReferralFunction(raw json.RawMessage) error { return ErrNotBuilt }
