package sqlstore

import (
	"encoding/json"
	"fmt"

	"github.com/siyu-go/siyu/referral"
)

// columns of the referral tables after tenant and program, the key first.
var (
	referralPeople  = referralColumns("person", "existing", "disabled", "signals", "pending", "held", "balance", "paid")
	referralSignals = referralColumns("person", "signal_name", "signal_value")
	referralTallies = referralColumns("person", "series", "n", "amount")
	referralTouches = referralColumns("seq", "invitee", "inviter", "at")
	referralBound   = referralColumns("invitee", "inviter", "at", "held")
	referralBinds   = referralColumns("seq", "inviter", "invitee", "at")
	referralQuals   = referralColumns("order_key", "seq", "invitee", "level1", "level2", "amount", "remaining", "at", "live", "held")
	referralRefunds = referralColumns("refund_key", "order_key", "amount", "at")
	referralAwards  = referralColumns("order_key", "rule_id", "person", "role_name", "series", "seq", "step", "at", "due", "base",
		"amount", "want", "granted", "refused", "bucket", "live")
	referralEntries = referralColumns("seq", "line", "at", "person", "from_bucket", "to_bucket", "amount", "order_key", "rule_id")
)

func referralColumns(names ...string) []string {
	return append([]string{"tenant", "program"}, names...)
}

// write stores a change. The program's row is locked, so nobody else writes
// these rows meanwhile.
func (x *referralConn) write(change *referral.Change) error {
	for _, part := range []func(*referral.Change) error{x.writeGraph, x.writePeople, x.writeRewards, x.writeEntries} {
		if err := part(change); err != nil {
			return err
		}
	}
	t := change.Totals
	_, err := x.c.exec(x.ctx, "UPDATE siyu_referral_programs SET terms = ?, seq = ?, at = ?, net = ? WHERE tenant = ? AND program = ?",
		t.Terms, t.Seq, micros(t.At), int64(t.Net), x.c.tenant, string(x.program))
	return err
}

func (x *referralConn) writeGraph(change *referral.Change) error {
	seq := change.Totals.Seq
	if t := change.Touch; t != nil {
		if err := x.insert("siyu_referral_touches", referralTouches, seq, string(t.Invitee), string(t.Inviter), micros(t.At)); err != nil {
			return err
		}
	}
	bindings := change.Bindings
	if b := change.Bound; b != nil {
		if err := x.insert("siyu_referral_binds", referralBinds, seq, string(b.Inviter), string(b.Invitee), micros(b.At)); err != nil {
			return err
		}
		bindings = append(bindings, *b)
	}
	for _, b := range bindings {
		if err := x.upsert("siyu_referral_bindings", referralBound, 1, string(b.Invitee), string(b.Inviter), micros(b.At), flag(b.Held)); err != nil {
			return err
		}
	}
	for _, invitee := range change.Unbound {
		if _, err := x.c.exec(x.ctx, "DELETE FROM siyu_referral_bindings"+where+"invitee = ?", x.args(string(invitee))...); err != nil {
			return err
		}
	}
	return nil
}

func (x *referralConn) writePeople(change *referral.Change) error {
	for _, p := range change.People {
		signals := ""
		if len(p.Signals) > 0 {
			data, err := json.Marshal(p.Signals)
			if err != nil {
				return fmt.Errorf("sqlstore: encode signals: %w", err)
			}
			signals = string(data)
		}
		if err := x.upsert("siyu_referral_people", referralPeople, 1, string(p.ID), flag(p.Existing), flag(p.Disabled), signals,
			int64(p.Pending), int64(p.Held), int64(p.Balance), int64(p.Paid)); err != nil {
			return err
		}
		if !change.Signals {
			continue
		}
		for name, value := range p.Signals {
			if err := x.upsert("siyu_referral_signals", referralSignals, 2, string(p.ID), name, value); err != nil {
				return err
			}
		}
	}
	for _, t := range change.Tallies {
		if err := x.upsert("siyu_referral_tallies", referralTallies, 2, string(t.Person), t.Series, t.N, int64(t.Amount)); err != nil {
			return err
		}
	}
	return nil
}

func (x *referralConn) writeRewards(change *referral.Change) error {
	if r := change.Refund; r != nil {
		var amount any
		if r.Amount != nil {
			amount = int64(*r.Amount)
		}
		if err := x.insert("siyu_referral_refunds", referralRefunds, string(r.RefundKey), string(r.Key), amount, micros(r.At)); err != nil {
			return err
		}
	}
	for _, q := range change.Qualifications {
		if err := x.upsert("siyu_referral_qualifications", referralQuals, 1, string(q.Key), q.Seq, string(q.Invitee), string(q.Level1),
			string(q.Level2), int64(q.Amount), int64(q.Remaining), micros(q.At), flag(q.Live), flag(q.Held)); err != nil {
			return err
		}
	}
	for _, a := range change.Awards {
		if err := x.upsert("siyu_referral_awards", referralAwards, 2, string(a.Qualification), a.Rule, string(a.Person), string(a.Role),
			a.Series, a.Seq, a.Step, micros(a.At), micros(a.Due), int64(a.Base), int64(a.Amount), int64(a.Want), int64(a.Granted),
			flag(a.Refused), string(a.Bucket), flag(a.Live)); err != nil {
			return err
		}
	}
	return nil
}

func (x *referralConn) writeEntries(change *referral.Change) error {
	values := make([]any, 0, len(change.Entries)*len(referralEntries))
	for _, e := range change.Entries {
		values = append(values, x.c.tenant, string(x.program), e.Seq, int64(e.Line), micros(e.At), string(e.Person), string(e.From),
			string(e.To), int64(e.Amount), string(e.Key), e.Rule)
	}
	_, err := x.c.insertRows(x.ctx, "siyu_referral_entries", referralEntries, "", values)
	return err
}

func (x *referralConn) insert(table string, columns []string, values ...any) error {
	_, err := x.c.exec(x.ctx, insertInto(table, columns, 1), x.args(values...)...)
	return err
}

// upsert replaces by tenant, program and the first keys values.
func (x *referralConn) upsert(table string, columns []string, keys int, values ...any) error {
	return x.c.upsert(x.ctx, table, columns, keys+2, x.args(values...)...)
}
