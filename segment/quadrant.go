package segment

import (
	"math"

	"github.com/siyu-go/siyu"
)

// Quadrant is the kind of business an industry does, by how often people buy
// and how far the purchase happens online (行业四象限).
type Quadrant string

// The quadrants.
const (
	HighFrequencyHighOnline Quadrant = "high_frequency_high_online" // type 1
	HighFrequencyLowOnline  Quadrant = "high_frequency_low_online"  // type 2
	LowFrequencyHighOnline  Quadrant = "low_frequency_high_online"  // type 3
	LowFrequencyLowOnline   Quadrant = "low_frequency_low_online"   // type 4
)

// QuadrantCuts divide the quadrants; a value on a cut is high.
type QuadrantCuts struct {
	PurchasesPerYear float64 `json:"purchases_per_year"` // of one customer
	OnlineShare      float64 `json:"online_share"`       // 0 to 1
}

// DefaultQuadrantCuts are one purchase a month and half of it online.
func DefaultQuadrantCuts() QuadrantCuts {
	return QuadrantCuts{PurchasesPerYear: 12, OnlineShare: 0.5}
}

// Quadrant places a business. Values that are negative or not numbers, and a
// share above 1, are [siyu.ErrInvalid].
func (c QuadrantCuts) Quadrant(purchasesPerYear, onlineShare float64) (Quadrant, error) {
	if !(purchasesPerYear >= 0) || math.IsInf(purchasesPerYear, 1) {
		return "", siyu.Invalid("purchases_per_year", "is not a number at or above 0")
	}
	if !(onlineShare >= 0 && onlineShare <= 1) {
		return "", siyu.Invalid("online_share", "is not between 0 and 1")
	}
	often, online := purchasesPerYear >= c.PurchasesPerYear, onlineShare >= c.OnlineShare
	switch {
	case often && online:
		return HighFrequencyHighOnline, nil
	case often:
		return HighFrequencyLowOnline, nil
	case online:
		return LowFrequencyHighOnline, nil
	}
	return LowFrequencyLowOnline, nil
}

// Goal is what a quadrant's private domain should achieve first.
type Goal string

// The goals.
const (
	GoalRepurchase    Goal = "repurchase_pool"  // 复购池: raise the purchase frequency
	GoalLocalFission  Goal = "local_fission"    // local interest, word of mouth, 裂变
	GoalShortDecision Goal = "shorter_decision" // shorter decisions, repurchase across categories
	GoalTrust         Goal = "trust"            // trust, interest circle, belonging
)

// OperatingProfile is a starting point for operating in a quadrant: windows, caps and
// goals. The numbers are this library's proposals, to be replaced by
// measured ones.
type OperatingProfile struct {
	Quadrant   Quadrant
	Industries []string
	Goal       Goal
	Measure    string // what tells whether the goal is reached
	Lifecycle  Lifecycle
	// ConversionDays is the window in which a purchase counts for a touch.
	ConversionDays int
	// MaxPerWeek and MaxPerDay cap the messages to one person.
	MaxPerWeek, MaxPerDay int
	KeyEvent              string // the event to watch besides the purchase
}

var profiles = map[Quadrant]OperatingProfile{
	HighFrequencyHighOnline: {
		Industries: []string{"food", "fashion", "mother_baby", "cosmetics", "retail"},
		Goal:       GoalRepurchase, Measure: "repurchase interval",
		Lifecycle:      Lifecycle{New: Days(14), Active: Days(30), Dormant: Days(90), Wake: Days(30)},
		ConversionDays: 3, MaxPerWeek: 3, MaxPerDay: 1, KeyEvent: "order.repeated",
	},
	HighFrequencyLowOnline: {
		Industries: []string{"catering", "beauty", "leisure", "fitness"},
		Goal:       GoalLocalFission, Measure: "local referrals",
		Lifecycle:      Lifecycle{New: Days(14), Active: Days(45), Dormant: Days(120), Wake: Days(30)},
		ConversionDays: 7, MaxPerWeek: 2, MaxPerDay: 1, KeyEvent: "store.visited",
	},
	LowFrequencyHighOnline: {
		Industries: []string{"electronics", "luxury", "travel", "adult_education", "finance_insurance", "media", "business_services"},
		Goal:       GoalShortDecision, Measure: "time to convert",
		Lifecycle:      Lifecycle{New: Days(30), Active: Days(90), Dormant: Days(365), Wake: Days(60)},
		ConversionDays: 30, MaxPerWeek: 2, MaxPerDay: 1, KeyEvent: "content.finished",
	},
	LowFrequencyLowOnline: {
		Industries: []string{"property", "cars", "home"},
		Goal:       GoalTrust, Measure: "persona community activity",
		Lifecycle:      Lifecycle{New: Days(60), Active: Days(180), Dormant: Days(730), Wake: Days(90)},
		ConversionDays: 90, MaxPerWeek: 1, MaxPerDay: 1, KeyEvent: "lead.created",
	},
}

// Profile returns the preset of a quadrant; ok is false for an unknown one.
// The caller may change it.
func (q Quadrant) Profile() (p OperatingProfile, ok bool) {
	p, ok = profiles[q]
	p.Quadrant = q
	p.Industries = append([]string(nil), p.Industries...)
	return p, ok
}
