package report

import (
	"math"

	"gonum.org/v1/plot"
)

// round marks an axis from 0 to top at up to seven round numbers.
func round(top float64, unit string) []plot.Tick {
	step := math.Pow(10, math.Floor(math.Log10(max(top, 1e-9)/2)))
	for _, factor := range []float64{1, 2, 5, 10} {
		if top/(step*factor) <= 6 {
			step *= factor
			break
		}
	}
	var ticks []plot.Tick
	for v := 0.0; v <= top; v += step {
		label := Count(int(math.Round(v)))
		if step < 1 {
			label = tenths(v)
		}
		ticks = append(ticks, plot.Tick{Value: v, Label: label + unit})
	}
	return ticks
}

func tenths(v float64) string {
	return Count(int(v)) + "." + Count(int(math.Round(v*10))%10)
}
