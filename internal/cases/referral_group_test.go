package cases

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral/assist"
	"github.com/siyu-go/siyu/referral/groupbuy"
	"github.com/siyu-go/siyu/store/memstore"
)

func runReferralGroup(raw json.RawMessage) (map[string]any, error) {
	in, err := Decode[struct {
		Config groupbuy.Terms `json:"config"`
		Events []struct {
			Type   string      `json:"type"`
			Group  groupbuy.ID `json:"group"`
			Leader siyu.UserID `json:"leader"`
			Person siyu.UserID `json:"person"`
			At     time.Time   `json:"at"`
		} `json:"events"`
	}](raw)
	if err != nil {
		return nil, err
	}
	var (
		ctx     = context.Background()
		clock   = siyu.NewManualClock(time.Unix(0, 0))
		known   = map[groupbuy.ID]bool{}
		paid    = map[siyu.UserID]siyu.Money{}
		reasons = []any{}
	)
	groups, err := groupbuy.New(memstore.New().GroupBuys(), in.Config, &groupbuy.Options{Clock: clock})
	if err != nil {
		return nil, err
	}
	for i, e := range in.Events {
		clock.Set(e.At)
		var r groupbuy.Result
		request := groupbuy.Request{Key: strconv.Itoa(i), Group: e.Group, Person: e.Person}
		switch e.Type {
		case "group_open":
			request.Person = e.Leader
			r, err = groups.Open(ctx, request)
			known[e.Group] = true
		case "group_join":
			r, err = groups.Join(ctx, request)
		case "group_leave":
			r, err = groups.Leave(ctx, request)
		case "advance":
		default:
			err = fmt.Errorf("unknown event type %q", e.Type)
		}
		if err != nil {
			return nil, err
		}
		for _, m := range r.Moved {
			if paid[m.Person] += m.Amount; paid[m.Person] == 0 {
				delete(paid, m.Person)
			}
		}
		reasons = append(reasons, referralReason(string(r.Reason)))
	}
	states := map[groupbuy.ID]any{}
	for id := range known {
		g, err := groups.Group(ctx, id)
		if err != nil {
			return nil, err
		}
		states[id] = map[string]any{"state": g.State, "members": len(g.Members), "leader": g.Leader}
	}
	return map[string]any{"reasons": reasons, "groups": states, "paid": paid}, nil
}

func runReferralAssist(raw json.RawMessage) (map[string]any, error) {
	in, err := Decode[struct {
		Config assist.Terms `json:"config"`
		Events []struct {
			Type     string        `json:"type"`
			Task     assist.TaskID `json:"task"`
			Owner    siyu.UserID   `json:"owner"`
			Helper   siyu.UserID   `json:"helper"`
			Existing bool          `json:"existing"`
			At       time.Time     `json:"at"`
		} `json:"events"`
	}](raw)
	if err != nil {
		return nil, err
	}
	ctx, clock := context.Background(), siyu.NewManualClock(time.Unix(0, 0))
	service, err := assist.New(memstore.New().Assists(), "campaign", in.Config, &assist.Options{Clock: clock})
	if err != nil {
		return nil, err
	}
	paid, reasons, tasks := map[siyu.UserID]siyu.Money{}, []any{}, map[assist.TaskID]any{}
	for i, e := range in.Events {
		clock.Set(e.At)
		var r assist.Result
		switch key := strconv.Itoa(i); e.Type {
		case "assist_start":
			r, err = service.Start(ctx, assist.StartRequest{Key: key, Task: e.Task, Owner: e.Owner})
		case "assist":
			r, err = service.Help(ctx, assist.HelpRequest{Key: key, Task: e.Task, Helper: e.Helper, Existing: e.Existing})
		default:
			err = fmt.Errorf("unknown event type %q", e.Type)
		}
		if err != nil {
			return nil, err
		}
		if r.Reward != 0 {
			paid[r.Owner] += r.Reward
		}
		tasks[e.Task] = map[string]any{"helpers": r.Helpers, "done": r.Done}
		reasons = append(reasons, referralReason(string(r.Reason)))
	}
	return map[string]any{"reasons": reasons, "tasks": tasks, "paid": paid}, nil
}

func referralReason(r string) any {
	if r == "" {
		return nil
	}
	return r
}
