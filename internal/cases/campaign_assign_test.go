package cases

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/persona"
)

type caseStaff struct {
	ID       persona.AdviserID   `json:"id"`
	Online   *bool               `json:"online"`
	Shifts   []siyu.WeeklyWindow `json:"shifts"`
	Regions  []string            `json:"regions"`
	DailyCap *int                `json:"daily_cap"`
	TotalCap *int                `json:"total_cap"`
	Total    int                 `json:"total"`
	Weight   int                 `json:"weight"`
}

func (s caseStaff) adviser() persona.Adviser {
	a := persona.Adviser{ID: s.ID, Offline: s.Online != nil && !*s.Online, Shifts: s.Shifts, Regions: s.Regions, Weight: s.Weight}
	for _, c := range []struct {
		from *int
		to   *int
	}{{s.DailyCap, &a.DailyCap}, {s.TotalCap, &a.TotalCap}} {
		if c.from != nil {
			*c.to = *c.from
			a.Offline = a.Offline || *c.from == 0
		}
	}
	return a
}

type caseRoster struct {
	Zone     string           `json:"tz"`
	Strategy persona.Strategy `json:"strategy"`
	Staff    []caseStaff      `json:"staff"`
	Backup   []caseStaff      `json:"backup"`
}

func (c caseRoster) roster() (persona.Roster, persona.RosterState) {
	r := persona.Roster{ID: "r", Zone: c.Zone, Strategy: c.Strategy}
	s := persona.RosterState{Loads: map[persona.AdviserID]persona.Load{}}
	for _, a := range c.Staff {
		r.Advisers = append(r.Advisers, a.adviser())
		s.Loads[a.ID] = persona.Load{Total: a.Total}
	}
	for _, a := range c.Backup {
		r.Backup = append(r.Backup, a.adviser())
		s.Loads[a.ID] = persona.Load{Total: a.Total}
	}
	return r, s
}

func runAdviser(raw json.RawMessage) error {
	c, err := Decode[struct {
		caseHead
		caseRoster
		Arrivals []struct {
			User   siyu.UserID       `json:"user"`
			T      time.Time         `json:"t"`
			Code   string            `json:"code"`
			Region []string          `json:"region"`
			Left   persona.AdviserID `json:"left"`
		} `json:"arrivals"`
		Expect []any `json:"expect"`
	}](raw)
	if err != nil {
		return err
	}
	roster, state := c.roster()
	if err := roster.Validate(); err != nil {
		return err
	}
	has := map[siyu.UserID]persona.AdviserID{}
	var got []any
	for _, a := range c.Arrivals {
		if a.Left != "" {
			for _, list := range [][]persona.Adviser{roster.Advisers, roster.Backup} {
				if i := slices.IndexFunc(list, func(x persona.Adviser) bool { return x.ID == a.Left }); i >= 0 {
					list[i].Left = true
				}
			}
			got = append(got, nil)
			continue
		}
		answer, err := roster.Assign(state, persona.Customer{Adviser: has[a.User], Regions: a.Region}, a.T)
		if err != nil {
			return err
		}
		state = answer.State
		if answer.Reason != "" {
			got = append(got, map[string]any{"queue": answer.Reason})
			continue
		}
		has[a.User] = answer.Adviser
		got = append(got, answer.Adviser)
	}
	return Diff("arrivals", got, c.Expect)
}

type caseGroup struct {
	ID      persona.GroupID `json:"id"`
	Members int             `json:"members"`
	Region  string          `json:"region"`
	Lat     *float64        `json:"lat"`
	Lon     *float64        `json:"lon"`
}

func (g caseGroup) group() persona.Group {
	return persona.Group{ID: g.ID, Members: g.Members, Region: g.Region, Position: casePosition(g.Lat, g.Lon)}
}

func casePosition(lat, lon *float64) *persona.Position {
	if lat == nil || lon == nil {
		return nil
	}
	return &persona.Position{Lat: *lat, Lon: *lon}
}

