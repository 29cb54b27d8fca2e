package referral

import (
	"math"

	"github.com/siyu-go/siyu"
)

// ladder is what one person earns from 0, 1, 2, … qualifications.
type ladder []siyu.Money

// straight reports whether every qualification is worth the same, so that it
// does not matter how they are spread.
func (l ladder) straight() bool { return len(l) < 2 || len(l.bends()) == 1 }

// bends returns where the ladder changes its pace, and its end.
func (l ladder) bends() (at []int) {
	for n := 1; n+1 < len(l); n++ {
		if l[n+1]-l[n] != l[n]-l[n-1] {
			at = append(at, n)
		}
	}
	return append(at, len(l)-1)
}

// partition returns for each n the best sum of values of parts that add up to
// n.
//
// Between two bends the values grow evenly. Of two parts that are both between
// bends one can give to the other without loss until either is at a bend, so all
// parts but one are bends: that is a knapsack of few sizes, and one more part
// found by a maximum that slides along.
func (l ladder) partition() (ladder, error) {
	if len(l) < 2 {
		return l, nil
	}
	bends := l.bends()
	if int64(len(bends))*int64(len(l)) > maxWork {
		return nil, siyu.Invalid("qualified", "is too large for rewards that change their pace at %d places", len(bends))
	}
	const impossible = math.MinInt64
	even := make(ladder, len(l)) // of bends alone
	for n := 1; n < len(l); n++ {
		even[n] = impossible
		for _, part := range bends {
			if part > n {
				break
			}
			if rest := even[n-part]; rest != impossible {
				even[n] = max(even[n], rest+l[part])
			}
		}
	}
	best := append(ladder(nil), even...)
	from := 0
	for _, to := range bends {
		if to-from > 1 {
			l.between(from, to, even, best)
		}
		from = to
	}
	return best, nil
}

// between improves on best by one part above from and below to.
func (l ladder) between(from, to int, even, best ladder) {
	pace := l[from+1] - l[from]
	worth := func(rest int) siyu.Money { return even[rest] - pace*siyu.Money(rest) }
	var window []int // rests within reach, each worth more than those after it
	for n := from + 1; n < len(l); n++ {
		if rest := n - from - 1; even[rest] != math.MinInt64 {
			for len(window) > 0 && worth(window[len(window)-1]) <= worth(rest) {
				window = window[:len(window)-1]
			}
			window = append(window, rest)
		}
		if len(window) > 0 && window[0] <= n-to {
			window = window[1:]
		}
		if len(window) > 0 {
			rest := window[0]
			best[n] = max(best[n], even[rest]+l[from]+pace*siyu.Money(n-rest-from))
		}
	}
}
