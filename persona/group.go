package persona

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/strictjson"
)

// GroupID names a group chat.
type GroupID string

// CodeID names a live code.
type CodeID string

// Group is a group chat with a limited number of seats. Owner, staff and robots
// are members too.
type Group struct {
	ID       GroupID   `json:"id"`
	Members  int       `json:"members"`
	Region   string    `json:"region,omitempty"`
	Position *Position `json:"position,omitempty"`
}

// Fill says in which order groups take people.
type Fill string

// The orders. The empty order is InOrder.
const (
	InOrder Fill = "in_order" // the first with room, in the order of the list
	Evenly  Fill = "even"     // the one with fewest members, ties by order
)

// Code is a live code (活码): one code for scanning that leads to the group
// with room. ScanCap limits who joins by scanning, HardCap who joins at all.
type Code struct {
	ID         CodeID      `json:"id"`
	ScanCap    int         `json:"scan_cap"` // 200 on WeCom
	HardCap    int         `json:"hard_cap"` // 500 on WeCom, by invitation
	Fill       Fill        `json:"fill,omitempty"`
	RadiusKM   float64     `json:"radius_km,omitempty"`   // how near a group by position must be; 0: none is
	AutoCreate *AutoCreate `json:"auto_create,omitempty"` // nil: full is full
	Groups     []Group     `json:"groups"`
}

// AutoCreate opens the next group when all are full: it is called Base and a
// running number and begins with some members.
type AutoCreate struct {
	Base           string `json:"base"`
	Next           int    `json:"next"` // number of the next group
	InitialMembers int    `json:"initial_members"`
}

// Limits of a code.
const (
	MaxGroups = 10_000
	maxCode   = 4 << 20 // bytes of JSON
)

// ParseCode reads a code from JSON of at most 4 MiB and validates it. Unknown
// fields are refused; the error names the field.
func ParseCode(data []byte) (Code, error) {
	c, err := strictjson.Decode[Code](data, maxCode)
	if err == nil {
		err = c.Validate()
	}
	return c, siyu.Within("code", err)
}

// Validate refuses caps that are not 0 < ScanCap <= HardCap, groups without or
// with a repeated id or beyond the hard cap, and new groups that would be full.
func (c Code) Validate() error {
	if err := siyu.CheckID("id", string(c.ID)); err != nil {
		return err
	}
	if c.ScanCap <= 0 || c.HardCap < c.ScanCap {
		return siyu.Invalid("scan_cap", "wants 0 < scan_cap <= hard_cap")
	}
	if c.Fill != "" && c.Fill != InOrder && c.Fill != Evenly {
		return siyu.Invalid("fill", "%q is neither in_order nor even", string(c.Fill))
	}
	if !(c.RadiusKM >= 0) {
		return siyu.Invalid("radius_km", "is negative")
	}
	if len(c.Groups) > MaxGroups {
		return siyu.Invalid("groups", "has more than %d entries", MaxGroups)
	}
	seen := make(map[GroupID]bool, len(c.Groups))
	for i, g := range c.Groups {
		path := fmt.Sprintf("groups[%d]", i)
		if err := siyu.CheckID(path+".id", string(g.ID)); err != nil {
			return err
		}
		if seen[g.ID] {
			return siyu.Invalid(path+".id", "is used twice")
		}
		seen[g.ID] = true
		if g.Members < 0 || g.Members > c.HardCap {
			return siyu.Invalid(path+".members", "is not between 0 and hard_cap")
		}
		if g.Position != nil {
			if err := siyu.Within(path+".position", g.Position.Validate()); err != nil {
				return err
			}
		}
	}
	if a := c.AutoCreate; a != nil && (a.Base == "" || a.InitialMembers < 0 || a.InitialMembers >= c.ScanCap) {
		return siyu.Invalid("auto_create", "wants a base and 0 <= initial_members < scan_cap")
	}
	return nil
}

// Visitor is who scans a code: the group of the code he is in already, if any,
// and where he is.
type Visitor struct {
	In       GroupID   `json:"in,omitempty"`
	Chosen   string    `json:"chosen,omitempty"`   // region that he picked himself
	Position *Position `json:"position,omitempty"` // if he allowed it
	Regions  []string  `json:"regions,omitempty"`  // narrow to wide: district, city, province
}

// Placement is the answer to a scan: the group, and the code after it.
type Placement struct {
	Group   GroupID
	Again   bool   // was in the group already and took no new place
	Created bool   // the group was opened for this scan
	Reason  Reason // why there is no group
	Code    Code   // state after the scan; equal to the one before if nobody joined
}

// Place leads a visitor to a group. Who is in one already is led back to it.
// Otherwise a region he chose wins, then the nearest group within the radius,
// then his regions in order, then groups without region and position; at each
// step only groups below the scan cap count. When none has room a new group is
// opened, if the code does that.
func (c Code) Place(v Visitor) Placement {
	if v.In != "" && c.index(v.In) >= 0 {
		return Placement{Group: v.In, Again: true, Code: c}
	}
	if i := c.choose(v); i >= 0 {
		next := c.withMembers(i, 1)
		return Placement{Group: next.Groups[i].ID, Code: next}
	}
	if c.AutoCreate == nil || len(c.Groups) >= MaxGroups {
		return Placement{Reason: GroupsFull, Code: c}
	}
	next := c.open()
	id := next.Groups[len(next.Groups)-1].ID
	return Placement{Group: id, Created: true, Code: next.withMembers(len(next.Groups)-1, 1)}
}

// Invite adds a member to a group by invitation, up to the hard cap. False
// means that it is full. An unknown group is [siyu.ErrNotFound].
func (c Code) Invite(id GroupID) (Code, bool, error) {
	i := c.index(id)
	if i < 0 {
		return c, false, fmt.Errorf("persona: group of code: %w", siyu.ErrNotFound)
	}
	if c.Groups[i].Members >= c.HardCap {
		return c, false, nil
	}
	return c.withMembers(i, 1), true, nil
}

// Leave takes a member out of a group and so frees a place.
func (c Code) Leave(id GroupID) (Code, error) {
	i := c.index(id)
	if i < 0 || c.Groups[i].Members == 0 {
		return c, fmt.Errorf("persona: member of group: %w", siyu.ErrNotFound)
	}
	return c.withMembers(i, -1), nil
}

// Room returns how many people can still join by scanning, without groups that
// would be opened.
func (c Code) Room() int {
	room := 0
	for _, g := range c.Groups {
		room += max(0, c.ScanCap-g.Members)
	}
	return room
}

// open returns the code with the next group, whose name no other group has.
func (c Code) open() Code {
	a := *c.AutoCreate
	var id GroupID
	for id == "" || c.index(id) >= 0 {
		id = GroupID(a.Base + strconv.Itoa(a.Next))
		a.Next++
	}
	c.AutoCreate = &a
	c.Groups = append(slices.Clip(c.Groups), Group{ID: id, Members: a.InitialMembers})
	return c
}

func (c Code) withMembers(i, n int) Code {
	c.Groups = slices.Clone(c.Groups)
	c.Groups[i].Members += n
	return c
}

func (c Code) index(id GroupID) int {
	return slices.IndexFunc(c.Groups, func(g Group) bool { return g.ID == id })
}
