package sqlstore

import (
	"context"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/referral/invite"
)

// Invites returns the tenant's part for package invite.
func (s *Store) Invites() invite.Store { return invites{s} }

type invites struct{ s *Store }

var codeTable = documents{"siyu_invite_codes", []string{"tenant", "code_key"}}

// Update implements [invite.Store].
func (i invites) Update(
	ctx context.Context, call siyu.Call, key invite.CodeKey, decide func(*invite.Kept) (invite.Change, error),
) (invite.Result, bool, error) {
	return step(ctx, i.s, call, func(c *conn) (result invite.Result, events []siyu.Event, err error) {
		var kept invite.Kept
		known, err := codeTable.lock(ctx, c, &kept, string(key))
		if err != nil {
			return result, nil, err
		}
		before := &kept
		if !known {
			before = nil
		}
		change, err := decide(before)
		if err != nil {
			return result, nil, err
		}
		if !known {
			if _, err := c.insertNew(ctx, "siyu_invite_inviters", []string{"tenant", "inviter", "code_key"},
				c.tenant, string(change.Kept.Code.Inviter), string(key)); err != nil {
				return result, nil, err
			}
		}
		return change.Result, change.Events, codeTable.save(ctx, c, change.Kept, string(key))
	})
}

// Code implements [invite.Store].
func (i invites) Code(ctx context.Context, key invite.CodeKey) (k invite.Kept, err error) {
	err = i.s.view(func(c *conn) error { return codeTable.find(ctx, c, &k, string(key)) })
	return k, err
}

// Codes implements [invite.Store].
func (i invites) Codes(ctx context.Context, inviter siyu.UserID) (all []invite.Kept, err error) {
	err = i.s.view(func(c *conn) error {
		return c.each(ctx, "SELECT c.document FROM siyu_invite_inviters i JOIN siyu_invite_codes c ON c.tenant = i.tenant AND c.code_key = i.code_key "+
			"WHERE i.tenant = ? AND i.inviter = ? ORDER BY i.code_key", []any{c.tenant, string(inviter)}, func(scan func(...any) error) error {
			var (
				data string
				k    invite.Kept
			)
			if err := scan(&data); err != nil {
				return err
			}
			if err := codeTable.decode(data, &k); err != nil {
				return err
			}
			all = append(all, k)
			return nil
		})
	})
	return all, err
}