func runGeo(raw json.RawMessage) error {
	c, err := Decode[struct {
		caseHead
		User struct {
			Region []string `json:"region"`
			Lat    *float64 `json:"lat"`
			Lon    *float64 `json:"lon"`
			Chosen string   `json:"chosen"`
		} `json:"user"`
		Groups   []caseGroup `json:"groups"`
		RadiusKM float64     `json:"radius_km"`
		Expect   struct {
			Group       *persona.GroupID            `json:"group"`
			KM          map[persona.GroupID]float64 `json:"km"`
			KMTolerance float64                     `json:"km_tolerance"`
		} `json:"expect"`
	}](raw)
	if err != nil {
		return err
	}
	code := persona.Code{ID: "c", ScanCap: 200, HardCap: 500, RadiusKM: c.RadiusKM}
	at := casePosition(c.User.Lat, c.User.Lon)
	for _, g := range c.Groups {
		group := g.group()
		code.Groups = append(code.Groups, group)
		if want, ok := c.Expect.KM[g.ID]; ok {
			if got := at.KM(*group.Position); math.Abs(got-want) > c.Expect.KMTolerance {
				return fmt.Errorf("%s: got %.4f km, want %.4f", g.ID, got, want)
			}
		}
	}
	if err := code.Validate(); err != nil {
		return err
	}
	p := code.Place(persona.Visitor{Chosen: c.User.Chosen, Position: at, Regions: c.User.Region})
	var got *persona.GroupID
	if p.Reason == "" {
		got = &p.Group
	}
	return Diff("group", got, c.Expect.Group)
}

type caseCode struct {
	ScanCap    int          `json:"scan_cap"`
	HardCap    int          `json:"hard_cap"`
	Strategy   persona.Fill `json:"strategy"`
	AutoCreate *struct {
		Base           string `json:"base"`
		Start          int    `json:"start"`
		InitialMembers int    `json:"initial_members"`
	} `json:"auto_create"`
	Groups []caseGroup `json:"groups"`
}

func (c caseCode) code() persona.Code {
	code := persona.Code{ID: "c", ScanCap: c.ScanCap, HardCap: c.HardCap}
	if c.Strategy == persona.Evenly {
		code.Fill = persona.Evenly
	}
	if a := c.AutoCreate; a != nil {
		code.AutoCreate = &persona.AutoCreate{Base: a.Base, Next: a.Start, InitialMembers: a.InitialMembers}
	}
	for _, g := range c.Groups {
		code.Groups = append(code.Groups, g.group())
	}
	return code
}

// groupTally counts joins and rejections as group cases do.
type groupTally struct {
	Where    map[siyu.UserID]persona.GroupID `json:"where,omitempty"`
	Joined   map[persona.GroupID]int         `json:"joined"`
	Rejected int                             `json:"rejected"`
}

type groupOp struct {
	Scan           int             `json:"scan"`
	ScanConcurrent int             `json:"scan_concurrent"`
	ScanAs         []siyu.UserID   `json:"scan_as"`
	Invite         persona.GroupID `json:"invite"`
	Leave          persona.GroupID `json:"leave"`
	LeaveAs        []siyu.UserID   `json:"leave_as"`
	N              int             `json:"n"`
}

func runGroup(raw json.RawMessage) error {
	c, err := Decode[struct {
		caseHead
		caseCode
		Ops    []groupOp  `json:"ops"`
		Expect groupTally `json:"expect"`
	}](raw)
	if err != nil {
		return err
	}
	code := c.code()
	if err := code.Validate(); err != nil {
		return err
	}
	for _, op := range c.Ops {
		if op.ScanConcurrent > 0 {
			return runGroupConcurrent(code, c.Ops, c.Expect)
		}
	}
	got := groupTally{Where: map[siyu.UserID]persona.GroupID{}, Joined: map[persona.GroupID]int{}}
	for _, g := range code.Groups {
		got.Joined[g.ID] = 0
	}
	scan := func(user siyu.UserID) {
		p := code.Place(persona.Visitor{In: got.Where[user]})
		code = p.Code
		switch {
		case p.Reason != "":
			got.Rejected++
			return
		case !p.Again:
			got.Joined[p.Group]++
		}
		if user != "" {
			got.Where[user] = p.Group
		}
	}
	for _, op := range c.Ops {
		for range op.Scan {
			scan("")
		}
		for _, user := range op.ScanAs {
			scan(user)
		}
		for _, user := range op.LeaveAs {
			if code, err = code.Leave(got.Where[user]); err != nil {
				return err
			}
			delete(got.Where, user)
		}
		for range max(op.N, 1) {
			switch {
			case op.Invite != "":
				var ok bool
				if code, ok, err = code.Invite(op.Invite); err == nil && ok {
					got.Joined[op.Invite]++
				} else if err == nil {
					got.Rejected++
				}
			case op.Leave != "":
				code, err = code.Leave(op.Leave)
			}
			if err != nil {
				return err
			}
		}
	}
	if c.Expect.Where == nil {
		got.Where = nil
	}
	return Diff("groups", got, c.Expect)
}
