package persona

import (
	"maps"
	"time"
)

// Load is how many customers an adviser has taken.
type Load struct {
	Total int  `json:"total"`
	Day   Date `json:"day,omitzero"` // local date that Today counts
	Today int  `json:"today,omitempty"`
}

// on returns the new customers on a date. A clock that was set back does not
// give the cap of a day twice.
func (l Load) on(day Date) int {
	if day.Before(l.Day) || day == l.Day {
		return l.Today
	}
	return 0
}

// RosterState is what changes as a roster takes customers. The zero state is
// that of a roster that has taken none.
type RosterState struct {
	Loads      map[AdviserID]Load `json:"loads,omitempty"`
	Last       AdviserID          `json:"last,omitempty"`        // adviser chosen last
	LastBackup AdviserID          `json:"last_backup,omitempty"` // backup chosen last
	Current    map[AdviserID]int  `json:"current,omitempty"`     // of smooth weighted round robin
}

// Customer is who needs an adviser: the one he has, if any, and where he is.
type Customer struct {
	Adviser AdviserID `json:"adviser,omitempty"`
	Regions []string  `json:"regions,omitempty"` // narrow to wide: city, province
}

// Assignment is the answer for one customer, and the roster's state after it.
type Assignment struct {
	Adviser AdviserID
	Kept    bool   // the adviser he had; took no new place
	Backup  bool   // taken by the backup list
	Reason  Reason // why there is no adviser: he waits
	State   RosterState
}

// Assign gives a customer an adviser (分配). One whom he has and who has not
// left is kept, whatever shift or cap. Otherwise the strategy chooses among
// those on duty and below both caps: those for the first of his regions that
// any of them serves, else those without regions; then the backup list in
// turn. The error is an unknown zone.
func (r Roster) Assign(s RosterState, c Customer, now time.Time) (Assignment, error) {
	loc, err := r.location()
	if err != nil {
		return Assignment{}, err
	}
	if c.Adviser != "" && r.serves(c.Adviser) {
		return Assignment{Adviser: c.Adviser, Kept: true, State: s}, nil
	}
	day := DateOf(now, loc)
	s.Loads, s.Current = maps.Clone(s.Loads), maps.Clone(s.Current)
	if i := r.choose(&s, r.eligible(r.Advisers, s, c, now, day, loc)); i >= 0 {
		s.Last = r.Advisers[i].ID
		s.take(s.Last, day)
		return Assignment{Adviser: s.Last, State: s}, nil
	}
	if i := inTurn(r.Backup, s.LastBackup, r.eligible(r.Backup, s, c, now, day, loc)); i >= 0 {
		s.LastBackup = r.Backup[i].ID
		s.take(s.LastBackup, day)
		return Assignment{Adviser: s.LastBackup, Backup: true, State: s}, nil
	}
	return Assignment{Reason: NoCapacity, State: s}, nil
}

// serves reports whether the adviser is on the roster and has not left.
func (r Roster) serves(id AdviserID) bool {
	for _, list := range [][]Adviser{r.Advisers, r.Backup} {
		for _, a := range list {
			if a.ID == id {
				return !a.Left
			}
		}
	}
	return false
}

// eligible marks who may take the customer.
func (r Roster) eligible(list []Adviser, s RosterState, c Customer, now time.Time, day Date, loc *time.Location) []bool {
	free := make([]bool, len(list))
	for i, a := range list {
		load := s.Loads[a.ID]
		free[i] = a.onDuty(now, loc) &&
			(a.DailyCap == 0 || load.on(day) < a.DailyCap) &&
			(a.TotalCap == 0 || load.Total < a.TotalCap)
	}
	for _, region := range c.Regions {
		if keep(list, free, func(a Adviser) bool { return regional(a.Regions, region) }) {
			return free
		}
	}
	if !keep(list, free, func(a Adviser) bool { return len(a.Regions) == 0 }) {
		clear(free)
	}
	return free
}

// keep leaves the marks of those that match, if there is one at all.
func keep(list []Adviser, free []bool, match func(Adviser) bool) bool {
	any := false
	for i, a := range list {
		any = any || (free[i] && match(a))
	}
	for i, a := range list {
		free[i] = free[i] && (!any || match(a))
	}
	return any
}

// choose applies the strategy and returns the index, -1 if no one is free.
func (r Roster) choose(s *RosterState, free []bool) int {
	switch r.Strategy {
	case LeastLoaded:
		best := -1
		for i, a := range r.Advisers {
			if free[i] && (best < 0 || lighter(a, s.Loads[a.ID].Total, r.Advisers[best], s.Loads[r.Advisers[best].ID].Total)) {
				best = i
			}
		}
		return best
	case Weighted:
		return r.smooth(s, free)
	}
	return inTurn(r.Advisers, s.Last, free)
}

// lighter compares total/cap exactly. Without a cap the share is 0, and two
// such are compared by total.
func lighter(a Adviser, totalA int, b Adviser, totalB int) bool {
	switch {
	case a.TotalCap == 0 && b.TotalCap == 0:
		return totalA < totalB
	case a.TotalCap == 0:
		return totalB > 0
	case b.TotalCap == 0:
		return false
	}
	return int64(totalA)*int64(b.TotalCap) < int64(totalB)*int64(a.TotalCap)
}

// smooth is nginx's smooth weighted round robin: add the weight to each, take
// the largest, subtract the sum from it.
func (r Roster) smooth(s *RosterState, free []bool) int {
	if s.Current == nil {
		s.Current = map[AdviserID]int{}
	}
	best, sum := -1, 0
	for i, a := range r.Advisers {
		if !free[i] {
			continue
		}
		w := max(1, a.Weight)
		sum += w
		s.Current[a.ID] += w
		if best < 0 || s.Current[a.ID] > s.Current[r.Advisers[best].ID] {
			best = i
		}
	}
	if best >= 0 {
		s.Current[r.Advisers[best].ID] -= sum
	}
	return best
}

// inTurn returns the next one free after the last one chosen, -1 if none is.
func inTurn(list []Adviser, last AdviserID, free []bool) int {
	from := 0
	for i, a := range list {
		if a.ID == last {
			from = i + 1
		}
	}
	for n := range list {
		if i := (from + n) % len(list); free[i] {
			return i
		}
	}
	return -1
}

func (s *RosterState) take(id AdviserID, day Date) {
	if s.Loads == nil {
		s.Loads = map[AdviserID]Load{}
	}
	l := s.Loads[id]
	today := l.on(day) + 1
	if l.Day.Before(day) || l.Day.IsZero() {
		l.Day = day
	}
	l.Today = today
	l.Total++
	s.Loads[id] = l
}
