package groupbuy

import (
	"maps"
	"slices"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/internal/strictjson"
)

// ID names a group.
type ID string

// Terms are the rules of a group buy.
type Terms struct {
	Size         int           `json:"size"`             // members present, the leader included, at which it succeeds
	Duration     int64         `json:"duration_seconds"` // from opening to the deadline
	LeaderReward siyu.Money    `json:"leader_reward,omitempty"`
	MemberReward siyu.Money    `json:"member_reward,omitempty"`
	LeaderLeave  LeavePolicy   `json:"leader_leave,omitempty"`    // default Disband
	Clawback     LeaderForfeit `json:"leader_clawback,omitempty"` // default Never
}

// MaxSize is the largest group.
const MaxSize = 10_000

const maxDuration = 366 * 86_400 // a year

// maxTermsBytes is the largest JSON form of terms.
const maxTermsBytes = 4096

// ParseTerms reads the JSON form of terms strictly and validates them: unknown
// fields and values out of place are [siyu.ErrInvalid] with their path.
func ParseTerms(data []byte) (Terms, error) {
	t, err := strictjson.Decode[Terms](data, maxTermsBytes)
	if err == nil {
		err = t.Validate()
	}
	return t, siyu.Within("terms", err)
}

// LeavePolicy says what becomes of an open group whose leader leaves.
type LeavePolicy string

// Disband ends the group. Succeed makes the next by join order the leader; the
// deadline stays.
const (
	Disband LeavePolicy = "disband"
	Succeed LeavePolicy = "succeed"
)

// LeaderForfeit says whether the leader loses the reward with the members.
type LeaderForfeit string

// Never leaves the leader's reward alone. IfBelowSize takes it back, once, when
// members leave after the success until fewer than the size are present.
const (
	Never       LeaderForfeit = "none"
	IfBelowSize LeaderForfeit = "if_below_size"
)

// State of a group.
type State string

// The states.
const (
	Open      State = "open"
	Success   State = "success"
	Failed    State = "failed"    // not full at the deadline
	Disbanded State = "disbanded" // the leader left
)

// Reason names why somebody could not join or leave; "" is none.
type Reason string

// The reasons, in the order of checking.
const (
	Full          Reason = "GROUP_FULL"
	Expired       Reason = "GROUP_EXPIRED"
	Closed        Reason = "GROUP_CLOSED"
	AlreadyJoined Reason = "ALREADY_JOINED"
	NotMember     Reason = "NOT_A_MEMBER"
)

var texts = map[Reason]siyu.Text{
	Full:          {ZH: "已成团", EN: "the group is complete"},
	Expired:       {ZH: "拼团已过期", EN: "the group has expired"},
	Closed:        {ZH: "拼团已解散", EN: "the group was disbanded"},
	AlreadyJoined: {ZH: "已参加该团", EN: "already a member"},
	NotMember:     {ZH: "不是团员", EN: "not a member"},
}

// Text says the reason for people.
func (r Reason) Text(lang siyu.Lang) string {
	if t, ok := texts[r]; ok {
		return t.In(lang)
	}
	return string(r)
}

// Group is one group buy. Members are those present, in the order of joining;
// Rewards are what each person holds of it.
type Group struct {
	ID       ID                         `json:"id"`
	Leader   siyu.UserID                `json:"leader"`
	OpenedAt time.Time                  `json:"opened_at"`
	Members  []siyu.UserID              `json:"members"`
	State    State                      `json:"state"` // as of the last change; see [Terms.StateAt]
	Rewards  map[siyu.UserID]siyu.Money `json:"rewards,omitempty"`
}

// Outcome is what a join or leave came to: a reason if it was refused, which
// changes nothing, or the rewards that moved.
type Outcome struct {
	Reason Reason   `json:"reason,omitempty"`
	Moved  []Reward `json:"moved,omitempty"`
}

// Reward is an amount granted, or taken back if it is below 0.
type Reward struct {
	Person siyu.UserID `json:"person"`
	Amount siyu.Money  `json:"amount"`
}

// Validate refuses terms that no group could follow.
func (t Terms) Validate() error {
	switch {
	case t.Size < 1 || t.Size > MaxSize:
		return siyu.Invalid("size", "is outside 1..%d", MaxSize)
	case t.Duration < 1 || t.Duration > maxDuration:
		return siyu.Invalid("duration_seconds", "is outside a second to a year")
	case t.LeaderReward < 0 || t.MemberReward < 0:
		return siyu.Invalid("leader_reward", "is negative")
	case t.LeaderLeave != "" && t.LeaderLeave != Disband && t.LeaderLeave != Succeed:
		return siyu.Invalid("leader_leave", "%q is none of disband, succeed", t.LeaderLeave)
	case t.Clawback != "" && t.Clawback != Never && t.Clawback != IfBelowSize:
		return siyu.Invalid("leader_clawback", "%q is none of none, if_below_size", t.Clawback)
	}
	return nil
}

