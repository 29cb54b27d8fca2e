package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/siyu-go/siyu"
	"github.com/siyu-go/siyu/persona"
)

// Personas returns the store of package persona.
func (s *Store) Personas() persona.Store { return personas{s} }

type personas struct{ s *Store }

// UpdateCode implements [persona.Store].
func (p personas) UpdateCode(
	ctx context.Context, call siyu.Call, at persona.CodeSlot, decide func(persona.CodeState) (persona.CodeChange, error),
) (persona.Joined, bool, error) {
	return step(ctx, p.s, call, func(c *conn) (answer persona.Joined, events []siyu.Event, err error) {
		var st persona.CodeState
		if st.Code, err = c.lockCode(ctx, at.Code); err != nil {
			return answer, nil, err
		}
		if at.User != "" {
			if st.In, err = groupOf(ctx, c, at.Code, at.User); err != nil {
				return answer, nil, err
			}
		}
		change, err := decide(st)
		if err != nil {
			return answer, nil, err
		}
		if change.Code != nil {
			data, err := json.Marshal(change.Code)
			if err != nil {
				return answer, nil, fmt.Errorf("sqlstore: encode code: %w", err)
			}
			if _, err := c.exec(ctx, "UPDATE siyu_persona_codes SET code = ? WHERE tenant = ? AND code_id = ?",
				string(data), c.tenant, string(at.Code)); err != nil {
				return answer, nil, err
			}
		}
		if at.User != "" && change.In != st.In {
			if err := c.relate(ctx, "siyu_persona_members", []string{"tenant", "code_id", "user_id", "group_id"},
				string(at.Code), string(at.User), string(change.In)); err != nil {
				return answer, nil, err
			}
		}
		return change.Answer, eventsOf(change.Event), nil
	})
}

// Code implements [persona.Store].
func (p personas) Code(ctx context.Context, id persona.CodeID) (code persona.Code, err error) {
	err = p.s.view(func(c *conn) error {
		data := ""
		if _, err := c.row(ctx, "SELECT code FROM siyu_persona_codes WHERE tenant = ? AND code_id = ?",
			[]any{c.tenant, string(id)}, &data); err != nil {
			return err
		}
		if data == "" {
			return fmt.Errorf("sqlstore: code: %w", siyu.ErrNotFound)
		}
		return json.Unmarshal([]byte(data), &code)
	})
	return code, err
}

// GroupOf implements [persona.Store].
func (p personas) GroupOf(ctx context.Context, code persona.CodeID, user siyu.UserID) (g persona.GroupID, err error) {
	err = p.s.view(func(c *conn) error {
		if g, err = groupOf(ctx, c, code, user); err == nil && g == "" {
			err = fmt.Errorf("sqlstore: member: %w", siyu.ErrNotFound)
		}
		return err
	})
	return g, err
}

// Members implements [persona.Store].
func (p personas) Members(ctx context.Context, code persona.CodeID, group persona.GroupID) (out []siyu.UserID, err error) {
	err = p.s.view(func(c *conn) error {
		return c.each(ctx, "SELECT user_id FROM siyu_persona_members WHERE tenant = ? AND code_id = ? AND group_id = ? ORDER BY user_id",
			[]any{c.tenant, string(code), string(group)}, func(scan func(...any) error) error {
				var user siyu.UserID
				err := scan(&user)
				out = append(out, user)
				return err
			})
	})
	return out, err
}

// UpdateRoster implements [persona.Store].
func (p personas) UpdateRoster(
	ctx context.Context, call siyu.Call, at persona.RosterSlot, decide func(persona.RosterView) (persona.RosterChange, error),
) (persona.Assigned, bool, error) {
	return step(ctx, p.s, call, func(c *conn) (answer persona.Assigned, events []siyu.Event, err error) {
		var v persona.RosterView
		if v.Roster, v.State, err = c.lockRoster(ctx, at.Roster); err != nil {
			return answer, nil, err
		}
		if at.User != "" {
			if v.Adviser, err = adviserOf(ctx, c, at.Roster, at.User); err != nil {
				return answer, nil, err
			}
		}
		change, err := decide(v)
		if err != nil {
			return answer, nil, err
		}
		if change.Roster != nil {
			if err := c.setRoster(ctx, "roster", at.Roster, change.Roster); err != nil {
				return answer, nil, err
			}
		}
		if change.State != nil {
			if err := c.setRoster(ctx, "state", at.Roster, change.State); err != nil {
				return answer, nil, err
			}
		}
		if at.User != "" && change.Adviser != v.Adviser {
			if err := c.relate(ctx, "siyu_persona_customers", []string{"tenant", "roster_id", "user_id", "adviser_id"},
				string(at.Roster), string(at.User), string(change.Adviser)); err != nil {
				return answer, nil, err
			}
		}
		return change.Answer, eventsOf(change.Event), nil
	})
}

