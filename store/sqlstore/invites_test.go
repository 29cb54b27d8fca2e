package sqlstore_test

import (
	"fmt"
	"testing"

	"github.com/siyu-go/siyu/referral/invite"
	"github.com/siyu-go/siyu/referral/invite/invitetest"
	"github.com/siyu-go/siyu/store/sqlstore"
)

func TestInvites(t *testing.T) {
	onEachEngine(t, func(t *testing.T, newStore func(*testing.T) *sqlstore.Store) {
		invitetest.TestStore(t, newStore)
	})
}

func inviteMutations() []mutation {
	do := func(name string, call func(*testing.T, *invite.Service) (invite.Result, error)) mutation {
		return mutation{"invite." + name, func(t *testing.T, s *sqlstore.Store) error {
			service, err := invite.New(s.Invites(), &invite.Options{Clock: ticking()})
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
		do("Issue", func(t *testing.T, s *invite.Service) (invite.Result, error) {
			return s.Issue(t.Context(), invite.IssueRequest{Key: "i", Code: invite.Code{Text: "虎哥", Program: "card", Inviter: "lee", Kind: invite.KOL}})
		}),
		do("Use", func(t *testing.T, s *invite.Service) (invite.Result, error) {
			return s.Use(t.Context(), invite.UseRequest{Key: "u", Typed: "虎哥", User: "ann"})
		}),
		do("Disable", func(t *testing.T, s *invite.Service) (invite.Result, error) {
			return s.Disable(t.Context(), invite.DisableRequest{Key: "d", Typed: "虎哥"})
		}),
	}
}
