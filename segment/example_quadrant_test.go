package segment_test

import (
	"fmt"

	"github.com/siyu-go/siyu/segment"
)

// The four kinds of business by frequency and online degree, each with a goal,
// windows and caps to begin with.
func ExampleQuadrant_Profile() {
	cuts := segment.DefaultQuadrantCuts()
	for _, business := range []struct {
		name            string
		perYear, online float64
	}{{"snacks", 26, 0.9}, {"hotpot", 20, 0.1}, {"insurance", 0.5, 0.8}, {"cars", 0.2, 0.1}} {
		profile, _ := get(cuts.Quadrant(business.perYear, business.online)).Profile()
		fmt.Printf("%s: %s, convert within %d days, at most %d a week, watch %s\n",
			business.name, profile.Goal, profile.ConversionDays, profile.MaxPerWeek, profile.KeyEvent)
		fmt.Println("  as", profile.Industries, "by", profile.Measure)
	}
	// Output:
	// snacks: repurchase_pool, convert within 3 days, at most 3 a week, watch order.repeated
	//   as [food fashion mother_baby cosmetics retail] by repurchase interval
	// hotpot: local_fission, convert within 7 days, at most 2 a week, watch store.visited
	//   as [catering beauty leisure fitness] by local referrals
	// insurance: shorter_decision, convert within 30 days, at most 2 a week, watch content.finished
	//   as [electronics luxury travel adult_education finance_insurance media business_services] by time to convert
	// cars: trust, convert within 90 days, at most 1 a week, watch lead.created
	//   as [property cars home] by persona community activity
}
