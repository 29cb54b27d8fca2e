package cases

import "encoding/json"

func runSegmentRule(_ File, _ json.RawMessage) error { return ErrNotBuilt }
