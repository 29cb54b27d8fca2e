package ltv_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment/ltv"
)

func TestHistory_Validate(t *testing.T) {
	t.Parallel()
	for field, h := range map[string]ltv.History{
		"":          {Frequency: 2, Recency: 10, T: 10},
		"frequency": {Frequency: -1, T: 1},
		"t":         {T: math.Inf(1)},
		"recency":   {Frequency: 1, Recency: 11, T: 10},
	} {
		checkField(t, h.Validate(), field)
	}
	checkField(t, ltv.History{Recency: 3, T: 10}.Validate(), "recency")
	checkField(t, ltv.History{Frequency: 1, T: 10}.Validate(), "recency")
	checkField(t, ltv.History{T: math.NaN()}.Validate(), "t")
}

func TestChances_Validate(t *testing.T) {
	t.Parallel()
	for field, c := range map[string]ltv.Chances{
		"":          {Frequency: 2, Recency: 3, Periods: 6},
		"periods":   {},
		"recency":   {Frequency: 1, Recency: 7, Periods: 6},
		"frequency": {Frequency: 4, Recency: 3, Periods: 6},
	} {
		checkField(t, c.Validate(), field)
	}
	checkField(t, ltv.Chances{Recency: 3, Periods: 6}.Validate(), "recency")
}

// checkField wants no error for "", else one in the field.
func checkField(t *testing.T, err error, field string) {
	t.Helper()
	if field == "" {
		if err != nil {
			t.Error(err)
		}
		return
	}
	var invalid *siyu.InvalidError
	if !errors.As(err, &invalid) || invalid.Field != field {
		t.Errorf("got %v, want a fault in %s", err, field)
	}
}

// A fit stands at the top of its likelihood: what it reports is the
// log-likelihood of its model, and a step to any side is lower.
func TestFit_isMaximum(t *testing.T) {
	t.Parallel()
	ctx, groups := context.Background(), ltv.Groups(cdnow())
	spending, survivors := ltv.Spendings(cdnow()), []int{1000, 631, 468, 382, 326, 289, 262, 241}
	bg, err1 := ltv.FitBGNBD(ctx, groups, nil)
	mbg, err2 := ltv.FitMBGNBD(ctx, groups, nil)
	pareto, err3 := ltv.FitParetoNBD(ctx, groups, nil)
	bb, err4 := ltv.FitBGBB(ctx, donations(), nil)
	sbg, err5 := ltv.FitSBG(ctx, survivors, nil)
	gg, err6 := ltv.FitGammaGamma(ctx, spending, nil)
	if err := errors.Join(err1, err2, err3, err4, err5, err6); err != nil {
		t.Fatal(err)
	}
	for _, f := range []float64{1, 0.98, 1.02} {
		for name, pair := range map[string][2]float64{
			"BG/NBD":      {bg.LogLikelihood, ltv.BGNBD{R: bg.Model.R * f, Alpha: bg.Model.Alpha, A: bg.Model.A, B: bg.Model.B}.LogLikelihood(groups)},
			"MBG/NBD":     {mbg.LogLikelihood, ltv.MBGNBD{R: mbg.Model.R, Alpha: mbg.Model.Alpha * f, A: mbg.Model.A, B: mbg.Model.B}.LogLikelihood(groups)},
			"Pareto/NBD":  {pareto.LogLikelihood, ltv.ParetoNBD{R: pareto.Model.R, Alpha: pareto.Model.Alpha, S: pareto.Model.S * f, Beta: pareto.Model.Beta}.LogLikelihood(groups)},
			"BG/BB":       {bb.LogLikelihood, ltv.BGBB{Alpha: bb.Model.Alpha, Beta: bb.Model.Beta, Gamma: bb.Model.Gamma, Delta: bb.Model.Delta * f}.LogLikelihood(donations())},
			"sBG":         {sbg.LogLikelihood, ltv.SBG{Alpha: sbg.Model.Alpha * f, Beta: sbg.Model.Beta}.LogLikelihood(survivors)},
			"Gamma-Gamma": {gg.LogLikelihood, ltv.GammaGamma{P: gg.Model.P, Q: gg.Model.Q, Gamma: gg.Model.Gamma * f}.LogLikelihood(spending)},
		} {
			if f == 1 {
				near(t, name+" log-likelihood", pair[1], pair[0], 1e-6)
			} else if !(pair[1] < pair[0]) {
				t.Errorf("%s at %v: %v is not below %v", name, f, pair[1], pair[0])
			}
		}
	}
}

