package cases

import (
	"encoding/json"
	"testing"
	"time"
)

// Select this area with -run campaign.
func TestCases_campaign(t *testing.T) { Run(t, "campaign", runCampaign) }

// campaignKinds has the adapter of each kind of case.
var campaignKinds = map[string]func(json.RawMessage) error{
	"caps":               runCaps,
	"contend":            runContend,
	"concurrent":         runCampaignConcurrent,
	"crash":              runCampaignCrash,
	"reply_quota":        runReplyQuota,
	"quiet":              runQuiet,
	"decide":             runDecide,
	"replay":             runReplay,
	"dry_run":            runDryRun,
	"dry_run_equals_run": runDryRunEqualsRun,
	"backtest":           runBacktest,
	"adviser":            runAdviser,
	"adviser_concurrent": runAdviserConcurrent,
	"group":              runGroup,
	"geo":                runGeo,
	"hash":               runHash,
	"ranges":             runRanges,
	"choose":             runChoose,
	"namespace":          runNamespace,
	"equal_weights":      runEqualWeights,
	"ramp":               runRamp,
	"assign":             runAssign,
	"holdout":            runHoldout,
	"cross_counts":       runCrossCounts,
	"layered":            runLayered,
	"sticky":             runSticky,
	"srm":                runSRM,
	"lift":               runLift,
	"sla":                runSLA,
	"handover":           runHandover,
	"seats":              runSeats,
	"seats_concurrent":   runSeatsConcurrent,
	"scarcity_text":      runScarcityText,
	"price_at":           runPriceAt,
	"price_list":         runPriceList,
	"ladder":             runLadder,
	"attribute":          runAttribute,
	"share":              runShare,
	"split":              runSplit,
	"survey":             runSurvey,
	"course":             runCourse,
	"flow":               runFlow,
}

// caseHead is what every case of the area has.
type caseHead struct {
	ID     string `json:"id"`
	Kind   string `json:"kind"`
	Origin string `json:"origin"`
	Note   string `json:"note"`
}

func runCampaign(_ File, raw json.RawMessage) error {
	var head caseHead
	if err := json.Unmarshal(raw, &head); err != nil {
		return err
	}
	run, ok := campaignKinds[head.Kind]
	if !ok {
		return ErrNotBuilt
	}
	return run(raw)
}

func mustZone(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return loc
}

// instant writes t as cases do: RFC 3339 in UTC, or null.
func instant(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := t.UTC().Format(time.RFC3339Nano)
	return &s
}
