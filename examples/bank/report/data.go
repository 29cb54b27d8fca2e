// Package report writes what the month came to as one self-contained page that
// opens offline: charts are SVG drawn here, and nothing is loaded. It shows
// values and decides nothing.
package report

import (
	"time"

	"github.com/siyu-go/siyu"
)

// Data is everything that the page shows.
type Data struct {
	Users     int
	Generated bool // the customers are generated, not the real ones
	Seed      uint64
	Month     string
	Zone      string

	Figures  []Figure // the headline numbers
	Rings    []Ring   // from the inside out
	Example  Explained
	Loans    Loans
	Pressure []Pressure
	Caps     []Cap

	Course    Course
	Messages  Messages
	Groups    []Group
	Ladder    []Rung
	Referrals Referrals
	Loop      []Step
	Channels  []Channel
	Rules     []string // that the bank set, in words
	Checks    []Check
}

// Figure is one headline number.
type Figure struct{ Name, Value, Note string }

// Ring is one ring of customers.
type Ring struct {
	Name, Rule string
	Users      int
}

// Explained says why one customer is in his ring and what would move him.
type Explained struct {
	Person  string // a description without identity
	Ring    string
	Because []string
	Inward  string // what would move him inward
}

// Step is one step of a funnel with the 95 % Wilson interval of the rate from
// the step before.
type Step struct {
	Name            string
	Users           int
	Rate, Low, High float64
	Now             int    // who stand here at the end, where people move on
	Of              string // the step that the rate is of, if not the one before
}

// Loans is the loan funnel.
type Loans struct {
	Cases, Items int
	Window       time.Duration
	Steps        []Step
	Times        []StepTime
	Converted    []Share // cumulative share of those who converted, by time
	Dropped      []Drop
}

// StepTime is how long a step took those who took it.
type StepTime struct {
	Name             string
	Median, P75, P90 time.Duration
	People           int
	Overall          bool // the whole way, not one step
}

// Share is a point of a cumulative curve.
type Share struct {
	After time.Duration
	Share float64
}

// Drop is what those who left a funnel after a step did last.
type Drop struct {
	After string
	Users int
	Last  []Named // their last event, most frequent first
	Why   []Named // they went no further, most frequent first
}

// Named is a count with a name.
type Named struct {
	Name  string
	Count int
}

// Pressure is the subscription rate of customers who got so many contacts.
type Pressure struct {
	Contacts        string
	Users           int
	Subscribed      int
	Rate, Low, High float64
}

// Cap is what one frequency cap would have done to the real contacts.
type Cap struct {
	Limit               int
	Contacts, Saved     int
	Conversions         int
	LostConversions     int
	LostPerThousand     float64 // conversions lost per thousand contacts saved
	SavedPart, LostPart float64 // shares of all contacts and of all conversions
}

// Course is the seven-day course.
type Course struct {
	Entered, Graduated int
	CheckIns           []int // people who checked in, by day
}

// Messages is what became of every message that was to be sent.
type Messages struct {
	Planned, Sent, Deferred int
	Suppressed              []Suppressed
}

// Suppressed is one reason for which messages were not sent.
type Suppressed struct {
	Reason, Text string
	Count        int
}

// Group is how the groups of a region filled up.
type Group struct {
	Region  string
	Groups  int
	Members []int // at the end of each day
}

// Rung is one rung of the coupon ladder.
type Rung struct {
	From, Off                           siyu.Money
	Quota                               int
	Claimed, Locked, Redeemed, Refunded int
}

// Referrals is what inviting came to.
type Referrals struct {
	Inviters, Bound, Qualified, Reversed int
	Tiers                                []Tier
	Granted, ClawedBack, Paid, Open      siyu.Money
}

// Tier is one tier of the invitation reward.
type Tier struct {
	From     int
	Reward   siyu.Money // of each friend in this tier
	Inviters int        // who got this far
}

// Channel is what one channel cost and brought.
type Channel struct {
	Name    string
	Touches int
	Orders  int // credited to it
	Cost    siyu.Money
	Value   siyu.Money
}

// Check is one balance that must hold.
type Check struct {
	What, Got, Want string
	OK              bool
}
