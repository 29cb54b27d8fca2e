package referral

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/calendar"
)

// Plan is a program that has been checked and made ready to decide. It never
// changes and is safe for concurrent use.
type Plan struct {
	program Program
	terms   string // digest of the program with its defaults
	rules   []rule
	// counters are the counts that rules look at, without duplicates. Live
	// qualifications per inviter and per invitee are always among them.
	counters []counter
	everCap  []limit        // Caps.InviterAmount
	period   *time.Location // of Caps.InviterPeriod
}

type rule struct {
	Rule
	counter counter
}

// Program returns what the plan was made from. Treat it as read-only.
func (p *Plan) Program() Program { return p.program }

// Compile checks the program and fills in the defaults. Errors of
// [Program.Check] are a [*ComplianceError]; values out of place, such as an
// unknown mode or a missing tier, are [siyu.ErrInvalid] with their path. The
// program must not be changed afterwards.
func (p Program) Compile() (*Plan, error) {
	if failed, _ := p.Check(); len(failed) > 0 {
		return nil, &ComplianceError{failed}
	}
	if _, err := p.Currency.Exponent(); err != nil {
		return nil, err
	}
	// The plan owns a copy: slices and pointers of the caller's program stay his.
	data, err := json.Marshal(p)
	if err != nil {
		return nil, siyu.Invalid("program", "has no JSON form: %v", err)
	}
	if p, err = ParseProgram(data); err != nil {
		return nil, err
	}
	plan := &Plan{program: p}
	plan.program.defaults()
	if err := plan.program.validate(); err != nil {
		return nil, err
	}
	if data, err = json.Marshal(plan.program); err != nil {
		return nil, siyu.Invalid("program", "has no JSON form: %v", err)
	}
	sum := sha256.Sum256(data)
	plan.terms = hex.EncodeToString(sum[:])
	plan.count(counter{role: Inviter})
	plan.count(counter{role: Invitee})
	for i, r := range plan.program.Rules {
		c := counter{role: r.To, period: r.Period, tz: r.TZ}
		if r.Period != "" {
			if c.loc, err = time.LoadLocation(r.TZ); err != nil {
				return nil, siyu.Invalid(rulePath(i, "tz"), "%q is not a known time zone", r.TZ)
			}
		}
		plan.count(c)
		plan.rules = append(plan.rules, rule{r, c})
	}
	if amount := p.Caps.InviterAmount; amount != nil {
		plan.everCap = []limit{{capSeries, *amount}}
	}
	if limit := p.Caps.InviterPeriod; limit != nil {
		if plan.period, err = time.LoadLocation(limit.TZ); err != nil {
			return nil, siyu.Invalid("caps.per_inviter_period.tz", "%q is not a known time zone", limit.TZ)
		}
	}
	return plan, nil
}

func (p *Plan) count(c counter) {
	if !slices.ContainsFunc(p.counters, func(k counter) bool { return k.role == c.role && k.period == c.period && k.tz == c.tz }) {
		p.counters = append(p.counters, c)
	}
}

func (p *Program) defaults() {
	setDefault(&p.Attribution.Model, FirstTouch)
	setDefault(&p.Binding.Mode, Permanent)
	setDefault(&p.RewardOn, First)
	setDefault(&p.OnIneligibleUpline, Stop)
	setDefault(&p.MaxLevels, maxDepth)
	setDefault(&p.Caps.OnCap, Partial)
	setDefault(&p.Caps.Pair, Independent)
	for i := range p.Rules {
		setDefault(&p.Rules[i].OnReverse, Recompute)
	}
}

func setDefault[T comparable](v *T, value T) {
	var zero T
	if *v == zero {
		*v = value
	}
}

