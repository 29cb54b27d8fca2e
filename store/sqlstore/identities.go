package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/segment/identity"
)

// Identities returns the store of package identity.
func (s *Store) Identities() identity.Store { return identities{s} }

type identities struct{ s *Store }

// Update implements [identity.Store].
func (i identities) Update(
	ctx context.Context, call siyu.Call, near identity.Near, decide func(identity.Journal) (identity.Change, error),
) (identity.Outcome, bool, error) {
	return step(ctx, i.s, call, func(c *conn) (answer identity.Outcome, events []siyu.Event, err error) {
		place, err := c.lockIdentities(ctx)
		if err != nil {
			return answer, nil, err
		}
		part, err := c.identityPart(ctx, near, c.dialect.forUpdate())
		if err != nil {
			return answer, nil, err
		}
		change, err := decide(part)
		if err != nil {
			return answer, nil, err
		}
		return change.Answer, change.Events, c.keepIdentity(ctx, change, place+1)
	})
}

// Part implements [identity.Store].
func (i identities) Part(ctx context.Context, near identity.Near) (part identity.Journal, err error) {
	err = i.s.atomically(ctx, func(c *conn) error {
		part, err = c.identityPart(ctx, near, "")
		return err
	})
	return part, err
}

// lockIdentities makes the steps of a tenant serial and returns the place of
// the last link.
func (c *conn) lockIdentities(ctx context.Context) (place int64, err error) {
	if _, err := c.insertNew(ctx, "siyu_identity_graphs", []string{"tenant", "place"}, c.tenant, 0); err != nil {
		return 0, err
	}
	_, err = c.lockRow(ctx, "SELECT place FROM siyu_identity_graphs WHERE tenant = ?", []any{c.tenant}, &place)
	return place, err
}

// identityPart reads a part of the journal; lock ends queries that must see
// what was committed last.
func (c *conn) identityPart(ctx context.Context, near identity.Near, lock string) (identity.Journal, error) {
	var (
		start       []identity.Identifier
		withdrawals []identity.Withdrawal
	)
	if near.Link != "" {
		l, undo, err := c.identityLink(ctx, near.Link, lock)
		if err != nil {
			return identity.Journal{}, err
		}
		if l != nil {
			start = []identity.Identifier{l.A, l.B}
		}
		if undo != nil {
			withdrawals = []identity.Withdrawal{{Link: *l, Undo: *undo}}
		}
	}
	part, err := identity.Collect(near, start, func(id identity.Identifier) (out []identity.Placed, err error) {
		for _, side := range []string{"a", "b"} {
			query := "SELECT place, document FROM siyu_identity_links WHERE tenant = ? AND " + side + "_kind = ? AND " + side + "_value = ? AND stands = 1" + lock
			err = c.each(ctx, query, []any{c.tenant, id.Kind, id.Value}, func(scan func(...any) error) error {
				var l identity.Placed
				data := ""
				if err := scan(&l.Place, &data); err != nil {
					return err
				}
				err := json.Unmarshal([]byte(data), &l.Link)
				out = append(out, l)
				return err
			})
			if err != nil {
				return nil, err
			}
		}
		return out, nil
	}, func(id identity.Identifier) (out []identity.Observation, err error) {
		query := "SELECT document FROM siyu_identity_observations WHERE tenant = ? AND kind = ? AND value = ? ORDER BY name, source" + lock
		err = c.each(ctx, query, []any{c.tenant, id.Kind, id.Value}, func(scan func(...any) error) error {
			var o identity.Observation
			data := ""
			if err := scan(&data); err != nil {
				return err
			}
			err := json.Unmarshal([]byte(data), &o)
			out = append(out, o)
			return err
		})
		return out, err
	})
	part.Withdrawals = withdrawals
	return part, err
}

// identityLink reads a link, nil if there is none, and who took it back.
func (c *conn) identityLink(ctx context.Context, id, lock string) (*identity.Link, *identity.Undo, error) {
	document, undo := "", ""
	found, err := c.row(ctx, "SELECT document, withdrawn FROM siyu_identity_links WHERE tenant = ? AND link_id = ?"+lock,
		[]any{c.tenant, id}, &document, &undo)
	if err != nil || !found {
		return nil, nil, err
	}
	l := &identity.Link{}
	if err := json.Unmarshal([]byte(document), l); err != nil || undo == "" {
		return l, nil, err
	}
	by := &identity.Undo{}
	return l, by, json.Unmarshal([]byte(undo), by)
}

func (c *conn) keepIdentity(ctx context.Context, change identity.Change, place int64) error {
	if l := change.Link; l != nil {
		document, err := json.Marshal(l)
		if err != nil {
			return fmt.Errorf("sqlstore: encode link: %w", err)
		}
		columns := []string{"tenant", "link_id", "place", "a_kind", "a_value", "b_kind", "b_value", "stands", "document", "withdrawn"}
		if _, err := c.insertNew(ctx, "siyu_identity_links", columns,
			c.tenant, l.ID, place, l.A.Kind, l.A.Value, l.B.Kind, l.B.Value, 1, string(document), ""); err != nil {
			return err
		}
		if _, err := c.exec(ctx, "UPDATE siyu_identity_graphs SET place = ? WHERE tenant = ?", place, c.tenant); err != nil {
			return err
		}
	}
	if w := change.Withdraw; w != nil {
		undo, err := json.Marshal(w.Undo)
		if err != nil {
			return fmt.Errorf("sqlstore: encode undo: %w", err)
		}
		if _, err := c.exec(ctx, "UPDATE siyu_identity_links SET stands = 0, withdrawn = ? WHERE tenant = ? AND link_id = ?",
			string(undo), c.tenant, w.Link.ID); err != nil {
			return err
		}
	}
	if o := change.Observe; o != nil {
		document, err := json.Marshal(o)
		if err != nil {
			return fmt.Errorf("sqlstore: encode observation: %w", err)
		}
		return c.upsert(ctx, "siyu_identity_observations", []string{"tenant", "kind", "value", "name", "source", "document"}, 5,
			c.tenant, o.Of.Kind, o.Of.Value, o.Name, o.Source, string(document))
	}
	return nil
}
