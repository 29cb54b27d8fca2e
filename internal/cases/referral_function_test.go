package cases

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral"
	"github.com/siyu-go/siyu/referral/virality"
)

type referralFunction struct {
	ID     string                     `json:"id"`
	Kind   string                     `json:"kind"`
	Title  string                     `json:"title"`
	Why    string                     `json:"why"`
	Source string                     `json:"source"`
	Input  json.RawMessage            `json:"input"`
	Expect map[string]json.RawMessage `json:"expect"`
}

func runReferralFunction(raw json.RawMessage) error {
	c, err := Decode[referralFunction](raw)
	if err != nil {
		return err
	}
	run := map[string]func(json.RawMessage) (map[string]any, error){
		"tree": runReferralTree, "k_factor": runReferralK, "cycle_time": runReferralCycle, "k_cohort": runReferralCohort,
		"forecast": runReferralForecast, "galton_watson": runReferralBranching, "leaderboard": runReferralBoard,
		"validate": runReferralValidate, "sybil": runReferralSybil, "split": runReferralSplit, "liability": runReferralLiability,
		"group": runReferralGroup, "assist": runReferralAssist,
	}[c.Kind]
	if run == nil {
		return fmt.Errorf("unknown kind %q", c.Kind)
	}
	got, err := run(c.Input)
	if err != nil {
		return err
	}
	for field, want := range c.Expect {
		value, known := got[field]
		if !known {
			return fmt.Errorf("unknown field %q", field)
		}
		if err := compareReferral(field, value, want); err != nil {
			return err
		}
	}
	return nil
}

// compareReferral compares fractions as numbers, floats within the tolerance
// that the case states, and everything else by its JSON form.
func compareReferral(field string, got any, raw json.RawMessage) error {
	switch got := got.(type) {
	case *big.Rat:
		if got == nil || string(raw) == "null" {
			return Diff(field, got, raw)
		}
		want, ok := new(big.Rat).SetString(unquoted(raw))
		if !ok || want.Cmp(got) != 0 {
			return fmt.Errorf("%s: got %s, want %s", field, got, raw)
		}
		return nil
	case float64:
		want, err := Decode[struct{ Value, Tol float64 }](raw)
		if err != nil {
			return err
		}
		if math.Abs(got-want.Value) > want.Tol {
			return fmt.Errorf("%s: got %v, want %v within %v", field, got, want.Value, want.Tol)
		}
		return nil
	}
	want, err := Decode[any](raw)
	if err != nil {
		return err
	}
	data, err := json.Marshal(got)
	if err != nil {
		return err
	}
	have, err := Decode[any](data)
	if err != nil {
		return err
	}
	return Diff(field, have, want)
}

func unquoted(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}

type referralMembers struct {
	Members []struct {
		ID       siyu.UserID  `json:"id"`
		JoinedAt time.Time    `json:"joined_at"`
		Inviter  *siyu.UserID `json:"inviter"`
		Sent     int64        `json:"invites_sent"`
	} `json:"members"`
	AsOf     time.Time `json:"as_of"`
	Maturity int64     `json:"maturity_seconds"`
}

func (m referralMembers) list() []virality.Member {
	list := make([]virality.Member, len(m.Members))
	for i, x := range m.Members {
		list[i] = virality.Member{ID: x.ID, JoinedAt: x.JoinedAt, Sent: x.Sent}
		if x.Inviter != nil {
			list[i].Inviter = *x.Inviter
		}
	}
	return list
}

func runReferralTree(raw json.RawMessage) (map[string]any, error) {
	in, err := Decode[referralMembers](raw)
	if err != nil {
		return nil, err
	}
	t, err := virality.Grow(in.list())
	if err != nil {
		return nil, err
	}
	ratios := []string{}
	for _, r := range t.Ratios() {
		ratios = append(ratios, r.String())
	}
	return map[string]any{
		"generations": t.Generations, "max_depth": t.MaxDepth(), "members": t.Members, "seeds": t.Seeds,
		"generation_ratios": ratios, "direct": t.Direct, "descendants": t.Descendants,
	}, nil
}

func runReferralK(raw json.RawMessage) (map[string]any, error) {
	in, err := Decode[referralMembers](raw)
	if err != nil {
		return nil, err
	}
	f, err := virality.K(in.list())
	return map[string]any{
		"invites_sent": f.Sent, "accepted": f.Accepted, "invites_per_member": f.PerMember, "acceptance": f.Acceptance, "k": f.K,
	}, err
}

func runReferralCycle(raw json.RawMessage) (map[string]any, error) {
	in, err := Decode[referralMembers](raw)
	if err != nil {
		return nil, err
	}
	c, err := virality.CycleTime(in.list())
	return map[string]any{"edges": c.Edges, "mean_seconds": c.Mean, "median_seconds": c.Median}, err
}

