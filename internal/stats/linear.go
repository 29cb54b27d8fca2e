// Package stats holds the statistics and numerics that several packages use.
package stats

import "math"

// Solve solves a·x = b for every column of b by elimination with partial
// pivoting; a is square, and both are left as they are. It reports false if a
// is singular to working precision.
func Solve(a, b [][]float64) (x [][]float64, ok bool) {
	n := len(a)
	m := make([][]float64, n)
	for i := range m {
		m[i] = append(append(make([]float64, 0, n+len(b[i])), a[i]...), b[i]...)
	}
	for col := range n {
		pivot := col
		for row := col + 1; row < n; row++ {
			if math.Abs(m[row][col]) > math.Abs(m[pivot][col]) {
				pivot = row
			}
		}
		m[col], m[pivot] = m[pivot], m[col]
		if !(math.Abs(m[col][col]) > 1e-14) {
			return nil, false
		}
		for row := range n {
			if row == col || m[row][col] == 0 {
				continue
			}
			f := m[row][col] / m[col][col]
			for k := col; k < len(m[row]); k++ {
				m[row][k] -= f * m[col][k]
			}
		}
	}
	x = make([][]float64, n)
	for i := range x {
		x[i] = m[i][n:]
		for k := range x[i] {
			x[i][k] /= m[i][i]
		}
	}
	return x, true
}