func TestModels_Validate(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"BG/NBD":      bgnbd.Validate(),
		"MBG/NBD":     mbgnbd.Validate(),
		"Pareto/NBD":  pareto.Validate(),
		"BG/BB":       bgbb.Validate(),
		"sBG":         ltv.SBG{Alpha: 1, Beta: 2}.Validate(),
		"Gamma-Gamma": gammaGamma.Validate(),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	checkField(t, ltv.MBGNBD{R: 1, Alpha: 1, A: math.NaN(), B: 1}.Validate(), "a")
	checkField(t, ltv.BGBB{Alpha: 1, Beta: 1, Gamma: 1, Delta: math.Inf(1)}.Validate(), "delta")
	checkField(t, ltv.SBG{Alpha: 1}.Validate(), "beta")
	checkField(t, ltv.ParetoNBD{Alpha: 1, S: 1, Beta: 1}.Validate(), "r")
}

// Fader, Hardie and Shang 2010, table 5: alive in 2002.
func TestBGBB_Alive_published(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		x, tx int
		want  float64
	}{{0, 0, 0.11}, {1, 6, 0.93}, {6, 6, 0.93}, {4, 4, 0.20}} {
		near(t, "alive", bgbb.Alive(ltv.Chances{Frequency: tt.x, Recency: tt.tx, Periods: 6}), tt.want, 0.005)
	}
}

// Impossible histories are taken as the nearest possible ones.
func TestPredictions_outOfRange(t *testing.T) {
	t.Parallel()
	for _, m := range []ltv.Purchases{bgnbd, mbgnbd, pareto} {
		for _, h := range []ltv.History{
			{Frequency: -3, Recency: 4, T: 10}, {Frequency: 2, Recency: 99, T: 10}, {Frequency: 1, Recency: math.NaN(), T: math.NaN()}, {T: math.Inf(1)},
		} {
			for name, v := range map[string]float64{"alive": m.Alive(h), "expected": m.Expected(h, 10), "DERT": m.DERT(h, 0.01)} {
				if !(v >= 0) || math.IsInf(v, 1) {
					t.Errorf("%T %s of %+v is %v", m, name, h, v)
				}
			}
		}
	}
	if v := bgbb.Expected(ltv.Chances{Frequency: 9, Recency: -1, Periods: 6}, 5); !(v >= 0) {
		t.Errorf("BG/BB expects %v", v)
	}
	if v := (ltv.GammaGamma{P: 1, Q: 0.5, Gamma: 1}).Mean(); !math.IsInf(v, 1) {
		t.Errorf("a mean that does not exist is %v", v)
	}
}

func TestValue_refuses(t *testing.T) {
	t.Parallel()
	year := ltv.ValueOptions{Horizon: 52}
	s := ltv.Summary{History: ltv.History{T: 10}}
	for name, err := range map[string]error{
		"amounts": errOf(ltv.Value(bgnbd, ltv.GammaGamma{}, s, year)),
		"summary": errOf(ltv.Value(bgnbd, gammaGamma, ltv.Summary{History: ltv.History{T: -1}}, year)),
		"no mean": errOf(ltv.Value(bgnbd, ltv.GammaGamma{P: 1, Q: 0.9, Gamma: 1}, s, year)),
		"horizon": errOf(ltv.Value(bgnbd, gammaGamma, s, ltv.ValueOptions{Horizon: math.Inf(1)})),
	} {
		if !errors.Is(err, siyu.ErrInvalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := ltv.Value(bgnbd, ltv.GammaGamma{P: 1, Q: 2, Gamma: 1e20}, s, year); !errors.Is(err, siyu.ErrOverflow) {
		t.Errorf("a value beyond 64 bits: got %v", err)
	}
	if v, err := ltv.Value(bgnbd, gammaGamma, s, ltv.ValueOptions{Rate: 0.003}); err != nil || v <= 0 {
		t.Errorf("for ever: got %v %v", v, err)
	}
}

func errOf[T any](_ T, err error) error { return err }
