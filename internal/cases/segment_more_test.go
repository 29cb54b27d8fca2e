package cases

import "encoding/json"

// runSegmentMore runs the cases of segment that are neither rules nor rings.
func runSegmentMore(_ File, _ json.RawMessage) error { return ErrNotBuilt }