func runReferralCohort(raw json.RawMessage) (map[string]any, error) {
	in, err := Decode[referralMembers](raw)
	if err != nil {
		return nil, err
	}
	c, err := virality.Cohort(in.list(), in.AsOf, time.Duration(in.Maturity)*time.Second)
	return map[string]any{"mature_members": c.Members, "attributed": c.Attributed, "k": c.K}, err
}

func runReferralForecast(raw json.RawMessage) (map[string]any, error) {
	in, err := Decode[struct {
		Seeds      int64    `json:"seeds"`
		K          *big.Rat `json:"k"`
		Cycles     int      `json:"cycles"`
		Population *int64   `json:"population"`
	}](raw)
	if err != nil {
		return nil, err
	}
	f, err := virality.Growth{Seeds: in.Seeds, K: in.K, Population: in.Population}.Forecast(in.Cycles)
	return map[string]any{"cumulative": f.Cumulative, "limit": f.Limit}, err
}

func runReferralBranching(raw json.RawMessage) (map[string]any, error) {
	in, err := Decode[struct {
		PMF []*big.Rat `json:"pmf"`
	}](raw)
	if err != nil {
		return nil, err
	}
	o, err := virality.NewOffspring(in.PMF...)
	return map[string]any{"mean": o.Mean(), "extinction": o.Extinction(), "expected_total": o.ExpectedTotal()}, err
}

func runReferralBoard(raw json.RawMessage) (map[string]any, error) {
	in, err := Decode[struct {
		Entries []struct {
			ID        siyu.UserID `json:"id"`
			Score     int64       `json:"score"`
			ReachedAt time.Time   `json:"reached_at"`
		} `json:"entries"`
	}](raw)
	if err != nil {
		return nil, err
	}
	entries := make([]virality.Entry, len(in.Entries))
	for i, e := range in.Entries {
		entries[i] = virality.Entry(e)
	}
	order, ranks := []siyu.UserID{}, map[siyu.UserID]int{}
	for _, s := range virality.Leaderboard(entries) {
		order = append(order, s.ID)
		ranks[s.ID] = s.Rank
	}
	return map[string]any{"order": order, "ranks": ranks}, nil
}

func runReferralValidate(raw json.RawMessage) (map[string]any, error) {
	in, err := Decode[struct {
		Program json.RawMessage `json:"program"`
	}](raw)
	if err != nil {
		return nil, err
	}
	p, err := referral.ParseProgram(in.Program)
	if err != nil {
		return nil, err
	}
	failed, warned := p.Check()
	return map[string]any{"errors": referralCodes(failed), "warnings": referralCodes(warned)}, nil
}

func referralCodes(findings []referral.Finding) []referral.Code {
	codes := []referral.Code{}
	for _, f := range findings {
		if len(codes) == 0 || codes[len(codes)-1] != f.Code {
			codes = append(codes, f.Code)
		}
	}
	return codes
}

func referralPlan(raw json.RawMessage) (*referral.Plan, error) {
	p, err := referral.ParseProgram(raw)
	if err != nil {
		return nil, err
	}
	return p.Compile()
}

func runReferralSybil(raw json.RawMessage) (map[string]any, error) {
	in, err := Decode[struct {
		Program json.RawMessage `json:"program"`
		Cost    siyu.Money      `json:"cost_per_fake"`
		Max     int64           `json:"max_fakes"`
		Amount  siyu.Money      `json:"amount"`
	}](raw)
	if err != nil {
		return nil, err
	}
	plan, err := referralPlan(in.Program)
	if err != nil {
		return nil, err
	}
	x, err := plan.Sybil(referral.Attack{MaxFakes: in.Max, Cost: in.Cost, Amount: in.Amount})
	return map[string]any{"max_profit": x.Profit, "best_fakes": x.Fakes, "exploitable": x.Exploitable}, err
}

func runReferralSplit(raw json.RawMessage) (map[string]any, error) {
	in, err := Decode[struct {
		Levels []siyu.Money `json:"levels"`
	}](raw)
	if err != nil {
		return nil, err
	}
	totals, err := referral.Split(in.Levels...)
	return map[string]any{"totals": totals}, err
}

func runReferralLiability(raw json.RawMessage) (map[string]any, error) {
	in, err := Decode[struct {
		Program   json.RawMessage `json:"program"`
		Qualified int64           `json:"qualified_invitees"`
		Uplines   bool            `json:"existing_members_have_upline"`
		Amount    siyu.Money      `json:"amount"`
	}](raw)
	if err != nil {
		return nil, err
	}
	plan, err := referralPlan(in.Program)
	if err != nil {
		return nil, err
	}
	cost, err := plan.Liability(referral.Exposure{Qualified: in.Qualified, Amount: in.Amount, MembersHaveUpline: in.Uplines})
	return map[string]any{"max_cost": cost}, err
}
