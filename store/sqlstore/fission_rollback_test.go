package sqlstore_test

import (
	"fmt"
	"testing"

	"github.com/siyu-go/siyu/referral/assist"
	"github.com/siyu-go/siyu/referral/groupbuy"
	"github.com/siyu-go/siyu/store/sqlstore"
)

func fissionMutations() []mutation {
	clock := ticking()
	group := func(name string, call func(*testing.T, *groupbuy.Service) (groupbuy.Result, error)) mutation {
		return mutation{"groupbuy." + name, func(t *testing.T, s *sqlstore.Store) error {
			service, err := groupbuy.New(s.GroupBuys(), groupbuy.Terms{Size: 2, Duration: 60, LeaderReward: 5, MemberReward: 2}, &groupbuy.Options{Clock: clock})
			if err != nil {
				return err
			}
			r, err := call(t, service)
			if err == nil && !r.OK() {
				err = fmt.Errorf("refused: %s", r.Reason)
			}
			return err
		}}
	}
	task := func(name string, call func(*testing.T, *assist.Service) (assist.Result, error)) mutation {
		return mutation{"assist." + name, func(t *testing.T, s *sqlstore.Store) error {
			service, err := assist.New(s.Assists(), "c", assist.Terms{Required: 2, Duration: 60, Reward: 5}, &assist.Options{Clock: clock})
			if err != nil {
				return err
			}
			r, err := call(t, service)
			if err == nil && !r.OK() {
				err = fmt.Errorf("refused: %s", r.Reason)
			}
			return err
		}}
	}
	return []mutation{
		group("Open", func(t *testing.T, s *groupbuy.Service) (groupbuy.Result, error) {
			return s.Open(t.Context(), groupbuy.Request{Key: "o", Group: "g", Person: "lee"})
		}),
		group("Join", func(t *testing.T, s *groupbuy.Service) (groupbuy.Result, error) {
			return s.Join(t.Context(), groupbuy.Request{Key: "j", Group: "g", Person: "ann"})
		}),
		group("Leave", func(t *testing.T, s *groupbuy.Service) (groupbuy.Result, error) {
			return s.Leave(t.Context(), groupbuy.Request{Key: "l", Group: "g", Person: "ann"})
		}),
		task("Start", func(t *testing.T, s *assist.Service) (assist.Result, error) {
			return s.Start(t.Context(), assist.StartRequest{Key: "s", Task: "t", Owner: "lee"})
		}),
		task("Help", func(t *testing.T, s *assist.Service) (assist.Result, error) {
			return s.Help(t.Context(), assist.HelpRequest{Key: "h", Task: "t", Helper: "ann"})
		}),
	}
}
