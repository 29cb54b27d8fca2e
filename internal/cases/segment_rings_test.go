package cases

import "encoding/json"

func runSegmentRings(_ File, _ json.RawMessage) error { return ErrNotBuilt }
