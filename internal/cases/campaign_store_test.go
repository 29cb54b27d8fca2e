package cases

import (
	"encoding/json"

	"github.com/siyu-go/siyu/persona"
)

func runCampaignConcurrent(json.RawMessage) error { return ErrNotBuilt }

func runCampaignCrash(json.RawMessage) error { return ErrNotBuilt }

func runDryRunEqualsRun(json.RawMessage) error { return ErrNotBuilt }

func runAdviserConcurrent(json.RawMessage) error { return ErrNotBuilt }

func runGroupConcurrent(persona.Code, []groupOp, groupTally) error { return ErrNotBuilt }

func runSeatsConcurrent(json.RawMessage) error { return ErrNotBuilt }
