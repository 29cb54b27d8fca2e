package attribution_test

import (
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign/attribution"
)

// A hotel and the gym next door share 12.5 % to 87.5 %, exact to the fen, and a
// refund takes back from each what it had.
func ExampleShare_refund() {
	for _, amount := range []siyu.Money{99_00, -99_00} {
		hotel, gym, err := attribution.Share(amount, 1_250)
		fmt.Println(hotel.Format(siyu.CNY), gym.Format(siyu.CNY), err)
	}
	// Output:
	// 12.38 86.62 <nil>
	// -12.38 -86.62 <nil>
}

// Which campaigns the money came from, and what a refund takes back.
func ExampleLedger() {
	l := attribution.Ledger{Model: attribution.Model{Kind: attribution.Last, Window: 7 * 24 * time.Hour}}
	touches := []attribution.Touch{{At: noon.Add(-48 * time.Hour), Campaign: "article"}, {At: noon.Add(-time.Hour), Campaign: "group"}}
	for _, c := range []attribution.Conversion{
		{ID: "o1", At: noon, Amount: 300_00}, {ID: "o1", At: noon, Amount: 300_00}, {ID: "r1", At: noon, RefundOf: "o1", Amount: 100_00},
	} {
		if err := l.Add(touches, c); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println(l.Totals())
	// Output: map[group:20000]
}
