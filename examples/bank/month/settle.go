package month

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/examples/bank/study"
	"github.com/siyu-go/siyu/persona"
	"github.com/siyu-go/siyu/store/sqlstore"
)

// Seats is how many members a group has at most, its assistants included.
const Seats = 200

// assistants take a seat in each group from the start: the adviser and a helper.
const assistants = 2

// advisers is how many each region has.
const advisers = 6

// RosterOf is the roster of a region's advisers: by load, at most sixty new
// customers a day each, with a backup of the head office.
func RosterOf(region int) persona.Roster {
	r := persona.Roster{
		ID: persona.RosterID(fmt.Sprintf("advisers-%d", region+1)), Zone: Zone, Strategy: persona.LeastLoaded,
		Backup: []persona.Adviser{{ID: "head-office"}},
	}
	for i := range advisers {
		r.Advisers = append(r.Advisers, persona.Adviser{
			ID: persona.AdviserID(fmt.Sprintf("adviser-%d-%d", region+1, i+1)), Card: Card.ID, DailyCap: 60, TotalCap: 400,
		})
	}
	return r
}

// Card is the face that all advisers wear (人设).
var Card = persona.Card{
	ID: "tutor", Name: "小思老师", Title: "专属理财导师", Since: persona.Date{Year: 2018, Month: time.March, Day: 1},
	Values: []string{"不承诺收益", "先学后投"}, Tone: "warm", Forbidden: []string{"保本", "稳赚", "guaranteed"},
}

// CodeOf is the live code (活码) of a region's course groups.
func CodeOf(region int) persona.Code {
	name := "course-" + Regions[region] + "-"
	return persona.Code{
		ID: persona.CodeID(fmt.Sprintf("course-%d", region+1)), ScanCap: Seats, HardCap: Seats,
		Groups:     []persona.Group{{ID: persona.GroupID(name + "1"), Members: assistants}},
		AutoCreate: &persona.AutoCreate{Base: name, Next: 2, InitialMembers: assistants},
	}
}

// arrivals are those who came, in the order in which they did.
func (m *Month) arrivals() []*study.Person {
	came := m.who(func(_ *study.Person, f *fact) bool { return !f.came.IsZero() })
	slices.SortStableFunc(came, func(a, b *study.Person) int {
		return cmp.Or(m.facts.of(a.ID).came.Compare(m.facts.of(b.ID).came), cmp.Compare(a.ID, b.ID))
	})
	return came
}

func (l life) regionIndex() int { return slices.Index(Regions, l.region()) }

// saveRosters saves the advisers and live codes of every region.
func saveRosters(ctx context.Context, s *sqlstore.Store, clock siyu.Clock) error {
	if err := Card.Validate(); err != nil {
		return err
	}
	service := persona.New(s.Personas(), &persona.Options{Clock: clock})
	for region := range Regions {
		roster, code := RosterOf(region), CodeOf(region)
		err := service.SaveRoster(ctx, string(roster.ID), roster.ID, func(*persona.Roster) (persona.Roster, error) { return roster, nil })
		if err != nil {
			return err
		}
		err = service.SaveCode(ctx, string(code.ID), code.ID, func(*persona.Code) (persona.Code, error) { return code, nil })
		if err != nil {
			return err
		}
	}
	return nil
}

// settle gives everybody who came for the course an adviser of his region and
// leads him to a group with room.
func (m *Month) settle(ctx context.Context) error {
	if err := m.begin(ctx, "advisers and groups"); err != nil {
		return err
	}
	return m.each(ctx, "advisers and groups", m.arrivals(), func(ctx context.Context, s *sqlstore.Store, l life) error {
		var (
			service = persona.New(s.Personas(), &persona.Options{Clock: m.clock})
			user    = l.person.ID
			region  = l.regionIndex()
		)
		m.clock.Set(m.facts.of(user).came.Add(20 * time.Second))
		_, err := service.Assign(ctx, persona.AssignRequest{
			Key: string(user), Roster: RosterOf(region).ID, User: user, Regions: []string{l.region()},
		})
		if err != nil || !l.happens("joins the group", 0.86) {
			return err
		}
		m.clock.Advance(time.Duration(1+m.draw.pick(user, "scans after", 50)) * time.Minute)
		_, err = service.Join(ctx, persona.JoinRequest{Key: string(user), Code: CodeOf(region).ID, User: user})
		return err
	})
}
