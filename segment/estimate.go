package segment

import "math"

// Estimate is a size found from a sample of the table.
type Estimate struct {
	Count  float64 `json:"count"`
	StdErr float64 `json:"std_err"` // 0 if the whole table was read
	Rows   int     `json:"rows"`    // people looked at
}

// Estimate previews the size of the rule's set from a sample of at least about
// so many rows, in blocks of 16,384 chosen by the seed: the ratio estimator for
// cluster samples and its standard error (Cochran, Sampling Techniques, 1977,
// section 9A.1). The error is honest however the rows are ordered; if like
// people stand side by side, the sample has to be larger for the same error.
func (p *Plan) Estimate(rows int, seed uint64) Estimate {
	blocks := p.table.blocks()
	want := max(2, (rows+blockRows-1)/blockRows)
	if want >= blocks {
		return Estimate{Count: float64(p.Count(nil)), Rows: p.table.rows}
	}
	var s scratch
	var found, size []float64
	var sumFound, sumSize float64
	for i := range blocks {
		// Each block in turn is taken with the share of what is still wanted.
		left, missing := uint64(blocks-i), uint64(want-len(found))
		if mix(seed+uint64(i)*0x9E3779B97F4A7C15)%left >= missing {
			continue
		}
		n := p.scan.members(p.table, i, &s.out, &s)
		found, size = append(found, float64(n)), append(size, float64(p.table.mask(i)))
		sumFound, sumSize = sumFound+float64(n), sumSize+float64(p.table.mask(i))
	}
	ratio := sumFound / sumSize
	var squares float64
	for i, n := range found {
		d := n - ratio*size[i]
		squares += d * d
	}
	m, all := float64(want), float64(blocks)
	variance := all * all * (1 - m/all) / m * squares / (m - 1)
	return Estimate{
		Count:  ratio * float64(p.table.rows),
		StdErr: math.Sqrt(variance),
		Rows:   int(sumSize),
	}
}
