package sqlstore_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/campaign/journey"
	"github.com/siyu-go/siyu/store/sqlstore"
)

// flowMutations leads a person through two mornings of a flow: the first is
// slept through while the flow is paused, the second comes, a third event ends
// another person's run.
func flowMutations() []mutation {
	clock := ticking()
	at := func(user siyu.UserID) journey.Key { return journey.Key{Journey: "mornings", User: user} }
	morning := func(id, message string) []journey.Step {
		return []journey.Step{
			{ID: "until-" + id, Do: journey.DoWaitUntil, Days: 1, Time: siyu.HourMinute(9, 0)},
			{ID: id, Do: journey.DoSend, Message: message},
		}
	}
	flow := journey.Flow{
		ID: "mornings", Version: 1, OnResume: journey.SkipOverdue, ExitOn: []string{"purchase"},
		Steps: append(morning("first", "day1"), morning("second", "day2")...),
	}
	do := func(name string, call func(*testing.T, *journey.Flows) (journey.Answer, error)) mutation {
		return mutation{"flows." + name, func(t *testing.T, s *sqlstore.Store) error {
			flows, err := journey.NewFlows(s.Journeys(), time.UTC, &journey.Options{Clock: clock}, flow)
			if err != nil {
				return err
			}
			a, err := call(t, flows)
			if err == nil && a.Refused != "" {
				err = fmt.Errorf("refused: %s", a.Refused)
			}
			return err
		}}
	}
	enter := func(user siyu.UserID) func(*testing.T, *journey.Flows) (journey.Answer, error) {
		return func(t *testing.T, f *journey.Flows) (journey.Answer, error) {
			clock.Set(hostTime)
			return f.Enter(t.Context(), journey.EnterRequest{Key: "in-" + string(user), User: user})
		}
	}
	return []mutation{
		do("Enter", enter("ann")),
		do("Enter again", enter("bo")),
		do("Hear", func(t *testing.T, f *journey.Flows) (journey.Answer, error) {
			return f.Hear(t.Context(), journey.EventRequest{User: "bo", Input: journey.Input{ID: "bought", Event: "purchase", At: hostTime.Add(time.Hour)}})
		}),
		do("Resume", func(t *testing.T, f *journey.Flows) (journey.Answer, error) {
			clock.Set(hostTime.AddDate(0, 0, 2))
			return f.Resume(t.Context(), "resume", at("ann"), nil)
		}),
		do("Advance", func(t *testing.T, f *journey.Flows) (journey.Answer, error) {
			clock.Set(hostTime.AddDate(0, 0, 4))
			return f.Advance(t.Context(), "on", at("ann"), nil)
		}),
	}
}
