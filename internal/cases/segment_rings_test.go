package cases

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment"
)

type segmentPeriod struct {
	Kind string    `json:"kind"`
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

type segmentRingCase struct {
	ID    string    `json:"id"`
	Kind  string    `json:"kind"`
	Title string    `json:"title"`
	AsOf  time.Time `json:"as_of"`
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
	User  struct {
		App   []segmentPeriod `json:"app"`
		Cards []segmentPeriod `json:"cards"`
	} `json:"user"`
	States    []string               `json:"states"`
	Before    map[siyu.UserID]string `json:"before"`
	After     map[siyu.UserID]string `json:"after"`
	P         [][]float64            `json:"P"`
	Start     []float64              `json:"start"`
	Expect    json.RawMessage        `json:"expect"`
	Tolerance struct {
		Relative float64 `json:"relative"`
		Absolute float64 `json:"absolute"`
	} `json:"tolerance"`
}

func (c segmentRingCase) held() []segment.Holding {
	var out []segment.Holding
	for _, p := range c.User.App {
		out = append(out, segment.Holding{Name: segment.BankApp, Window: siyu.Window{Start: p.From, End: p.To}})
	}
	for _, p := range c.User.Cards {
		out = append(out, segment.Holding{Name: p.Kind, Window: siyu.Window{Start: p.From, End: p.To}})
	}
	return out
}

func runSegmentRings(_ File, raw json.RawMessage) error {
	c, err := Decode[segmentRingCase](raw)
	if err != nil {
		return err
	}
	switch c.Kind {
	case "assign":
		return runRingAssign(c)
	case "changes":
		rings, err := segment.CompileRings(segment.BankRings(), nil)
		if err != nil {
			return err
		}
		got := []any{}
		for _, m := range rings.Changes(segment.Person{Profiles: segment.HeldProfiles(c.held())}, c.From, c.To) {
			got = append(got, map[string]any{"at": m.At, "from": m.From, "to": m.To})
		}
		return near(got, c)
	case "migration":
		return runMigration(c)
	}
	chain, err := segment.NewChain(c.States, c.P)
	if c.Kind == "invalid" {
		if err == nil {
			return fmt.Errorf("accepted, want %s", c.Expect)
		}
		return nil
	}
	if err != nil {
		return err
	}
	switch c.Kind {
	case "forecast":
		return runForecast(chain, c)
	case "absorbing":
		return runAbsorbing(chain, c)
	case "hitting":
		chances, err := chain.Before("inner", "outside")
		if err != nil {
			return err
		}
		got := map[string]float64{}
		for state, chance := range chances {
			got[state] = chance.Value
		}
		return near(got, c)
	}
	return ErrNotBuilt
}

func runRingAssign(c segmentRingCase) error {
	rings, err := segment.CompileRings(segment.BankRings(), nil)
	if err != nil {
		return err
	}
	p := rings.Assign(segment.HeldAt(c.held(), c.AsOf), c.AsOf)
	got := map[string]any{"ring": p.Ring, "next_ring": nil, "missing_any_of": []any{}}
	if p.Next != "" {
		got["next_ring"] = p.Next
	}
	missing := []any{}
	for _, set := range p.Missing {
		for _, fact := range set {
			missing = append(missing, fact.Attr)
		}
	}
	got["missing_any_of"] = missing
	return near(got, c)
}

func runMigration(c segmentRingCase) error {
	m, err := segment.Migrate(c.States, c.Before, c.After)
	if err != nil {
		return err
	}
	rows := func(i int) []float64 { p, _ := m.Probabilities(i); return p }
	errs := func(i int) []float64 { _, e := m.Probabilities(i); return e }
	return near(map[string]any{
		"counts":          m.Counts,
		"probabilities":   matrix(len(c.States), rows),
		"standard_errors": matrix(len(c.States), errs),
		"moved_inward":    m.Inward(),
		"moved_outward":   m.Outward(),
		"net_inward":      m.Inward() - m.Outward(),
	}, c)
}

// matrix writes a missing row as nulls.
func matrix(n int, row func(i int) []float64) [][]any {
	out := make([][]any, n)
	for i := range out {
		out[i] = make([]any, n)
		for j, v := range row(i) {
			out[i][j] = v
		}
	}
	return out
}

func runForecast(chain *segment.Chain, c segmentRingCase) error {
	var want struct {
		AfterSteps map[string]json.RawMessage `json:"after_steps"`
		Stationary *json.RawMessage           `json:"stationary"`
	}
	if err := json.Unmarshal(c.Expect, &want); err != nil {
		return err
	}
	got, after := map[string]any{}, map[string]any{}
	for steps := range want.AfterSteps {
		n, err := strconv.Atoi(steps)
		if err != nil {
			return err
		}
		people, err := chain.Forecast(c.Start, n)
		if err != nil {
			return err
		}
		after[steps] = values(people)
	}
	if want.AfterSteps != nil {
		got["after_steps"] = after
	}
	if want.Stationary != nil {
		stationary, err := chain.Stationary()
		if err != nil {
			return err
		}
		got["stationary"] = stationary
	}
	return near(got, c)
}

func runAbsorbing(chain *segment.Chain, c segmentRingCase) error {
	a, err := chain.Until("outside")
	if err != nil {
		return err
	}
	steps := map[string]any{}
	for i, from := range a.From {
		steps[from] = a.Steps[i].Value
	}
	visits := make([][]float64, len(a.Visits))
	for i, row := range a.Visits {
		visits[i] = values(row)
	}
	return near(map[string]any{"expected_steps_to_outside": steps, "expected_visits": visits}, c)
}

func values(list []segment.Expected) []float64 {
	out := make([]float64, len(list))
	for i, e := range list {
		out[i] = e.Value
	}
	return out
}

// near compares got with the case's expectation, numbers within its tolerance.
func near(got any, c segmentRingCase) error {
	data, err := json.Marshal(got)
	if err != nil {
		return err
	}
	var g, w any
	if err := json.Unmarshal(data, &g); err != nil {
		return err
	}
	if err := json.Unmarshal(c.Expect, &w); err != nil {
		return err
	}
	if !nearValue(g, w, c.Tolerance.Relative+1e-12, c.Tolerance.Absolute+1e-12) {
		return fmt.Errorf("got %s, want %s", data, c.Expect)
	}
	return nil
}

func nearValue(g, w any, relative, absolute float64) bool {
	switch w := w.(type) {
	case float64:
		g, ok := g.(float64)
		return ok && math.Abs(g-w) <= absolute+relative*math.Abs(w)
	case []any:
		g, ok := g.([]any)
		if !ok || len(g) != len(w) {
			return false
		}
		for i := range w {
			if !nearValue(g[i], w[i], relative, absolute) {
				return false
			}
		}
		return true
	case map[string]any:
		g, ok := g.(map[string]any)
		if !ok || len(g) != len(w) {
			return false
		}
		for k := range w {
			if !nearValue(g[k], w[k], relative, absolute) {
				return false
			}
		}
		return true
	}
	return g == w
}
