package month

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/examples/bank/study"
	"github.com/siyu-go/siyu/referral"
	"github.com/siyu-go/siyu/store/sqlstore"
)

// Program is the invitation program (老带新) of the month: each friend who
// invests is worth the tier that he falls in, the friend gets a welcome, and
// everything is held for a week.
var Program = referral.Program{
	Currency: "CNY",
	StartsAt: on(12, 0, 0), EndsAt: Ends(),
	Attribution:   referral.Attribution{Model: referral.FirstTouch, Window: 14 * referral.Day},
	Binding:       referral.BindingPolicy{Mode: referral.Permanent},
	QualifyWithin: 14 * referral.Day,
	MinAmount:     yuan(1_000),
	Hold:          7 * referral.Day, RefundWindow: 7 * referral.Day,
	MaxLevels: 1,
	Caps: referral.Caps{
		InviterAmount: new(yuan(600)), Budget: new(yuan(60_000)), OnCap: referral.Partial,
	},
	Rules: []referral.Rule{
		{ID: "friends", To: referral.Inviter, Kind: referral.TieredCount, Mode: referral.Stack, Tiers: []referral.Tier{
			{From: 1, Amount: yuan(50)}, {From: 3, Amount: yuan(80)}, {From: 6, Amount: yuan(120)},
		}},
		{ID: "welcome", To: referral.Invitee, Kind: referral.Flat, Amount: yuan(20)},
	},
}

// act is one thing that happens in the program.
type act struct {
	at      time.Time
	user    siyu.UserID // the friend
	key     string      // of the call
	event   referral.Event
	invests siyu.Money // what the friend invests, if that is the act
}

// acts is all that buyers and their friends do, in order of time. Friends are
// customers who were not invited by the bank itself this month; two inviters
// may have the same friend, and then the first wins.
func (m *Month) acts(buyers []*study.Person) []act {
	var (
		acts      []act
		strangers = m.strangers()
		bought    = map[siyu.UserID]bool{}
	)
	for _, p := range buyers {
		l := life{p, m.draw}
		first := m.facts.of(p.ID).orders[0].at
		for i := range l.friends() {
			question := fmt.Sprint("friend ", i)
			friend := strangers[m.draw.pick(p.ID, question, len(strangers))].ID
			at := first.Add(time.Duration(60+m.draw.pick(p.ID, question+" asked", 5*24*60)) * time.Minute)
			if m.draw.happens(p.ID, question+" is himself", 0.01) {
				friend = p.ID
			}
			add := func(after time.Duration, what string, event func(time.Time) referral.Event, order siyu.Money) {
				if t := at.Add(after); t.Before(on(30, 12, 0)) {
					acts = append(acts, act{t, friend, fmt.Sprintf("%s/%s/%s", p.ID, question, what), event(t), order})
				}
			}
			add(0, "touch", func(t time.Time) referral.Event {
				return referral.Touch{Invitee: friend, Inviter: p.ID, At: t, Request: fmt.Sprintf("%s/%d", p.ID, i)}
			}, 0)
			if !m.draw.happens(friend, "comes", 0.7) {
				continue
			}
			add(3*time.Hour, "bind", func(t time.Time) referral.Event {
				return referral.Bind{Invitee: friend, At: t, Request: fmt.Sprintf("%s/%d", p.ID, i)}
			}, 0)
			if bought[friend] || !m.draw.happens(friend, "invests", 0.6) {
				continue
			}
			bought[friend] = true
			invests := life{m.evidence.People.Find(friend), m.draw}.amount("as a friend")
			key := referral.Key(fmt.Sprintf("%s/friend", friend))
			wait := time.Duration(5+m.draw.pick(friend, "thinks", 3*24)) * time.Hour
			add(wait, "qualify", func(t time.Time) referral.Event {
				return referral.Qualify{Invitee: friend, Key: key, Amount: invests, At: t}
			}, invests)
			if m.draw.happens(friend, "takes back", 0.08) {
				add(wait+60*time.Hour, "refund", func(t time.Time) referral.Event {
					return referral.Refund{Key: key, RefundKey: key + "/back", At: t}
				}, 0)
			}
		}
	}
	slices.SortStableFunc(acts, func(a, b act) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.key, b.key)) })
	return acts
}

// strangers are the customers who were not invited to the course.
func (m *Month) strangers() []*study.Person {
	invited := make(map[siyu.UserID]bool, len(m.invited))
	for _, p := range m.invited {
		invited[p.ID] = true
	}
	var strangers []*study.Person
	for i := range m.evidence.People.List {
		if p := &m.evidence.People.List[i]; !invited[p.ID] {
			strangers = append(strangers, p)
		}
	}
	return strangers
}

// programID names the program in the store.
const programID referral.ProgramID = "march-friends"

func invitations(s *sqlstore.Store, clock siyu.Clock) (*referral.Service, error) {
	plan, err := Program.Compile()
	if err != nil {
		return nil, err
	}
	return referral.New(s.Referrals(), programID, plan, &referral.Options{Clock: clock})
}

// inviteFriends lets buyers bring friends. What the program refuses, such as a
// friend whom somebody else has brought, is counted and changes nothing.
func (m *Month) inviteFriends(ctx context.Context) error {
	if err := m.begin(ctx, "invitations"); err != nil {
		return err
	}
	buyers := m.who(func(_ *study.Person, f *fact) bool { return len(f.orders) > 0 })
	return inPieces(ctx, m, "invitations", m.acts(buyers), func(ctx context.Context, s *sqlstore.Store, a act) error {
		service, err := invitations(s, m.clock)
		if err != nil {
			return err
		}
		m.clock.Set(a.at)
		result, err := service.Do(ctx, a.event)
		if err != nil {
			return err
		}
		e := siyu.Event{ID: siyu.EventID("act/" + a.key), User: a.user, At: a.at, Channel: channelFriend, Domain: siyu.Private}
		switch {
		case result.Outcome == referral.Rejected:
			e.Name, e.Props = Refused, map[string]string{propReason: string(result.Reason)}
		case a.invests > 0:
			e.Name, e.Value = FriendOrder, a.invests
		default:
			return nil
		}
		_, err = s.Events().Append(ctx, e)
		return err
	})
}

// payOut pays every inviter and friend what is free of its hold on the last
// evening of the month.
func (m *Month) payOut(ctx context.Context) error {
	if err := m.begin(ctx, "payouts"); err != nil {
		return err
	}
	m.clock.Set(on(Days, 18, 0))
	var people []siyu.UserID
	seen := map[siyu.UserID]bool{}
	for _, e := range m.evidence.Month[:m.read] {
		if e.Name == Rewarded && !seen[e.User] {
			seen[e.User] = true
			people = append(people, e.User)
		}
	}
	return inPieces(ctx, m, "payouts", people, func(ctx context.Context, s *sqlstore.Store, user siyu.UserID) error {
		m.clock.Set(on(Days, 18, 0))
		service, err := invitations(s, m.clock)
		if err != nil {
			return err
		}
		_, err = service.Payout(ctx, referral.Payout{Person: user, Request: "march/" + string(user), At: m.clock.Now()})
		return err
	})
}