// Roster implements [persona.Store].
func (p personas) Roster(ctx context.Context, id persona.RosterID) (r persona.Roster, s persona.RosterState, err error) {
	err = p.s.view(func(c *conn) error {
		var roster, state string
		if _, err := c.row(ctx, "SELECT roster, state FROM siyu_persona_rosters WHERE tenant = ? AND roster_id = ?",
			[]any{c.tenant, string(id)}, &roster, &state); err != nil {
			return err
		}
		if roster == "" {
			return fmt.Errorf("sqlstore: roster: %w", siyu.ErrNotFound)
		}
		if err := json.Unmarshal([]byte(roster), &r); err != nil {
			return err
		}
		return json.Unmarshal([]byte(state), &s)
	})
	return r, s, err
}

// AdviserOf implements [persona.Store].
func (p personas) AdviserOf(ctx context.Context, roster persona.RosterID, user siyu.UserID) (a persona.AdviserID, err error) {
	err = p.s.view(func(c *conn) error {
		if a, err = adviserOf(ctx, c, roster, user); err == nil && a == "" {
			err = fmt.Errorf("sqlstore: adviser: %w", siyu.ErrNotFound)
		}
		return err
	})
	return a, err
}

// lockCode makes the steps on a code serial and returns it, nil if there is
// none.
func (c *conn) lockCode(ctx context.Context, id persona.CodeID) (*persona.Code, error) {
	if _, err := c.insertNew(ctx, "siyu_persona_codes", []string{"tenant", "code_id", "code"}, c.tenant, string(id), ""); err != nil {
		return nil, err
	}
	data := ""
	if _, err := c.lockRow(ctx, "SELECT code FROM siyu_persona_codes WHERE tenant = ? AND code_id = ?",
		[]any{c.tenant, string(id)}, &data); err != nil || data == "" {
		return nil, err
	}
	code := &persona.Code{}
	return code, json.Unmarshal([]byte(data), code)
}

// lockRoster makes the steps on a roster serial and returns it, nil if there
// is none.
func (c *conn) lockRoster(ctx context.Context, id persona.RosterID) (*persona.Roster, persona.RosterState, error) {
	var state persona.RosterState
	if _, err := c.insertNew(ctx, "siyu_persona_rosters", []string{"tenant", "roster_id", "roster", "state"},
		c.tenant, string(id), "", "{}"); err != nil {
		return nil, state, err
	}
	var data, loads string
	if _, err := c.lockRow(ctx, "SELECT roster, state FROM siyu_persona_rosters WHERE tenant = ? AND roster_id = ?",
		[]any{c.tenant, string(id)}, &data, &loads); err != nil || data == "" {
		return nil, state, err
	}
	if err := json.Unmarshal([]byte(loads), &state); err != nil {
		return nil, state, err
	}
	roster := &persona.Roster{}
	return roster, state, json.Unmarshal([]byte(data), roster)
}

// setRoster writes one of the two documents of a roster.
func (c *conn) setRoster(ctx context.Context, column string, id persona.RosterID, document any) error {
	data, err := json.Marshal(document)
	if err != nil {
		return fmt.Errorf("sqlstore: encode %s: %w", column, err)
	}
	_, err = c.exec(ctx, "UPDATE siyu_persona_rosters SET "+column+" = ? WHERE tenant = ? AND roster_id = ?", string(data), c.tenant, string(id))
	return err
}

// relate keeps what a user has under an owner, or forgets it if it is empty.
// The columns are tenant, owner, user and value.
func (c *conn) relate(ctx context.Context, table string, columns []string, owner, user, value string) error {
	if value != "" {
		return c.upsert(ctx, table, columns, 3, c.tenant, owner, user, value)
	}
	_, err := c.exec(ctx, "DELETE FROM "+table+" WHERE tenant = ? AND "+columns[1]+" = ? AND user_id = ?", c.tenant, owner, user)
	return err
}

func groupOf(ctx context.Context, c *conn, code persona.CodeID, user siyu.UserID) (g persona.GroupID, err error) {
	_, err = c.row(ctx, "SELECT group_id FROM siyu_persona_members WHERE tenant = ? AND code_id = ? AND user_id = ?",
		[]any{c.tenant, string(code), string(user)}, &g)
	return g, err
}

func adviserOf(ctx context.Context, c *conn, roster persona.RosterID, user siyu.UserID) (a persona.AdviserID, err error) {
	_, err = c.row(ctx, "SELECT adviser_id FROM siyu_persona_customers WHERE tenant = ? AND roster_id = ? AND user_id = ?",
		[]any{c.tenant, string(roster), string(user)}, &a)
	return a, err
}
