package cases

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral/assist"
	"github.com/siyu-go/siyu/referral/groupbuy"
)

func runReferralGroup(raw json.RawMessage) (map[string]any, error) {
	in, err := Decode[struct {
		Config groupbuy.Terms `json:"config"`
		Events []struct {
			Type   string      `json:"type"`
			Group  string      `json:"group"`
			Leader siyu.UserID `json:"leader"`
			Person siyu.UserID `json:"person"`
			At     time.Time   `json:"at"`
		} `json:"events"`
	}](raw)
	if err != nil {
		return nil, err
	}
	var (
		groups  = map[string]groupbuy.Group{}
		paid    = map[siyu.UserID]siyu.Money{}
		reasons = []any{}
		now     time.Time
	)
	for _, e := range in.Events {
		var (
			g = groups[e.Group]
			o groupbuy.Outcome
		)
		switch now = e.At; e.Type {
		case "group_open":
			g, o, err = in.Config.Open(e.Group, e.Leader, e.At)
		case "group_join":
			g, o, err = in.Config.Join(g, e.Person, e.At)
		case "group_leave":
			g, o, err = in.Config.Leave(g, e.Person, e.At)
		case "advance":
		default:
			err = fmt.Errorf("unknown event type %q", e.Type)
		}
		if err != nil {
			return nil, err
		}
		if e.Group != "" {
			groups[e.Group] = g
		}
		for _, m := range o.Moved {
			if paid[m.Person] += m.Amount; paid[m.Person] == 0 {
				delete(paid, m.Person)
			}
		}
		reasons = append(reasons, referralReason(string(o.Reason)))
	}
	states := map[string]any{}
	for id, g := range groups {
		states[id] = map[string]any{"state": in.Config.StateAt(g, now), "members": len(g.Members), "leader": g.Leader}
	}
	return map[string]any{"reasons": reasons, "groups": states, "paid": paid}, nil
}

func runReferralAssist(raw json.RawMessage) (map[string]any, error) {
	in, err := Decode[struct {
		Config assist.Terms `json:"config"`
		Events []struct {
			Type     string      `json:"type"`
			Task     string      `json:"task"`
			Owner    siyu.UserID `json:"owner"`
			Helper   siyu.UserID `json:"helper"`
			Existing bool        `json:"existing"`
			At       time.Time   `json:"at"`
		} `json:"events"`
	}](raw)
	if err != nil {
		return nil, err
	}
	campaign, err := assist.New(in.Config)
	if err != nil {
		return nil, err
	}
	paid, reasons, tasks := map[siyu.UserID]siyu.Money{}, []any{}, map[string]any{}
	for _, e := range in.Events {
		var o assist.Outcome
		switch e.Type {
		case "assist_start":
			err = campaign.Start(e.Task, e.Owner, e.At)
		case "assist":
			o, err = campaign.Help(e.Task, assist.Helper{Person: e.Helper, Existing: e.Existing}, e.At)
		default:
			err = fmt.Errorf("unknown event type %q", e.Type)
		}
		if err != nil {
			return nil, err
		}
		task, done, err := campaign.Task(e.Task)
		if err != nil {
			return nil, err
		}
		if o.Reward != 0 {
			paid[task.Owner] += o.Reward
		}
		tasks[e.Task] = map[string]any{"helpers": task.Helpers, "done": done}
		reasons = append(reasons, referralReason(string(o.Reason)))
	}
	return map[string]any{"reasons": reasons, "tasks": tasks, "paid": paid}, nil
}

func referralReason(r string) any {
	if r == "" {
		return nil
	}
	return r
}
