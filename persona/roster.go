package persona

import (
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/strictjson"
)

// AdviserID names an adviser (客户经理).
type AdviserID string

// Adviser is one member of a roster.
type Adviser struct {
	ID       AdviserID           `json:"id"`
	Card     string              `json:"card,omitempty"`      // id of the persona card worn
	Offline  bool                `json:"offline,omitempty"`   // takes nobody new now
	Left     bool                `json:"left,omitempty"`      // has left: keeps nobody
	Shifts   []siyu.WeeklyWindow `json:"shifts,omitempty"`    // none: always on duty
	Regions  []string            `json:"regions,omitempty"`   // none: anyone's
	DailyCap int                 `json:"daily_cap,omitempty"` // new customers on a local date; 0: no cap
	TotalCap int                 `json:"total_cap,omitempty"` // customers in all; 0: no cap
	Weight   int                 `json:"weight,omitempty"`    // for Weighted; 0 is 1
}

// Strategy says which adviser with room takes the next customer.
type Strategy string

// The strategies. The empty strategy is RoundRobin.
const (
	RoundRobin  Strategy = "round_robin"  // the next in the list after the last one chosen
	LeastLoaded Strategy = "least_loaded" // the smallest share of total cap used, ties by list order
	Weighted    Strategy = "weighted"     // smooth weighted round robin
)

// RosterID names a roster.
type RosterID string

// Roster is the list of advisers behind a code or a branch. Backup takes over,
// in turn, when no adviser can.
type Roster struct {
	ID       RosterID  `json:"id"`
	Zone     string    `json:"zone"` // IANA name, for shifts and daily caps
	Strategy Strategy  `json:"strategy,omitempty"`
	Advisers []Adviser `json:"advisers"`
	Backup   []Adviser `json:"backup,omitempty"`
}

// Limits of a roster.
const (
	MaxAdvisers = 10_000
	maxRoster   = 4 << 20 // bytes of JSON
)

// ParseRoster reads a roster from JSON of at most 4 MiB and validates it.
// Unknown fields are refused; the error names the field.
func ParseRoster(data []byte) (Roster, error) {
	r, err := strictjson.Decode[Roster](data, maxRoster)
	if err == nil {
		err = r.Validate()
	}
	return r, siyu.Within("roster", err)
}

// Validate refuses an unknown zone or strategy, and advisers without or with a
// repeated id, with negative numbers or broken shifts.
func (r Roster) Validate() error {
	if err := siyu.CheckID("id", string(r.ID)); err != nil {
		return err
	}
	if _, err := r.location(); err != nil {
		return err
	}
	switch r.Strategy {
	case "", RoundRobin, LeastLoaded, Weighted:
	default:
		return siyu.Invalid("strategy", "%q is none of round_robin, least_loaded, weighted", string(r.Strategy))
	}
	if len(r.Advisers)+len(r.Backup) > MaxAdvisers {
		return siyu.Invalid("advisers", "has more than %d entries", MaxAdvisers)
	}
	seen := map[AdviserID]bool{}
	for _, list := range []struct {
		name     string
		advisers []Adviser
	}{{"advisers", r.Advisers}, {"backup", r.Backup}} {
		for i, a := range list.advisers {
			path := fmt.Sprintf("%s[%d]", list.name, i)
			if seen[a.ID] {
				return siyu.Invalid(path+".id", "is used twice")
			}
			seen[a.ID] = true
			if err := siyu.Within(path, a.validate()); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a Adviser) validate() error {
	if err := siyu.CheckID("id", string(a.ID)); err != nil {
		return err
	}
	if a.DailyCap < 0 || a.TotalCap < 0 || a.Weight < 0 {
		return siyu.Invalid("daily_cap", "is negative, or total_cap or weight is")
	}
	for i, s := range a.Shifts {
		if err := siyu.Within(fmt.Sprintf("shifts[%d]", i), s.Validate()); err != nil {
			return err
		}
	}
	return nil
}

func (r Roster) location() (*time.Location, error) {
	loc, err := time.LoadLocation(r.Zone)
	if err != nil || r.Zone == "" || r.Zone == "Local" {
		return nil, siyu.Invalid("zone", "%q is not a known time zone", r.Zone)
	}
	return loc, nil
}

// onDuty reports whether the adviser takes new customers at the instant.
func (a Adviser) onDuty(now time.Time, loc *time.Location) bool {
	if a.Offline || a.Left {
		return false
	}
	for _, s := range a.Shifts {
		if s.Contains(now, loc) {
			return true
		}
	}
	return len(a.Shifts) == 0
}