// Open opens a group with its leader as the first member.
func (t Terms) Open(id ID, leader siyu.UserID, at time.Time) (Group, Outcome, error) {
	if err := t.Validate(); err != nil {
		return Group{}, Outcome{}, err
	}
	if err := siyu.CheckID("id", string(id)); err != nil {
		return Group{}, Outcome{}, err
	}
	if err := siyu.CheckID("leader", string(leader)); err != nil {
		return Group{}, Outcome{}, err
	}
	g := Group{ID: id, Leader: leader, OpenedAt: siyu.Instant(at), Members: []siyu.UserID{leader}, State: Open}
	var o Outcome
	t.complete(&g, &o)
	return g, o, nil
}

// StateAt returns the group's state at an instant: an open group has failed
// from its deadline on.
func (t Terms) StateAt(g Group, at time.Time) State {
	if g.State == Open && !at.Before(t.Deadline(g)) {
		return Failed
	}
	return g.State
}

// Deadline returns the instant from which on an open group has failed.
func (t Terms) Deadline(g Group) time.Time {
	return g.OpenedAt.Add(time.Duration(t.Duration) * time.Second)
}

// Join adds a person to an open group; the one who completes it triggers the
// rewards of all.
func (t Terms) Join(g Group, person siyu.UserID, at time.Time) (Group, Outcome, error) {
	if err := siyu.CheckID("person", string(person)); err != nil {
		return g, Outcome{}, err
	}
	switch t.StateAt(g, at) {
	case Success:
		return g, Outcome{Reason: Full}, nil
	case Failed:
		return g, Outcome{Reason: Expired}, nil
	case Disbanded:
		return g, Outcome{Reason: Closed}, nil
	}
	if slices.Contains(g.Members, person) {
		return g, Outcome{Reason: AlreadyJoined}, nil
	}
	g = g.Clone()
	g.Members = append(g.Members, person)
	var o Outcome
	t.complete(&g, &o)
	return g, o, nil
}

// Leave takes a person out, who frees a seat in an open group, and forfeits the
// reward after the success, as when the order is refunded.
func (t Terms) Leave(g Group, person siyu.UserID, at time.Time) (Group, Outcome, error) {
	state := t.StateAt(g, at)
	switch state {
	case Failed:
		return g, Outcome{Reason: Expired}, nil
	case Disbanded:
		return g, Outcome{Reason: Closed}, nil
	}
	i := slices.Index(g.Members, person)
	if i < 0 {
		return g, Outcome{Reason: NotMember}, nil
	}
	g = g.Clone()
	g.Members = slices.Delete(g.Members, i, i+1)
	var o Outcome
	if state == Success {
		g.takeBack(person, &o)
		if t.Clawback == IfBelowSize && len(g.Members) < t.Size {
			g.takeBack(g.Leader, &o)
		}
		return g, o, nil
	}
	switch {
	case person != g.Leader:
	case t.LeaderLeave == Succeed && len(g.Members) > 0:
		g.Leader = g.Members[0]
	default:
		g.State = Disbanded
	}
	return g, o, nil
}

// complete rewards everybody once enough are present.
func (t Terms) complete(g *Group, o *Outcome) {
	if len(g.Members) < t.Size {
		return
	}
	g.State = Success
	g.Rewards = map[siyu.UserID]siyu.Money{}
	for _, m := range g.Members {
		amount := t.MemberReward
		if m == g.Leader {
			amount = t.LeaderReward
		}
		if amount > 0 {
			g.Rewards[m] = amount
			o.Moved = append(o.Moved, Reward{m, amount})
		}
	}
}

func (g *Group) takeBack(person siyu.UserID, o *Outcome) {
	if amount := g.Rewards[person]; amount > 0 {
		delete(g.Rewards, person)
		o.Moved = append(o.Moved, Reward{person, -amount})
	}
}

// Clone returns a group that shares nothing with g.
func (g Group) Clone() Group {
	g.Members, g.Rewards = slices.Clone(g.Members), maps.Clone(g.Rewards)
	return g
}
