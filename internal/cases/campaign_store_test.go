package cases

import "encoding/json"

func runCampaignConcurrent(json.RawMessage) error { return ErrNotBuilt }

func runCampaignCrash(json.RawMessage) error { return ErrNotBuilt }

func runDryRunEqualsRun(json.RawMessage) error { return ErrNotBuilt }
