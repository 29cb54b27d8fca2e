package referral_test

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral"
)

func flat() referral.Rule {
	return referral.Rule{ID: "flat", To: referral.Inviter, Kind: referral.Flat, Amount: 100}
}

func TestProgram_compileRefuses(t *testing.T) {
	for field, change := range map[string]func(*referral.Program){
		"currency":                       func(p *referral.Program) { p.Currency = "" },
		"ends_at":                        func(p *referral.Program) { p.StartsAt, p.EndsAt = launch, launch },
		"attribution.model":              func(p *referral.Program) { p.Attribution.Model = "middle_touch" },
		"attribution.window_seconds":     func(p *referral.Program) { p.Attribution.Window = -1 },
		"binding.mode":                   func(p *referral.Program) { p.Binding.Mode = "x" },
		"binding.ttl_seconds":            func(p *referral.Program) { p.Binding.Mode = referral.Expiring },
		"qualify_within_seconds":         func(p *referral.Program) { p.QualifyWithin = math.MaxInt64 },
		"reward_on":                      func(p *referral.Program) { p.RewardOn = "x" },
		"hold_seconds":                   func(p *referral.Program) { p.Hold = -1 },
		"on_ineligible_upline":           func(p *referral.Program) { p.OnIneligibleUpline = "x" },
		"max_levels":                     func(p *referral.Program) { p.MaxLevels = -1 },
		"caps.on_cap":                    func(p *referral.Program) { p.Caps.OnCap = "x" },
		"caps.pair":                      func(p *referral.Program) { p.Caps.Pair = "x" },
		"caps.per_inviter_count":         func(p *referral.Program) { p.Caps.InviterCount = new(int64(-1)) },
		"caps.per_inviter_period.period": func(p *referral.Program) { p.Caps.InviterPeriod = &referral.PeriodCap{TZ: "UTC"} },
		"caps.per_inviter_period.tz": func(p *referral.Program) {
			p.Caps.InviterPeriod = &referral.PeriodCap{Period: referral.Daily, TZ: "Nowhere"}
		},
		"rules[1].id":            func(p *referral.Program) { p.Rules = append(p.Rules, flat()) },
		"rules[0].to":            func(p *referral.Program) { p.Rules[0].To = "friend" },
		"rules[0].kind":          func(p *referral.Program) { p.Rules[0].Kind = "x" },
		"rules[0].rounding":      func(p *referral.Program) { p.Rules[0].Rounding = new(siyu.Ceil) },
		"rules[0].on_reverse":    func(p *referral.Program) { p.Rules[0].OnReverse = "x" },
		"rules[0].tiers":         func(p *referral.Program) { p.Rules[0].Kind = referral.TieredCount },
		"rules[0].mode":          func(p *referral.Program) { p.Rules[0] = ladder(); p.Rules[0].Mode = referral.Marginal },
		"rules[0].tiers[0].from": func(p *referral.Program) { p.Rules[0] = ladder(); p.Rules[0].Tiers[0].From = -1 },
		"rules[0].steps":         func(p *referral.Program) { p.Rules[0].Kind = referral.Milestone },
		"rules[0].period":        func(p *referral.Program) { p.Rules[0].Period = referral.Daily },
		"rules[0].tz": func(p *referral.Program) {
			p.Rules[0] = ladder()
			p.Rules[0].Period, p.Rules[0].TZ = referral.Daily, "Nowhere"
		},
		"fraud[0].action": func(p *referral.Program) { p.Fraud = []referral.FraudRule{{ID: "f", Kind: referral.Velocity}} },
		"fraud[0].window_seconds": func(p *referral.Program) {
			p.Fraud = []referral.FraudRule{{ID: "f", Kind: referral.Velocity, Action: referral.Reject}}
		},
		"fraud[0].signal": func(p *referral.Program) {
			p.Fraud = []referral.FraudRule{{ID: "f", Kind: referral.MatchInviter, Action: referral.Reject}}
		},
		"fraud[0].threshold": func(p *referral.Program) {
			p.Fraud = []referral.FraudRule{{ID: "f", Kind: referral.MatchSiblings, Signal: "d", Action: referral.Reject}}
		},
		"fraud[0].kind": func(p *referral.Program) { p.Fraud = []referral.FraudRule{{ID: "f", Action: referral.Reject}} },
		"fraud[0].id":   func(p *referral.Program) { p.Fraud = []referral.FraudRule{{}} },
		"rules":         func(p *referral.Program) { p.Rules = make([]referral.Rule, referral.MaxRules+1) },
	} {
		p := referral.Program{Currency: siyu.CNY, Rules: []referral.Rule{flat()}}
		change(&p)
		_, err := p.Compile()
		var invalid *siyu.InvalidError
		if !errors.As(err, &invalid) || invalid.Field != field {
			t.Errorf("%s: got %v", field, err)
		}
	}
	p := referral.Program{Currency: siyu.CNY, Rules: []referral.Rule{flat()}, InviterEntryFee: 1}
	var refused *referral.ComplianceError
	if _, err := p.Compile(); !errors.As(err, &refused) || !errors.Is(err, siyu.ErrInvalid) || refused.Findings[0].Code != referral.EntryFee {
		t.Errorf("entry fee: %v", err)
	}
}

