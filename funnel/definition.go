package funnel

import (
	"time"
)

// Limits of a definition.
const (
	MaxSteps      = 64  // steps of a funnel
	MaxConditions = 256 // conditions of a definition, all told
	MaxDepth      = 8   // nesting of conditions and alternatives
	MaxExclusions = 64
	MaxBins       = 90 // bars of a histogram
)

// Definition says what a funnel is: the steps, how they must follow each other
// and within which time, whom to count and how to split the count. The zero
// value of every field but Steps and Window is a sensible default.
//
// Its JSON form is strict: unknown fields are refused, windows are whole
// seconds ("window_s").
type Definition struct {
	Steps []Step `json:"steps"`
	Order Order  `json:"order,omitempty"` // Ordered unless said

	// Window is the longest time from the first step of an attempt to its last,
	// inclusive. It is absolute time: a change of the clocks inside it is nothing.
	Window time.Duration `json:"-"`

	// SessionGap is the shortest inactivity that ends a session, with a Counting
	// of Sessions; 0 is DefaultSessionGap. "session_gap_s" in JSON.
	SessionGap time.Duration `json:"-"`

	Range      Range       `json:"range,omitzero"`            // events outside are not seen
	Exclusions []Exclusion `json:"exclusions,omitempty"`      // what spoils an attempt
	Hold       []Dimension `json:"hold,omitempty"`            // properties that must be the same on all events of an attempt
	Filter     *Condition  `json:"filter,omitempty"`          // applied to every event
	Actor      Actor       `json:"actor,omitzero"`            // what is counted; users unless said
	Counting   Counting    `json:"counting,omitempty"`        // Uniques unless said
	Breakdown  *Breakdown  `json:"breakdown,omitempty"`       // one answer per value of a property
	Timezone   string      `json:"timezone,omitempty"`        // IANA name for calendar intervals; UTC unless said
	WeekStart  Weekday     `json:"week_start,omitempty"`      // Sunday unless said
	Trend      *Trend      `json:"trend,omitempty"`           // conversion by calendar interval of the first step
	Convert    *Convert    `json:"time_to_convert,omitempty"` // histogram of the time between two steps
}

// Order says how the steps must follow each other.
type Order string

// The orders.
const (
	// Ordered: the steps in their order, anything may lie between them. One
	// event fills at most one step; of events at one instant the step numbers
	// decide. An attempt that fails does not stop a later one.
	Ordered Order = "ordered"
	// Strict: as Ordered, and nothing may lie between two steps but repeats of
	// the first of them.
	Strict Order = "strict"
	// Unordered: any of the steps in any order; a unit reaches step k when it
	// did k different ones within the window. One event fills one step; where
	// events meet several, they are assigned so that most steps are done.
	Unordered Order = "unordered"
)

// Step is one condition to meet. Exactly one of Event, Any and AnyOf says which
// events can meet it, and all of Where must hold for them.
type Step struct {
	Name      string      `json:"name,omitempty"` // label in reports; the event's name unless said
	Event     string      `json:"event,omitempty"`
	Any       bool        `json:"any,omitempty"`
	AnyOf     []Step      `json:"any_of,omitempty"` // alternatives; only Event, Any, AnyOf and Where count
	Where     []Condition `json:"where,omitempty"`
	Optional  bool        `json:"optional,omitempty"`   // may be skipped; counted when done
	FirstTime FirstTime   `json:"first_time,omitempty"` // only the first such event ever

	// Group puts the step into a group with those beside it of the same group:
	// they may be done in any order among themselves (A, then B and C in any
	// order, then D). The first of them in the report is then whichever was
	// done first, and so on.
	Group string `json:"group,omitempty"`

	// Within is the longest time since the step before on the path, inclusive
	// and besides the window of the whole; 0 is no bound. "within_s" in JSON.
	Within time.Duration `json:"-"`
}

// Label returns the step's name, or else the name of its event.
func (s Step) Label() string {
	switch {
	case s.Name != "":
		return s.Name
	case s.Event != "":
		return s.Event
	case len(s.AnyOf) > 0:
		label := s.AnyOf[0].Label()
		for _, alternative := range s.AnyOf[1:] {
			label += " / " + alternative.Label()
		}
		return label
	}
	return "any event"
}

// FirstTime restricts a step to the first event ever of a unit, also before the
// range of the definition.
type FirstTime string

// The two readings of "first".
const (
	FirstEvent    FirstTime = "event"    // the first of that name, and it must meet the conditions
	FirstFiltered FirstTime = "filtered" // the first that meets the conditions
)

// Range bounds the events that are seen, both ends inclusive; a zero end is
// open.
type Range struct {
	From time.Time `json:"from,omitzero"`
	To   time.Time `json:"to,omitzero"`
}

// Exclusion spoils an attempt when such an event happens after FromStep and
// before ToStep (counted from 0) while its window is open. A spoiled attempt
// does not count at all, not even for its first step; a later clean attempt
// does. An exclusion at the very instant of a step is not seen.
type Exclusion struct {
	Event    string      `json:"event"`
	Where    []Condition `json:"where,omitempty"`
	FromStep int         `json:"from_step"`
	ToStep   int         `json:"to_step"`
}

// Actor is the unit that is counted. The zero Actor counts users; otherwise all
// events with one value of a property, whoever did them, are one unit, and
// events without it are dropped.
type Actor struct {
	Prop     string // a property of the event, such as a group or session
	UserProp string // a property of the user, such as a household
}

// Breakdown splits the funnel by the values of properties.
type Breakdown struct {
	By          []Dimension `json:"by"`
	Attribution Attribution `json:"attribution,omitempty"` // FirstTouch unless said
}

// Dimension is one property to split by. Without a Prop, Source is FromActor.
type Dimension struct {
	Prop   string `json:"prop,omitempty"`
	Source Source `json:"source,omitempty"`
}

// Attribution says which event's value puts a unit into a group.
type Attribution string

// The attributions; see also [StepAttribution].
const (
	FirstTouch Attribution = "first_touch" // the first event with any value
	LastTouch  Attribution = "last_touch"  // the last event with any value
	AllEvents  Attribution = "all_events"  // a funnel of its own for the events of each value
)

// Trend asks for conversion by the calendar interval of the first step.
type Trend struct {
	Interval Interval `json:"interval"`
	FromStep int      `json:"from_step,omitempty"`
	ToStep   int      `json:"to_step,omitempty"` // the last step unless said
}

// Interval is a length of the calendar.
type Interval string

// The intervals.
const (
	Hour  Interval = "hour"
	Day   Interval = "day"
	Week  Interval = "week"
	Month Interval = "month"
)

// Convert asks for the distribution of the time between two steps.
type Convert struct {
	FromStep int `json:"from_step"`
	ToStep   int `json:"to_step"`        // the last step unless said
	Bins     int `json:"bins,omitempty"` // the cube root of the number of units, rounded up, unless said
}

// Weekday is a day of the week by its English name in lower case.
type Weekday string

// Location returns the time zone of calendar intervals.
func (d Definition) location() (*time.Location, error) {
	if d.Timezone == "" {
		return time.UTC, nil
	}
	return time.LoadLocation(d.Timezone)
}

var weekdays = map[Weekday]time.Weekday{
	"": time.Sunday, "sunday": time.Sunday, "monday": time.Monday, "tuesday": time.Tuesday,
	"wednesday": time.Wednesday, "thursday": time.Thursday, "friday": time.Friday, "saturday": time.Saturday,
}
