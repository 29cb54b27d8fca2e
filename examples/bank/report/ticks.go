package report

import (
	"math"

	"gonum.org/v1/plot"
)

// tens marks an axis from 0 to top at four to eight round numbers.
func tens(top float64) plot.ConstantTicks {
	step := math.Pow(10, math.Floor(math.Log10(max(top, 1e-9)/2)))
	for _, factor := range []float64{1, 2, 5, 10} {
		if top/(step*factor) <= 6 {
			step *= factor
			break
		}
	}
	var ticks plot.ConstantTicks
	for v := 0.0; v <= top; v += step {
		label := count(int(math.Round(v)))
		if step < 1 {
			label = percentless(v)
		}
		ticks = append(ticks, plot.Tick{Value: v, Label: label})
	}
	return ticks
}

func percentless(v float64) string {
	return count(int(v)) + "." + count(int(math.Round(v*10))%10)
}
