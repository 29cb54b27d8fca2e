package virality_test

import (
	"fmt"
	"math/big"

	"github.com/siyu-go/siyu/referral/virality"
)

// A hundred seeds and K = 2, in a city of a thousand: the fourth cohort already
// finds nobody left.
func ExampleGrowth_Forecast() {
	f, err := virality.Growth{Seeds: 100, K: big.NewRat(2, 1), Population: new(int64(1000))}.Forecast(4)
	if err != nil {
		panic(err)
	}
	for _, n := range f.New {
		fmt.Print(n.RatString(), " ")
	}
	fmt.Println("=", f.Cumulative.RatString())
	// Output: 100 200 400 300 0 = 1000
}

// Half of the members bring nobody. The line of one seed still lives on in one
// case of two.
func ExampleOffspring() {
	law, _ := virality.NewOffspring(big.NewRat(1, 4), big.NewRat(1, 4), big.NewRat(1, 2))
	fmt.Printf("mean %s, extinct with probability %.2f\n", law.Mean().RatString(), law.Extinction())
	// Output: mean 5/4, extinct with probability 0.50
}