func (p *Program) validate() error {
	if err := (siyu.Window{Start: p.StartsAt, End: p.EndsAt}).Validate(); err != nil {
		return siyu.Invalid("ends_at", "is not after starts_at")
	}
	for _, f := range []struct {
		field string
		ok    bool
	}{
		{"attribution.model", p.Attribution.Model == FirstTouch || p.Attribution.Model == LastTouch},
		{"attribution.window_seconds", p.Attribution.Window.valid()},
		{"binding.mode", p.Binding.Mode == Permanent || p.Binding.Mode == Expiring || p.Binding.Mode == Overwrite},
		{"binding.ttl_seconds", p.Binding.TTL.valid() && (p.Binding.Mode != Expiring || p.Binding.TTL > 0) && (p.Binding.Mode != Permanent || p.Binding.TTL == 0)},
		{"qualify_within_seconds", p.QualifyWithin.valid()},
		{"reward_on", p.RewardOn == First || p.RewardOn == Every},
		{"hold_seconds", p.Hold.valid()},
		{"refund_window_seconds", p.RefundWindow.valid()},
		{"on_ineligible_upline", p.OnIneligibleUpline == Stop || p.OnIneligibleUpline == Continue},
		{"max_levels", p.MaxLevels >= 1},
		{"caps.on_cap", p.Caps.OnCap == Partial || p.Caps.OnCap == Skip},
		{"caps.pair", p.Caps.Pair == Independent || p.Caps.Pair == Atomic},
		{"caps.per_inviter_count", p.Caps.InviterCount == nil || *p.Caps.InviterCount >= 0},
		{"caps.per_inviter_period.period", p.Caps.InviterPeriod == nil || p.Caps.InviterPeriod.Period.valid()},
		{"rules", len(p.Rules) <= MaxRules},
		{"fraud", len(p.Fraud) <= MaxRules},
	} {
		if !f.ok {
			return siyu.Invalid(f.field, "is out of place")
		}
	}
	seen := map[string]bool{}
	for i, r := range p.Rules {
		if err := r.validate(); err != nil {
			return siyu.Within(rulePath(i, ""), err)
		}
		if seen[r.ID] {
			return siyu.Invalid(rulePath(i, "id"), "%q is used twice", r.ID)
		}
		seen[r.ID] = true
	}
	for i, f := range p.Fraud {
		if err := f.validate(); err != nil {
			return siyu.Within(fmt.Sprintf("fraud[%d]", i), err)
		}
	}
	return nil
}

func (s Seconds) valid() bool { return s >= 0 && s <= maxSeconds }
func (p Period) valid() bool  { return p == Daily || p == Weekly || p == Monthly }

func (r Rule) validate() error {
	if err := siyu.CheckID("id", r.ID); err != nil {
		return err
	}
	if level := r.To.level(); level < 0 {
		return siyu.Invalid("to", "%q is none of inviter, inviter2, invitee", r.To)
	}
	tiered := r.Kind == TieredCount || r.Kind == TieredVolume
	switch {
	case r.Rounding != nil && *r.Rounding != siyu.Floor && *r.Rounding != siyu.HalfUp && *r.Rounding != siyu.HalfEven:
		return siyu.Invalid("rounding", "is none of floor, half_up, half_even")
	case r.OnReverse != Recompute && r.OnReverse != Frozen:
		return siyu.Invalid("on_reverse", "%q is none of recompute, frozen", r.OnReverse)
	case tiered && len(r.Tiers) == 0:
		return siyu.Invalid("tiers", "is missing")
	case len(r.Tiers) > MaxTiers || len(r.Steps) > MaxTiers:
		return siyu.Invalid("tiers", "has more than %d entries", MaxTiers)
	case !tiered && len(r.Tiers) > 0:
		return siyu.Invalid("tiers", "belongs to the tiered kinds")
	case len(r.Tiers) > 0 && r.Tiers[0].From < 0:
		return siyu.Invalid("tiers[0].from", "is negative")
	case r.Kind == TieredCount && r.Mode != Stack && r.Mode != Whole:
		return siyu.Invalid("mode", "%q is none of stack, whole", r.Mode)
	case r.Kind == TieredVolume && r.Mode != Marginal && r.Mode != Whole:
		return siyu.Invalid("mode", "%q is none of marginal, whole", r.Mode)
	case r.Kind == Milestone && (r.Every > 0) == (len(r.Steps) > 0):
		return siyu.Invalid("steps", "a milestone has either steps or every")
	case r.Every < 0 || len(r.Steps) > 0 && r.Steps[0].At < 1:
		return siyu.Invalid("steps", "a milestone is reached at 1 or later")
	case r.Period != "" && (!r.Period.valid() || !tiered && r.Kind != Milestone):
		return siyu.Invalid("period", "%q is none of day, week, month, for tiers and milestones", r.Period)
	}
	switch r.Kind {
	case Flat, Percent, TieredCount, TieredVolume, Milestone:
		return nil
	}
	return siyu.Invalid("kind", "%q is unknown", r.Kind)
}

// counter counts qualifications of one role, over all time or by period.
type counter struct {
	role   Role
	period Period
	tz     string
	loc    *time.Location
}

// series names the count that an instant falls in.
func (c counter) series(at time.Time) string {
	if c.period == "" {
		return string(c.role)
	}
	return string(c.role) + "/" + periodName(c.period, c.tz, c.loc, at)
}

func periodName(period Period, tz string, loc *time.Location, at time.Time) string {
	start := calendar.Unit(period).Start(at, loc, time.Monday)
	return string(period) + "/" + tz + "/" + start.In(loc).Format(time.DateOnly)
}