// A compiled plan has nothing in common with the caller's program any more.
func TestProgram_compileCopies(t *testing.T) {
	p := referral.Program{Currency: siyu.CNY, Rules: []referral.Rule{ladder()}, Caps: referral.Caps{Budget: new(siyu.Money(7))}}
	plan := compile(t, p)
	p.Rules[0].Tiers[0].Amount, *p.Caps.Budget = 1, 1
	if got := plan.Program(); got.Rules[0].Tiers[0].Amount != 50_00 || *got.Caps.Budget != 7 {
		t.Errorf("the plan changed with the program: %+v", got)
	}
}

func TestParseProgram_isTheInverseOfMarshal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawing(t).Program()
		data, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := referral.ParseProgram(data)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%s reads as %+v, %v", data, got, err)
		}
	})
}

func FuzzParseProgram(f *testing.F) {
	f.Add([]byte(`{"currency":"CNY","rules":[{"id":"r","to":"inviter","kind":"milestone","every":2,"amount":5}]}`))
	f.Add([]byte(`{"currency":"CNY","binding":{"mode":"expiring","ttl_seconds":9},"rules":[{"id":"r","to":"inviter2","kind":"tiered_volume","mode":"whole","tiers":[{"from":0,"bps":10000}],"rounding":"half_even"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := referral.ParseProgram(data)
		if err != nil {
			if !errors.Is(err, siyu.ErrInvalid) {
				t.Errorf("%v is not ErrInvalid", err)
			}
			return
		}
		plan, err := p.Compile()
		if err != nil {
			if !errors.Is(err, siyu.ErrInvalid) {
				t.Errorf("%v is not ErrInvalid", err)
			}
			return
		}
		book := referral.NewBook(plan)
		for _, e := range []referral.Event{
			referral.Bind{Invitee: "b", Inviter: "a", At: launch},
			referral.Bind{Invitee: "c", Inviter: "b", At: launch},
			referral.Qualify{Invitee: "c", Key: "o", Amount: math.MaxInt64, At: launch},
			referral.Refund{Key: "o", RefundKey: "r", At: launch},
		} {
			if _, err := book.Do(e); err != nil && !errors.Is(err, siyu.ErrOverflow) {
				t.Fatal(err)
			}
		}
		if err := book.Verify(); err != nil {
			t.Error(err)
		}
	})
}

func TestReason_texts(t *testing.T) {
	for _, r := range []referral.Reason{
		referral.NotRunning, referral.NoValidTouch, referral.SelfReferral, referral.InviterDisabled, referral.NotNew, referral.AlreadyQualified,
		referral.AlreadyBound, referral.Cycle, referral.Fraud, referral.KeyConflict, referral.NotBound, referral.BindingExpired, referral.TooLate,
		referral.BelowMinAmount, referral.UnknownKey, referral.AlreadyReversed, referral.ExceedsAmount, referral.InviterCap, referral.BudgetCap,
	} {
		for _, lang := range []siyu.Lang{siyu.Chinese, siyu.English} {
			if text := r.Text(lang); text == "" || text == string(r) {
				t.Errorf("%s has no text in %s", r, lang)
			}
		}
	}
	if referral.Reason("NEW").Text(siyu.English) != "NEW" {
		t.Error("an unknown reason names itself")
	}
}

func TestCheck_events(t *testing.T) {
	long := strings.Repeat("x", siyu.MaxID+1)
	for _, e := range []referral.Event{
		nil,
		referral.Touch{Invitee: "a", Inviter: "b"},
		referral.Bind{At: launch},
		referral.Bind{Invitee: siyu.UserID(long), At: launch},
		referral.Touch{Invitee: "a", At: launch},
		referral.Qualify{Invitee: "a", At: launch},
		referral.Qualify{Invitee: "a", Key: "k", Amount: -1, At: launch},
		referral.Refund{Key: "k", At: launch},
		referral.Refund{Key: "k", RefundKey: "r", Amount: new(siyu.Money(-1)), At: launch},
		referral.Advance{Limit: -1, At: launch},
		referral.Payout{At: launch},
		referral.Disable{At: launch},
		referral.Review{Invitee: "a", At: launch},
		referral.Unbind{At: launch},
		referral.Enroll{At: launch},
		referral.Enroll{Person: "a", At: launch, Signals: map[string]string{"": "x"}},
	} {
		if err := referral.Check(e); !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%+v: %v", e, err)
		}
	}
}
