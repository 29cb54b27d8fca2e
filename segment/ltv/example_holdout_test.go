package ltv_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/siyu-go/siyu/segment/ltv"
)

// How good is a forecast? The models saw 39 weeks; in the 39 weeks after, which
// they did not see, the customers bought as the column "came" says. This is
// figure 3 of Fader, Hardie and Lee (2005): purchases a customer by how often
// they had bought before.
func Example_holdout() {
	ctx := context.Background()
	groups := ltv.Groups(cdnow())
	bg, err := ltv.FitBGNBD(ctx, groups, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	pareto, err := ltv.FitParetoNBD(ctx, groups, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	came := []float64{334, 306, 298, 156, 157, 112, 112, 407} // by repeat purchases, 7 or more last
	var customers, byBG, byPareto [8]float64
	for _, g := range groups {
		x, n := min(g.Frequency, 7), float64(g.Customers)
		customers[x] += n
		byBG[x] += n * bg.Model.Expected(g.History, 39)
		byPareto[x] += n * pareto.Model.Expected(g.History, 39)
	}
	fmt.Println("bought  customers  came  BG/NBD  Pareto/NBD")
	for x, n := range customers {
		mean := came[x] / n
		fmt.Printf("%-6d %10.0f %5.2f %7.2f %11.2f  %s\n", x, n, mean, byBG[x]/n, byPareto[x]/n, strings.Repeat("▇", int(5*mean+0.5)))
	}
	// Output:
	// bought  customers  came  BG/NBD  Pareto/NBD
	// 0            1411  0.24    0.23        0.14  ▇
	// 1             439  0.70    0.52        0.60  ▇▇▇
	// 2             214  1.39    1.04        1.20  ▇▇▇▇▇▇▇
	// 3             100  1.56    1.52        1.71  ▇▇▇▇▇▇▇▇
	// 4              62  2.53    2.16        2.40  ▇▇▇▇▇▇▇▇▇▇▇▇▇
	// 5              38  2.95    2.65        2.91  ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇
	// 6              29  3.86    3.50        3.82  ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇
	// 7              64  6.36    6.16        6.40  ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇
}
